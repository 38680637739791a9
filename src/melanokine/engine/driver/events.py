"""Events in the lanes: where what is watched rises through zero, and what happens there.

Watched are the triggers of all events and, last, the one at which a run may be told to stop. One is *due* where it goes
from zero or less to more than zero, at its value before and after a step, doses or other events:

- Within an accepted step all lanes at once halve the interval in which the first one rises, on the dense output, to the
  last bit of its fraction. The step ends there: earlier outputs are read off it, the state becomes that of the dense
  output, and the integration restarts after the events with a first step of their own. What is positive only between
  two ends of steps is not seen; `max_step` says how long such a moment can be. A value that becomes not-a-number ends
  the patient at the place found in this way.
- After the doses of an instant, if these have made it jump. At the start, for events that say `initially` and for the
  trigger to stop at, before the first doses. What is due at the very end of a run, like a dose there, does not happen.

Of the events that are due the first declared one happens, on the state as it is; then all are looked at again, so that
an event may set off another. One that is due happens even where an earlier one has brought its trigger down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from llvmlite import ir

from melanokine.engine.code.routine import INTEGER, Array, Record, Routine, Term
from melanokine.engine.driver.lane import ENDED, LaneRoutine, Plan
from melanokine.engine.driver.layout import Frame

BISECTIONS = 53
"""Halvings of the step in which something rises through zero: to the last bit of the fraction."""
FIRST_SECANT, SECANTS = 2.0**-16, 8
"""Where a place is near a known one: the distance of the first point from it, and how often secants are drawn."""
LAST_BIT, LONGEST_WALK = 2.0**-53, 40
"""From there on, in strides that double, a place is walked to where the value is positive; at most so many strides."""
LONGEST_RUN = 1000
"""Events that may follow each other without time moving on; more are taken to be without end."""
SAME_INSTANT, SAME_INSTANT_OF_STEP = 1e-14, 1e-12
"""Time has moved on when it has grown by more than this fraction of itself and this fraction of the next step: an event
is not located more exactly than the rounding of the dense output of a step allows."""


def goes_on(lane: Record) -> Term:
    """Whether nothing has ended the patient in the lane, neither an event nor a number."""
    return (lane.undefined | lane.endless | lane.stopped).equals(0)


def write_events(module: ir.Module, plan: Plan) -> None:
    """Add `look`, `fire`, `happen` and `begin_events`, if the equations have events or a trigger."""
    if plan.watches:
        _write_look(module, plan)
        _write_fire(module, plan)
        _write_happen(module, plan)
        _write_begin(module, plan)


# in all lanes, after an attempted step


def locate(routine: Routine, frame: Frame, plan: Plan) -> None:
    """For each lane whose step is accepted, end it where the first watched value rises through zero."""
    call = frame.call
    with _watching(routine, frame, plan):
        _evaluate(routine, frame, plan, frame.vectors("next").at(0), "event_after")
        _survey(routine, frame, "event_after")
        call.pending = 0
        for _, cells in frame.lanes():
            cells.interrupted = 0.0
            with routine.when(cells.accepted > 0.5), routine.when(cells.rising > 0.5):
                cells.interrupted, call.pending = 1.0, 1
        with routine.when(call.pending.equals(1)):
            _bisect(routine, frame, plan)
            for _, cells in frame.lanes():
                with routine.when(cells.interrupted > 0.5):
                    _interrupt(routine, cells)


def _survey(routine: Routine, frame: Frame, values: str) -> None:
    """In which lanes something rises or becomes not-a-number: the cell `rising` is 1 there, else 0."""
    rising, before, after = frame.vectors("rising"), frame.vectors("event_before"), frame.vectors(values)
    rising[0] = 0.0
    with routine.each(frame.call.watched) as k:
        value = after[k]
        rising[0] = routine.select(((before[k] <= 0.0) & (value > 0.0)) | value.is_nan(), 1.0, rising[0])


def _bisect(routine: Routine, frame: Frame, plan: Plan) -> None:
    """In all lanes: `low` and `high` close in on the first fraction at which something has risen."""
    low, high, fraction = (frame.vectors(name) for name in ("low", "high", "fraction"))
    low[0], high[0] = 0.0, 1.0
    with routine.each(BISECTIONS):
        middle = (low[0] + high[0]) * 0.5
        fraction[0] = middle
        _interpolate(routine)
        _evaluate(routine, frame, plan, frame.vectors("between").at(0), "event")
        _survey(routine, frame, "event")
        above = frame.vectors("rising")[0] > 0.5
        high[0] = routine.select(above, middle, high[0])
        low[0] = routine.select(above, low[0], middle)


def _interrupt(routine: Routine, cells: Record) -> None:
    """The step ends where something rises, unless the run ends before that."""
    stop = cells.time + cells.high * cells.step
    within = (stop < cells.end) | (cells.noted_fraction > 0.0)
    stop = routine.select(within, stop, cells.end)
    with routine.either(stop < cells.deadline) as (happens, too_late):
        with happens:
            cells.end, cells.limit, cells.stop_fraction = stop, stop, cells.high
        with too_late:
            cells.interrupted = 0.0


def relocate(routine: Routine, frame: Frame, plan: Plan) -> None:
    """For each lane whose step was interrupted on the tape that it follows, find the place where the same value is zero
    now, by secants from the fraction on the tape; that may be beyond the end of the step, but not a whole step away.
    Nothing else is heeded."""
    call, watched, due = frame.call, frame.elements("event"), frame.elements("event_due", INTEGER)
    low, high, fraction = (frame.vectors(name) for name in ("low", "high", "fraction"))
    value_low, value_high = frame.vectors("value_low"), frame.vectors("value_high")

    def evaluate() -> None:
        _interpolate(routine)
        _evaluate(routine, frame, plan, frame.vectors("between").at(0), "event")
        for lane, cells in frame.lanes():
            cells.value_high = watched[cells.noted_event * plan.machine.stride + lane]

    with _watching(routine, frame, plan):
        _evaluate(routine, frame, plan, frame.vectors("next").at(0), "event_after")
        call.pending = 0
        for _, cells in frame.lanes():
            interrupted = (cells.accepted > 0.5) & (cells.noted_fraction > 0.0)
            cells.interrupted = routine.select(interrupted, routine.real(1.0), 0.0)
            with routine.when(interrupted):
                call.pending = 1
        with routine.when(call.pending.equals(1)):
            high[0] = frame.vectors("noted_fraction")[0]
            low[0] = high[0] + FIRST_SECANT
            fraction[0] = low[0]
            evaluate()
            value_low[0] = value_high[0]
            with routine.each(SECANTS):
                fraction[0] = high[0]
                evaluate()
                slope = (value_high[0] - value_low[0]) / (high[0] - low[0])
                following = high[0] - value_high[0] / slope
                low[0], value_low[0] = high[0], value_high[0]
                high[0] = routine.select(following - following < 1.0, following, high[0])
            low[0] = LAST_BIT
            with routine.each(LONGEST_WALK):
                fraction[0] = high[0]
                evaluate()
                high[0] = routine.select(value_high[0] > 0.0, high[0], high[0] + low[0])
                low[0] = low[0] * 2.0
            for lane, cells in frame.lanes():
                away = cells.high - cells.noted_fraction
                with routine.when(~(away * away <= 1.0)):
                    cells.interrupted = 0.0
                with routine.when(cells.interrupted > 0.5):
                    _interrupt(routine, cells)
                    with routine.when(cells.interrupted > 0.5):
                        due[cells.noted_event * plan.machine.stride + lane] = 1


def take(routine: Routine, frame: Frame, plan: Plan) -> None:
    """Before the states move on: where a step was interrupted its end is that of the dense output there."""
    call, following, between = frame.call, frame.vectors("next"), frame.vectors("between")
    before, after = frame.vectors("event_before"), frame.vectors("event_after")
    with _watching(routine, frame, plan):
        call.pending = 0
        for _, cells in frame.lanes():
            cells.fraction = cells.high
            with routine.when(cells.interrupted > 0.5):
                call.pending = 1
        interrupted, moves = (frame.vectors(name)[0] > 0.5 for name in ("interrupted", "moves"))
        with routine.when(call.pending.equals(1)):
            _interpolate(routine)
            with routine.each(plan.states) as i:
                following[i] = routine.select(interrupted, between[i], following[i])
        with routine.each(call.watched) as k:
            before[k] = routine.select(moves & ~interrupted, after[k], before[k])


# in one lane


def _write_look(module: ir.Module, plan: Plan) -> None:
    """Add `look`: `which` is the first event that is due, beyond the last if none is."""
    routine = LaneRoutine(module, plan, "look")
    frame, lane, call = routine.frame, routine.lane, routine.frame.call
    values, before, due = frame.elements("event"), frame.elements("event_before"), frame.elements("event_due", INTEGER)
    _evaluate(routine, frame, plan, frame.vectors("state").at(0), "event")
    lane.which = call.watched
    with routine.each(call.watched) as k:
        place = routine.place(k)
        value = values[place]
        with routine.when((before[place] <= 0.0) & (value > 0.0)):
            due[place] = 1
        before[place] = value
        with routine.when(lane.which.equals(call.watched) & due[place].equals(1)):
            lane.which = k
        with routine.when(value.is_nan()):
            lane.undefined = 1
    with routine.when(~goes_on(lane)):
        lane.which = call.watched
    routine.finish()


def _write_fire(module: ir.Module, plan: Plan) -> None:
    """Add `fire`: what event `which` does; all new values are computed before the first is set."""
    routine = LaneRoutine(module, plan, "fire")
    frame, lane = routine.frame, routine.lane
    which = lane.which
    place = routine.place(which)
    frame.elements("event_due", INTEGER)[place] = 0
    routine.do("note_event")
    lane.event_run = lane.event_run + 1
    with routine.when(lane.event_run > LONGEST_RUN):
        lane.endless = 1
    with routine.either(which < len(plan.events)) as (event, trigger):
        with trigger:
            lane.stopped = ENDED
        with event:
            _change(routine, plan, which, place)
    routine.finish()


def _change(routine: LaneRoutine, plan: Plan, which: Term, place: Term) -> None:
    frame, lane = routine.frame, routine.lane
    targets = [i for event in plan.events for i in event.changes]
    counts = [len(event.changes) for event in plan.events]
    starts = _table(routine, "event_start", [sum(counts[:k]) for k in range(len(counts) + 1)])
    target = _table(routine, "event_target", targets)
    terminal = _table(routine, "event_terminal", [event.terminal for event in plan.events])
    counted, last = frame.elements("event_count", INTEGER), frame.elements("event_time")
    counted[place] = counted[place] + 1
    last[place] = lane.time
    lane.memory, lane.changed = which + 1, 1
    frame.run(plan.programs["changes"])
    state, new = frame.elements("state"), frame.elements("change")
    with routine.each(starts[which + 1], starts[which]) as c:
        value = new[routine.place(c)]
        state[routine.place(target[c])] = value
        with routine.when(~value.is_finite()):
            lane.undefined = 1
    with routine.when(terminal[which].equals(1)):
        lane.stopped = ENDED


def _write_happen(module: ir.Module, plan: Plan) -> None:
    """Add `happen`: all events that are due at the lane's state, one after the other."""
    routine = LaneRoutine(module, plan, "happen")
    frame, lane, call = routine.frame, routine.lane, routine.frame.call
    with _watching(routine, frame, plan), routine.when(goes_on(lane)):
        resolution = lane.time * SAME_INSTANT + lane.step * SAME_INSTANT_OF_STEP
        with routine.when(lane.time - lane.event_mark > resolution):
            lane.event_run = 0
        lane.event_mark = lane.time
        lane.which = -1
        with routine.during(lambda: lane.which < call.watched):
            routine.do("look")
            with routine.when(lane.which < call.watched):
                routine.do("fire")
    routine.finish()


