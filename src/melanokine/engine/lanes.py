"""The life of a patient in a lane: loaded, dosed, stepped, recorded, and gone when finished.

Each function adds one routine to the driver's module; all but `load` act on a lane that holds a patient.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from llvmlite import ir

from melanokine.engine import status
from melanokine.engine.assembler import Program
from melanokine.engine.layout import Frame, Layout
from melanokine.engine.machine import Machine
from melanokine.engine.routine import BYTE, INTEGER, POINTER, REAL, Record, Routine, Term
from melanokine.engine.schedule import BOLUS_GIVEN, INFUSION_ENDS, INFUSION_STARTS

FIRST_STEP = 1e-4
"""Days; tried at the start and after the first change of each kind, from then on the patient's own experience."""
SMALLEST_STEP, SMALLEST_STEP_TIME = 1e-14, 1e-2
"""A step is too small below this fraction of the time, or of this time in days if that is later."""
NEARLY = 0.9999
"""A step that reaches this fraction of the way to the next dose goes all the way."""
SLOWEST_RETREAT, RETREAT_FROM_NAN = 0.9, 0.1
"""After a refused step the next is at most, or if its error was not a number exactly, this fraction of it."""


@dataclass(frozen=True)
class Plan:
    """What the driver is generated for."""

    machine: Machine
    layout: Layout
    programs: Mapping[str, Program]
    states: int
    parameters: int
    inputs: int
    guarded: bool
    triggered: bool


class _LaneRoutine(Routine):
    """A routine on one lane, with its frame."""

    def __init__(self, module: ir.Module, plan: Plan, name: str, **more: ir.Type) -> None:
        arguments = {"call": POINTER, "workspace": POINTER, "lane": INTEGER, **more}
        super().__init__(module, plan.machine, name, arguments)
        self.frame = Frame(self, plan.layout)
        self.index = Term(self, self.argument["lane"])
        self.lane = self.frame.lane(self.index)

    def place(self, row) -> Term:
        """Position of this lane's element in row `row` of a field."""
        return self.index + Term(self, self.constant(row, INTEGER)) * self.machine.lanes

    def do(self, name: str, *arguments) -> None:
        """Call another routine for this lane."""
        self.call(name, self.argument["call"], self.argument["workspace"], self.index, *arguments)

    def leave(self, code) -> None:
        self.do("leave", code)


def write_leave(module: ir.Module, plan: Plan) -> None:
    """Add `leave`: report on the patient and empty the lane."""
    routine = _LaneRoutine(module, plan, "leave", code=INTEGER)
    frame, lane = routine.frame, routine.lane
    patient = lane.patient
    code = Term(routine, routine.builder.trunc(routine.argument["code"], BYTE))
    frame.results("status", BYTE)[patient] = code
    frame.results("steps", INTEGER)[patient] = lane.attempts
    frame.results("rejected", INTEGER)[patient] = lane.rejections
    lane.patient = -1
    lane.accepted = 0.0
    frame.call.active = frame.call.active - 1
    routine.finish()


def write_record(module: ir.Module, plan: Plan) -> None:
    """Add `record`: copy the lane of a field of states to the output that is due, or to the final state."""
    routine = _LaneRoutine(module, plan, "record", source=POINTER)
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
            lane.finished = 1
    routine.do("expect")
    routine.finish()


def write_expect(module: ir.Module, plan: Plan) -> None:
    """Add `expect`: note when the next output, or the final state, is due."""
    routine = _LaneRoutine(module, plan, "expect")
    lane = routine.lane
    following, deadline = routine.frame.results("times", REAL)[lane.output], lane.deadline
    due = routine.select(following < deadline, following, deadline)
    lane.due = routine.select(lane.finished.equals(1), math.inf, due)
    routine.finish()


def write_clamp(module: ir.Module, plan: Plan) -> None:
    """Add `clamp`: shorten the step to end on the next dose; `proposal` keeps what it would have been."""
    routine = _LaneRoutine(module, plan, "clamp")
    lane, longest = routine.lane, routine.frame.call.longest_step
    step = lane.step
    step = routine.select(step < longest, step, longest)
    rest = lane.breakpoint - lane.time
    arrives = step >= rest * NEARLY
    lane.proposal = step
    lane.hit = routine.select(arrives, routine.integer(1), 0)
    lane.step = routine.select(arrives, rest, routine.select(step * 2.0 > rest, rest * 0.5, step))
    routine.finish()


def write_load(module: ir.Module, plan: Plan) -> None:
    """Add `load`: put the next patient into the lane; one with numbers that are not finite leaves at once."""
    routine = _LaneRoutine(module, plan, "load")
    frame, lane, call = routine.frame, routine.lane, routine.frame.call
    patient = call.next_patient
    call.next_patient = patient + 1
    call.active = call.active + 1
    for cell in ("instant", "memory", "output", "first", "retried", "triggered", "finished", "undefined"):
        setattr(lane, cell, 0)
    lane.patient, lane.attempts, lane.rejections, lane.changed = patient, 0, 0, 1
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

    with routine.either(lane.undefined.equals(1)) as (unusable, usable):
        with unusable:
            routine.leave(status.NOT_FINITE)
        with usable:
            routine.do("expect")
            with routine.during(lambda: lane.due <= 0.0):
                routine.do("record", frame.vectors("state").at(0))
            with routine.either(lane.finished.equals(1)) as (over, begins):
                with over:
                    routine.leave(_status_at_end(routine))
                with begins:
                    with routine.when(lane.breakpoint <= 0.0):
                        routine.do("dose")
                        lane.changed = 1
                    routine.do("settle")
    routine.finish()


