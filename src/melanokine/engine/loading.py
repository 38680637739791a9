"""A patient enters a lane."""

from __future__ import annotations

from llvmlite import ir

from melanokine.engine import status
from melanokine.engine.control import FIRST_STEP
from melanokine.engine.lane import LaneRoutine, Plan
from melanokine.engine.results import status_at_end
from melanokine.engine.routine import INTEGER, REAL


def write_load(module: ir.Module, plan: Plan) -> None:
    """Add `load`: put the cell `patient` into the lane; one with numbers that are not finite leaves at once."""
    routine = LaneRoutine(module, plan, "load")
    frame, lane, call = routine.frame, routine.lane, routine.frame.call
    patient = lane.patient
    call.active = call.active + 1
    for cell in ("instant", "memory", "output", "first", "retried", "triggered", "finished", "undefined"):
        setattr(lane, cell, 0)
    lane.attempts, lane.rejections, lane.changed = 0, 0, 1
    lane.time, lane.proposal, lane.deadline = 0.0, FIRST_STEP, call.until
    lane.breakpoint = frame.results("instant_time", REAL)[0]

    for source, field, count in (("parameters", "parameter", plan.parameters), ("initial", "state", plan.states)):
        given, own = frame.results(source, REAL), frame.elements(field)
        with routine.each(count) as i:
            value = given[patient * count + i]
            own[routine.place(i)] = value
            with routine.when(~value.is_finite()):
                lane.undefined = 1
    rates, infusions = frame.elements("input"), frame.elements("infusions", INTEGER)
    with routine.each(plan.inputs) as i:
        rates[routine.place(i)] = 0.0
        infusions[routine.place(i)] = 0
    memories = frame.elements("memories")
    with routine.each(call.memories) as i:
        memories[routine.place(i)] = FIRST_STEP
    frame.run(plan.programs["prepare"])
    if plan.reduces:
        with routine.when(call.endpoints > 0):
            routine.do("begin_endpoints")

    with routine.either(lane.undefined.equals(1)) as (unusable, usable):
        with unusable:
            routine.leave(status.NOT_FINITE)
        with usable:
            routine.do("expect")
            with routine.during(lambda: lane.due <= 0.0):
                routine.do("record", frame.vectors("state").at(0))
            with routine.either(lane.finished.equals(1)) as (over, begins):
                with over:
                    routine.leave(status_at_end(routine))
                with begins:
                    with routine.when(lane.breakpoint <= 0.0):
                        routine.do("dose")
                        lane.changed = 1
                    routine.do("settle")
    routine.finish()
