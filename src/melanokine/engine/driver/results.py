"""What a lane hands back: states at the times asked for, the final state, and how the patient fared."""

from __future__ import annotations

import math

from llvmlite import ir

from melanokine.engine import status
from melanokine.engine.code.routine import BYTE, INTEGER, POINTER, REAL, Term
from melanokine.engine.driver.lane import LaneRoutine, Plan


def write_expect(module: ir.Module, plan: Plan) -> None:
    """Add `expect`: note when the next output, or the final state, is due."""
    routine = LaneRoutine(module, plan, "expect")
    lane = routine.lane
    following, deadline = routine.frame.results("times", REAL)[lane.output], lane.deadline
    due = routine.select(following < deadline, following, deadline)
    lane.due = routine.select(lane.finished.equals(1), math.inf, due)
    routine.finish()


def write_record(module: ir.Module, plan: Plan) -> None:
    """Add `record`: copy the lane of a field of states to the output that is due, or to the final state."""
    routine = LaneRoutine(module, plan, "record", source=POINTER)
    frame, lane = routine.frame, routine.lane
    source = routine.array(routine.argument["source"], REAL)
    times = frame.results("times", REAL)

    def copy(name: str, row: Term) -> None:
        target = frame.results(name, REAL)
        with routine.each(plan.states) as i:
            target[row * plan.states + i] = source[routine.place(i)]

    with routine.either(times[lane.output] <= lane.deadline) as (output, final):
        with output:
            copy("states", lane.patient * frame.call.outputs + lane.output)
            lane.output = lane.output + 1
        with final:
            copy("final", lane.patient)
            lane.finished, lane.moves = 1, 0.0
    routine.do("expect")
    routine.finish()


def write_leave(module: ir.Module, plan: Plan) -> None:
    """Add `leave`: report on the patient and empty the lane."""
    routine = LaneRoutine(module, plan, "leave", code=INTEGER)
    frame, lane = routine.frame, routine.lane
    patient = lane.patient
    code = Term(routine, routine.builder.trunc(routine.argument["code"], BYTE))
    frame.results("status", BYTE)[patient] = code
    frame.results("steps", INTEGER)[patient] = lane.attempts
    frame.results("rejected", INTEGER)[patient] = lane.rejections
    for name, kind in (("event_count", INTEGER), ("event_time", REAL)):
        told, own, count = frame.results(name, kind), frame.elements(name, kind), len(plan.events)
        with routine.each(count) as k:
            told[patient * count + k] = own[routine.place(k)]
    if plan.reduces:
        with routine.when(frame.call.endpoints > 0):
            routine.do("report_endpoints")
    lane.patient = -1
    lane.accepted = 0.0
    frame.call.active = frame.call.active - 1
    routine.finish()


def status_at_end(routine: LaneRoutine) -> Term:
    """What a patient is told who reached the end without the trigger, or without coming to rest."""
    call = routine.frame.call
    at_end = routine.select(call.stop_at_trigger.equals(1), routine.integer(status.NOT_TRIGGERED), status.OK)
    return routine.select(call.steady.equals(1), routine.integer(status.NOT_STEADY), at_end)
