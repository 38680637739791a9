"""A phase of a regimen: one dose, given once, at an interval or on named days, and when its doses fall.

Named days are those of the cycle, whose first is day 1, whatever phases stand before.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count, pairwise

from melanokine.drugs.dose import compartment_of
from melanokine.drugs.quantity import convert
from melanokine.drugs.record import Drug
from melanokine.drugs.time_span import TimeSpan
from melanokine.errors import InputError

ONE_DAY = TimeSpan(1, "day")
LAST_DAY = 366
"""A later day of a cycle is taken for a mistake."""


@dataclass(frozen=True)
class Phase:
    """One dose, `amount` in `unit` (such as `IU/kg`), given once, `every` so often, or on the `days` of a cycle.

    `route` may be left out where the drug has only one. An infusion lasts `over`; None means the usual duration of the
    drug's record, a span of 0 an injection at once. The phase ends after `doses` doses or when `during` is over. On
    each of its `days` the dose is given once, or `every` so often where that is less than a day.
    """

    amount: float
    unit: str
    route: str | None = None
    over: TimeSpan | None = None
    every: TimeSpan | None = None
    doses: int | None = None
    during: TimeSpan | None = None
    days: tuple[int, ...] = ()

    @property
    def doses_a_day(self) -> int:
        """Doses on each of the named days."""
        return 1 if self.every is None else math.ceil(1 / self.every.exact)

    @property
    def number_of_doses(self) -> int | None:
        """Doses from first to last; None where the phase does not end."""
        if self.days:
            return len(self.days) * self.doses_a_day
        if self.every is None:
            return 1
        if self.during is not None:
            return math.ceil(self.during.exact / self.every.exact)
        return self.doses

    @property
    def length(self) -> Fraction | None:
        """Days until the next phase begins: one interval after the last dose, or when the last of the named days is
        over; None where the phase does not end."""
        if self.days:
            return Fraction(self.days[-1])
        if self.every is None or self.number_of_doses is None:
            return None
        return self.number_of_doses * self.every.exact


def complete(phase: Phase, drug: Drug) -> Phase:
    """`phase` with its route filled in; InputError if `drug` cannot be given so."""
    routes = drug.routes.names
    if phase.route is None and len(routes) > 1:
        raise InputError(f"the route of {drug.id} is missing", remedy=f"say {' or '.join(routes)}")
    route = phase.route or routes[0]
    phase = replace(phase, route=route)
    compartment_of(drug, route)
    convert(drug, phase.amount, phase.unit)
    if phase.over is not None and phase.route != "IV":
        raise InputError(f"an {phase.route} injection has no duration", remedy="leave `over ...` out")
    _check_limits(phase)
    return phase


def _check_limits(phase: Phase) -> None:
    if phase.days:
        _check_days(phase)
        return
    if phase.doses is not None and (
        isinstance(phase.doses, bool) or phase.doses != int(phase.doses) or phase.doses < 1
    ):
        raise InputError(f"{phase.doses} is not a number of doses", remedy="give 1 or more")
    if phase.doses is not None and phase.during is not None:
        raise InputError("both a number of doses and a duration limit the phase", remedy="keep one of them")
    if phase.every is None:
        if phase.during is not None or (phase.doses or 1) > 1:
            raise InputError("how often the dose is given is missing", remedy="say for example `every 3 weeks`")
        return
    for name, span in (("the interval", phase.every), ("the duration of treatment", phase.during)):
        if span is not None and span.days == 0:
            raise InputError(f"{name} is zero", remedy="give a positive time")
    _check_infusion(phase, phase.every.exact)


def _check_days(phase: Phase) -> None:
    """Named days say how many doses there are; within a day, doses may be repeated."""
    wrong = next((day for day in phase.days if isinstance(day, bool) or day != int(day) or not day >= 1), None)
    if wrong is not None:
        raise InputError(f"{wrong} is no day of a cycle", remedy="the first day is day 1")
    if phase.days[-1] > LAST_DAY:
        remedy = "name the days of one cycle, and say `repeat every ...` or `starting day ...`"
        raise InputError(f"day {phase.days[-1]} of a cycle is beyond a year", remedy=remedy)
    steps = [later - day for day, later in pairwise(phase.days)]
    if any(step <= 0 for step in steps):
        raise InputError("the days do not follow one another", remedy="name each day once, the earlier first")
    if phase.doses is not None or phase.during is not None:
        remedy = "leave it out, or say `repeat every ... for N cycles`"
        raise InputError("the named days say how long the dose is given, and a limit is said too", remedy=remedy)
    if phase.every is not None and (phase.every.exact > 1 or phase.every.exact == 0):
        remedy = f"set it apart: `, repeat every {phase.every}`"
        raise InputError("an interval of more than a day and named days do not go together", remedy=remedy)
    if phase.every is not None:
        _check_infusion(phase, phase.every.exact)
    elif steps:
        _check_infusion(phase, Fraction(min(steps)))


def _check_infusion(phase: Phase, interval: Fraction) -> None:
    """No infusion goes on when the next begins, after `interval` days."""
    if phase.over is not None and phase.over.exact > interval:
        message = f"the infusion over {phase.over} is longer than the interval of {phase.every or ONE_DAY}"
        if phase.every is None and interval != 1:
            message = f"the infusion over {phase.over} is longer than the {interval} days to the next"
        raise InputError(message, remedy="shorten the infusion or lengthen the interval")


def starts(phases: Sequence[Phase]) -> Iterator[tuple[Fraction, Phase]]:
    """Each phase with the day it begins, counted from the start of the first; only the last may be endless.

    Named days are counted from the start of the first phase as well.
    """
    begin = Fraction(0)
    for phase in phases:
        own = Fraction(0) if phase.days else begin
        yield own, phase
        begin = own + (phase.length or 0)


def check_order(phases: Sequence[Phase]) -> None:
    """InputError where a named day comes before the phase in front of it has ended."""
    begin = Fraction(0)
    for own, phase in starts(phases):
        if phase.days and phase.days[0] - 1 < begin:
            message = f"day {phase.days[0]} comes before the doses in front of `then` have ended"
            raise InputError(message, remedy="days count from the start of the cycle; name later ones")
        begin = own + (phase.length or 0)


def last_dose(phases: Sequence[Phase]) -> Fraction | None:
    """Days from the first dose to the last of all phases; None where the doses do not end."""
    begin, phase = list(starts(phases))[-1]
    if phase.days:
        return begin + phase.days[-1] - 1 + (phase.doses_a_day - 1) * (phase.every.exact if phase.every else 0)
    number = phase.number_of_doses
    if number is None:
        return None
    return begin + (number - 1) * (phase.every.exact if phase.every else 0)


def times(phase: Phase, begin: Fraction, until: float) -> Iterator[float]:
    """Days of the doses of a phase that begins at `begin`, as far as they lie before `until`."""
    for offset in _offsets(phase):
        time = float(begin + offset)
        if time >= until:
            return
        yield time


def _offsets(phase: Phase) -> Iterator[Fraction]:
    """Days from the start of a phase to each of its doses."""
    number = phase.number_of_doses
    interval = phase.every.exact if phase.every else Fraction(0)
    if phase.days:
        yield from (day - 1 + k * interval for day in phase.days for k in range(phase.doses_a_day))
    else:
        yield from (k * interval for k in (count() if number is None else range(number)))
