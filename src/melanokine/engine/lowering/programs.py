"""All that a kernel computes, as straight-line programs over lanes.

| program             | reads                         | writes              | what                                   |
|---------------------|-------------------------------|---------------------|----------------------------------------|
| prepare             | parameter                     | hoisted             | what is constant in a patient          |
| rates               | state, input, hoisted         | rate                | f(y) + what `rate` held                |
| factorise           | state, input, hoisted,        | rate, factor,       | f(y); the LU factors of shift I - J    |
|                     | diagonal: shift               | diagonal: pivot     |                                        |
| solve               | factor                        | vector              | W x = b in place                       |
| guards              | state, input, hoisted         | guard               | positive where a dose is allowed       |
| trigger             | state, input, hoisted         | trigger             | positive where a run may have to stop   |
| events              | state, input, hoisted         | event               | rises through zero at each event       |
| changes             | state, input, hoisted         | change              | new values of all events, in order     |
| prepare_observables | parameter                     | hoisted             | apart, so that what is observed ...    |
| observe             | state, hoisted                | observable          | ... changes no step                    |
| initial             | parameter                     | state               | the state to start from                |
| growth              | error                         | growth              | by how much the next step may grow     |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from melanokine.engine import rodas5
from melanokine.engine.lowering.assembler import Assembler, Operand, Program
from melanokine.engine.lowering.factorisation import Factorisation, Pattern, pattern, solve
from melanokine.engine.lowering.ordering import markowitz
from melanokine.engine.lowering.primitives import Primitives, primitives
from melanokine.network import Equations, Graph

SAFETY = 0.95
"""The next step aims at this fraction of the step whose error would just be tolerated."""
SMALLEST_GROWTH, LARGEST_GROWTH = 0.2, 6.0
"""From one step to the next, as in the code RODAS of Hairer and Wanner (book cited in rodas5.py)."""

_DYNAMIC = ("state", "input", "hoisted")


@dataclass(frozen=True)
class Programs:
    """The programs of one set of equations by name, and the lengths of the arrays that they share."""

    programs: Mapping[str, Program]
    hoisted: int
    hoisted_observables: int
    pattern: Pattern

    @property
    def factors(self) -> int:
        return len(self.pattern.slot)


def programs(equations: Equations) -> Programs:
    """Lower equations to programs."""
    source = primitives(equations)
    entries = [node for row in source.jacobian for node in row.values()]
    trigger = () if source.trigger is None else (source.trigger,)
    happening = (*source.event_triggers, *source.event_changes)
    slots = source.hoisted([*source.rhs, *entries, *source.guards, *trigger, *happening])
    observed = source.hoisted(source.observables)
    shape = pattern(source.jacobian, markowitz(source.jacobian))
    factorise, negative = _factorise(source, slots, shape)
    written = [
        constant(source, "prepare", "hoisted", list(slots)),
        constant(source, "prepare_observables", "hoisted", list(observed)),
        constant(source, "initial", "state", source.initial),
        _rates(source, slots),
        factorise,
        solve(shape, negative, Assembler(source.graph, _no_leaf, ())),
        _dynamic(source, slots, "guards", "guard", source.guards),
        _dynamic(source, slots, "trigger", "trigger", trigger),
        _dynamic(source, slots, "events", "event", source.event_triggers),
        _dynamic(source, slots, "changes", "change", source.event_changes),
        _dynamic(source, observed, "observe", "observable", source.observables),
        _growth(),
    ]
    return Programs({program.name: program for program in written}, len(slots), len(observed), shape)


def _no_leaf(node: int) -> None:
    return None


def _assembler(source: Primitives, slots: Mapping[int, int], roots: Sequence[int]) -> Assembler:
    """An assembler to which patient constants are elements of the array `hoisted`."""
    graph = source.graph

    def leaf(a: int) -> Operand | None:
        if graph.op[a][0] in ("const", "state", "input"):
            return graph.op[a]
        return None if source.dynamic[a] else ("hoisted", slots[a])

    return Assembler(graph, leaf, roots)


def constant(
    source: Primitives, name: str, target: str, nodes: Sequence[int], among: Sequence[int] | None = None
) -> Program:
    """What parameters alone decide, into `target`; products are fused as if all of `among` were computed."""
    graph = source.graph

    def leaf(a: int) -> Operand | None:
        return graph.op[a] if graph.op[a][0] in ("const", "parameter") else None

    assembler = Assembler(graph, leaf, nodes if among is None else among)
    for k, node in enumerate(nodes):
        assembler.store(target, k, assembler.operand(node))
    return assembler.program(name, ("parameter", target))


def _dynamic(source: Primitives, slots: Mapping[int, int], name: str, target: str, nodes: Sequence[int]) -> Program:
    assembler = _assembler(source, slots, nodes)
    for k, node in enumerate(nodes):
        assembler.store(target, k, assembler.operand(node))
    return assembler.program(name, (*_DYNAMIC, target))


def _rates(source: Primitives, slots: Mapping[int, int]) -> Program:
    assembler = _assembler(source, slots, source.rhs)
    for k, node in enumerate(source.rhs):
        total = assembler.append("add", assembler.operand(node), ("rate", k))
        assembler.store("rate", k, total)
    return assembler.program("rates", (*_DYNAMIC, "rate"))


def _factorise(
    source: Primitives, slots: Mapping[int, int], shape: Pattern
) -> tuple[Program, Mapping[tuple[int, int], bool]]:
    graph = source.graph

    def unsigned(node: int) -> tuple[int, bool]:
        """What a node is the negative of, and whether it is one."""
        negated = graph.op[node][0] == "neg" and source.dynamic[node]
        return (graph.arguments(node)[0], True) if negated else (node, False)

    jacobian = [{j: unsigned(node) for j, node in row.items()} for row in source.jacobian]
    entries = [node for row in jacobian for node, _ in row.values()]
    assembler = _assembler(source, slots, [*source.rhs, *entries])
    elimination = Factorisation(shape, assembler)
    for i, original in enumerate(shape.order):
        assembler.store("rate", original, assembler.operand(source.rhs[original]))
        row = {j: (assembler.operand(node), negated) for j, (node, negated) in jacobian[original].items()}
        elimination.row(i, row)
    negative = elimination.finish()
    return assembler.program("factorise", (*_DYNAMIC, "rate", "factor", "diagonal")), negative


def _growth() -> Program:
    """SAFETY * error**(-1 / (2 ORDER)) within bounds, where `error` is the squared norm of the scaled error."""
    assembler = Assembler(Graph(), _no_leaf, ())
    add = assembler.append
    floored = add("max", ("error", 0), ("const", 1e-16))
    exponent = add("mul", add("ln", floored), ("const", -0.5 / rodas5.ORDER))
    growth = add("mul", add("exp", exponent), ("const", SAFETY))
    bounded = add("min", add("max", growth, ("const", SMALLEST_GROWTH)), ("const", LARGEST_GROWTH))
    assembler.store("growth", 0, bounded)
    return assembler.program("growth", ("error", "growth"))
