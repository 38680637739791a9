"""Doses as the engine sees them: when, what, how much, to which state or input; the same for all patients of a call.

Amounts may be multiplied, and times delayed, by parameters of the patient.

A dose at time t acts after the output at t: that output is the trough. An infusion adds amount/duration to the rate of
its input at t and takes it away at t + duration; a rate is exactly 0 when no infusion of that input runs. All guards of
one instant are evaluated on the state before any of its doses, and an infusion that was not given does not end. A
patient with a lag that is negative or not finite ends with the status NOT_FINITE.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from melanokine.errors import EngineError
from melanokine.network import Equations

BOLUS, INFUSION = 0, 1
BOLUS_GIVEN, INFUSION_STARTS, INFUSION_ENDS = 0, 1, 2
"""Kinds of change that a driver makes at an instant."""

SOONEST = 1e-80
"""Days; what is due before is due at 0, because no step is as short as that."""

_REAL = ("time", "amount", "duration")
_DEFAULT: Any = None


@dataclass(frozen=True, eq=False)
class Schedule:
    """Arrays of equal length, one element per dose; sorted by time on construction (doses at one time keep order).

    | field    | meaning                                                                       |
    |----------|-------------------------------------------------------------------------------|
    | time     | days, not negative                                                            |
    | kind     | BOLUS or INFUSION                                                             |
    | target   | index of a state (bolus) or of an input (infusion)                            |
    | amount   | total, in the target's unit of amount; not negative                           |
    | duration | days; positive for an infusion, 0 for a bolus                                 |
    | scale    | index of the parameter that multiplies the amount, such as weight; -1 for none |
    | guard    | index into the guards of the equations; -1 for none                           |
    | lag      | index of the parameter (days) by which the dose comes later; -1 for none      |
    """

    time: np.ndarray
    kind: np.ndarray
    target: np.ndarray
    amount: np.ndarray
    duration: np.ndarray = _DEFAULT
    scale: np.ndarray = _DEFAULT
    guard: np.ndarray = _DEFAULT
    lag: np.ndarray = _DEFAULT

    def __post_init__(self) -> None:
        defaults = {"duration": 0.0, "scale": -1, "guard": -1, "lag": -1}
        columns = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None:
                value = np.full(np.shape(self.time), defaults[field.name])
            columns[field.name] = _column(field.name, value)
        lengths = {name: len(column) for name, column in columns.items()}
        if len(set(lengths.values())) > 1:
            raise EngineError(f"the columns of a schedule differ in length: {lengths}")
        time = columns["time"]
        columns["time"] = np.where((time >= 0.0) & (time < SOONEST), 0.0, time)
        order = np.argsort(columns["time"], kind="stable")
        for name, column in columns.items():
            column = column[order]
            column.setflags(write=False)
            object.__setattr__(self, name, column)
        self._validate()

    @classmethod
    def empty(cls) -> Schedule:
        """No doses."""
        none = np.empty(0, np.int64)
        return cls(none, none, none, none)

    def __len__(self) -> int:
        return len(self.time)

    def _validate(self) -> None:
        infusion = self.kind == INFUSION
        self._refuse((self.kind != BOLUS) & ~infusion, "is neither BOLUS nor INFUSION")
        for name in _REAL:
            self._refuse(~np.isfinite(getattr(self, name)), f"has a {name} that is not finite")
            self._refuse(getattr(self, name) < 0, f"has a negative {name}")
        self._refuse(infusion & (self.duration <= 0), "is an infusion of zero length", "give it as a bolus")
        ends = self.time + self.duration
        self._refuse(
            infusion & ((ends <= self.time) | (ends < SOONEST)), "is an infusion too short to be told from a bolus"
        )
        self._refuse(~infusion & (self.duration > 0), "is a bolus with a duration", "make it an infusion")

    def check(self, equations: Equations) -> None:
        """EngineError where an index does not exist in `equations`."""
        infusion = self.kind == INFUSION
        count = np.where(infusion, len(equations.inputs), len(equations.states))
        self._refuse((self.target < 0) | (self.target >= count), "has a target that does not exist")
        known_as = {"scale": equations.parameters, "guard": equations.guards, "lag": equations.parameters}
        for name, known in known_as.items():
            column = getattr(self, name)
            self._refuse((column < -1) | (column >= len(known)), f"has a {name} that does not exist")

    def _refuse(self, wrong: np.ndarray, message: str, remedy: str | None = None) -> None:
        if wrong.any():
            which = int(np.argmax(wrong))
            raise EngineError(f"dose {which} of the schedule, at day {self.time[which]:g}, {message}", remedy=remedy)


def _column(name: str, value) -> np.ndarray:
    kind = np.float64 if name in _REAL else np.int64
    column = np.array(value)
    if column.ndim != 1:
        raise EngineError(f"column {name} of a schedule has {column.ndim} dimensions instead of one")
    if kind is np.int64 and len(column) and not np.issubdtype(column.dtype, np.integer):
        raise EngineError(f"column {name} of a schedule holds {column.dtype} instead of integers")
    try:
        return column.astype(kind)
    except (TypeError, ValueError):
        raise EngineError(f"column {name} of a schedule does not hold numbers") from None
