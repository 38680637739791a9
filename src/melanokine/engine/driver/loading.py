"""A patient enters a lane."""

from __future__ import annotations

import math

from llvmlite import ir

from melanokine.engine import status
from melanokine.engine.code.routine import INTEGER, REAL
from melanokine.engine.driver.control import FIRST_STEP
from melanokine.engine.driver.dosing import instant_row
from melanokine.engine.driver.events import goes_on
from melanokine.engine.driver.lane import STILL, LaneRoutine, Plan
from melanokine.engine.driver.layout import BEGUN, ENTERED, SAVED_INTEGER_CELLS
from melanokine.engine.driver.results import status_at_end


def write_load(module: ir.Module, plan: Plan) -> None:
    """Add `load`: put the cell `patient` into the lane, unless an earlier run has left nothing to do for it."""
    _write_enter(module, plan)
    routine = LaneRoutine(module, plan, "load")
    frame, lane, call = routine.frame, routine.lane, routine.frame.call
    patient = lane.patient
    lane.progress = ENTERED
    with routine.when(call.resumes.equals(1)):
        position = plan.layout.start["progress"] - plan.layout.start["state"]
        width = plan.layout.saved + call.memories
        lane.progress = frame.results("earlier", INTEGER)[patient * width + position]
    with routine.either(lane.progress > 0) as (goes_on, ended):
        with goes_on:
            call.active = call.active + 1
            routine.do("enter")
        with ended:
            lane.patient = -1
    routine.finish()


def _write_enter(module: ir.Module, plan: Plan) -> None:
    """Add `enter`: the lane's patient starts or resumes; one with numbers that are not finite leaves at once."""
    routine = LaneRoutine(module, plan, "enter")
    frame, lane, call = routine.frame, routine.lane, routine.frame.call
    for cell in ("output", "finished", "undefined", "stopped", "endless"):
        setattr(lane, cell, 0)
    lane.deadline = call.until
    with routine.each(call.watched) as k:
        frame.elements("event_due", INTEGER)[routine.place(k)] = 0
    _copy(routine, "parameters", "parameter", plan.parameters)
    with routine.either(call.resumes.equals(1)) as (resumes, starts):
        with resumes:
            routine.do("restore")
        with starts:
            _start(routine, plan)
    lane.breakpoint = frame.results("instant_time", REAL)[instant_row(routine)]
    with routine.when(lane.breakpoint.is_nan()):
        lane.undefined = 1
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
            with routine.either(lane.finished.equals(1)) as (over, continues):
                with over:
                    with routine.when(call.keeps.equals(1)):
                        routine.do("keep")
                    routine.leave(status_at_end(routine))
                with continues, routine.either(lane.progress.equals(BEGUN)) as (again, first):
                    with again:
                        lane.step = lane.proposal
                        routine.do("clamp")
                    with first:
                        _begin(routine, plan)
    routine.finish()


def _copy(routine: LaneRoutine, source: str, field: str, count: int) -> None:
    """A row of the caller's into the lane; `undefined` if a number is not finite."""
    frame, lane = routine.frame, routine.lane
    given, own = frame.results(source, REAL), frame.elements(field)
    with routine.each(count) as i:
        value = given[lane.patient * count + i]
        own[routine.place(i)] = value
        with routine.when(~value.is_finite()):
            lane.undefined = 1


def _start(routine: LaneRoutine, plan: Plan) -> None:
    """Everything that a checkpoint would have held."""
    frame, lane = routine.frame, routine.lane
    for cell in SAVED_INTEGER_CELLS:
        setattr(lane, cell, 0)
    lane.progress = ENTERED
    lane.time, lane.proposal, lane.event_mark = 0.0, FIRST_STEP, 0.0
    _copy(routine, "initial", "state", plan.states)
    rates, infusions = frame.elements("input"), frame.elements("infusions", INTEGER)
    with routine.each(plan.inputs) as i:
        rates[routine.place(i)] = 0.0
        infusions[routine.place(i)] = 0
    counted, happened = frame.elements("event_count", INTEGER), frame.elements("event_time")
    with routine.each(len(plan.events)) as k:
        counted[routine.place(k)], happened[routine.place(k)] = 0, math.nan
    memories = frame.elements("memories")
    with routine.each(frame.call.memories) as i:
        memories[routine.place(i)] = FIRST_STEP


def _begin(routine: LaneRoutine, plan: Plan) -> None:
    """What happens on day 0, and the first step."""
    frame, lane, call = routine.frame, routine.lane, routine.frame.call
    lane.progress, lane.changed = BEGUN, 1
    if plan.watches:
        routine.do("begin_events")
    with routine.when((lane.breakpoint <= 0.0) & goes_on(lane)):
        routine.do("dose")
    with routine.when(call.steady.equals(1)):
        state = frame.vectors("state").at(0)
        routine.call("measure_drift", routine.argument["call"], routine.argument["workspace"], state)
        with routine.when((lane.drift <= 1.0) & goes_on(lane)):
            lane.stopped = STILL
    routine.do("settle")
