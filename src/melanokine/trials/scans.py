"""When tumours are imaged: the protocol's calendar, and the day on which each patient really comes.

A calendar is written as protocols write it, its parts separated by commas:

    every 9 weeks
    week 12, then every 6 weeks to week 49, then every 12 weeks
    week 12, week 16, week 24, then every 12 weeks

A bare `week 12` is one scan; `every 6 weeks` counts from the scan before it (from randomisation if it is the first).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanokine.errors import InputError
from melanokine.patients import streams

DAYS_PER_MONTH = 30.4375
_UNIT_DAYS = {"day": 1.0, "week": 7.0, "month": DAYS_PER_MONTH}
_SINGLE = re.compile(r"(day|week|month) (\d+)")
_REPEATED = re.compile(r"every (\d+) (day|week|month)s?(?: (?:to|until) (day|week|month) (\d+))?")
_REMEDY = "write for example `week 12, then every 6 weeks to week 49, then every 12 weeks`"


@dataclass(frozen=True)
class Repeat:
    """Scans every `step` days, up to and including day `until`."""

    step: float
    until: float


@dataclass(frozen=True)
class ScanCalendar:
    """Parts of a scan calendar in order: a number is one scan on that day, a `Repeat` a series of them."""

    parts: tuple[float | Repeat, ...]

    @classmethod
    def parse(cls, sentence: str) -> ScanCalendar:
        """The calendar that `sentence` describes; raises InputError naming the part that is not understood."""
        parts: list[float | Repeat] = []
        last = 0.0
        for piece in sentence.split(","):
            text = " ".join(piece.lower().split()).removeprefix("then ").removeprefix("and ")
            part = _part(text)
            if isinstance(part, Repeat):
                last = part.until
            elif part <= last:
                raise InputError(f"{piece.strip()!r} does not come after what precedes it", remedy=_REMEDY)
            else:
                last = part
            parts.append(part)
        if any(isinstance(part, Repeat) and part.until == np.inf for part in parts[:-1]):
            raise InputError("only the last series may be without an end", remedy=_REMEDY)
        return cls(tuple(parts))

    def days(self, until: float) -> NDArray[np.float64]:
        """Planned scan days, whole numbers after 0 and up to `until`, increasing."""
        planned: list[float] = []
        for part in self.parts:
            if not isinstance(part, Repeat):
                planned.append(part)
                continue
            start = planned[-1] if planned else 0.0
            count = int(np.floor((min(part.until, until) - start) / part.step + 1e-9))
            planned.extend(start + part.step * (i + 1) for i in range(max(count, 0)))
        whole = np.unique(np.round(planned))
        return whole[(whole > 0) & (whole <= until)]


def attended_days(planned: NDArray, window: int, seed: int, patients: NDArray) -> NDArray[np.float64]:
    """The days on which patients come for planned scans, shape (patients, scans), strictly increasing.

    Each is the planned day shifted by a whole number of days drawn evenly from -`window` to +`window`; the draw
    belongs to the patient and to the planned day, so one more scan shifts no other. `patients` are stream numbers.
    """
    days = np.empty((len(patients), len(planned)))
    for i, day in enumerate(planned):
        u = streams.uniform(seed, patients, f"scan day {day:g}", 1)[:, 0]
        shifted = np.maximum(day + np.floor(u * (2 * window + 1)) - window, 1.0)
        days[:, i] = shifted if i == 0 else np.maximum(shifted, days[:, i - 1] + 1.0)
    return days


def missed_scans(planned: NDArray, probability: float, seed: int, patients: NDArray) -> NDArray[np.bool_]:
    """Which planned scans are missed or cannot be read, shape (patients, scans), each with `probability`."""
    missed = np.zeros((len(patients), len(planned)), bool)
    for i, day in enumerate(planned):
        missed[:, i] = streams.uniform(seed, patients, f"missed scan {day:g}", 1)[:, 0] < probability
    return missed


def _part(text: str) -> float | Repeat:
    single, repeated = _SINGLE.fullmatch(text), _REPEATED.fullmatch(text)
    if single:
        return int(single[2]) * _UNIT_DAYS[single[1]]
    if not repeated:
        raise InputError(f"{text!r} is not understood", remedy=_REMEDY)
    step = int(repeated[1]) * _UNIT_DAYS[repeated[2]]
    if not step:
        raise InputError(f"{text!r} repeats without pause", remedy=_REMEDY)
    until = int(repeated[4]) * _UNIT_DAYS[repeated[3]] if repeated[3] else np.inf
    return Repeat(step, until)
