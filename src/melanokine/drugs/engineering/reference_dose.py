"""The clinically used regimen of the parent, said of the variant: the same mass, since the molar mass is the same."""

from __future__ import annotations

from dataclasses import replace

from melanokine.drugs.phase import Phase
from melanokine.drugs.quantity import convert, split
from melanokine.drugs.record import Drug
from melanokine.drugs.regimen import Regimen


def with_reference_regimen(variant: Drug, parent: Drug) -> Drug:
    """`variant` with the parent's `reference_regimen` in its own name, in milligrams where it has lost its unit."""
    if not parent.reference_regimen:
        return variant
    regimen = Regimen.parse(parent.reference_regimen, drugs=[parent])
    phases = regimen.phases
    if variant.activity is None and parent.activity is not None:
        phases = tuple(_by_mass(phase, parent) for phase in phases)
    sentence = str(replace(regimen, drug=variant, phases=phases))
    return variant.model_copy(update={"reference_regimen": sentence})


def _by_mass(phase: Phase, drug: Drug) -> Phase:
    """A dose in IU as milligrams of the same drug, to four digits."""
    top, per = split(phase.unit)
    if "IU" not in top:
        return phase
    dose = convert(drug, phase.amount, phase.unit)
    each = convert(drug, 1.0, "mg")
    return replace(phase, amount=float(f"{dose.amount / each.amount:.4g}"), unit="mg" if per == "flat" else f"mg/{per}")
