"""Quantities that endpoints watch, compiled apart from the model, so that no bit of the model's own code changes.

| program         | reads                                  | writes   | what                                           |
|-----------------|----------------------------------------|----------|------------------------------------------------|
| prepare_watched | parameter                              | constant | what is constant in a patient                  |
| draw            | rate                                   | curve    | coefficients d_r of the dense output (rodas5)  |
| watch           | fraction, state, next, curve, constant | watched  | the quantities at a fraction of the step made  |

Only the states on which the quantities depend are interpolated. A product is fused into the sum that uses it exactly
where the program `observe` of all observables does so: the values are the same bits whatever else is watched. The code
is LLVM's on every machine, and so is called as functions of C are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from melanokine.engine import rodas5
from melanokine.engine.code import cache as disk
from melanokine.engine.code.cache import source_digest
from melanokine.engine.code.llvm_emit import emit
from melanokine.engine.code.machine import Code, Machine, assemble
from melanokine.engine.lowering.assembler import Assembler, Operand, Program
from melanokine.engine.lowering.micro import expand
from melanokine.engine.lowering.primitives import Primitives, primitives
from melanokine.engine.lowering.programs import constant
from melanokine.engine.lowering.scheduling import schedule
from melanokine.network import Equations, Graph

PREPARE, DRAW, WATCH = "prepare_watched", "draw", "watch"


@dataclass(frozen=True, eq=False)
class Watch:
    """Machine code of the three programs, and the rows of the arrays that they share."""

    quantities: int
    constants: int
    curves: int
    address: dict[str, int]
    """Of each program by its name, which is also that of its field in layout.REDUCTION."""
    code: Code
    """Keeps the addresses valid."""


def compile_watch(equations: Equations, quantities: tuple[str, ...], machine: Machine) -> Watch:
    """Code that watches `quantities`, each the name of an observable or else of a state; from the cache if there."""
    text = f"watch {quantities} {equations.digest} {source_digest()} {machine.identity}"
    key = hashlib.sha256(text.encode()).hexdigest()
    stored = disk.load(key)
    if stored is None:
        programs, constants, curves = _programs(equations, quantities)
        text = emit([schedule(expand(program), machine.registers) for program in programs], machine)
        stored = {"constants": constants, "curves": curves}, assemble(machine, [text])
        disk.store(key, *stored)
    description, object_code = stored
    code = Code(machine, object_code)
    address = {name: code.address(name) for name in (PREPARE, DRAW, WATCH)}
    return Watch(len(quantities), address=address, code=code, **description)


def _programs(equations: Equations, quantities: tuple[str, ...]) -> tuple[list[Program], int, int]:
    """The programs, and the numbers of rows of `constant` and `curve`."""
    source = primitives(equations)
    node = dict(zip(equations.observables, source.observables, strict=True))
    watched = [node[name] for name in quantities if name in node]
    constants = source.hoisted(watched)
    below = {source.graph.op[a] for a in source.graph.reach(watched)}
    states = {operation[1] for operation in below if operation[0] == "state"}
    states |= {equations.state_index(name) for name in quantities if name not in node}
    rows = {state: len(rodas5.DENSE) * i for i, state in enumerate(sorted(states))}

    assembler, interpolated = _interpolating(source, constants, rows)
    for k, name in enumerate(quantities):
        value = assembler.operand(node[name]) if name in node else interpolated[equations.state_index(name)]
        assembler.store("watched", k, value)
    watch = assembler.program(WATCH, ("fraction", "state", "next", "curve", "constant", "watched"))
    draw = _draw(rows, len(equations.states))
    prepare = constant(source, PREPARE, "constant", list(constants), among=list(source.hoisted(source.observables)))
    return [prepare, draw, watch], len(constants), len(rodas5.DENSE) * len(rows)


def _draw(rows: dict[int, int], states: int) -> Program:
    assembler = Assembler(Graph(), lambda a: None, ())
    for state, row in rows.items():
        stages = [("rate", s * states + state) for s in range(rodas5.STAGES)]
        for r, weights in enumerate(rodas5.DENSE):
            total: Operand = assembler.append("mul", stages[0], ("const", weights[0]))
            for stage, weight in zip(stages[1:], weights[1:], strict=True):
                total = assembler.append("fma", stage, ("const", weight), total)
            assembler.store("curve", row + r, total)
    return assembler.program(DRAW, ("rate", "curve"))


def _interpolating(
    source: Primitives, constants: dict[int, int], rows: dict[int, int]
) -> tuple[Assembler, dict[int, Operand]]:
    """An assembler to which states are those at `fraction`, computed exactly as in `interpolate` of step.py."""
    graph = source.graph
    interpolated: dict[int, Operand] = {}

    def leaf(a: int) -> Operand | None:
        kind, *which = graph.op[a]
        if kind == "state":
            return interpolated.get(which[0], graph.op[a])
        if kind == "const":
            return graph.op[a]
        return None if source.dynamic[a] else ("constant", constants.get(a, -1))

    assembler = Assembler(graph, leaf, source.observables)
    add = assembler.append
    passed = ("fraction", 0)
    left = add("sub", ("const", 1.0), passed)
    for state, row in rows.items():
        first, second, third = (("curve", row + r) for r in range(len(rodas5.DENSE)))
        curve = add("fma", passed, add("fma", passed, third, second), first)
        inner = add("fma", left, curve, ("next", state))
        interpolated[state] = add("fma", passed, inner, add("mul", left, ("state", state)))
    return assembler, interpolated
