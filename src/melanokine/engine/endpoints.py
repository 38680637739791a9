"""Endpoints: what is kept of a patient's course when the course itself is not stored.

    endpoints = {"peak": Maximum("concentration"), "exposure": Area("concentration", stop=21),
                 "progression": FirstTime("sum_of_diameters", above=30.0)}

An endpoint watches one quantity, an observable or a state, in a window from day `start` to day `stop` (by default the
whole run). A window begins after the doses of its first instant and ends before those of its last, or where the trigger
stops the patient. Endpoints are read off the dense output of the steps, which they never shorten:

| endpoint         | value                                                                                        |
|------------------|----------------------------------------------------------------------------------------------|
| Value            | at one time, before the doses of that time: the same bits as the output there                |
| Area             | integral over the window (quantity times days), by three-point Gauss-Legendre in each step   |
| Maximum, Minimum | over the window; jumps at doses are seen from both sides                                      |
| TimeOfMaximum, … | when it is reached first                                                                     |
| FirstTime        | when the quantity is first above (below) a level, to the last bit of the fraction of its step |

Within a step the dense output of a state is a quartic, so areas of states and of sums of them are exact for it.
Extremes are looked for where the quartic through five points of the step has one beside the best of them, and the
quantity is then evaluated there; a rise above a level and back within a step is found in the same way. All are thus as
accurate as the dense output, that is as the tolerance of the steps: at a relative one of 1e-9, to some 1e-8.

An endpoint is NaN where the patient failed, ended before its window began (or the time of its value came), where the
level was not crossed, or the quantity is not a number within the window.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from melanokine.errors import EngineError

VALUE, AREA, EXTREME, TIME_OF_EXTREME, FIRST_TIME = range(5)
"""How the driver reduces a quantity; from TIME_OF_EXTREME on the result is a time."""


@dataclass(frozen=True)
class Endpoint(ABC):
    """What all endpoints have: the name of the quantity, the window, and how the driver reduces it.

    The driver knows maxima and rising crossings only: `sign` is -1 where it is to look at the negative instead.
    """

    quantity: str

    kind: ClassVar[int]

    @property
    def sign(self) -> int:
        return 1

    @property
    def level(self) -> float:
        """What the quantity, or its negative, is to exceed."""
        return math.inf

    @property
    @abstractmethod
    def window(self) -> tuple[float, float]:
        """First and last day."""

    def check(self, name: str, until: float) -> None:
        """EngineError where the endpoint called `name` does not fit a run to day `until`."""
        start, stop = self.window
        if not 0.0 <= start <= stop or (start == stop) != (self.kind == VALUE):
            raise EngineError(f"endpoint {name!r} has a window from day {start:g} to day {stop:g}")
        last = start if math.isinf(stop) else stop
        if last > until or (start == until and self.kind != VALUE):
            remedy = f"the run ends at day {until:g}: integrate longer or end the window there"
            raise EngineError(f"endpoint {name!r} is to be watched until day {last:g}", remedy=remedy)


@dataclass(frozen=True, kw_only=True)
class Value(Endpoint):
    """The quantity at day `at`, before the doses of that time."""

    at: float

    kind = VALUE

    @property
    def window(self) -> tuple[float, float]:
        return self.at, self.at


@dataclass(frozen=True, kw_only=True)
class Windowed(Endpoint):
    """An endpoint over the days from `start` to `stop`, by default to the end of the run."""

    start: float = 0.0
    stop: float = math.inf

    @property
    def window(self) -> tuple[float, float]:
        return self.start, self.stop


@dataclass(frozen=True)
class Area(Windowed):
    """The integral of the quantity over time in days."""

    kind = AREA


@dataclass(frozen=True)
class Maximum(Windowed):
    """The largest value of the quantity."""

    kind = EXTREME


@dataclass(frozen=True)
class Minimum(Windowed):
    """The smallest value of the quantity."""

    kind = EXTREME

    @property
    def sign(self) -> int:
        return -1


@dataclass(frozen=True)
class TimeOfMaximum(Windowed):
    """The day at which the largest value of the quantity is first reached."""

    kind = TIME_OF_EXTREME


@dataclass(frozen=True)
class TimeOfMinimum(Windowed):
    """The day at which the smallest value of the quantity is first reached."""

    kind = TIME_OF_EXTREME

    @property
    def sign(self) -> int:
        return -1


@dataclass(frozen=True, kw_only=True)
class FirstTime(Windowed):
    """The first day at which the quantity is above (or below) a level; `start` if it is so when the window begins."""

    above: float | None = None
    below: float | None = None

    kind = FIRST_TIME

    @property
    def sign(self) -> int:
        return -1 if self.above is None else 1

    @property
    def level(self) -> float:
        given = self.below if self.above is None else self.above
        return math.nan if given is None else self.sign * given

    def check(self, name: str, until: float) -> None:
        super().check(name, until)
        if (self.above is None) == (self.below is None) or not math.isfinite(self.level):
            remedy = "give either above= or below= a number"
            raise EngineError(f"endpoint {name!r} has no level to cross", remedy=remedy)
