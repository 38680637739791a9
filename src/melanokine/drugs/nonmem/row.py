"""One row of a dosing table: its cells as numbers, and the dose that it stands for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from melanokine.drugs.dose import Dose, dose_target
from melanokine.drugs.nonmem.columns import NAMED, amount_unit, bioavailability, lag
from melanokine.drugs.quantity import convert
from melanokine.drugs.record import Drug
from melanokine.drugs.regimen import MOST_DOSES
from melanokine.drugs.time_span import LONGEST
from melanokine.errors import InputError, nearest

DOSES = (1, 4)
NO_DOSES = (0, 2, 3)
"""Values of EVID: 0 observation, 1 dose, 2 other event, 3 reset, 4 reset and dose."""

BY_RECORD = -2
"""The RATE of an infusion as long as the drug's record says: its duration is a parameter of the model."""


@dataclass(frozen=True)
class Series:
    """The doses of a row: the first, and how long apart the others follow it (`after`) or came before it (`before`).

    Times are days, exact; `first.time_d` is that of the table.
    """

    first: Dose
    time: Fraction
    interval: Fraction
    before: int
    after: int

    def doses(self, shift: Fraction) -> list[Dose]:
        """Every dose of the series, `shift` days later than the table says."""
        numbers = range(-self.before, self.after + 1)
        return [self.first._replace(time_d=float(self.time + shift + k * self.interval)) for k in numbers]


