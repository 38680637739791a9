"""Releasable PEG: IL-2 under chains that it sheds one after another (pharmacokinetics/release_chain.py).

A drug that is such a prodrug sheds them at another rate. Native IL-2 becomes one: how the conjugates are cleared and
distributed, and how well the active ones bind, is then as in bempegaldesleukin, while the IL-2 that they set free is
cleared as that of the parent.
"""

from __future__ import annotations

import math

from melanokine.drugs.binding import InterleukinTwo
from melanokine.drugs.engineering.designed import designed
from melanokine.drugs.library import load
from melanokine.drugs.pharmacokinetics import Disposition, ReleaseChain
from melanokine.drugs.record import Drug
from melanokine.drugs.time_span import read_span
from melanokine.errors import InputError

MODEL = "bempegaldesleukin"
"""The prodrug whose conjugates are the model of all others."""
FASTEST_DAYS = 1 / 1440


def with_release(drug: Drug, half_life: str) -> Drug:
    """`drug` as a prodrug, each PEG chain of which is shed with this half-life; it loses its international unit."""
    days = read_span(half_life).days
    if days < FASTEST_DAYS:
        raise InputError(f"a PEG chain cannot be released within {half_life}", remedy="give a minute or more")
    chain = drug.pharmacokinetics
    if isinstance(chain, ReleaseChain):
        rate = designed(math.log(2) / days, "1/d", chain.release_rate)
        return drug.model_copy(update={"pharmacokinetics": chain.model_copy(update={"release_rate": rate})})
    _check_native(drug)
    assert isinstance(chain, Disposition)
    model = load(MODEL)
    assert isinstance(model.pharmacokinetics, ReleaseChain)
    prodrug = ReleaseChain(
        structure="release_chain",
        release_rate=designed(math.log(2) / days, "1/d", model.pharmacokinetics.release_rate),
        conjugate_clearance=model.pharmacokinetics.conjugate_clearance,
        conjugate_volume=model.pharmacokinetics.conjugate_volume,
        free_clearance=chain.clearance,
        free_volume=chain.central_volume,
    )
    routes = drug.routes.model_copy(update={"IT": None})  # what an inactive prodrug does in a lesion is not followed
    changes = {"pharmacokinetics": prodrug, "binding": model.binding, "activity": None, "routes": routes}
    return drug.model_copy(update=changes)


def _check_native(drug: Drug) -> None:
    """Refuse what is not native IL-2, since a release chain ends in it."""
    binding = drug.bindings[0]
    native = (
        len(drug.bindings) == 1
        and isinstance(binding, InterleukinTwo)
        and all(binding.affinity(chain) == 1.0 for chain in binding.chains())
        and isinstance(drug.pharmacokinetics, Disposition)
        and drug.targeting is None
        and drug.masking is None
    )
    if not native:
        message = f"{drug.id} is not native IL-2, in which a release of PEG ends"
        raise InputError(message, remedy=f"change aldesleukin, or {MODEL}")
    if not (drug.routes.IV or drug.routes.SC):
        raise InputError(f"{drug.id} is given into lesions only", remedy="a PEG prodrug is given IV or SC")