def _status_at_end(routine: _LaneRoutine) -> Term:
    """What a patient is told who reached the end without the trigger."""
    wanted = routine.frame.call.stop_at_trigger.equals(1)
    return routine.select(wanted, routine.integer(status.NOT_TRIGGERED), status.OK)


def write_dose(module: ir.Module, plan: Plan) -> None:
    """Add `dose`: all changes of the instant that has come; guards look at the state before the first of them."""
    routine = _LaneRoutine(module, plan, "dose")
    frame, lane, call = routine.frame, routine.lane, routine.frame.call
    instant = lane.instant
    lane.instant = instant + 1
    lane.breakpoint = frame.results("instant_time", REAL)[instant + 1]
    lane.memory = frame.results("instant_memory", INTEGER)[instant]
    lane.changed = 0
    starts = frame.results("instant_start", INTEGER)
    begin, end = starts[instant], starts[instant + 1]
    kinds, doses = frame.results("change_kind", INTEGER), frame.results("change_dose", INTEGER)
    given, first = frame.results("given", BYTE), lane.patient * call.doses

    if plan.guarded:
        frame.run(plan.programs["guards"])
    with routine.each(end, begin) as k, routine.when(kinds[k] < INFUSION_ENDS):
        given[first + doses[k]] = 1
        if plan.guarded:
            guard = frame.results("change_guard", INTEGER)[k]
            with routine.when(guard >= 0):
                value = frame.elements("guard")[routine.place(guard)]
                with routine.when(~(value > 0.0)):
                    given[first + doses[k]] = 0
                with routine.when(value.is_nan()):
                    lane.undefined = 1
    with routine.each(end, begin) as k, routine.when(given[first + doses[k]].equals(1)):
        lane.changed = 1
        _change(routine, lane, kinds[k], k)
    routine.finish()


def _change(routine: _LaneRoutine, lane: Record, kind: Term, k: Term) -> None:
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
    """Add `settle`: choose the step after the start or after doses, unless the trigger has already been passed."""
    routine = _LaneRoutine(module, plan, "settle")
    frame, lane = routine.frame, routine.lane
    if plan.triggered:
        with routine.when(frame.call.stop_at_trigger.equals(1)):
            frame.run(plan.programs["trigger"])
            value = frame.elements("trigger")[routine.index]
            with routine.when(value.is_nan()):
                lane.undefined = 1
            with routine.when(value > 0.0):
                lane.triggered = 1
    with routine.either(lane.undefined.equals(1)) as (unusable, usable):
        with unusable:
            routine.leave(status.NOT_FINITE)
        with usable, routine.either(lane.triggered.equals(1)) as (passed, goes_on):
            with passed:
                lane.deadline = lane.time
                routine.do("record", frame.vectors("state").at(0))
                frame.results("stop_time", REAL)[lane.patient] = lane.time
                routine.leave(status.OK)
            with goes_on:
                changed = lane.changed.equals(1)
                experience = frame.elements("memories")[routine.place(lane.memory)]
                lane.step = routine.select(changed, experience, lane.proposal)
                lane.first, lane.retried = lane.changed, 0
                routine.do("clamp")
    routine.finish()


def write_advance(module: ir.Module, plan: Plan) -> None:
    """Add `advance`: after a step that has been tried and recorded, what comes next."""
    routine = _LaneRoutine(module, plan, "advance")
    lane, call = routine.lane, routine.frame.call
    with routine.either(lane.accepted > 0.5) as (yes, no):
        with yes:
            _accept(routine)
        with no:
            _reject(routine)
    tried = lane.attempts + lane.rejections
    with routine.when((lane.patient >= 0) & (tried >= call.work_limit)):
        routine.leave(status.WORK_LIMIT)
    routine.finish()


def _accept(routine: _LaneRoutine) -> None:
    frame, lane = routine.frame, routine.lane
    lane.attempts = lane.attempts + 1
    with routine.either(lane.undefined.equals(1)) as (unusable, usable):
        with unusable:
            routine.leave(status.NOT_FINITE)
        with usable, routine.either(lane.finished.equals(1)) as (over, goes_on):
            with over:
                triggered = lane.triggered.equals(1)
                stop = routine.select(triggered, lane.deadline, math.nan)
                frame.results("stop_time", REAL)[lane.patient] = stop
                routine.leave(routine.select(triggered, routine.integer(status.OK), _status_at_end(routine)))
            with goes_on:
                _go_on(routine)


def _go_on(routine: _LaneRoutine) -> None:
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
    with routine.either(lane.hit.equals(1)) as (arrived, under_way):
        with arrived:
            routine.do("dose")
            routine.do("settle")
        with under_way:
            routine.do("clamp")


def _reject(routine: _LaneRoutine) -> None:
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
