"""From a dosing table to the doses of each patient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from melanokine.drugs.dose import Dose, compartment_of
from melanokine.drugs.library import load, names
from melanokine.drugs.nonmem.columns import TimeUnit, table_of
from melanokine.drugs.nonmem.row import Row, Series
from melanokine.drugs.record import Drug
from melanokine.drugs.time_span import DAYS
from melanokine.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

RESETS = (3, 4)


@dataclass(frozen=True)
class RecordedDoses:
    """Doses from records, in order of time; offers `doses(until)` as a Regimen does."""

    recorded: tuple[Dose, ...]

    def doses(self, until: float) -> list[Dose]:
        """The doses before day `until`."""
        return [dose for dose in self.recorded if dose.time_d < until]

    @property
    def drugs(self) -> tuple[str, ...]:
        """The ids of the drugs given, in the order of their first dose."""
        return tuple(dict.fromkeys(dose.drug for dose in self.recorded))

    def __str__(self) -> str:
        number = len(self.recorded)
        given = f"{number} recorded dose{'' if number == 1 else 's'}"
        return f"{given} of {', '.join(self.drugs)}" if number else "no recorded dose"


@dataclass(frozen=True)
class RecordedPatients(Mapping[int, RecordedDoses]):
    """The doses of each patient of a table, by ID, in the order of the table.

    `time_zero_d` is the day on which TIME 0 of the table falls: 0, or later where doses lead up to a steady state.
    """

    patients: Mapping[int, RecordedDoses]
    time_zero_d: float = 0.0

    def __getitem__(self, patient: int) -> RecordedDoses:
        return self.patients[patient]

    def __iter__(self) -> Iterator[int]:
        return iter(self.patients)

    def __len__(self) -> int:
        return len(self.patients)

    @property
    def drugs(self) -> tuple[str, ...]:
        """The ids of all drugs given."""
        return tuple(dict.fromkeys(chain.from_iterable(doses.drugs for doses in self.patients.values())))


def read(
    table: pd.DataFrame | str | Path,
    *,
    drugs: Iterable[Drug] = (),
    time_unit: TimeUnit = "hour",
    surface_m2: float | None = None,
    guarded: bool = True,
    compartments: Mapping[int, str] | None = None,
    steady_state_doses: int | None = None,
) -> RecordedPatients:
    """The doses of each patient, by ID, in a data frame or a CSV file.

    `drugs` are known beside those of the library. `surface_m2` is the body surface, needed for drugs dosed by it where
    the table has no column BSA. Doses are subject to each drug's tolerance guard if `guarded`. `compartments` names the
    numbers in CMT.

    A patient whose tumour grows has no steady state, so SS says that doses came before, and `steady_state_doses` how
    many of them, II apart, the patient is to have. Where they begin before TIME 0, the whole table moves to a later
    day, which `time_zero_d` of the result tells. SS 1 must be the first dose of a patient, SS 2 need not.

    Raises InputError naming file, line and column.
    """
    if time_unit not in ("hour", "day"):
        raise InputError(f"times are in hours or days, not in {time_unit!r}", remedy="say hour or day")
    run_in = steady_state_doses
    if run_in is not None and (isinstance(run_in, bool) or not isinstance(run_in, int) or run_in < 0):
        message = f"steady_state_doses is {run_in!r}"
        raise InputError(message, remedy="give the number of doses before a row with SS")
    frame, file = table_of(table)
    known = {}
    for drug in (*(load(name) for name in names()), *drugs):
        for route in drug.routes.names:
            known[compartment_of(drug, route)] = (drug, route)
    day = 1 / DAYS[time_unit]
    found: dict[int, list[Series]] = {}
    latest: dict[int, Fraction] = {}
    for position, cells in enumerate(frame.to_dict("records")):
        row = Row({str(name): value for name, value in cells.items()}, file, position + 2, day)
        patient = row.whole("ID", default=1)
        _check_order(row, patient, latest)
        if series := row.series(known, compartments or {}, surface_m2, guarded, run_in):
            if row.steady == 1 and found.get(patient):
                message = "1 begins anew where doses came before, which no patient can"
                raise row.error("SS", message, "write SS 2, which adds to what was given")
            found.setdefault(patient, []).append(series)
        else:
            found.setdefault(patient, [])
    starts = [one.time - one.before * one.interval for series in found.values() for one in series]
    shift = max([Fraction(0), *(-start for start in starts)])
    doses = {patient: _ordered(series, shift) for patient, series in found.items()}
    return RecordedPatients(doses, float(shift))


def _check_order(row: Row, patient: int, latest: dict[int, Fraction]) -> None:
    """Time does not go back, and nobody begins anew: what a tumour has become cannot be reset."""
    time = row.span("TIME")
    if row.event in RESETS and patient in latest:
        message = f"{row.event} resets a patient, whose tumour would have to be as at diagnosis again"
        raise row.error("EVID", message, "give the next occasion an ID of its own")
    if time < latest.get(patient, time):
        before, now = (float(one * row.day) for one in (latest[patient], time))
        raise row.error("TIME", f"goes back from {before:g} to {now:g}", "sort the rows of a patient")
    latest[patient] = time


def _ordered(series: Iterable[Series], shift: Fraction) -> RecordedDoses:
    doses = chain.from_iterable(one.doses(shift) for one in series)
    return RecordedDoses(tuple(sorted(doses, key=lambda dose: dose.time_d)))
