"""What every structural pharmacokinetic model offers: parameters, species, a concentration, and its reactions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from melanokine.drugs.value import Record, Value
from melanokine.network import Network, Quantity

TYPICAL_AMOUNT = {"nmol": 1e3, "pmol": 1e4, "umol": 1e4, "mg/m2": 1e3, "Mcell": 1e3}
"""Magnitude of a clinical dose in the unit of the states, to which solver tolerances are relative."""


class Structure(Record):
    """A structural model. `drug` below is the drug's id, the prefix of all names that it puts into the network."""

    entry: ClassVar[str]
    """The species (without prefix) that an intravenous dose enters."""

    def values(self) -> Iterator[tuple[str, Value]]:
        """The numbers of the record that become parameters, by field name."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Value):
                yield name, value

    def declare(self, net: Network, drug: str, unit: str) -> None:
        """Put parameters, species (amounts in `unit`) and the rule `<drug>_concentration` into the network."""
        for name, value in self.values():
            net.parameter(value.parameter(f"{drug}_{name}"))
        self.declare_species(net, drug, unit)

    def declare_species(self, net: Network, drug: str, unit: str) -> None:
        raise NotImplementedError

    def connect(self, net: Network, drug: str) -> None:
        """Put the reactions into the network."""
        raise NotImplementedError

    def compartments(self, net: Network, drug: str) -> list[tuple[str, Quantity]]:
        """Plasma species that receptors can take the drug from, each with the volume it is dissolved in."""
        raise NotImplementedError

    def half_life(self) -> float:
        """Terminal half-life of the typical patient after an intravenous dose [d]."""
        raise NotImplementedError


def add_species(net: Network, drug: str, name: str, unit: str, compartment: str) -> Quantity:
    """Declare the species `<drug>_<name>`, empty at first."""
    scale = TYPICAL_AMOUNT[unit]
    return net.species(f"{drug}_{name}", unit, compartment=compartment, scale=scale)
