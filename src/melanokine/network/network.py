"""A network of species, parameters, rules and reactions, from which the equations follow.

Modules write into a network in two passes: first all *declare* their species and parameters, then all *connect* them by
rules and reactions, in any order of mention. Names are unique over species, parameters, inputs and rules. A `Scope` is
the same network seen from one lesion: a name is looked up with the lesion's suffix first, then without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from melanokine.errors import ModelError, UnitError, nearest
from melanokine.network.graph import Graph
from melanokine.network.parameter import Parameter, read_parameters
from melanokine.network.quantity import STRUCTURAL, Quantity
from melanokine.network.units import DAY, ONE, parse


@dataclass(frozen=True)
class Species:
    """An amount that changes in time. `scale` is a typical magnitude, to which tolerances are relative."""

    name: str
    unit: str
    compartment: str
    scale: float
    initial: Quantity
    module: str


@dataclass(frozen=True)
class Input:
    """A rate that only doses change (an infusion)."""

    name: str
    unit: str
    module: str


@dataclass(frozen=True)
class EventRule:
    """Where `trigger` rises from zero or less to more, species take new values; see `Scope.event`."""

    name: str
    trigger: Quantity
    changes: Mapping[str, Quantity]
    terminal: bool
    initially: bool
    module: str


@dataclass(frozen=True)
class Reaction:
    """`rate` per day, times the stoichiometry of each species. `conserves` claims that it only moves things."""

    name: str
    stoichiometry: Mapping[str, Quantity]
    rate: Quantity
    conserves: bool
    module: str


class Scope:
    """The network as seen with a name suffix ("" for the whole, "_1" for the first lesion)."""

    def __init__(self, network: Network, suffix: str) -> None:
        self._network = network
        self.suffix = suffix

    def __getattr__(self, name: str) -> Quantity:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Quantity:
        """The species, parameter, input or rule of that name; ModelError with the nearest known name."""
        symbols = self._network.symbols
        for candidate in (name + self.suffix, name):
            if candidate in symbols:
                return symbols[candidate]
        raise ModelError(f"nothing is called {name!r} here", remedy=nearest(name + self.suffix, symbols))

    def species(
        self, name: str, unit: str, *, compartment: str, scale: float, initial: Quantity | float = 0
    ) -> Quantity:
        """Declare a species with its initial amount (a quantity made of parameters, or 0, 1 or 2 of its unit)."""
        return self._network._add_species(name + self.suffix, unit, compartment, scale, initial)

    def rule(self, name: str, value: Quantity) -> Quantity:
        """Name an expression."""
        return self._network._define(name + self.suffix, value)

    def reaction(self, name: str, stoichiometry: Mapping[str, Any], rate: Quantity, *, conserves: bool = False) -> None:
        """Add `rate` times the stoichiometry (0, 1, 2, negatives, or a dimensionless quantity) to each species."""
        resolved = {self._resolve(species): times for species, times in stoichiometry.items()}
        self._network._add_reaction(name + self.suffix, resolved, rate, conserves)

    def transfer(self, name: str, source: str, target: str, rate: Quantity) -> None:
        """Move `rate` from one species to another; nothing is made or lost."""
        self.reaction(name, {source: -1, target: 1}, rate, conserves=True)

    def event(
        self,
        name: str,
        trigger: Quantity,
        changes: Mapping[str, Quantity | float] | None = None,
        *,
        terminal: bool = False,
        initially: bool = False,
    ) -> None:
        """Whenever `trigger` rises from zero or less to more than zero, give each species of `changes` its new value.

        A value is a quantity, or 0, 1 or 2 of the species' unit; all are computed from the state at the event. A
        `terminal` event ends the patient. One whose trigger is positive at the start does not happen there, unless
        `initially` says so. Events of one instant happen in the order of declaration, each looking at the state after
        the former.
        """
        resolved = {self._resolve(species): value for species, value in (changes or {}).items()}
        self._network._add_event(name + self.suffix, trigger, resolved, terminal, initially)

    def observable(self, name: str, value: Quantity, unit: str = "1") -> None:
        """Offer `value` to the outside, in `unit`."""
        self._network._add_observable(name + self.suffix, value, unit)

    def _resolve(self, species: str) -> str:
        known = self._network.species_table
        for candidate in (species + self.suffix, species):
            if candidate in known:
                return candidate
        raise ModelError(f"no species {species!r}", remedy=nearest(species + self.suffix, known))


class Network(Scope):
    """All species, parameters, rules and reactions of a model."""

    def __init__(self, name: str, lesions: int = 1) -> None:
        super().__init__(self, "")
        self.name = name
        self.graph = Graph()
        self.symbols: dict[str, Quantity] = {}
        self.species_table: dict[str, Species] = {}
        self.parameters: dict[str, Parameter] = {}
        self.inputs: dict[str, Input] = {}
        self.reactions: dict[str, Reaction] = {}
        self.observables: dict[str, Quantity] = {}
        self.guards: dict[str, Quantity] = {}
        self.events: dict[str, EventRule] = {}
        self.trigger: Quantity | None = None
        self.lesions = [Scope(self, f"_{i + 1}") for i in range(lesions)]
        self._roles: dict[str, list] = {}
        self._module = ""
        self.outside: set[str] = set()
        """Parameters that no equation needs: those of dosing or the trial, and those whose drugs are absent."""

    @contextmanager
    def module(self, name: str) -> Iterator[None]:
        """Whatever is added inside belongs to the mechanism or drug `name`."""
        previous, self._module = self._module, name
        try:
            yield
        finally:
            self._module = previous

    # declarations

    def load(self, module_file: str) -> None:
        """Declare the parameters of the CSV table that stands beside the calling module."""
        for parameter in read_parameters(Path(module_file).with_suffix(".csv"), self._module):
            self.parameter(parameter)

    def parameter(self, parameter: Parameter, *, outside: bool = False) -> None:
        """Declare one parameter; `outside` says that no equation uses it, only dosing or assessment."""
        names = [parameter.name]
        if parameter.level == "lesion":
            names = [parameter.name + lesion.suffix for lesion in self.lesions]
        for name in names:
            node = self.graph.parameter(len(self.parameters))
            self._name(name, Quantity(self.graph, node, parse(parameter.unit), name))
            self.parameters[name] = replace(parameter, name=name, module=parameter.module or self._module)
            if outside:
                self.outside.add(name)

    def input(self, name: str, unit: str) -> Quantity:
        """Declare a rate that doses change, zero until the first one."""
        node = self.graph.input(len(self.inputs))
        self.inputs[name] = Input(name, unit, self._module)
        return self._name(name, Quantity(self.graph, node, parse(unit), name))

    def guard(self, name: str, value: Quantity) -> None:
        """A dose that names this guard is given only where `value` is positive at its time."""
        if name in self.guards:
            raise ModelError(f"two guards are called {name!r}")
        self.guards[name] = value

    def terminal_event(self, value: Quantity) -> None:
        """Offer the event that `value` rises through zero (used to stop at diagnosis)."""
        self.trigger = value

    def role(self, name: str) -> list:
        """What drugs have registered under a role such as `il2_ligand`; empty when none has."""
        return self._roles.setdefault(name, [])

    def act_only_with(self, roles: str | tuple[str, ...], *parameters: str) -> None:
        """Say that `parameters` act only through drugs of one of `roles`: without such a drug nothing uses them."""
        if not any(self.role(role) for role in ((roles,) if isinstance(roles, str) else roles)):
            self.outside.update(parameters)

    # the network's own bookkeeping

    def _name(self, name: str, quantity: Quantity) -> Quantity:
        if name in self.symbols:
            raise ModelError(f"{name!r} is defined twice", remedy="names are unique over species, parameters and rules")
        self.symbols[name] = quantity
        return quantity

    def _define(self, name: str, value: Quantity) -> Quantity:
        return self._name(name, Quantity(self.graph, value.node, value.unit, name))

    def _add_species(self, name, unit, compartment, scale, initial) -> Quantity:
        node = self.graph.state(len(self.species_table))
        quantity = self._name(name, Quantity(self.graph, node, parse(unit), name))
        initial = quantity._lift(initial, quantity.unit)
        if not initial.unit.like(quantity.unit):
            raise UnitError(f"{name} [{unit}] cannot start as {initial.name} [{initial.unit}]")
        start = initial.to(quantity.unit)
        self.species_table[name] = Species(name, unit, compartment, scale, start, self._module)
        return quantity

    def _add_reaction(self, name, stoichiometry, rate, conserves) -> None:
        if name in self.reactions:
            raise ModelError(f"two reactions are called {name!r}")
        if not isinstance(rate, Quantity):
            raise ModelError(f"the rate of {name} is {rate!r}, not a quantity")
        times = {species: self._stoichiometric(name, count) for species, count in stoichiometry.items()}
        for species, count in times.items():
            unit = parse(self.species_table[species].unit)
            change = rate * count
            if not change.unit.like(unit / DAY):
                raise UnitError(
                    f"reaction {name} changes {species} [{unit}] at {change.name} [{change.unit}],"
                    f" which is not {unit} per time"
                )
        self.reactions[name] = Reaction(name, times, rate, conserves, self._module)

    def _stoichiometric(self, reaction: str, count) -> Quantity:
        if isinstance(count, Quantity):
            return count
        if abs(count) not in STRUCTURAL:
            raise ModelError(f"bare stoichiometry {count!r} in {reaction}", remedy="declare it as a parameter")
        return Quantity(self.graph, self.graph.const(count), ONE, str(count))

    def _add_event(self, name, trigger, changes, terminal, initially) -> None:
        if name in self.events:
            raise ModelError(f"two events are called {name!r}")
        if not changes and not terminal:
            raise ModelError(f"event {name} changes nothing", remedy="give it changes, or make it terminal")
        values = {}
        for species, value in changes.items():
            quantity = self.symbols[species]
            values[species] = quantity._lift(value, quantity.unit)
            if not values[species].unit.like(quantity.unit):
                value = values[species]
                raise UnitError(f"event {name} sets {species} [{quantity.unit}] to {value.name} [{value.unit}]")
        self.events[name] = EventRule(name, trigger, values, terminal, initially, self._module)

    def _add_observable(self, name, value, unit) -> None:
        if name in self.observables:
            raise ModelError(f"two observables are called {name!r}")
        self.observables[name] = value.to(parse(unit))
