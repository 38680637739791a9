"""Compiled functions of rows: observables of states, and initial states of parameters.

Rows fill the lanes; no lane depends on another, so a row's values are the same in any batch.
"""

from __future__ import annotations

from collections.abc import Mapping

from llvmlite import ir

from melanokine.engine.code.machine import Machine
from melanokine.engine.code.routine import INTEGER, POINTER, REAL, Routine, Term
from melanokine.engine.driver.layout import Frame, Layout
from melanokine.engine.driver.loop import flush_denormals, module_text
from melanokine.engine.lowering.assembler import Program

ROWS = {
    "rows": INTEGER, "repeats": INTEGER, "parameters": POINTER, "states": POINTER, "results": POINTER,
    "prepared_for": INTEGER,
}  # fmt: skip
"""The record of a call: row r belongs to patient r // repeats."""
PROGRAMS = ("prepare_observables", "observe", "initial")
"""What the functions of rows need of the straight-line programs, and the driver does not."""


def observation_layout(states: int, parameters: int, hoisted: int, observables: int) -> Layout:
    return Layout.of(
        {"state": states, "parameter": parameters, "hoisted": hoisted, "observable": observables, "input": 0}
    )


def write_observation(
    machine: Machine, layout: Layout, programs: Mapping[str, Program], states: int, parameters: int, observables: int
) -> str:
    """LLVM IR of `observe_rows` (parameters and states to observables) and `initial_rows` (parameters to states)."""
    module = ir.Module("observation")
    observe = _RowFunction(module, machine, layout, "observe_rows")
    observe.begin()
    observe.prepare(programs["prepare_observables"], parameters)
    observe.gather("states", "state", states, repeated=False)
    observe.frame.run(programs["observe"])
    observe.finish("observable", observables)
    initial = _RowFunction(module, machine, layout, "initial_rows")
    initial.begin()
    initial.gather("parameters", "parameter", parameters, repeated=True)
    initial.frame.run(programs["initial"])
    initial.finish("state", states)
    return module_text(module, machine)


class _RowFunction:
    """A loop over groups of as many rows as there are lanes: `begin` opens it, `finish` stores and closes it."""

    def __init__(self, module: ir.Module, machine: Machine, layout: Layout, name: str) -> None:
        self.lanes, self.stride = machine.lanes, machine.stride
        self.routine = Routine(module, machine, name, {"call": POINTER, "workspace": POINTER}, public=True)
        self.frame = Frame(self.routine, layout, ROWS)

    def begin(self) -> None:
        routine, call = self.routine, self.frame.call
        self._restore = flush_denormals(routine)
        call.prepared_for = -1
        self._groups = routine.each((call.rows + (self.lanes - 1)) / self.lanes)
        self.start = self._groups.__enter__() * self.lanes

    def prepare(self, program: Program, parameters: int) -> None:
        """Patient constants, unless the whole group belongs to the patient for whom they were last computed."""
        routine, call = self.routine, self.frame.call
        first, last = (self._row(self.start + k) / call.repeats for k in (0, self.lanes - 1))
        single = routine.select(first.equals(last), first, -1)
        with routine.when(single.equals(-1) | ~single.equals(call.prepared_for)):
            self.gather("parameters", "parameter", parameters, repeated=True)
            self.frame.run(program)
        call.prepared_for = single

    def gather(self, source: str, field: str, count: int, *, repeated: bool) -> None:
        """Fill the lanes of a field from the caller's rows, or from those of the patients that they belong to."""
        routine, call = self.routine, self.frame.call
        given, own = self.frame.results(source, REAL), self.frame.elements(field)
        with routine.each(self.lanes) as lane:
            row = self._row(self.start + lane)
            row = row / call.repeats if repeated else row
            with routine.each(count) as i:
                own[i * self.stride + lane] = given[row * count + i]

    def finish(self, field: str, count: int) -> None:
        routine, call = self.routine, self.frame.call
        own, results = self.frame.elements(field), self.frame.results("results", REAL)
        with routine.each(self.lanes) as lane:
            row = self.start + lane
            with routine.when(row < call.rows), routine.each(count) as i:
                results[row * count + i] = own[i * self.stride + lane]
        self._groups.__exit__(None, None, None)
        self._restore()
        routine.finish()

    def _row(self, row: Term) -> Term:
        """The row itself, or the last one where a group reaches beyond it."""
        last = self.frame.call.rows - 1
        return self.routine.select(row < last, row, last)
