"""From doses to a dosing table, evenly spaced equal doses in one row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from melanokine.drugs.dose import Dose, compartment_of
from melanokine.drugs.library import load, names
from melanokine.drugs.nonmem.columns import COLUMNS, NAMED, TimeUnit, amount_unit, bioavailability
from melanokine.drugs.quantity import convert
from melanokine.drugs.record import Drug
from melanokine.drugs.time_span import DAYS
from melanokine.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd

SAME = 1e-9
"""Relative difference below which two times are evenly spaced."""

ROUND_OFF = 1e-12
"""Relative difference below which a time in the table's unit is the decimal number beside it."""


def write(
    patients: Mapping[int, Iterable[Dose]],
    drugs: Iterable[Drug] = (),
    *,
    weight_kg: Mapping[int, float] | float | None = None,
    surface_m2: Mapping[int, float] | float | None = None,
    time_unit: TimeUnit = "hour",
    numbered: bool = False,
) -> pd.DataFrame:
    """The doses of each patient as records, evenly spaced equal doses in one row with II and ADDL.

    `drugs` are known beside those of the library. Doses per kilogram or square metre need `weight_kg` or `surface_m2`,
    for all or by patient; columns WT [kg] and BSA [m2] hold them where they are given. With `numbered`, CMT counts the
    compartments in the order of their first dose and CMTNAME names them. Raises InputError where a size is missing.
    """
    import pandas as pd

    known = {drug.id: drug for drug in (*(load(name) for name in names()), *drugs)}
    day = float(1 / DAYS[time_unit])
    given = {"WT": weight_kg, "BSA": surface_m2}
    covariates = [name for name, sizes in given.items() if sizes is not None]
    rows = []
    for patient, doses in patients.items():
        sizes = {"kg": _size(weight_kg, patient), "m2": _size(surface_m2, patient), "flat": 1.0}
        own = [sizes[{"WT": "kg", "BSA": "m2"}[name]] for name in covariates]
        for run in _runs(sorted(doses, key=lambda dose: dose.time_d)):
            rows.append((*_record(patient, run, known, sizes, day), *own))
    frame = pd.DataFrame(rows, columns=[*COLUMNS, *covariates])
    frame = frame.sort_values(["ID", "TIME"], kind="stable", ignore_index=True)
    return _numbered(frame) if numbered else frame


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    names = frame["CMT"]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names), 1)}
    return frame.assign(CMT=[numbers[name] for name in names], **{NAMED: names})


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
    unit = "mg/m2" if first.unit == "mg/m2" else amount_unit(drug)
    amount = first.amount / convert(drug, 1.0, unit).amount * size
    duration = _plain(first.duration_d * day)
    interval = _plain((run[-1].time_d - first.time_d) * day / (len(run) - 1)) if len(run) > 1 else 0.0
    rate = amount / duration if duration > 0 else 0.0
    lag = _plain(first.lag_d * day)
    fraction = bioavailability(drug, first.route)
    start, compartment = _plain(first.time_d * day), compartment_of(drug, first.route)
    return (patient, start, amount, rate, duration, interval, len(run) - 1, 0, 1, compartment, lag, fraction)


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


def _plain(value: float) -> float:
    """A time without the round-off of its conversion: 8 hours, not 7.999999999999999."""
    decimal = round(value, 9)
    return decimal if math.isclose(value, decimal, rel_tol=ROUND_OFF) else value


def _size(sizes: Mapping[int, float] | float | None, patient: int) -> float | None:
    size = sizes.get(patient) if isinstance(sizes, Mapping) else sizes
    if size is not None and not (math.isfinite(size) and size > 0):
        raise InputError(f"a body size cannot be {size!r}", remedy="give a positive number")
    return size
