"""An antigen by which the molecule gathers in the tumour (drugs/binding.py; biology/targets.py holds how much)."""

from __future__ import annotations

from typing import get_args

from melanokine.drugs.binding import Antigen, Targeting
from melanokine.drugs.engineering.designed import designed, is_number
from melanokine.drugs.record import Drug
from melanokine.errors import InputError, nearest

MOST_ENRICHED = 1e3


def with_targeting(drug: Drug, target: tuple[str, float]) -> Drug:
    """`drug` bound to an antigen, enriched by it in the tumour, in place of the target that it has."""
    if not isinstance(target, tuple | list) or len(target) != 2:
        raise InputError(f"{target!r} is no target", remedy='give an antigen and the enrichment, such as ("EDB", 8)')
    antigen, enrichment = target
    if antigen not in get_args(Antigen):
        raise InputError(f"no antigen is called {antigen!r}", remedy=nearest(str(antigen), get_args(Antigen)))
    if not is_number(enrichment, 1, MOST_ENRICHED):
        remedy = f"give a factor from 1 (none) to {MOST_ENRICHED:g}"
        raise InputError(f"an enrichment in the tumour cannot be {enrichment!r}", remedy=remedy)
    if not drug.is_cytokine:
        message = f"{drug.id} has no cytokine to bring into the tumour"
        raise InputError(message, remedy="target a cytokine such as aldesleukin")
    return drug.model_copy(
        update={"targeting": Targeting.model_validate({"antigen": antigen, "enrichment": designed(enrichment, "1")})}
    )
