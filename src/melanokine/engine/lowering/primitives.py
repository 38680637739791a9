"""The equations in the operations that lanes can do, with what is constant in a patient told apart.

Powers become exp(b ln(max(a, TINY))), so that powers of one base share its logarithm, and the floor under every
logarithm becomes an explicit maximum. Sine, cosine, arc tangent and floor are written out (trigonometry.py). Where
the floor holds a power is constant, so its slope is 0: with the huge slope of x^0.5 at the floor instead, the method
would take x = 0 for a state that never moves.

A node is *dynamic* when it depends on a state or on an input (inputs change at doses); the maximal others are
*hoisted*: computed once per patient and kept in an array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from melanokine.engine.lowering.trigonometry import arc_tangent, cosine, floor, sine
from melanokine.network import Equations, Graph
from melanokine.network.graph import TINY


@dataclass(frozen=True)
class Primitives:
    """Nodes of `graph` (primitive operations only) for all that is computed; as in Equations otherwise."""

    graph: Graph
    dynamic: Sequence[bool]
    rhs: tuple[int, ...]
    jacobian: tuple[Mapping[int, int], ...]
    initial: tuple[int, ...]
    observables: tuple[int, ...]
    guards: tuple[int, ...]
    trigger: int | None
    event_triggers: tuple[int, ...]
    event_changes: tuple[int, ...]
    """New values of all events, one after the other."""

    def hoisted(self, roots: Iterable[int]) -> dict[int, int]:
        """Position in the array of patient constants, for each one that computing `roots` reads."""
        needed: set[int] = set()
        seen: set[int] = set()
        stack = list(roots)
        while stack:
            a = stack.pop()
            if a in seen:
                continue
            seen.add(a)
            if self.dynamic[a]:
                stack.extend(self.graph.arguments(a))
            elif not self.graph.is_const(a):
                needed.add(a)
        return {a: k for k, a in enumerate(sorted(needed))}


def primitives(equations: Equations) -> Primitives:
    """Rewrite the equations; their graph is left as it is."""
    trigger = () if equations.trigger is None else (equations.trigger,)
    single = (*equations.rhs, *equations.initial, *equations.observables.values(), *equations.guards.values())
    entries = [node for row in equations.jacobian for node in row.values()]
    triggers = [event.trigger for event in equations.events]
    changes = [node for event in equations.events for node in event.changes.values()]
    graph, image = _rewrite(equations.graph, [*single, *trigger, *entries, *triggers, *changes])
    dynamic: list[bool] = []
    for a in range(len(graph.op)):
        dynamic.append(graph.op[a][0] in ("state", "input") or any(dynamic[b] for b in graph.arguments(a)))
    return Primitives(
        graph=graph,
        dynamic=dynamic,
        rhs=tuple(image[a] for a in equations.rhs),
        jacobian=tuple({j: image[a] for j, a in row.items()} for row in equations.jacobian),
        initial=tuple(image[a] for a in equations.initial),
        observables=tuple(image[a] for a in equations.observables.values()),
        guards=tuple(image[a] for a in equations.guards.values()),
        trigger=image[trigger[0]] if trigger else None,
        event_triggers=tuple(image[a] for a in triggers),
        event_changes=tuple(image[a] for a in changes),
    )


def _rewrite(source: Graph, roots: list[int]) -> tuple[Graph, dict[int, int]]:
    graph = Graph()
    build: dict[str, Callable[..., int]] = {
        "add": graph.add,
        "sub": graph.sub,
        "neg": graph.neg,
        "mul": graph.mul,
        "inv": graph.inv,
        "exp": graph.exp,
        "sqrt": graph.sqrt,
        "max": graph.maximum,
        "min": graph.minimum,
        "floor": partial(floor, graph),
        "sin": partial(sine, graph),
        "cos": partial(cosine, graph),
        "arctan": partial(arc_tangent, graph),
    }
    tiny = graph.const(TINY)

    def floored(a: int) -> int:
        return graph.maximum(a, tiny)

    image: dict[int, int] = {}
    for a in source.reach(roots):
        operation, *arguments = source.op[a]
        if not source.arguments(a):
            image[a] = graph.node(operation, *arguments)
            continue
        x = [image[b] for b in arguments]
        if operation == "log":
            image[a] = graph.node("ln", floored(x[0]))
        elif operation == "pow":
            image[a] = graph.exp(graph.mul(x[1], graph.node("ln", floored(x[0]))))
        elif operation == "powslope":
            above = graph.node("step", x[0], tiny)
            image[a] = graph.mul(above, graph.mul(x[2], graph.inv(floored(x[0]))))
        elif operation in ("step", "choose"):
            image[a] = graph.node(operation, *x)
        else:
            image[a] = build[operation](*x)
    return graph, image
