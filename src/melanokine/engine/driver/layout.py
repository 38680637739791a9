"""Where the compiled driver finds things: the record of a call, and the lanes' workspace.

The workspace is rows of one vector each (one 8-byte element per lane). A *cell* is one row that holds one number per
lane; a *field* is several rows, such as one per state. Both are read by whole vectors or by single lanes. In a grid the
vectors of all threads of a block lie side by side in each row, and `workspace` points to the thread's own.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from llvmlite import ir

from melanokine.engine import rodas5
from melanokine.engine.code.routine import INTEGER, POINTER, REAL, Array, Record, Routine, Term
from melanokine.engine.driver.nodes import NODES
from melanokine.engine.lowering.assembler import Program

CALL = {
    "patients": INTEGER, "parameters": POINTER, "initial": POINTER,
    "outputs": INTEGER, "times": POINTER, "until": REAL,
    "relative_tolerance": REAL, "absolute_tolerance": POINTER, "longest_step": REAL,
    "work_limit": INTEGER, "stop_at_trigger": INTEGER,
    "tape_mode": INTEGER, "tape": POINTER, "tape_capacity": INTEGER, "tape_count": POINTER, "tape_row": POINTER,
    "error_limit": REAL,
    "doses": INTEGER, "instant_time": POINTER, "instant_start": POINTER, "instant_memory": POINTER,
    "instant_stride": INTEGER, "memories": INTEGER, "change_order": POINTER, "change_stride": INTEGER,
    "change_kind": POINTER, "change_dose": POINTER, "change_target": POINTER, "change_amount": POINTER,
    "change_scale": POINTER, "change_guard": POINTER,
    "states": POINTER, "final": POINTER, "given": POINTER, "status": POINTER, "steps": POINTER,
    "rejected": POINTER, "stop_time": POINTER, "event_count": POINTER, "event_time": POINTER,
    "steady": INTEGER, "horizon": REAL, "drift_floor": POINTER,
    "keeps": INTEGER, "checkpoint": POINTER, "resumes": INTEGER, "earlier": POINTER,
    "next_patient": INTEGER, "watched": INTEGER,
    "endpoints": INTEGER, "reduction": POINTER,
}  # fmt: skip
"""The record of one call: what goes in, where results go, and the number of the patient whose turn it is."""

REDUCTION = {
    "windows": INTEGER, "window_start": POINTER, "window_stop": POINTER, "window_first": POINTER,
    "kind": POINTER, "quantity": POINTER, "sign": POINTER, "level": POINTER, "column": POINTER, "results": POINTER,
    "quantities": INTEGER, "prepare_watched": INTEGER, "draw": INTEGER, "watch": INTEGER,
    "constant": POINTER, "curve": POINTER, "watched": POINTER, "value": POINTER, "day": POINTER, "drawn": INTEGER,
}  # fmt: skip
"""The record of endpoints, to which `reduction` points if there are any: windows, each with its endpoints from
`window_first` on; each endpoint's column of the results; addresses of the code of watch.py; and rows of workspace, of
which `value` and `day` hold what a patient has shown of each endpoint so far."""
REDUCTION_ROWS = {
    "node": len(NODES), "shape": len(NODES), "part": 1, "live": 1, "from_day": 1, "to_day": 1,
    "peak": 1, "height": 1, "lower": 1, "upper": 1, "found": 1,
}  # fmt: skip
"""Where endpoints are reduced, of the window and endpoint under consideration: the nodes as fractions of the step and
the quantity there; b - a, 1 where a lane is in the window, and its days in the step; what `find_peak` finds;
the bracket of a crossing and 1 where there is one."""

REAL_CELLS = (
    "step", "breakpoint", "end", "limit", "deadline", "due", "stop_fraction",
    "fraction", "low", "high", "error", "growth", "accepted", "moves", "rising", "interrupted", "drift",
    "noted_fraction", "value_low", "value_high",
)  # fmt: skip
SAVED_REAL_CELLS = ("time", "proposal", "event_mark")
INTEGER_CELLS = (
    "patient", "output", "hit", "stopped", "finished", "undefined", "endless", "which", "changed",
    "noted_event",
)  # fmt: skip
SAVED_INTEGER_CELLS = ("instant", "memory", "first", "retried", "attempts", "rejections", "event_run", "progress")
ENTERED, BEGUN = 1, 2
"""Values of the cell `progress`: the first step is not yet, or is, prepared. A 0 in a checkpoint: nothing to resume."""

COUNTERS = ("active", "more", "pending")
"""The driver's own, read like the record of the call but kept in the workspace: each thread of a grid has its own."""

