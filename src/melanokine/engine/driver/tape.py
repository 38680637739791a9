"""The steps of one integration, kept so that others can repeat them.

A *recording* run notes every accepted step of each patient. A run that *follows* the tape takes exactly these steps,
without error control, and gives exactly the doses that were given. What it computes is then a smooth function of
parameters and initial states, while two runs that choose their own steps differ by noise of the size of the tolerance.

Three numbers are noted of a step: its length, negative where it ended on a dose, as it then does for all who follow;
the fraction of it at which an event interrupted it, else 0; and which event that was. Followers are interrupted where
the value of that event is zero for them (events.relocate) and by nothing else. As their steps move along with events
and with doses that come later, they may reach the end one step earlier or later.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from llvmlite import ir

from melanokine.engine import status
from melanokine.engine.code.routine import INTEGER, REAL
from melanokine.engine.driver.lane import LaneRoutine, Plan

NO_TAPE, RECORD, FOLLOW = 0, 1, 2
"""What a call does with its tape."""
NOTED = 3
"""Numbers on the tape for each step."""
_ANY_ERROR = sys.float_info.max
"""A follower accepts every step whose error is a finite number."""


@dataclass(frozen=True, eq=False)
class Tape:
    """`steps` is (n, capacity, NOTED), of which row i holds `count[i]`; patient k of a call uses row `row[k]`."""

    mode: int
    steps: np.ndarray
    count: np.ndarray
    row: np.ndarray

    @classmethod
    def none(cls) -> Tape:
        nothing = np.zeros(0, np.int64)
        return cls(NO_TAPE, np.zeros((0, 0, NOTED)), nothing, nothing)

    @classmethod
    def recording(cls, patients: int, capacity: int) -> Tape:
        """An empty tape; `count` may come to exceed `capacity`, and the steps beyond are lost."""
        return cls(RECORD, np.empty((patients, capacity, NOTED)), np.zeros(patients, np.int64), np.arange(patients))

    def followed_by(self, row: np.ndarray) -> Tape:
        """The tape as patients follow it who take one of its rows each."""
        return Tape(FOLLOW, self.steps, self.count, np.ascontiguousarray(row, np.int64))

    @property
    def error_limit(self) -> float:
        """Up to which scaled error a step is accepted."""
        return _ANY_ERROR if self.mode == FOLLOW else 1.0


def write_note(module: ir.Module, plan: Plan) -> None:
    """Add `note`, which puts the accepted step on a tape that records, and `note_event`, which adds what ended it."""
    routine = LaneRoutine(module, plan, "note")
    frame, lane, call = routine.frame, routine.lane, routine.frame.call
    with routine.when(call.tape_mode.equals(RECORD)):
        row = frame.results("tape_row", INTEGER)[lane.patient]
        count = frame.results("tape_count", INTEGER)
        number = count[row]
        count[row] = number + 1
        lane.noted_event = -1
        with routine.when(number < call.tape_capacity):
            steps, at = frame.results("tape", REAL), (row * call.tape_capacity + number) * NOTED
            interrupted = lane.interrupted > 0.5
            on_dose = routine.select(interrupted, lane.end, lane.breakpoint) >= lane.breakpoint
            on_dose = on_dose & (interrupted | lane.hit.equals(1))
            steps[at] = routine.select(on_dose, 0.0 - lane.step, lane.step)
            steps[at + 1] = routine.select(interrupted, lane.high, 0.0)
    routine.finish()

    routine = LaneRoutine(module, plan, "note_event")
    frame, lane, call = routine.frame, routine.lane, routine.frame.call
    news = (lane.interrupted > 0.5) & lane.noted_event.equals(-1)
    with routine.when(call.tape_mode.equals(RECORD)), routine.when(news):
        row = frame.results("tape_row", INTEGER)[lane.patient]
        number = frame.results("tape_count", INTEGER)[row] - 1
        lane.noted_event = lane.which
        with routine.when((number >= 0) & (number < call.tape_capacity)):
            at = (row * call.tape_capacity + number) * NOTED
            frame.results("tape", INTEGER)[at + 2] = lane.which
    routine.finish()


def write_follow(module: ir.Module, plan: Plan) -> None:
    """Add `follow`: take the next step from the tape, or once the last one again; who needs more then leaves."""
    routine = LaneRoutine(module, plan, "follow")
    frame, lane, call = routine.frame, routine.lane, routine.frame.call
    row = frame.results("tape_row", INTEGER)[lane.patient]
    last = frame.results("tape_count", INTEGER)[row] - 1
    noted = lane.attempts <= last
    at = (row * call.tape_capacity + routine.select(noted, lane.attempts, last)) * NOTED
    with routine.either((lane.attempts <= last + 1) & (last >= 0)) as (goes_on, over):
        with goes_on:
            step, fraction = (frame.results("tape", REAL)[at + k] for k in (0, 1))
            interrupted = noted & (fraction > 0.0)
            rest = lane.breakpoint - lane.time
            ended_on_dose, step = step < 0.0, routine.select(step < 0.0, 0.0 - step, step)
            on_dose = (noted & ended_on_dose) | (~noted & (step >= rest))
            lane.hit = routine.select(on_dose, routine.integer(1), 0)
            lane.step = routine.select(on_dose & ~interrupted, rest, step)
            lane.proposal = lane.step
            lane.noted_fraction, lane.noted_event = routine.select(interrupted, fraction, 0.0), 0
            with routine.when(interrupted):
                lane.noted_event = frame.results("tape", INTEGER)[at + 2]
        with over:
            routine.leave(status.WORK_LIMIT)
    routine.finish()
