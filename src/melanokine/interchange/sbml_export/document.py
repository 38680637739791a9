"""The document: states with rate rules, named expressions with assignment rules, reactions by the names of their rates.

Amounts (of substance, cells or mass) are species, whose compartments say where they are and have no size: every
equation holds amounts, or concentrations that it forms itself. States of other units, such as signals, temperatures
and counts in blood, are parameters. A reaction of the network appears as the rule `rate_of_REACTION`, because one
reaction may change states of unlike units; the rate rules add them up. Expressions that are constant in a patient are
initial assignments. What is computed is what the engine computes: the same graph, floors and conversions included.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from melanokine.engine import Schedule
from melanokine.errors import ModelError
from melanokine.interchange.sbml_export.annotations import Annotation, annotation, annotations_of, notes, sources
from melanokine.interchange.sbml_export.events import Events
from melanokine.interchange.sbml_export.mathml import Formulas
from melanokine.interchange.sbml_export.units import NodeUnits, UnitTable
from melanokine.interchange.sbml_export.xml import element, list_of, math, text
from melanokine.network import Equations, Network, Parameter, Unit, parse
from melanokine.network.units import DAY

CORE = "http://www.sbml.org/sbml/level3/version2/core"
HUMAN, MELANOMA = "https://identifiers.org/taxonomy:9606", "https://identifiers.org/DOID:1909"


def sbml_document(
    network: Network,
    equations: Equations,
    parameters: ArrayLike,
    *,
    initial: ArrayLike | None = None,
    schedule: Schedule | None = None,
    name: str = "melanokine",
    about: Sequence[str] = (),
) -> str:
    """One patient of a network as SBML, Level 3 Version 2 core; time is in days.

    `parameters` (P,) are the patient's, in the order of `equations`, `initial` (X,) the states on day 0 (None: as the
    network starts, computed from the parameters). Doses of `schedule` become events. `about` are paragraphs of the
    notes. Raises ModelError naming what SBML cannot say: an event that ends the patient, a dose delayed by a parameter.
    """
    schedule = Schedule.empty() if schedule is None else schedule
    schedule.check(equations)
    values = np.asarray(parameters, float)
    if values.shape != (len(equations.parameters),):
        raise ModelError(f"{values.shape} values for the {len(equations.parameters)} parameters of one patient")
    start = None if initial is None else np.asarray(initial, float)
    if start is not None and start.shape != (len(equations.states),):
        raise ModelError(f"{start.shape} values for the {len(equations.states)} states of one patient")
    return _Document(network, equations, values, start, schedule, name, about).text()


class _Document:
    def __init__(
        self,
        network: Network,
        equations: Equations,
        parameters: np.ndarray,
        initial: np.ndarray | None,
        schedule: Schedule,
        name: str,
        about: Sequence[str],
    ) -> None:
        self._net = network
        self._equations = equations
        self._graph = network.graph
        self._values = parameters
        self._initial = initial
        self._schedule = schedule
        self._name = name
        self._about = about
        self._taken: set[str] = set()
        self._names = {name: self._identifier(name) for name in (*network.species_table, *network.parameters)}
        self._names |= {name: self._identifier(name) for name in network.inputs}
        amounts = (s.compartment for s in network.species_table.values() if _is_amount(parse(s.unit)))
        self._compartment_names = {name: self._identifier(f"compartment_{name}") for name in dict.fromkeys(amounts)}
        self._node_names = self._leaves()
        self._guard_names: list[str] = []
        self._rules = self._named_rules()
        self._units = self._node_units()
        self._unit_table = UnitTable()
        self._shared = self._name_shared()
        self._formulas = Formulas(self._graph, self._node_names, self._units.of, self._unit_table.identifier)
        units = {name: parse(s.unit) for name, s in network.species_table.items()}
        units |= {name: parse(p.unit) for name, p in network.parameters.items()}
        units |= {name: parse(i.unit) for name, i in network.inputs.items()}
        units |= {f"guard {name}": quantity.unit for name, quantity in network.guards.items()}
        units |= {f"event {event.name}": event.trigger.unit for event in network.events.values()}
        self._events = Events(equations, schedule, self._formulas, self._names, self._guard_names, units)

    def text(self) -> str:
        """The whole document."""
        time = self._unit(parse("d"))
        species, states = self._states()
        parts = [
            list_of("Compartments", self._compartments()),
            list_of("Species", species),
            list_of("Parameters", [*self._parameters(), *self._inputs(), *states, *self._computed(), *self._flags()]),
            list_of("InitialAssignments", self._initial_assignments()),
            list_of("Rules", [*self._assignment_rules(), *self._rate_rules()]),
            self._events.text(),
        ]
        found = [
            Annotation("bqbiol:hasTaxon", HUMAN),
            Annotation("bqbiol:hasProperty", MELANOMA),
        ]
        head = notes(*map(text, self._about)) + annotation("model", found)
        attributes = {"id": self._identifier(self._name), "name": self._name, "metaid": "model", "timeUnits": time}
        content = head + "\n" + self._unit_table.definitions() + "".join(parts)
        model = element("model", attributes, content)
        root = {"xmlns": CORE, "xmlns:sbml": CORE, "level": 3, "version": 2}
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + element("sbml", root, "\n" + model + "\n") + "\n"

    # names

    def _identifier(self, name: str) -> str:
        """A valid identifier that is not taken yet, the name itself if it is one."""
        plain = re.sub(r"\W", "_", name, flags=re.ASCII)
        plain = plain if re.match(r"[A-Za-z_]", plain) else f"_{plain}"
        identifier = plain
        for n in range(2, 10_000):
            if identifier not in self._taken:
                break
            identifier = f"{plain}_{n}"
        self._taken.add(identifier)
        return identifier

    def _leaves(self) -> dict[int, str]:
        graph, names = self._graph, self._names
        leaves = {graph.state(k): names[name] for k, name in enumerate(self._net.species_table)}
        leaves |= {graph.parameter(k): names[name] for k, name in enumerate(self._net.parameters)}
        return leaves | {graph.input(k): names[name] for k, name in enumerate(self._net.inputs)}

    def _named_rules(self) -> dict[str, tuple[int, Unit, str, str]]:
        """Named expressions that are used or observed: by identifier the node, unit, title and module."""
        needed = set(self._graph.reach(self._roots))
        rules: dict[str, tuple[int, Unit, str, str]] = {}

        def add(wanted: str, node: int, unit: Unit, title: str, module: str = "") -> str:
            identifier = self._identifier(wanted)
            rules[identifier] = node, unit, title, module
            if not self._graph.is_const(node):
                self._node_names.setdefault(node, identifier)
            return identifier

        for name, quantity in self._net.symbols.items():
            if name not in self._names and quantity.node in needed:
                add(name, quantity.node, quantity.unit, name)
        for name, reaction in self._net.reactions.items():
            if reaction.rate.node in needed and reaction.rate.node not in self._node_names:
                title = f"rate of the reaction {name}"
                add(f"rate_of_{name}", reaction.rate.node, reaction.rate.unit, title, reaction.module)
        for name, quantity in self._net.guards.items():
            title = f"a dose is given where {name} is positive"
            self._guard_names.append(add(f"guard_{name}", quantity.node, quantity.unit, title))
        for name, quantity in self._net.observables.items():
            if self._node_names.get(quantity.node) != name:
                add(f"observed_{name}", quantity.node, quantity.unit, f"observable {name}")
        return rules

    @cached_property
    def _roots(self) -> list[int]:
        """Everything that is computed."""
        equations = self._equations
        roots = [*equations.rhs, *equations.observables.values(), *equations.guards.values()]
        roots += [node for event in equations.events for node in (event.trigger, *event.changes.values())]
        return roots + (list(equations.initial) if self._initial is None else [])

    def _node_units(self) -> NodeUnits:
        net, known = self._net, {}
        for quantity in net.symbols.values():
            known[quantity.node] = quantity.unit
        for reaction in net.reactions.values():
            known[reaction.rate.node] = reaction.rate.unit
        for quantity in (*net.observables.values(), *net.guards.values()):
            known[quantity.node] = quantity.unit
        for event in net.events.values():
            known[event.trigger.node] = event.trigger.unit
        for species, node, first in zip(
            net.species_table.values(), self._equations.rhs, self._equations.initial, strict=True
        ):
            known[node] = parse(species.unit) / DAY
            known[first] = parse(species.unit)
        roots = [*self._roots, *(quantity.node for quantity in net.symbols.values())]
        return NodeUnits(self._graph, roots, {a: u for a, u in known.items() if not self._graph.is_const(a)})

    def _name_shared(self) -> dict[str, int]:
        """Expressions without a name that are used more than once, by identifier: each is computed once."""
        graph = self._graph
        uses = Counter(self._roots)
        needed = graph.reach(self._roots)
        for a in needed:
            uses.update(graph.arguments(a))
        shared: dict[str, int] = {}
        for a in needed:
            if uses[a] > 1 and graph.arguments(a) and a not in self._node_names:
                identifier = self._identifier(f"term_{len(shared) + 1}")
                shared[identifier] = a
                self._node_names[a] = identifier
        return shared

    # elements

    def _unit(self, unit: Unit) -> str:
        return self._unit_table.identifier(unit)

    def _compartments(self) -> Iterable[str]:
        for name, identifier in self._compartment_names.items():
            meta = f"meta_{identifier}"
            attributes = {"metaid": meta, "id": identifier, "name": name, "spatialDimensions": 0}
            attributes |= {"units": "dimensionless", "constant": True}
            yield element("compartment", attributes, annotation(meta, annotations_of(name, "")))

    def _states(self) -> tuple[list[str], list[str]]:
        """Species, and states that are parameters."""
        species, others = [], []
        for k, state in enumerate(self._net.species_table.values()):
            identifier, unit = self._names[state.name], parse(state.unit)
            meta = f"meta_{identifier}"
            value = None if self._initial is None else float(self._initial[k])
            about = notes(text(f"{state.module}; in {state.compartment}"))
            content = about + annotation(meta, annotations_of(state.name, state.module))
            if _is_amount(unit):
                attributes = {
                    "metaid": meta,
                    "id": identifier,
                    "compartment": self._compartment_names[state.compartment],
                    "initialAmount": value,
                    "substanceUnits": self._unit(unit),
                    "hasOnlySubstanceUnits": True,
                    "boundaryCondition": False,
                    "constant": False,
                }
                species.append(element("species", attributes, content))
            else:
                others.append(self._parameter(identifier, value, unit, constant=False, content=content, meta=meta))
        return species, others

    def _parameter(
        self,
        identifier: str,
        value: float | None,
        unit: Unit,
        *,
        constant: bool,
        content: str = "",
        meta: str | None = None,
    ) -> str:
        attributes = {"metaid": meta, "id": identifier, "value": value, "units": self._unit(unit), "constant": constant}
        return element("parameter", attributes, content)

    def _parameters(self) -> Iterable[str]:
        for value, parameter in zip(self._values, self._net.parameters.values(), strict=True):
            identifier = self._names[parameter.name]
            meta = f"meta_{identifier}"
            content = notes(*_about(parameter)) + annotation(meta, sources(parameter.source))
            unit = parse(parameter.unit)
            yield self._parameter(identifier, float(value), unit, constant=True, content=content, meta=meta)

    def _inputs(self) -> Iterable[str]:
        for given in self._net.inputs.values():
            about = notes(text(f"{given.module}; changed by doses only"))
            yield self._parameter(self._names[given.name], 0.0, parse(given.unit), constant=False, content=about)

    def _computed(self) -> Iterable[str]:
        for identifier, (node, unit, title, module) in self._rules.items():
            about = notes(text(f"{title}; {module}" if module else title))
            yield self._parameter(identifier, None, unit, constant=not self._changes(node), content=about)
        for identifier, node in self._shared.items():
            yield self._parameter(identifier, None, self._units.of[node], constant=not self._changes(node))

    def _flags(self) -> Iterable[str]:
        for dose, identifier in self._events.flags.items():
            when = self._schedule.time[dose]
            about = notes(f"1 once the guarded dose of day {when:g} was given, else 0")
            yield self._parameter(identifier, 0.0, parse("1"), constant=False, content=about)

    @cached_property
    def _dynamic(self) -> list[bool]:
        dynamic: list[bool] = []
        for a, operation in enumerate(self._graph.op):
            leaf = operation[0] in ("state", "input")
            dynamic.append(leaf or any(dynamic[b] for b in self._graph.arguments(a)))
        return dynamic

    def _changes(self, node: int) -> bool:
        return self._dynamic[node]

    def _defined(self) -> list[tuple[int, str, Unit]]:
        """Node, identifier and unit of all that has a name and is computed, in an order in which it can be."""
        every = [(node, identifier, unit) for identifier, (node, unit, *_) in self._rules.items()]
        every += [(node, identifier, self._units.of[node]) for identifier, node in self._shared.items()]
        return sorted(every, key=lambda one: one[0])

    def _definition(self, node: int, identifier: str, unit: Unit) -> str:
        """What an identifier stands for; a second name of one node stands for the first."""
        if self._node_names.get(node, identifier) != identifier:
            return math(self._formulas.of(node, unit))
        return math(self._formulas.inside(node, unit))

    def _initial_assignments(self) -> Iterable[str]:
        for node, identifier, unit in self._defined():
            if not self._changes(node):
                yield element("initialAssignment", {"symbol": identifier}, self._definition(node, identifier, unit))
        if self._initial is None:
            for state, node in zip(self._net.species_table.values(), self._equations.initial, strict=True):
                content = math(self._formulas.of(node, parse(state.unit)))
                yield element("initialAssignment", {"symbol": self._names[state.name]}, content)

    def _assignment_rules(self) -> Iterable[str]:
        for node, identifier, unit in self._defined():
            if self._changes(node):
                yield element("assignmentRule", {"variable": identifier}, self._definition(node, identifier, unit))

    def _rate_rules(self) -> Iterable[str]:
        for state, node in zip(self._net.species_table.values(), self._equations.rhs, strict=True):
            content = math(self._formulas.of(node, parse(state.unit) / DAY))
            yield element("rateRule", {"variable": self._names[state.name]}, content)


def _is_amount(unit: Unit) -> bool:
    """Whether SBML takes it for the unit of a species: of substance, cells or mass."""
    return unit.exponents in {parse(text).exponents for text in ("mol", "cell", "g")}


def _about(parameter: Parameter) -> Iterable[str]:
    """How the value was obtained, between which patients it varies, and its sources."""
    source = parameter.source or "no source"
    yield text(f"{parameter.module}; {parameter.how}; {source}")
    if parameter.distribution != "fixed":
        spread = f" with spread {parameter.spread:g}" if parameter.spread else ""
        yield text(f"between patients {parameter.distribution}{spread}, median {parameter.value:g} {parameter.unit}")
    if parameter.note:
        yield text(parameter.note)