_CTYPES = {INTEGER: ctypes.c_int64, REAL: ctypes.c_double, POINTER: ctypes.c_void_p}


def record_type(fields: Mapping[str, ir.Type]) -> type[ctypes.Structure]:
    """The ctypes structure of a record, as Python fills it in."""
    return type("Call", (ctypes.Structure,), {"_fields_": [(k, _CTYPES[kind]) for k, kind in fields.items()]})


def record(routine: Routine, pointer: ir.Value, fields: Mapping[str, ir.Type]) -> Record:
    """The same record, as compiled code reads and writes it."""
    position = {name: k for k, name in enumerate(fields)}
    return Record(lambda name: (routine.array(pointer, fields[name]), position[name]))


@dataclass(frozen=True)
class Layout:
    """Fields and cells of a workspace, by the number of their first row. `memory` is last and has a row per memory."""

    start: Mapping[str, int]
    rows: int

    @property
    def saved(self) -> int:
        """Rows of the lane that a checkpoint copies, from `state` to the last before the memories."""
        return self.rows - self.start["state"]

    @classmethod
    def of(cls, fields: Mapping[str, int]) -> Layout:
        """A layout of fields with the given numbers of rows."""
        start, row = {}, 0
        for name, count in fields.items():
            start[name] = row
            row += count
        return cls(start, row)


def simulation_layout(
    states: int, parameters: int, inputs: int, hoisted: int, factors: int, guards: int, events: int, changes: int
) -> Layout:
    """Scratch rows first; from `state` on, what a patient's future depends on besides the parameters."""
    watched = events + 1
    scratch = {
        "hoisted": hoisted, "rate": rodas5.STAGES * states, "next": states, "factor": factors,
        "between": states, "parameter": parameters, "guard": guards, "diagonal": 2, **REDUCTION_ROWS,
        "event": watched, "event_after": watched, "event_due": watched, "change": changes,
        **dict.fromkeys((*REAL_CELLS, *INTEGER_CELLS, *COUNTERS), 1),
    }  # fmt: skip
    saved = {
        "state": states, "input": inputs, "infusions": inputs,
        "event_before": watched, "event_count": events, "event_time": events,
        **dict.fromkeys((*SAVED_REAL_CELLS, *SAVED_INTEGER_CELLS), 1),
    }  # fmt: skip
    return Layout.of({**scratch, **saved, "memories": 0})


class Frame:
    """What every routine of the driver works on: the record of the call, and the workspace."""

    def __init__(self, routine: Routine, layout: Layout, fields: Mapping[str, ir.Type] = CALL) -> None:
        self.routine, self.layout = routine, layout
        given = record(routine, routine.argument["call"], fields)
        self._in_call = given._place

        def place(name: str) -> tuple[Array, Term | int]:
            return (self.elements(name, INTEGER), 0) if name in COUNTERS else self._in_call(name)

        self.call = Record(place)

    def elements(self, name: str, kind: ir.Type = REAL) -> Array:
        """A field or cell as single elements: element `row * stride + lane`."""
        stride = self.routine.machine.stride
        workspace = self.routine.array(self.routine.argument["workspace"], REAL)
        return self.routine.array(workspace.at(self.layout.start[name] * stride), kind)

    def vectors(self, name: str) -> Array:
        """A field or cell as one vector per row."""
        return self.elements(name, self.routine.vector)

    def lane(self, lane: Term) -> Record:
        """The cells of one lane."""

        def place(name: str) -> tuple[Array, Term]:
            whole = name in INTEGER_CELLS or name in SAVED_INTEGER_CELLS
            return self.elements(name, INTEGER if whole else REAL), lane

        return Record(place)

    def take_patient(self) -> Term:
        """The number of the patient whose turn it is, which no other thread gets."""
        counter, position = self._in_call("next_patient")
        one = ir.Constant(INTEGER, 1)
        return Term(self.routine, self.routine.builder.atomic_rmw("add", counter.at(position), one, "monotonic"))

    def lanes(self) -> Iterator[tuple[Term, Record]]:
        """Each lane in turn; what follows in the caller's loop is the body of a compiled loop."""
        with self.routine.each(self.routine.machine.lanes) as lane:
            yield lane, self.lane(lane)

    def results(self, name: str, kind: ir.Type) -> Array:
        """An array of the caller, to which the record points."""
        return self.routine.array(getattr(self.call, name), kind)

    def run(self, program: Program, **places: ir.Value) -> None:
        """Call a straight-line program on the fields it is written for, or on other addresses in `places`."""
        pointers = [places[name] if name in places else self.vectors(name).at(0) for name in program.arrays]
        self.routine.call(program.name, *pointers, convention=self.routine.machine.convention)
