"""A phase of a regimen: one dose, given once or at an interval, and when its doses fall."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count

from melanokine.drugs.dose import compartment_of
from melanokine.drugs.quantity import convert
from melanokine.drugs.record import Drug
from melanokine.drugs.time_span import TimeSpan
from melanokine.errors import InputError


@dataclass(frozen=True)
class Phase:
    """One dose, `amount` in `unit` (such as `IU/kg`), given once or `every` so often.

    `route` may be left out where the drug has only one. An infusion lasts `over`; None means the usual duration of the
    drug's record, a span of 0 an injection at once. The phase ends after `doses` doses or when `during` is over.
    """

    amount: float
    unit: str
    route: str | None = None
    over: TimeSpan | None = None
    every: TimeSpan | None = None
    doses: int | None = None
    during: TimeSpan | None = None

    @property
    def number_of_doses(self) -> int | None:
        """Doses from first to last; None where the phase does not end."""
        if self.every is None:
            return 1
        if self.during is not None:
            return math.ceil(self.during.exact / self.every.exact)
        return self.doses

    @property
    def length(self) -> Fraction | None:
        """Days until the next phase begins, one interval after the last dose; None where the phase does not end."""
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
    if phase.over is not None and phase.over.exact > phase.every.exact:
        message = f"the infusion over {phase.over} is longer than the interval of {phase.every}"
        raise InputError(message, remedy="shorten the infusion or lengthen the interval")


def starts(phases: Sequence[Phase]) -> Iterator[tuple[Fraction, Phase]]:
    """Each phase with the day it begins, counted from the start of the first; only the last may be endless."""
    begin = Fraction(0)
    for phase in phases:
        yield begin, phase
        begin += phase.length or 0


def last_dose(phases: Sequence[Phase]) -> Fraction | None:
    """Days from the first dose to the last of all phases; None where the doses do not end."""
    begin, phase = list(starts(phases))[-1]
    number = phase.number_of_doses
    if number is None:
        return None
    return begin + (number - 1) * (phase.every.exact if phase.every else 0)


def times(phase: Phase, begin: Fraction, until: float) -> Iterator[float]:
    """Days of the doses of a phase that begins at `begin`, as far as they lie before `until`."""
    number = phase.number_of_doses
    interval = phase.every.exact if phase.every else Fraction(0)
    for k in count() if number is None else range(number):
        time = float(begin + k * interval)
        if time >= until:
            return
        yield time
