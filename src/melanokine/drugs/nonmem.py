"""Dosing records in the form of NONMEM, in and out.

One row per dose, with the columns ID TIME AMT RATE DUR II ADDL SS EVID CMT (others, such as DV and covariates, are left
alone). TIME, DUR and II are in hours unless said otherwise, AMT in mg, RATE in mg per unit of time. CMT is the name of
the state that receives the dose (`nivolumab_central`, `aldesleukin_depot`). ADDL further doses follow at intervals of
II. A row with AMT but neither RATE nor DUR is an injection at once.

Steady state (SS), other events and resets (EVID 2, 3, 4), and modelled rates (RATE -1, -2) are refused by name: each
asks for something that a list of doses cannot hold. The lag of absorption belongs to the drug and not to TIME.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from melanokine.drugs.dose import Dose, compartment_of, dose_target
from melanokine.drugs.library import load, names
from melanokine.drugs.quantity import convert
from melanokine.drugs.record import Drug
from melanokine.drugs.time_span import DAYS
from melanokine.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("ID", "TIME", "AMT", "RATE", "DUR", "II", "ADDL", "SS", "EVID", "CMT")
TimeUnit = Literal["hour", "day"]
EVENTS = {2: "another kind of event", 3: "a reset", 4: "a reset with a dose"}
"""Values of EVID that are refused."""
SAME = 1e-9
"""Relative difference below which two numbers of a record are the same."""


@dataclass(frozen=True)
class RecordedDoses:
    """Doses from records, in order of time; offers `doses(until)` as a Regimen does."""

    recorded: tuple[Dose, ...]

    def doses(self, until: float) -> list[Dose]:
        """The doses before day `until`."""
        return [dose for dose in self.recorded if dose.time_d < until]


# reading


def read(
    table: pd.DataFrame | str | Path,
    *,
    drugs: Iterable[Drug] = (),
    time_unit: TimeUnit = "hour",
    surface_m2: float | None = None,
    guarded: bool = True,
) -> dict[int, RecordedDoses]:
    """The doses of each patient, by ID, in a data frame or a CSV file.

    `drugs` are known beside those of the library. `surface_m2` is the body surface, needed for drugs dosed by it. Doses
    are subject to each drug's tolerance guard if `guarded`. Raises InputError naming file, line and column.
    """
    frame, file = _frame(table)
    compartments = {}
    for drug in (*(load(name) for name in names()), *drugs):
        for route in drug.routes.names:
            compartments[compartment_of(drug, route)] = (drug, route)
    day = float(1 / DAYS[time_unit])
    doses: dict[int, list[Dose]] = {}
    latest: dict[int, float] = {}
    for position, row in enumerate(frame.to_dict("records")):
        record = _Row({str(name): value for name, value in row.items()}, file, position + 2)
        patient = record.whole("ID", default=1)
        time = record.number("TIME")
        if time < latest.get(patient, -math.inf):
            raise record.error("TIME", f"goes back from {latest[patient]:g} to {time:g}", "sort the rows of a patient")
        latest[patient] = time
        found = record.doses(compartments, day, surface_m2, guarded)
        doses.setdefault(patient, []).extend(found)
    ordered = {patient: sorted(given, key=lambda dose: dose.time_d) for patient, given in doses.items()}
    return {patient: RecordedDoses(tuple(given)) for patient, given in ordered.items()}


@dataclass(frozen=True)
class _Row:
    """One row, by column, and where it stands."""

    cells: Mapping[str, Any]
    file: str | None
    line: int

    def doses(
        self,
        compartments: Mapping[str, tuple[Drug, str]],
        day: float,
        surface_m2: float | None,
        guarded: bool,
    ) -> Iterator[Dose]:
        """The doses of this row; none for an observation. `day` is the length of a day in the table's unit of time."""
        amount = self.number("AMT", 0.0)
        event = self.whole("EVID", default=int(amount > 0))
        if event in EVENTS:
            raise self.error("EVID", f"{event} is {EVENTS[event]}, which is not supported", "keep rows of EVID 0 and 1")
        if event not in (0, 1):
            raise self.error("EVID", f"{event} is unknown", "write 0 for an observation and 1 for a dose")
        if self.whole("SS", default=0) != 0:
            raise self.error("SS", "steady state is not supported", "write the doses that lead to it")
        if event == 0 and amount == 0:
            return
        if event == 0 or amount <= 0:
            raise self.error("AMT", f"is {amount:g} where EVID is {event}", "a dose has EVID 1 and a positive AMT")
        drug, route = self._compartment(compartments)
        duration = self._duration(amount) / day
        interval, more = self.number("II", 0.0), self.whole("ADDL", default=0)
        if more < 0 or (more > 0 and interval <= 0):
            raise self.error("ADDL", f"is {more} with II {interval:g}", "give a positive II, and 0 or more for ADDL")
        if duration > 0 and route != "IV":
            raise self.error("RATE", f"a dose into {self.cells['CMT']} is no infusion", "leave RATE and DUR 0")
        stated = convert(drug, *self._stated(drug, amount, surface_m2))
        for k in range(more + 1):
            yield Dose(
                time_d=(self.number("TIME") + k * interval) / day,
                drug=drug.id,
                route=route,
                amount=stated.amount,
                unit=stated.unit,
                per=stated.per,
                duration_d=duration,
                lag_d=drug.routes.SC.lag.to("d") if route == "SC" and drug.routes.SC else 0.0,
                guard=drug.guard if guarded else None,
                target=dose_target(drug, route, bolus=duration == 0),
            )

    def _stated(self, drug: Drug, amount: float, surface_m2: float | None) -> tuple[float, str]:
        """AMT as the dose that the drug's record understands."""
        if drug.amount_unit != "mg/m2":
            return amount, "mg"
        if surface_m2 is None:
            raise self.error("AMT", f"{drug.id} is dosed by body surface", "give surface_m2")
        return amount / surface_m2, "mg/m2"

    def _compartment(self, compartments: Mapping[str, tuple[Drug, str]]) -> tuple[Drug, str]:
        name = str(self.cells.get("CMT", "")).strip()
        if name not in compartments:
            raise self.error("CMT", f"no drug is given into {name!r}", nearest(name, compartments))
        return compartments[name]

    def _duration(self, amount: float) -> float:
        """Duration of an infusion in the table's unit of time, from RATE or DUR."""
        rate, duration = self.number("RATE", 0.0), self.number("DUR", 0.0)
        if rate in (-1, -2):
            raise self.error("RATE", f"{rate:g} asks for a modelled rate, which is not supported", "give the rate")
        if rate < 0 or duration < 0:
            raise self.error("RATE" if rate < 0 else "DUR", "is negative", "give 0 or a positive number")
        if rate > 0 and duration > 0 and not math.isclose(amount / rate, duration, rel_tol=1e-6):
            raise self.error("DUR", f"is {duration:g}, but AMT/RATE is {amount / rate:g}", "give one of the two")
        return amount / rate if rate > 0 else duration

    def number(self, column: str, default: float | None = None) -> float:
        """The number in a column; `default` where it is missing."""
        value = self.cells.get(column)
        if value is None or value != value or str(value).strip() in (".", ""):
            if default is None:
                raise self.error(column, "is missing", "give a number")
            return default
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

    def error(self, column: str, message: str, remedy: str) -> InputError:
        """An error about a column of this row; without a file the row is counted from 0, as in the data frame."""
        where = "" if self.file else f" in row {self.line - 2}"
        line = self.line if self.file else None
        return InputError(f"{column}{where}: {message}", file=self.file, line=line, remedy=remedy)


