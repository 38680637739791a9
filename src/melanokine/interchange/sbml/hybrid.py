"""Events of a model as nodes, and the places in its equations where something jumps."""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass

from melanokine.interchange.sbml.course import CourseValues
from melanokine.interchange.sbml.records import Event
from melanokine.network import Event as Watched
from melanokine.network import Graph


@dataclass(frozen=True)
class Happening:
    """An event; all nodes are of states and parameters. `assignments` are new values of ids as formulas mean them."""

    id: str
    trigger: int
    initial_value: bool
    persistent: bool
    values_from_trigger: bool
    delay: int | None
    priority: int | None
    assignments: tuple[tuple[str, int], ...]


def happening(event: Event, course: CourseValues) -> Happening | None:
    """The nodes of an event; None for one without a trigger, which never happens."""
    if event.trigger is None:
        return None

    def optional(formula, what: str) -> int | None:
        return None if formula is None else course.formula(formula, where=f"the {what} of event {event.id!r}")

    return Happening(
        event.id,
        course.arithmetic.truth(course.formula(event.trigger, where=f"the trigger of event {event.id!r}")),
        event.initial_value,
        event.persistent,
        event.values_from_trigger,
        optional(event.delay, "delay"),
        optional(event.priority, "priority"),
        tuple(
            (id, course.formula(f, where=f"event {event.id!r}, the assignment to {id!r}"))
            for id, f in event.assignments
        ),
    )


@dataclass(frozen=True)
class Instant:
    """Where triggers compare the time with something that is constant in a patient: the node `when`.

    The comparison has its new value at that time, or if it `follows` just after it.
    """

    when: int
    follows: bool


def instants(graph: Graph, rates: Sequence[int], triggers: Sequence[int], time: int | None) -> dict[int, Instant]:
    """By comparison, the instants of `triggers`, which need no watching; `rates` jump where they are watched."""
    if time is None:
        return {}
    in_rates = set(graph.reach(rates))
    found = {}
    for a in graph.reach(triggers):
        operation, *x = graph.op[a]
        if operation == "step" and a not in in_rates and time in x:
            (other,) = (b for b in x if b != time)
            if not graph.varies[other]:
                found[a] = Instant(other, follows=x[0] == time)
    return found


def crossings(
    graph: Graph, rates: Sequence[int], triggers: Sequence[int], known: Container[int] = ()
) -> tuple[Watched, ...]:
    """What to watch so that steps end where a condition or a rounded number in `rates` or `triggers` jumps, but for
    the comparisons that are `known`.

    A comparison jumps where the difference of its sides changes sign, a rounded number where the sine of pi times what
    is rounded does. What `triggers` need ends a run there.
    """
    decisive = set(graph.reach(triggers))
    watched: list[Watched] = []
    seen: set[int] = set()
    for a in graph.reach([*rates, *triggers]):
        operation, *x = graph.op[a]
        if operation not in ("step", "floor") or not graph.varies[a] or a in known:
            continue
        jumps = operation == "step"
        difference = graph.sub(*x) if jumps else graph.sin(graph.mul(graph.const(math.pi), x[0]))
        for node in (difference, graph.neg(difference)):
            if node not in seen:
                seen.add(node)
                watched.append(Watched(f"crossing {len(watched) + 1}", node, {}, terminal=a in decisive))
    return tuple(watched)
