"""From a description to equations: states, parameters, rates, events, and the nodes of everything with an id."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from melanokine.errors import InputError
from melanokine.interchange.sbml.arithmetic import Arithmetic
from melanokine.interchange.sbml.course import TIME, CourseValues
from melanokine.interchange.sbml.hybrid import Happening, Instant, crossings, happening, instants
from melanokine.interchange.sbml.records import Description
from melanokine.interchange.sbml.start import StartValues
from melanokine.interchange.sbml.written_out import Function, write_out
from melanokine.network import Equations, Graph, State, evaluate
from melanokine.network.equations import assemble


@dataclass(frozen=True, eq=False)
class Built:
    """`value`, `amount` and `concentration` are nodes by id; `sizes` those of compartments at the start.

    `states` are ids, in the order of the equations' states; if time is counted, its state follows them.
    """

    equations: Equations
    defaults: np.ndarray
    states: tuple[str, ...]
    counts_time: bool
    happenings: tuple[Happening, ...]
    instants: tuple[Instant, ...]
    value: dict[str, int]
    amount: dict[str, int]
    concentration: dict[str, int]
    sizes: dict[str, int]
    """By species whose parameter is an amount while its id means a concentration: the size of its compartment."""
    size: dict[str, int]
    """By species whose id means a concentration: the size of its compartment in the course."""

    _functions: dict[tuple[int, ...], Function] = field(default_factory=dict)

    def function(self, nodes: tuple[int, ...]) -> Function:
        """Nodes as a function of one patient; written out once."""
        if nodes not in self._functions:
            self._functions[nodes] = write_out(self.equations.graph, nodes)
        return self._functions[nodes]


def build(description: Description) -> Built:
    """InputError for unknown ids, circles, and formulas that are none."""
    try:
        return _build(description)
    except RecursionError:
        message = "formulas depend on each other in too long a chain"
        raise InputError(message, file=description.file, remedy="simplify them") from None


def given_numbers(description: Description) -> dict[str, float]:
    """Every number of the document by the id of what it is for: the parameters of the model."""
    numbers = {c.id: c.size for c in description.compartments.values()}
    numbers |= {s.id: s.initial for s in description.species.values()}
    numbers |= {p.id: p.value for p in description.parameters.values()}
    numbers |= {r.id: r.stoichiometry for r in description.references.values()}
    determined = {*description.initial, *description.assigned}
    return {id: number for id, number in numbers.items() if id not in determined}


def _build(description: Description) -> Built:
    graph = Graph()
    defaults = given_numbers(description)
    start = StartValues(description, Arithmetic(graph), defaults)
    course = CourseValues(start)
    rates = [course.derivative(id) for id in course.states]
    initial = [start.quantity(id) for id in course.states]
    found = [happening(event, course) for event in description.events]
    happenings = tuple(each for each in found if each is not None)
    quantities = [*description.compartments, *description.species, *description.parameters, *description.references]
    value = {id: course.value(id) for id in quantities}
    value |= {id: course.reaction(id) for id in description.reactions}
    amount = {id: course.quantity(id) for id in description.species}
    concentration = {id: course.concentration(id) for id in description.species}
    sizes = {
        s.id: start.value(s.compartment)
        for s in description.species.values()
        if s.id in defaults and s.given_as_amount and course.means_concentration(s.id)
    }
    size = {id: course.value(s.compartment) for id, s in description.species.items() if course.means_concentration(id)}
    counts_time = course.counts_time or not rates
    numbers = np.array(list(defaults.values()), float)
    states = _scaled(graph, course, initial, numbers, description)
    if counts_time:
        course.time()
        rates.append(graph.const(1.0))
        initial.append(graph.const(0.0))
        states = (*states, State(TIME, description.time_unit, 1.0))
    triggers = [each.trigger for each in happenings]
    known = instants(graph, rates, triggers, course.time() if course.counts_time else None)
    equations = assemble(
        graph,
        states=states,
        parameters=tuple(defaults),
        rhs=tuple(rates),
        initial=tuple(initial),
        events=crossings(graph, rates, triggers, known),
    )
    return Built(
        equations, numbers, tuple(course.states), counts_time, happenings, tuple(dict.fromkeys(known.values())), value,
        amount, concentration, sizes, size,
    )  # fmt: skip


def _scaled(
    graph: Graph, course: CourseValues, initial: list[int], numbers: np.ndarray, description: Description
) -> tuple[State, ...]:
    """States with their scales: their size at the start or, if that is zero, the smallest size of any other."""
    with np.errstate(all="ignore"):
        sizes = [abs(float(v)) for v in evaluate(graph, initial, parameters=numbers)]
    known = [size for size in sizes if 0.0 < size < math.inf]
    smallest = min(known, default=1.0)
    scales = [size if 0.0 < size < math.inf else smallest for size in sizes]
    tables = description.compartments, description.species, description.parameters
    units = {id: record.unit for table in tables for id, record in table.items()}
    return tuple(State(id, units.get(id, ""), scale) for id, scale in zip(course.states, scales, strict=True))