def _frame(table: pd.DataFrame | str | Path) -> tuple[pd.DataFrame, str | None]:
    """The table with upper-case columns, and the file it came from."""
    import pandas as pd

    file = None
    if not isinstance(table, pd.DataFrame):
        file = str(table)
        try:
            table = pd.read_csv(table, na_values=["."], skipinitialspace=True)
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise InputError(f"cannot be read: {reason}", file=file, remedy="check the path") from None
        except (ValueError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            message = f"is not a table in CSV: {' '.join(str(error).split())}"
            raise InputError(message, file=file, remedy="write one row per record") from None
    table = table.rename(columns=lambda name: str(name).strip().lstrip("#").upper())
    for column in ("TIME", "AMT", "CMT"):
        if column not in table.columns:
            remedy = nearest(column, [str(name) for name in table.columns] or ["TIME"])
            line = 1 if file else None
            raise InputError(f"the column {column} is missing", file=file, line=line, remedy=remedy)
    return table, file


# writing


def write(
    patients: Mapping[int, Iterable[Dose]],
    drugs: Iterable[Drug] = (),
    *,
    weight_kg: Mapping[int, float] | float | None = None,
    surface_m2: Mapping[int, float] | float | None = None,
    time_unit: TimeUnit = "hour",
) -> pd.DataFrame:
    """The doses of each patient as records, evenly spaced equal doses in one row with II and ADDL.

    `drugs` are known beside those of the library. Doses per kilogram or square metre need `weight_kg` or `surface_m2`,
    for all or by patient. Raises InputError where one is missing.
    """
    import pandas as pd

    known = {drug.id: drug for drug in (*(load(name) for name in names()), *drugs)}
    day = float(1 / DAYS[time_unit])
    rows = []
    for patient, doses in patients.items():
        sizes = {"kg": _size(weight_kg, patient), "m2": _size(surface_m2, patient), "flat": 1.0}
        for run in _runs(sorted(doses, key=lambda dose: dose.time_d)):
            rows.append(_record(patient, run, known, sizes, day))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.sort_values(["ID", "TIME"], kind="stable", ignore_index=True)


def _record(
    patient: int, run: list[Dose], known: Mapping[str, Drug], sizes: Mapping[str, float | None], day: float
) -> tuple:
    """One row for equal doses at equal intervals."""
    first = run[0]
    drug = known.get(first.drug)
    if drug is None:
        raise InputError(f"unknown drug {first.drug!r}", remedy=nearest(first.drug, known))
    per = "m2" if first.unit == "mg/m2" else first.per
    size = sizes[per]
    if size is None:
        needed = {"kg": "weight_kg", "m2": "surface_m2"}[per]
        raise InputError(f"doses of {drug.id} are per {per}", remedy=f"give {needed}")
    milligrams = first.amount / convert(drug, 1.0, "mg/m2" if first.unit == "mg/m2" else "mg").amount * size
    duration = first.duration_d * day
    interval = (run[1].time_d - first.time_d) * day if len(run) > 1 else 0.0
    rate = milligrams / duration if duration > 0 else 0.0
    compartment = compartment_of(drug, first.route)
    return (patient, first.time_d * day, milligrams, rate, duration, interval, len(run) - 1, 0, 1, compartment)


def _runs(doses: list[Dose]) -> Iterator[list[Dose]]:
    """Doses that differ only in time and are evenly spaced, together."""
    kinds: dict[tuple, list[Dose]] = {}
    for dose in doses:
        kinds.setdefault(tuple(dose[1:]), []).append(dose)
    for alike in kinds.values():
        run = alike[:1]
        for dose in alike[1:]:
            expected = run[0].time_d + len(run) * (run[1].time_d - run[0].time_d) if len(run) > 1 else dose.time_d
            if dose.time_d > run[-1].time_d and math.isclose(dose.time_d, expected, rel_tol=SAME, abs_tol=SAME):
                run.append(dose)
            else:
                yield run
                run = [dose]
        yield run


def _size(sizes: Mapping[int, float] | float | None, patient: int) -> float | None:
    size = sizes.get(patient) if isinstance(sizes, Mapping) else sizes
    if size is not None and not (math.isfinite(size) and size > 0):
        raise InputError(f"a body size cannot be {size!r}", remedy="give a positive number")
    return size
