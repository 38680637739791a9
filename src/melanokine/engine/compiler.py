"""From equations to object code: lowering, scheduling, LLVM; or from the cache."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from dataclasses import asdict, dataclass, replace

from melanokine.engine.code import cache as disk
from melanokine.engine.code import llvm_emit, x86_emit
from melanokine.engine.code.cache import source_digest
from melanokine.engine.code.machine import Machine, assemble
from melanokine.engine.driver.lane import Plan
from melanokine.engine.driver.layout import simulation_layout
from melanokine.engine.driver.loop import write_driver
from melanokine.engine.driver.observation import PROGRAMS as OBSERVATION
from melanokine.engine.driver.observation import observation_layout, write_observation
from melanokine.engine.lowering.arrangement import arrange
from melanokine.engine.lowering.assembler import Program
from melanokine.engine.lowering.programs import Programs, programs
from melanokine.errors import EngineError
from melanokine.network import Equations


@dataclass(frozen=True)
class Compiled:
    """Object code with what its callers need to know, and what may be told about it.

    `simulation_rows` and `observation_rows` are rows of workspace (one vector each) before those for memories; the last
    `saved_rows` of the former go into checkpoints.
    `operations` counts the arithmetic instructions of one right-hand side, of one factorisation with its Jacobian, and
    of one solution.
    """

    object_code: bytes
    lanes: int
    simulation_rows: int
    saved_rows: int
    observation_rows: int
    jacobian_entries: int
    factor_entries: int
    operations: dict[str, int]
    seconds: float
    """What compilation took, when it was last done."""
    from_cache: bool = False


def compile_object(equations: Equations, machine: Machine) -> Compiled:
    """Object code for `machine`, from the cache if it is there."""
    key = hashlib.sha256(f"{equations.digest} {source_digest()} {machine.identity}".encode()).hexdigest()
    stored = disk.load(key)
    if stored is not None:
        description, object_code = stored
        return Compiled(object_code=object_code, from_cache=True, **description)
    compiled = _compile(equations, machine)
    description = asdict(compiled)
    for name in ("object_code", "from_cache"):
        del description[name]
    disk.store(key, description, compiled.object_code)
    return compiled


def _compile(equations: Equations, machine: Machine) -> Compiled:
    began = time.perf_counter()
    _check(equations)
    lowered = programs(equations)
    states, parameters, inputs = len(equations.states), len(equations.parameters), len(equations.inputs)
    events, changes = len(equations.events), sum(len(event.changes) for event in equations.events)
    layout = simulation_layout(
        states, parameters, inputs, lowered.hoisted, lowered.factors, len(equations.guards), events, changes
    )
    plan = Plan(
        machine=machine,
        layout=layout,
        programs=lowered.programs,
        states=states,
        parameters=parameters,
        inputs=inputs,
        guarded=bool(equations.guards),
        triggered=equations.trigger is not None,
        events=equations.events,
    )
    observables = len(equations.observables)
    rows = observation_layout(states, parameters, lowered.hoisted_observables, observables)
    arranged = arrange(lowered.programs, machine.registers)
    if machine.is_grid:  # which only integrates
        used = [program for name, program in arranged.items() if name not in OBSERVATION]
        sources = [_straight_line(used, machine), write_driver(plan)]
    else:
        observation = write_observation(machine, rows, lowered.programs, states, parameters, observables)
        sources = [_straight_line(list(arranged.values()), machine), write_driver(plan), observation]
    compiled = Compiled(
        object_code=assemble(machine, sources),
        lanes=machine.lanes,
        simulation_rows=layout.rows,
        saved_rows=layout.saved,
        observation_rows=rows.rows,
        jacobian_entries=sum(len(row) for row in equations.jacobian),
        factor_entries=lowered.factors,
        operations={name: _operations(lowered, name) for name in ("rates", "factorise", "solve")},
        seconds=0.0,
    )
    return replace(compiled, seconds=time.perf_counter() - began)


def _straight_line(programs: list[Program], machine: Machine) -> str:
    """LLVM IR text of the programs: as IR, or as our own assembly in a module that holds nothing else."""
    if not machine.assembly:
        return llvm_emit.emit(programs, machine)
    lines = x86_emit.emit(programs, machine.symbol_prefix).splitlines()
    return "\n".join(f'module asm "{line}"' for line in lines)


def _check(equations: Equations) -> None:
    if not equations.states:
        raise EngineError("there are no states to integrate")
    graph = equations.graph
    for state in equations.states:
        if not 0.0 < state.scale < float("inf"):
            raise EngineError(f"state {state.name} has the scale {state.scale:g}", remedy="give a positive magnitude")
    for name, node in equations.observables.items():
        if any(graph.op[a][0] == "input" for a in graph.reach([node])):
            remedy = "observables are functions of states and parameters: observe a state that the input feeds"
            raise EngineError(f"observable {name} depends on an input", remedy=remedy)
    for node, state in zip(equations.initial, equations.states, strict=True):
        if any(graph.op[a][0] in ("state", "input") for a in graph.reach([node])):
            raise EngineError(f"the initial value of {state.name} depends on a state or an input")


def _operations(lowered: Programs, name: str) -> int:
    counted = Counter(instruction.operation for instruction in lowered.programs[name].instructions)
    return sum(counted.values()) - counted["store"]
