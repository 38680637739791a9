"""The steps of one integration, kept so that others can repeat them.

A *recording* run notes every accepted step of each patient. A run that *follows* the tape takes exactly these steps,
without error control, and gives exactly the doses that were given. What it computes is then a smooth function of
parameters and initial states, while two runs that choose their own steps differ by noise of the size of the tolerance.

A step is negative on the tape where it ended on a dose: its follower too ends on the dose. A follower that needs more
steps than there are (its trigger rises a little later) repeats the last one.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from llvmlite import ir

from melanokine.engine.lane import LaneRoutine, Plan
from melanokine.engine.routine import INTEGER, REAL

NO_TAPE, RECORD, FOLLOW = 0, 1, 2
"""What a call does with its tape."""
_ANY_ERROR = sys.float_info.max
"""A follower accepts every step whose error is a finite number."""


@dataclass(frozen=True, eq=False)
class Tape:
    """`steps` (n, capacity) in days, of which row i holds `count[i]`; patient k of a call uses row `row[k]`."""

    mode: int
    steps: np.ndarray
    count: np.ndarray
    row: np.ndarray

    @classmethod
    def none(cls) -> Tape:
        nothing = np.zeros(0, np.int64)
        return cls(NO_TAPE, np.zeros((0, 0)), nothing, nothing)

    @classmethod
    def recording(cls, patients: int, capacity: int) -> Tape:
        """An empty tape; `count` may come to exceed `capacity`, and the steps beyond are lost."""
        return cls(RECORD, np.empty((patients, capacity)), np.zeros(patients, np.int64), np.arange(patients))

    def followed_by(self, row: np.ndarray) -> Tape:
        """The tape as patients follow it who take one of its rows each."""
        return Tape(FOLLOW, self.steps, self.count, np.ascontiguousarray(row, np.int64))

    @property
    def error_limit(self) -> float:
        """Up to which scaled error a step is accepted."""
        return _ANY_ERROR if self.mode == FOLLOW else 1.0


def write_note(module: ir.Module, plan: Plan) -> None:
    """Add `note`: put the accepted step on the tape, if there is one to record and room on it."""
    routine = LaneRoutine(module, plan, "note")
    frame, lane, call = routine.frame, routine.lane, routine.frame.call
    with routine.when(call.tape_mode.equals(RECORD)):
        row = frame.results("tape_row", INTEGER)[lane.patient]
        count = frame.results("tape_count", INTEGER)
        number = count[row]
        count[row] = number + 1
        with routine.when(number < call.tape_capacity):
            step = routine.select(lane.hit.equals(1), 0.0 - lane.step, lane.step)
            frame.results("tape", REAL)[row * call.tape_capacity + number] = step
    routine.finish()


def write_follow(module: ir.Module, plan: Plan) -> None:
    """Add `follow`: take the next step from the tape; past its end, the last one once more, fitted to the next dose."""
    routine = LaneRoutine(module, plan, "follow")
    frame, lane, call = routine.frame, routine.lane, routine.frame.call
    row = frame.results("tape_row", INTEGER)[lane.patient]
    last = frame.results("tape_count", INTEGER)[row] - 1
    noted = lane.attempts <= last
    number = routine.select(noted, lane.attempts, last)
    step = frame.results("tape", REAL)[row * call.tape_capacity + number]
    rest = lane.breakpoint - lane.time
    on_dose = step < 0.0
    step = routine.select(on_dose, 0.0 - step, step)
    arrives = (noted & on_dose) | (~noted & (step >= rest))
    lane.hit = routine.select(arrives, routine.integer(1), 0)
    lane.step = routine.select(arrives, rest, step)
    lane.proposal = lane.step
    routine.finish()
