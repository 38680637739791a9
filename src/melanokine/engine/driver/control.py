"""The step size of a lane: accepted or refused, grown or cut, and fitted to the next dose."""

from __future__ import annotations

from llvmlite import ir

from melanokine.engine import status
from melanokine.engine.driver.events import goes_on
from melanokine.engine.driver.lane import LaneRoutine, Plan
from melanokine.engine.driver.results import status_at_end
from melanokine.engine.driver.tape import FOLLOW

FIRST_STEP = 1e-4
"""Days; tried at the start and after the first change of each kind, from then on the patient's own experience."""
SMALLEST_STEP, SMALLEST_STEP_TIME = 1e-14, 1e-2
"""A step is too small below this fraction of the time, or of this time in days if that is later."""
NEARLY = 0.9999
"""A step that reaches this fraction of the way to the next dose goes all the way."""
SLOWEST_RETREAT, RETREAT_FROM_NAN = 0.9, 0.1
"""After a refused step the next is at most, or if its error was not a number exactly, this fraction of it."""


def write_clamp(module: ir.Module, plan: Plan) -> None:
    """Add `clamp`: shorten the step to end on the next dose; `proposal` keeps what it would have been."""
    routine = LaneRoutine(module, plan, "clamp")
    lane, longest = routine.lane, routine.frame.call.longest_step
    step = lane.step
    step = routine.select(step < longest, step, longest)
    rest = lane.breakpoint - lane.time
    arrives = step >= rest * NEARLY
    lane.proposal = step
    lane.hit = routine.select(arrives, routine.integer(1), 0)
    lane.step = routine.select(arrives, rest, routine.select(step * 2.0 > rest, rest * 0.5, step))
    with routine.when(routine.frame.call.tape_mode.equals(FOLLOW)):
        routine.do("follow")
    routine.finish()


def write_advance(module: ir.Module, plan: Plan) -> None:
    """Add `advance`: after a step that has been tried and recorded, what comes next."""
    routine = LaneRoutine(module, plan, "advance")
    lane, call = routine.lane, routine.frame.call
    with routine.either(lane.accepted > 0.5) as (yes, no):
        with yes:
            routine.do("note")
            _accept(routine, plan)
        with no, routine.either(call.tape_mode.equals(FOLLOW)) as (bound, free):
            with bound:
                routine.leave(status.NOT_FINITE)
            with free:
                _reject(routine)
    tried = lane.attempts + lane.rejections
    with routine.when((lane.patient >= 0) & (tried >= call.work_limit)):
        unsteady = call.steady.equals(1)
        routine.leave(routine.select(unsteady, routine.integer(status.NOT_STEADY), status.WORK_LIMIT))
    routine.finish()


def _accept(routine: LaneRoutine, plan: Plan) -> None:
    lane, call = routine.lane, routine.frame.call
    over = lane.finished.equals(1)
    with routine.when(over & call.keeps.equals(1)):
        routine.do("keep")
    lane.attempts = lane.attempts + 1
    with routine.either(over) as (ends, continues):
        with ends:
            routine.leave(status_at_end(routine))
        with continues:
            _go_on(routine, plan)


def _go_on(routine: LaneRoutine, plan: Plan) -> None:
    frame, lane = routine.frame, routine.lane
    shortened = lane.step < lane.proposal
    growth = lane.growth
    grown = lane.step * growth
    with routine.when(lane.first.equals(1)):
        memories, place = frame.elements("memories"), routine.place(lane.memory)
        keep = shortened & (memories[place] > grown)
        memories[place] = routine.select(keep, memories[place], grown)
    growth = routine.select(lane.retried.equals(1) & (growth > 1.0), 1.0, growth)
    following = lane.step * growth
    resume = shortened & (growth >= 1.0) & (lane.proposal > following)
    following = routine.select(resume, lane.proposal, following)
    lane.proposal, lane.step = following, following
    lane.first, lane.retried = 0, 0
    lane.time = lane.end
    lane.changed = 0
    turn = lane.hit.equals(1) | (lane.stopped > 0)
    if plan.watches:
        with routine.when(lane.interrupted > 0.5):
            routine.do("happen")
            arrives = routine.select(lane.time >= lane.breakpoint, routine.integer(1), 0)
            lane.hit = routine.select(routine.frame.call.tape_mode.equals(FOLLOW), lane.hit, arrives)
        turn = turn | (lane.interrupted > 0.5)
    with routine.either(turn) as (arrived, under_way):
        with arrived:
            with routine.when(lane.hit.equals(1) & goes_on(lane)):
                routine.do("dose")
            routine.do("settle")
        with under_way:
            routine.do("clamp")


def _reject(routine: LaneRoutine) -> None:
    lane = routine.lane
    lane.rejections = lane.rejections + 1
    with routine.when(lane.first.equals(0)):
        lane.retried = 1
    nan = lane.error.is_nan()
    retreat = routine.select(lane.growth < SLOWEST_RETREAT, lane.growth, SLOWEST_RETREAT)
    lane.step = lane.step * routine.select(nan, RETREAT_FROM_NAN, retreat)
    reference = routine.select(lane.time > SMALLEST_STEP_TIME, lane.time, SMALLEST_STEP_TIME)
    with routine.either(lane.step < reference * SMALLEST_STEP) as (too_small, again):
        with too_small:
            code = routine.select(nan, routine.integer(status.NOT_FINITE), status.STEP_TOO_SMALL)
            routine.leave(code)
        with again:
            routine.do("clamp")
