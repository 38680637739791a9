"""The compiled loop over patients: one per lane, each with its own time, step, doses and end.

All lanes attempt a step together; each accepts or refuses its own, writes the outputs that its step has passed, and
goes on. A lane whose patient is finished takes the next one. Nothing that one lane does depends on the others, so a
patient's numbers are the same whatever the batch. Output times never shorten a step: outputs, the final state and the
place of an event are read off the dense output.
"""

from __future__ import annotations

from llvmlite import ir

from melanokine.engine.code.machine import Machine
from melanokine.engine.code.routine import POINTER, Routine, Term
from melanokine.engine.driver import events
from melanokine.engine.driver.checkpoint import write_checkpoint
from melanokine.engine.driver.control import write_advance, write_clamp
from melanokine.engine.driver.dosing import write_dose, write_settle
from melanokine.engine.driver.drift import stop_where_steady, write_drift
from melanokine.engine.driver.events import write_events
from melanokine.engine.driver.grid import write_grid
from melanokine.engine.driver.lane import Plan
from melanokine.engine.driver.layout import Frame
from melanokine.engine.driver.loading import write_load
from melanokine.engine.driver.reduction import write_reduction
from melanokine.engine.driver.results import write_expect, write_leave, write_record
from melanokine.engine.driver.step import write_interpolation, write_step
from melanokine.engine.driver.tape import FOLLOW, write_follow, write_note

FLUSH_DENORMALS = 0x9FC0
"""MXCSR: all exceptions masked, round to nearest, denormal operands and results are zero."""


def write_driver(plan: Plan) -> str:
    """LLVM IR of `simulate(call, workspace)` and of all it calls except the straight-line programs."""
    module = ir.Module("driver")
    write_step(module, plan.machine, plan.layout, plan.programs, plan.states)
    write_interpolation(module, plan.machine, plan.layout, plan.states)
    if plan.reduces:
        write_reduction(module, plan)
    write_drift(module, plan)
    for write in (
        write_leave, write_expect, write_record, write_checkpoint, write_note, write_follow, write_clamp, write_events,
        write_dose, write_settle, write_load, write_advance,
    ):  # fmt: skip
        write(module, plan)
    _Simulation(module, plan).write()
    if plan.machine.is_grid:
        write_grid(module, plan)
    return module_text(module, plan.machine)


def module_text(module: ir.Module, machine: Machine) -> str:
    """The module as text, its functions with the target attributes that llvmlite's builder cannot express."""
    module.data_layout = machine.data_layout
    return str(module).replace("noinline nounwind", f"noinline nounwind {' '.join(machine.attributes)}")


class _Simulation:
    def __init__(self, module: ir.Module, plan: Plan) -> None:
        self.plan = plan
        arguments = {"call": POINTER, "workspace": POINTER}
        self.routine = Routine(module, plan.machine, "simulate", arguments, public=True)
        self.frame = Frame(self.routine, plan.layout)

    def write(self) -> None:
        routine, frame = self.routine, self.frame
        call = frame.call
        restore = flush_denormals(routine)
        call.active, call.more = 0, 1
        for lane, cells in self._lanes():
            cells.patient, cells.step, cells.accepted = -1, 1.0, 0.0
            self._refill(lane)
        with routine.during(lambda: call.active > 0):
            routine.call("step", *self._arguments())
            frame.run(self.plan.programs["growth"])
            self._judge()
            if self.plan.watches:
                with routine.either(call.tape_mode.equals(FOLLOW)) as (follows, finds):
                    with follows:
                        events.relocate(routine, frame, self.plan)
                    with finds:
                        events.locate(routine, frame, self.plan)
            stop_where_steady(routine, frame)
            if self.plan.reduces:
                with routine.when(call.endpoints > 0):
                    routine.call("reduce", *self._arguments())
            self._write_outputs()
            self._take_steps()
            for lane, cells in self._lanes():
                with routine.when(cells.patient >= 0):
                    routine.call("advance", *self._arguments(), lane)
                self._refill(lane)
        restore()
        routine.finish()

    def _arguments(self) -> tuple[ir.Value, ir.Value]:
        return self.routine.argument["call"], self.routine.argument["workspace"]

    def _lanes(self):
        return self.frame.lanes()

    def _refill(self, lane: Term) -> None:
        cells, call = self.frame.lane(lane), self.frame.call
        with self.routine.during(lambda: (cells.patient < 0) & call.more.equals(1)):
            patient = self.frame.take_patient()
            with self.routine.either(patient < call.patients) as (one, nobody):
                with one:
                    cells.patient = patient
                    self.routine.call("load", *self._arguments(), lane)
                with nobody:
                    call.more = 0

    def _judge(self) -> None:
        """Which lanes accept, and up to what time their outputs are then known."""
        routine = self.routine
        for _, cells in self._lanes():
            accepted = (cells.patient >= 0) & (cells.error <= self.frame.call.error_limit)
            cells.accepted = routine.select(accepted, routine.real(1.0), 0.0)
            cells.moves = cells.accepted
            cells.end = routine.select(cells.hit.equals(1), cells.breakpoint, cells.time + cells.step)
            cells.limit, cells.stop_fraction = cells.end, 1.0

    def _write_outputs(self) -> None:
        routine, frame, call = self.routine, self.frame, self.frame.call

        def due(cells) -> Term:
            return (cells.accepted > 0.5) & (cells.due <= cells.limit)

        call.pending = 1
        with routine.during(lambda: call.pending.equals(1)):
            call.pending = 0
            for _, cells in self._lanes():
                cells.fraction = 0.0
                with routine.when(due(cells)):
                    call.pending = 1
                    passed = (cells.due - cells.time) / cells.step
                    cells.fraction = routine.select(cells.due < cells.limit, passed, cells.stop_fraction)
            with routine.when(call.pending.equals(1)):
                routine.call("interpolate", *self._arguments())
                for lane, cells in self._lanes():
                    with routine.when(due(cells)):
                        routine.call("record", *self._arguments(), lane, frame.vectors("between").at(0))

    def _take_steps(self) -> None:
        routine, frame = self.routine, self.frame
        state, following = frame.vectors("state"), frame.vectors("next")
        if self.plan.watches:
            events.take(routine, frame, self.plan)
        moves = frame.vectors("moves")[0] > 0.5
        with routine.each(self.plan.states) as i:
            state[i] = routine.select(moves, following[i], state[i])


def flush_denormals(routine: Routine):
    """On x86 treat denormals as zero from here on; call the result where the caller's mode is to be restored."""
    if not routine.machine.x86:
        return lambda: None
    builder, word = routine.builder, ir.IntType(32)
    before, ours = builder.alloca(word), builder.alloca(word)
    builder.store(ir.Constant(word, FLUSH_DENORMALS), ours)
    routine.call("llvm.x86.sse.stmxcsr", before)
    routine.call("llvm.x86.sse.ldmxcsr", ours)
    return lambda: routine.call("llvm.x86.sse.ldmxcsr", before)