def _write_begin(module: ir.Module, plan: Plan) -> None:
    """Add `begin_events`: values at the start, and what happens initially."""
    routine = LaneRoutine(module, plan, "begin_events")
    frame, lane = routine.frame, routine.lane
    initially = _table(routine, "event_initially", [*(event.initially for event in plan.events), True])
    with _watching(routine, frame, plan):
        _evaluate(routine, frame, plan, frame.vectors("state").at(0), "event")
        with routine.each(frame.call.watched) as k:
            place = routine.place(k)
            value = frame.elements("event")[place]
            frame.elements("event_before")[place] = routine.select(initially[k].equals(1), 0.0, value)
            with routine.when(value.is_nan()):
                lane.undefined = 1
        routine.do("happen")
    routine.finish()


# parts


def _evaluate(routine: Routine, frame: Frame, plan: Plan, state: ir.Value, field: str) -> None:
    """All watched values at the given states, into the rows of `field`."""
    rows = frame.vectors(field)
    if plan.events:
        frame.run(plan.programs["events"], state=state, event=rows.at(0))
    if plan.triggered:
        with routine.when(frame.call.stop_at_trigger.equals(1)):
            frame.run(plan.programs["trigger"], state=state, trigger=rows.at(len(plan.events)))


def _interpolate(routine: Routine) -> None:
    routine.call("interpolate", routine.argument["call"], routine.argument["workspace"])


@contextmanager
def _watching(routine: Routine, frame: Frame, plan: Plan) -> Iterator[None]:
    """Only a run that watches something pays for it; one of equations with events always does."""
    if plan.events:
        yield
    else:
        with routine.when(frame.call.stop_at_trigger.equals(1)):
            yield


def _table(routine: Routine, name: str, values: Sequence[int]) -> Array:
    """Constant integers of the module."""
    table = routine.module.globals.get(name)
    if table is None:
        kind = ir.ArrayType(INTEGER, len(values))
        table = ir.GlobalVariable(routine.module, kind, name)
        table.linkage, table.global_constant = "internal", True
        table.initializer = ir.Constant(kind, [int(value) for value in values])
    return routine.array(table, INTEGER)
