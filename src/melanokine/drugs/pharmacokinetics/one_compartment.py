"""One compartment with linear elimination.

    dA/dt = input - CL A/V                         A  central [amount], C = A/V

With weight scaling CL carries (weight/reference)^a and V (weight/reference)^b. An interaction multiplies CL by
1 + gain C'/(C' + half), where C' is the concentration of another drug (a negative gain slows elimination); the change
is a reaction of its own. Elimination by receptors is biology's (biology/il2_uptake.py).
"""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from melanokine.drugs.pharmacokinetics.base import Structure, add_species
from melanokine.drugs.value import Clearance, Concentration, Number, Record, Volume, Weight
from melanokine.errors import InputError
from melanokine.network import Network, Quantity, saturation
from melanokine.yaml_file import as_value_error

SCALING = ("reference_weight", "clearance_weight_exponent", "volume_weight_exponent")


class Interaction(Record):
    """Another drug that speeds this one's elimination, by its own concentration."""

    drug: str = Field(description="id of the other drug")
    gain: Number = Field(description="relative increase of clearance at saturation")
    half_concentration: Concentration


class Disposition(Structure):
    """A central compartment, with a clearance that subclasses may let vary."""

    entry: ClassVar[str] = "central"

    clearance: Clearance
    central_volume: Volume
    reference_weight: Weight | None = None
    clearance_weight_exponent: Number | None = None
    volume_weight_exponent: Number | None = None
    interactions: tuple[Interaction, ...] = ()

    @model_validator(mode="after")
    def _scaling_is_whole(self) -> Disposition:
        missing = [name for name in SCALING if getattr(self, name) is None]
        if 0 < len(missing) < len(SCALING):
            message = f"scaling with body weight lacks {' and '.join(missing)}"
            raise as_value_error(InputError(message, remedy="give all of " + ", ".join(SCALING) + ", or none"))
        return self

    def declare_species(self, net: Network, drug: str, unit: str) -> None:
        central = add_species(net, drug, "central", unit, "blood")
        volume = self._scaled(net, drug, "central_volume", "volume")
        net.rule(f"{drug}_plasma_volume", volume)
        net.rule(f"{drug}_concentration", central / volume)

    def connect(self, net: Network, drug: str) -> None:
        clearance = net.rule(f"{drug}_clearance_now", self._clearance(net, drug))
        net.reaction(f"{drug}_elimination", {f"{drug}_central": -1}, clearance * net[f"{drug}_concentration"])

    def compartments(self, net: Network, drug: str) -> list[tuple[str, Quantity]]:
        return [(f"{drug}_central", net[f"{drug}_plasma_volume"])]

    def half_life(self) -> float:
        return math.log(2) * self.central_volume.to("L") / self.clearance.to("L/d")

    def interact(self, net: Network, drug: str, other: str) -> None:
        """Let the drug `other`, which is in the network as well, speed the elimination of this one, if it does."""
        for interaction in self.interactions:
            if interaction.drug != other:
                continue
            gain, half = f"{drug}_gain_by_{other}", f"{drug}_half_gain_by_{other}"
            net.parameter(interaction.gain.parameter(gain))
            net.parameter(interaction.half_concentration.parameter(half))
            increase = net[gain] * saturation(net[f"{other}_concentration"], net[half])
            rate = increase * net[f"{drug}_clearance_now"] * net[f"{drug}_concentration"]
            net.reaction(f"{drug}_elimination_by_{other}", {f"{drug}_central": -1}, rate)

    def _clearance(self, net: Network, drug: str) -> Quantity:
        """Clearance of the patient now, interactions apart."""
        return self._scaled(net, drug, "clearance", "clearance")

    def _scaled(self, net: Network, drug: str, field: str, kind: str) -> Quantity:
        """The parameter `field`, scaled with body weight by the exponent for `kind`."""
        value = net[f"{drug}_{field}"]
        if self.reference_weight is None:
            return value
        relative = net["body_weight"] / net[f"{drug}_reference_weight"]
        return value * relative ** net[f"{drug}_{kind}_weight_exponent"]


class OneCompartment(Disposition):
    """A central compartment; see the module for the equations."""

    structure: Literal["one_compartment"]
