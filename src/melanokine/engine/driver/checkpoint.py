"""Lanes to and from checkpoints: rows of workspace that a patient's future depends on (engine/checkpoint.py)."""

from __future__ import annotations

from llvmlite import ir

from melanokine.engine.code.routine import REAL
from melanokine.engine.driver.lane import LaneRoutine, Plan


def write_checkpoint(module: ir.Module, plan: Plan) -> None:
    """Add `keep` (lane to the caller's rows) and `restore` (the rows of an earlier run to the lane)."""
    for name, pointer in (("keep", "checkpoint"), ("restore", "earlier")):
        routine = LaneRoutine(module, plan, name)
        frame, lane = routine.frame, routine.lane
        own, rows = frame.elements("state"), frame.results(pointer, REAL)
        patient, width = lane.patient, plan.layout.saved + frame.call.memories
        with routine.each(width) as row:
            if name == "keep":
                rows[patient * width + row] = own[routine.place(row)]
            else:
                own[routine.place(row)] = rows[patient * width + row]
        routine.finish()
