"""A mask that hides the cytokine until proteases of the tumour remove it; drugs/binding.py says how it is counted."""

from __future__ import annotations

from melanokine.drugs.binding import Masking
from melanokine.drugs.engineering.designed import designed, is_number
from melanokine.drugs.pharmacokinetics import ReleaseChain
from melanokine.drugs.record import Drug
from melanokine.errors import InputError

MOST_HIDDEN = 0.9999


def with_mask(drug: Drug, hidden: float) -> Drug:
    """`drug` with this share of its potency hidden outside the tumour, in place of the mask that it has."""
    if not is_number(hidden, 0, MOST_HIDDEN):
        remedy = f"give the hidden share of the potency, from 0 to {MOST_HIDDEN}: every mask leaks a little"
        raise InputError(f"a mask cannot hide {hidden!r}", remedy=remedy)
    if not drug.is_cytokine:
        raise InputError(f"{drug.id} has no cytokine to mask", remedy="mask a cytokine such as aldesleukin")
    if isinstance(drug.pharmacokinetics, ReleaseChain):
        message = f"{drug.id} is hidden by its PEG already"
        raise InputError(message, remedy="mask a drug that is not a PEG prodrug")
    value = designed(hidden, "1")
    value = value.model_copy(update={"high": max(hidden, MOST_HIDDEN)})
    return drug.model_copy(update={"masking": Masking(hidden=value), "activity": None})
