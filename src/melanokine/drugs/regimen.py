"""How a drug is given: doses in phases, phases in cycles, cycles in courses.

The phases of a cycle follow one another: the next begins one interval after the last dose of the one before, unless
its doses fall on named days of the cycle. A cycle may be repeated after days of rest or at an interval, and a course of
cycles at an interval. `Regimen.parse` reads all this from a sentence (see sentence.py), and `str` writes it back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from melanokine.drugs import phase as phases_of
from melanokine.drugs.dose import Dose, dose_target
from melanokine.drugs.phase import Phase
from melanokine.drugs.quantity import convert
from melanokine.drugs.record import Drug
from melanokine.drugs.time_span import TimeSpan
from melanokine.errors import InputError

MOST_DOSES = 100_000
"""More doses than this in one regimen are taken for a mistake."""

NOW = TimeSpan(0, "day")


@dataclass(frozen=True)
class Cycles:
    """A cycle is repeated after `rest`, whole days without a dose, or from start to start at `every`.

    `number` counts all cycles of a course. Where it is left out a rest is followed by one more cycle, and an interval
    repeats without end.
    """

    rest: TimeSpan | None = None
    every: TimeSpan | None = None
    number: int | None = None

    def __post_init__(self) -> None:
        if (self.rest is None) == (self.every is None):
            raise InputError("cycles repeat either after a rest or at an interval", remedy="give one of the two")
        if self.rest is not None and self.number is None:
            object.__setattr__(self, "number", 2)


@dataclass(frozen=True)
class Courses:
    """A course, all cycles together, is repeated from start to start at `every`; `number` in all, None without end."""

    every: TimeSpan
    number: int | None = None


@dataclass(frozen=True)
class Regimen:
    """A drug and its schedule, from `start` after day 0, the first day of treatment.

    Doses are subject to the drug's tolerance guard unless `guarded` is False. Raises InputError if the parts do not fit
    together, or if the drug cannot be given so.
    """

    drug: Drug
    phases: tuple[Phase, ...]
    start: TimeSpan = NOW
    cycles: Cycles | None = None
    courses: Courses | None = None
    guarded: bool = True

    def __post_init__(self) -> None:
        if not self.phases:
            raise InputError(f"{self.drug.id} has no dose", remedy="give at least one phase")
        completed = tuple(phases_of.complete(phase, self.drug) for phase in self.phases)
        object.__setattr__(self, "phases", completed)
        self._check()

    @classmethod
    def parse(cls, sentence: str, *, drugs: Iterable[Drug] = ()) -> Regimen:
        """The regimen that a sentence describes; `drugs` are known beside those of the library."""
        from melanokine.drugs.sentence import parse

        return parse(sentence, tuple(drugs))

    def __str__(self) -> str:
        from melanokine.drugs.sentence import write

        return write(self)

    def doses(self, until: float) -> list[Dose]:
        """All doses scheduled before day `until`, in order of time."""
        if isinstance(until, bool) or not isinstance(until, int | float) or not math.isfinite(until):
            raise InputError(f"doses are listed until a day, not {until!r}", remedy="give a finite number of days")
        doses: list[Dose] = []
        for time, phase in self._schedule(until):
            if len(doses) == MOST_DOSES:
                message = f"{self.drug.id} would be given more than {MOST_DOSES} times in {until:g} days"
                raise InputError(message, remedy="lengthen the interval")
            doses.append(self._dose(time, phase))
        return sorted(doses, key=lambda dose: dose.time_d)

    def _schedule(self, until: float) -> Iterator[tuple[float, Phase]]:
        """Time and phase of every dose before `until`."""
        for course in self._course_starts():
            if course >= until:
                return
            for cycle in self._cycle_starts():
                if course + cycle >= until:
                    break
                for offset, phase in phases_of.starts(self.phases):
                    for time in phases_of.times(phase, course + cycle + offset, until):
                        yield time, phase

    def _course_starts(self) -> Iterator[Fraction]:
        courses = self.courses or Courses(NOW, 1)
        for k in _numbers(courses.number):
            yield self.start.exact + k * courses.every.exact

    def _cycle_starts(self) -> Iterator[Fraction]:
        """Start of each cycle, counted from the start of its course."""
        if self.cycles is None:
            yield Fraction(0)
            return
        for k in _numbers(self.cycles.number):
            yield k * self._cycle_interval(self.cycles)

    def _cycle_interval(self, cycles: Cycles) -> Fraction:
        """Days from the start of a cycle to that of the next. Rest counts whole days without a dose."""
        if cycles.every is not None:
            return cycles.every.exact
        days_with_doses = math.floor(phases_of.last_dose(self.phases) or 0) + 1
        return days_with_doses + (cycles.rest or NOW).exact

    def _dose(self, time: float, phase: Phase) -> Dose:
        amount = convert(self.drug, phase.amount, phase.unit)
        route = phase.route or ""
        duration = lag = 0.0
        if route == "IV" and self.drug.routes.IV:
            duration = self.drug.routes.IV.duration.to("d") if phase.over is None else phase.over.days
        elif self.drug.routes.SC:
            lag = self.drug.routes.SC.lag.to("d")
        return Dose(
            time_d=time,
            drug=self.drug.id,
            route=route,
            amount=amount.amount,
            unit=amount.unit,
            per=amount.per,
            duration_d=duration,
            lag_d=lag,
            guard=self.drug.guard if self.guarded else None,
            target=dose_target(self.drug, route, bolus=duration == 0.0),
        )

    def _check(self) -> None:
        """Only the last of all may be endless, and nothing begins before what comes before it has ended."""
        for phase in self.phases[:-1]:
            if phase.length is None:
                message = "the doses before `then` do not end" if phase.every else "a single dose stands before `then`"
                raise InputError(message, remedy="say for example `every 3 weeks for 4 doses then ...`")
        phases_of.check_order(self.phases)
        if self.start.unit not in ("day", "week"):
            raise InputError(f"a regimen cannot start on {self.start}", remedy="say `starting day 84` or `week 12`")
        if self.cycles is not None:
            self._check_cycles(self.cycles)
        if self.courses is not None:
            self._check_courses(self.courses)

    def _check_cycles(self, cycles: Cycles) -> None:
        last = phases_of.last_dose(self.phases)
        _check_number(cycles.number, "cycles")
        if last is None:
            raise InputError("the doses of a cycle do not end", remedy="say for example `up to 14 doses`")
        if cycles.rest is not None and cycles.rest.exact.denominator != 1:
            raise InputError(f"a rest of {cycles.rest} is no whole number of days", remedy="give days or weeks")
        if self._cycle_interval(cycles) <= last:
            message = f"a cycle would begin before the last dose of the one before, on day {float(last):g}"
            raise InputError(message, remedy="lengthen the interval of the cycles")

    def _check_courses(self, courses: Courses) -> None:
        last = phases_of.last_dose(self.phases)
        _check_number(courses.number, "courses")
        if last is not None and self.cycles is not None:
            number = self.cycles.number
            last = None if number is None else last + (number - 1) * self._cycle_interval(self.cycles)
        if last is None:
            raise InputError("a course does not end", remedy="say how many doses and cycles it has")
        if courses.every.exact <= last:
            message = f"a course would begin before the last dose of the one before, on day {float(last):g}"
            raise InputError(message, remedy="lengthen the interval of the courses")


def _numbers(number: int | None) -> Iterable[int]:
    return count() if number is None else range(number)


def _check_number(number: int | None, what: str) -> None:
    if number is not None and (isinstance(number, bool) or number != int(number) or number < 1):
        raise InputError(f"{number} is not a number of {what}", remedy="give 1 or more")
