"""Kinetic-pharmacodynamic (K-PD) model: the plasma course is too short to matter, and only the effect is followed.

    dE/dt = input - k E                      E  effect compartment [dose units]
    exposure = E / standard dose             1 just after one standard dose

How strongly a tumour responds, and how it becomes resistant, are properties of the patient and belong to biology.
"""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from melanokine.drugs.pharmacokinetics.base import Structure, add_species
from melanokine.drugs.value import EffectDose, Rate
from melanokine.network import Network, Quantity


class KineticPharmacodynamic(Structure):
    """One effect compartment; see the module for the equations."""

    entry: ClassVar[str] = "effect"

    structure: Literal["kinetic_pharmacodynamic"]
    effect_loss: Rate
    standard_dose: EffectDose

    def declare_species(self, net: Network, drug: str, unit: str) -> None:
        effect = add_species(net, drug, "effect", unit, "tumour")
        net.rule(f"{drug}_exposure", effect / net[f"{drug}_standard_dose"])

    def connect(self, net: Network, drug: str) -> None:
        effect = net[f"{drug}_effect"]
        net.reaction(f"{drug}_effect_loss", {f"{drug}_effect": -1}, net[f"{drug}_effect_loss"] * effect)

    def compartments(self, net: Network, drug: str) -> list[tuple[str, Quantity]]:
        return []

    def half_life(self) -> float:
        """Half-life of the effect [d]."""
        return math.log(2) / self.effect_loss.to("1/d")
