"""Doses in a lane, and the step after them or after events."""

from __future__ import annotations

from llvmlite import ir

from melanokine.engine import status
from melanokine.engine.code.routine import BYTE, INTEGER, REAL, Record, Term
from melanokine.engine.driver.events import goes_on
from melanokine.engine.driver.lane import STILL, LaneRoutine, Plan
from melanokine.engine.driver.tape import FOLLOW
from melanokine.engine.schedule import BOLUS_GIVEN, INFUSION_ENDS, INFUSION_STARTS


def write_dose(module: ir.Module, plan: Plan) -> None:
    """Add `dose`: all changes of the instant that has come; guards look at the state before the first of them."""
    routine = LaneRoutine(module, plan, "dose")
    frame, lane, call = routine.frame, routine.lane, routine.frame.call
    here = instant_row(routine)
    lane.memory = frame.results("instant_memory", INTEGER)[here] + len(plan.events)
    starts = frame.results("instant_start", INTEGER)
    begin, end = starts[here], starts[here + 1]
    lane.instant = lane.instant + 1
    lane.breakpoint = frame.results("instant_time", REAL)[here + 1]
    order, first_change = frame.results("change_order", INTEGER), lane.patient * call.change_stride
    kinds, doses = frame.results("change_kind", INTEGER), frame.results("change_dose", INTEGER)
    given, first = frame.results("given", BYTE), lane.patient * call.doses

    if plan.guarded:
        frame.run(plan.programs["guards"])
    decides = ~call.tape_mode.equals(FOLLOW)
    with routine.each(end, begin) as position:
        k = order[first_change + position]
        with routine.when((kinds[k] < INFUSION_ENDS) & decides):
            given[first + doses[k]] = 1
            if plan.guarded:
                guard = frame.results("change_guard", INTEGER)[k]
                with routine.when(guard >= 0):
                    value = frame.elements("guard")[routine.place(guard)]
                    with routine.when(~(value > 0.0)):
                        given[first + doses[k]] = 0
                    with routine.when(value.is_nan()):
                        lane.undefined = 1
    with routine.each(end, begin) as position:
        k = order[first_change + position]
        with routine.when(given[first + doses[k]].equals(1)):
            lane.changed = 1
            _change(routine, lane, kinds[k], k)
    routine.finish()


def instant_row(routine: LaneRoutine) -> Term:
    """Where the lane's next instant stands among those of all patients."""
    lane = routine.lane
    return lane.patient * routine.frame.call.instant_stride + lane.instant


def _change(routine: LaneRoutine, lane: Record, kind: Term, k: Term) -> None:
    frame = routine.frame
    scale = frame.results("change_scale", INTEGER)[k]
    row = routine.select(scale >= 0, scale, 0)
    factor = routine.select(scale >= 0, frame.elements("parameter")[routine.place(row)], 1.0)
    amount = frame.results("change_amount", REAL)[k] * factor
    target = routine.place(frame.results("change_target", INTEGER)[k])
    state, rate, active = frame.elements("state"), frame.elements("input"), frame.elements("infusions", INTEGER)
    with routine.when(kind.equals(BOLUS_GIVEN)):
        state[target] = state[target] + amount
    with routine.when(kind.equals(INFUSION_STARTS)):
        rate[target] = rate[target] + amount
        active[target] = active[target] + 1
    with routine.when(kind.equals(INFUSION_ENDS)):
        active[target] = active[target] - 1
        rate[target] = routine.select(active[target].equals(0), 0.0, rate[target] - amount)


def write_settle(module: ir.Module, plan: Plan) -> None:
    """Add `settle`: choose the step after the start, doses or events, unless one of them ends the patient."""
    routine = LaneRoutine(module, plan, "settle")
    frame, lane = routine.frame, routine.lane
    if plan.watches:
        routine.do("happen")
    with routine.either(goes_on(lane)) as (unharmed, over):
        with unharmed:
            changed = lane.changed.equals(1)
            experience = frame.elements("memories")[routine.place(lane.memory)]
            lane.step = routine.select(changed, experience, lane.proposal)
            lane.first, lane.retried = lane.changed, 0
            routine.do("clamp")
        with over, routine.either(lane.undefined.equals(1)) as (unusable, usable):
            with unusable:
                routine.leave(status.NOT_FINITE)
            with usable, routine.either(lane.endless.equals(1)) as (endless, stopped):
                with endless:
                    routine.leave(status.ENDLESS_EVENTS)
                with stopped:
                    lane.deadline = lane.time
                    routine.do("record", frame.vectors("state").at(0))
                    frame.results("stop_time", REAL)[lane.patient] = lane.time
                    unsteady = frame.call.steady.equals(1) & ~lane.stopped.equals(STILL)
                    routine.leave(routine.select(unsteady, routine.integer(status.NOT_STEADY), status.OK))
    routine.finish()
