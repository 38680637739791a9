"""A prodrug that sheds its polyethylene glycol (PEG) chains one after another, until free IL-2 is left.

    inactive -> two_peg -> one_peg -> free              each step at the rate k
    each conjugate is also cleared by CL, from the volume V;  free IL-2 by CLf from Vf

The conjugates with three to six chains are inactive and are one species (Charych 2017, 10.1371/journal.pone.0179431:
the conjugates with two chains and with one are the active ones). The concentration is that of active cytokine: both of
these and free IL-2.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import ClassVar, Literal

from melanokine.drugs.pharmacokinetics.base import Structure, add_species
from melanokine.drugs.value import Clearance, Rate, Volume
from melanokine.network import Network, Quantity

ACTIVE_CONJUGATES = ("two_peg", "one_peg")
FREE = "free"


class ReleaseChain(Structure):
    """Inactive prodrug, two active conjugates and free cytokine; see the module for the equations."""

    entry: ClassVar[str] = "inactive"

    structure: Literal["release_chain"]
    release_rate: Rate
    conjugate_clearance: Clearance
    conjugate_volume: Volume
    free_clearance: Clearance
    free_volume: Volume

    def declare_species(self, net: Network, drug: str, unit: str) -> None:
        for name in ("inactive", *ACTIVE_CONJUGATES, FREE):
            add_species(net, drug, name, unit, "blood")
        plasma = [net[species] / volume for species, volume in self.compartments(net, drug)]
        active = sum(plasma[1:], start=plasma[0])
        net.rule(f"{drug}_concentration", active)

    def connect(self, net: Network, drug: str) -> None:
        release = net[f"{drug}_release_rate"]
        clearance, volume = net[f"{drug}_conjugate_clearance"], net[f"{drug}_conjugate_volume"]
        chain = ("inactive", *ACTIVE_CONJUGATES, FREE)
        for parent, product in pairwise(chain):
            amount = net[f"{drug}_{parent}"]
            net.transfer(f"{drug}_release_to_{product}", f"{drug}_{parent}", f"{drug}_{product}", release * amount)
            net.reaction(f"{drug}_{parent}_elimination", {f"{drug}_{parent}": -1}, clearance * amount / volume)
        free = net[f"{drug}_{FREE}"] / net[f"{drug}_free_volume"]
        net.reaction(f"{drug}_free_elimination", {f"{drug}_{FREE}": -1}, net[f"{drug}_free_clearance"] * free)

    def compartments(self, net: Network, drug: str) -> list[tuple[str, Quantity]]:
        conjugates = [(f"{drug}_{name}", net[f"{drug}_conjugate_volume"]) for name in ACTIVE_CONJUGATES]
        return [*conjugates, (f"{drug}_{FREE}", net[f"{drug}_free_volume"])]

    def half_life(self) -> float:
        """Limit of the decline of every conjugate; while active conjugates still form, they fall more slowly."""
        cleared = self.conjugate_clearance.to("L/d") / self.conjugate_volume.to("L")
        return math.log(2) / (self.release_rate.to("1/d") + cleared)