@dataclass(frozen=True)
class Row:
    """One row, by column, and where it stands. `day` is the length of a day in the table's unit of time."""

    cells: Mapping[str, Any]
    file: str | None
    line: int
    day: Fraction

    @property
    def event(self) -> int:
        """EVID; by default 1 where there is an AMT."""
        event = self.whole("EVID", default=int(self.number("AMT", 0.0) > 0))
        if event not in (*DOSES, *NO_DOSES):
            raise self.error("EVID", f"{event} is unknown", "write 0 for an observation and 1 for a dose")
        return event

    @property
    def steady(self) -> int:
        """SS: 0, or 1 or 2 for a dose that others came before."""
        steady = self.whole("SS", default=0)
        if steady not in (0, 1, 2):
            raise self.error("SS", f"{steady} is unknown", "write 0, 1 or 2")
        return steady

    def series(
        self,
        compartments: Mapping[str, tuple[Drug, str]],
        numbers: Mapping[int, str],
        surface_m2: float | None,
        guarded: bool,
        run_in: int | None,
    ) -> Series | None:
        """The doses of this row; None for an observation."""
        amount, event, steady = self.number("AMT", 0.0), self.event, self.steady
        if event in NO_DOSES and amount == 0 and not steady:
            return None
        if event in NO_DOSES or amount <= 0:
            remedy = "a dose has EVID 1 and a positive AMT"
            raise self.error("AMT", f"is {amount:g} where EVID is {event}", remedy)
        interval, after = self.span("II", Fraction(0)), self.whole("ADDL", default=0)
        before = self._run_in(steady, run_in, interval)
        if after < 0 or (after > 0 and interval <= 0):
            message = f"is {after} with II {self.number('II', 0.0):g}"
            raise self.error("ADDL", message, "give a positive II, and 0 or more for ADDL")
        if after + before >= MOST_DOSES:
            message = f"the row stands for more than {MOST_DOSES} doses"
            raise self.error("ADDL", message, "give fewer doses in a row")
        time = self.span("TIME")
        if time < 0:
            raise self.error("TIME", f"is {float(time * self.day):g}", "count from the start of treatment")
        if time + after * interval > LONGEST or before * interval > LONGEST:
            raise self.error("TIME", "the doses go on for more than a century", "check TIME, II and ADDL")
        first = self._dose(compartments, numbers, amount, surface_m2, guarded)
        return Series(first._replace(time_d=float(time)), time, interval, before, after)

    def _run_in(self, steady: int, run_in: int | None, interval: Fraction) -> int:
        if not steady:
            return 0
        if interval <= 0:
            message = "a steady state of doses needs the interval between them"
            raise self.error("SS", message, "give II; write a constant infusion with its DUR")
        if run_in is None:
            message = "says that doses came before, but not how many the patient is to have"
            raise self.error("SS", message, "give their number, steady_state_doses (--steady-state-doses)")
        return run_in

    def _dose(
        self,
        compartments: Mapping[str, tuple[Drug, str]],
        numbers: Mapping[int, str],
        amount: float,
        surface_m2: float | None,
        guarded: bool,
    ) -> Dose:
        name = self._compartment(compartments, numbers)
        drug, route = compartments[name]
        fraction = self.number("F", bioavailability(drug, route))
        if fraction <= 0:
            raise self.error("F", f"is {fraction:g}", "give a positive number")
        relative = fraction / bioavailability(drug, route)
        duration = self._duration(drug, route, amount, relative)
        if duration > 0 and route != "IV":
            raise self.error("RATE", f"a dose into {name} is no infusion", "leave RATE and DUR 0")
        delay = self.span("ALAG") if self.given("ALAG") else Fraction(lag(drug, route))
        if delay > LONGEST or duration > LONGEST:
            column = "ALAG" if delay > LONGEST else "RATE" if self.given("RATE") else "DUR"
            raise self.error(column, "asks for more than a century", "check the number and its unit of time")
        if delay < 0:
            raise self.error("ALAG", "is negative", "give 0 or a positive number")
        number, unit = self._stated(drug, amount * relative, surface_m2)
        try:
            stated = convert(drug, number, unit)
        except InputError as error:
            raise self.error("AMT", error.message, error.remedy or "check the amount") from None
        return Dose(
            time_d=0.0,
            drug=drug.id,
            route=route,
            amount=stated.amount,
            unit=stated.unit,
            per=stated.per,
            duration_d=duration,
            lag_d=float(delay),
            guard=drug.guard if guarded else None,
            target=dose_target(drug, route, bolus=duration == 0),
        )

    def _stated(self, drug: Drug, amount: float, surface_m2: float | None) -> tuple[float, str]:
        """AMT as the dose that the drug's record understands."""
        if drug.amount_unit != "mg/m2":
            return amount, amount_unit(drug)
        surface = self.number("BSA") if self.given("BSA") else surface_m2
        if surface is None:
            raise self.error("AMT", f"{drug.id} is dosed by body surface", "give surface_m2, or a column BSA")
        if surface <= 0:
            raise self.error("BSA", f"is {surface:g}", "give square metres")
        return amount / surface, "mg/m2"

    def _compartment(self, compartments: Mapping[str, tuple[Drug, str]], numbers: Mapping[int, str]) -> str:
        column = NAMED if self.given(NAMED) else "CMT"
        name = str(self.cells.get(column, "")).strip()
        if name.removesuffix(".0").isdecimal() and int(float(name)) in numbers:
            name = numbers[int(float(name))]
        if name not in compartments:
            remedy = nearest(name, compartments) if not name[:1].isdecimal() else f"name it, or add a column {NAMED}"
            raise self.error(column, f"no drug is given into {name!r}", remedy)
        return name

    def _duration(self, drug: Drug, route: str, amount: float, relative: float) -> float:
        """Days of an infusion, from RATE or DUR."""
        rate, duration = self.number("RATE", 0.0), self.span("DUR", Fraction(0))
        if rate == BY_RECORD and drug.routes.IV and route == "IV":
            if duration:
                raise self.error("DUR", "is given, and RATE -2 as well", "give one of the two")
            return drug.routes.IV.duration.to("d")
        if rate in (-1, BY_RECORD):
            message = f"{rate:g} asks for a modelled rate, which the drug's record does not have"
            raise self.error("RATE", message, "give the rate")
        if rate < 0 or duration < 0:
            raise self.error("RATE" if rate < 0 else "DUR", "is negative", "give 0 or a positive number")
        by_rate = amount / rate / float(self.day) if rate > 0 else 0.0
        if rate > 0 and duration > 0 and not math.isclose(by_rate, float(duration), rel_tol=1e-6):
            message = f"is {self.number('DUR'):g}, but AMT/RATE is {amount / rate:g}"
            raise self.error("DUR", message, "give one of the two")
        return float(duration) if duration > 0 else by_rate * relative

    # cells

    def given(self, column: str) -> bool:
        """Whether there is something in a column."""
        value = self.cells.get(column)
        return value is not None and value == value and str(value).strip() not in (".", "")

    def number(self, column: str, default: float | None = None) -> float:
        """The number in a column; `default` where it is missing."""
        if not self.given(column):
            if default is None:
                raise self.error(column, "is missing", "give a number")
            return default
        value = self.cells[column]
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise self.error(column, f"{value!r} is not a finite number", "give a number")
        return number

    def whole(self, column: str, *, default: int) -> int:
        value = self.number(column, float(default))
        if value != int(value):
            raise self.error(column, f"{value:g} is not a whole number", "give a whole number")
        return int(value)

    def span(self, column: str, default: Fraction | None = None) -> Fraction:
        """A time in days, exactly as written: three times 0.1 hours are 0.3 hours."""
        if default is not None and not self.given(column):
            return default
        return Fraction(repr(self.number(column))) / self.day

    def error(self, column: str, message: str, remedy: str) -> InputError:
        """An error about a column of this row; without a file the row is counted from 0, as in the data frame."""
        where = "" if self.file else f" in row {self.line - 2}"
        line = self.line if self.file else None
        return InputError(f"{column}{where}: {message}", file=self.file, line=line, remedy=remedy)
