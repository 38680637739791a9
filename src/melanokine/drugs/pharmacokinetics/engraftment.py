"""Transferred cells: infused into the blood, where they leave the lung and engraft.

    dN/dt = input - k N                      N  infused cells that have not engrafted

What they become, and how many survive, belongs to biology (biology/adoptive.py), which takes the flow k N.
"""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from melanokine.drugs.pharmacokinetics.base import Structure, add_species
from melanokine.drugs.value import Rate
from melanokine.network import Network, Quantity


class Engraftment(Structure):
    """One compartment of infused cells; see the module for the equations."""

    entry: ClassVar[str] = "infused"

    structure: Literal["engraftment"]
    engraftment_rate: Rate

    def declare_species(self, net: Network, drug: str, unit: str) -> None:
        add_species(net, drug, "infused", unit, "blood")

    def connect(self, net: Network, drug: str) -> None:
        """Nothing: the cells leave as biology takes them up."""

    def compartments(self, net: Network, drug: str) -> list[tuple[str, Quantity]]:
        return []

    def half_life(self) -> float:
        """Half-life of cells that have not engrafted [d]."""
        return math.log(2) / self.engraftment_rate.to("1/d")
