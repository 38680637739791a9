"""Plausible patients: candidates whose untreated physiology could be that of a patient in a trial.

`plausible.csv` lists the criteria: a quantity, its range and where it comes from. A quantity is an observable of the
model at diagnosis, cells in the tumour per viable tumour cell, or the probability to be alive untreated after some
months. No criterion looks at what a treatment does.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanokine.errors import InputError
from melanokine.patients.cohort import Cohort
from melanokine.patients.model import Model
from melanokine.trials import hazards
from melanokine.trials.death import Mortality
from melanokine.trials.grid import weekly_days
from melanokine.trials.scans import DAYS_PER_MONTH

FILE = Path(__file__).parent / "plausible.csv"
YEAR_WITHOUT_TREATMENT = 2004
"""Year whose mortality untreated survival is reckoned with: before any treatment prolonged survival (MDX010-20)."""

PER_TUMOUR_CELL = {"tumour_cd8_per_cell": "tumour_cd8", "tumour_treg_per_cell": "tumour_treg"}
_UNTREATED = re.compile(r"untreated_survival_(\d+)mo")


@dataclass(frozen=True)
class Criterion:
    """A quantity and the range in which it is plausible, both ends included."""

    quantity: str
    low: float
    high: float


def criteria() -> list[Criterion]:
    """All criteria of the table."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return [Criterion(row["quantity"], float(row["low"]), float(row["high"])) for row in csv.DictReader(stream)]


def digest() -> str:
    """SHA-256 of the table of criteria."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


def met(cohort: Cohort, model: Model, workers: int) -> dict[str, NDArray[np.bool_]]:
    """For each criterion, which patients meet it, shape (patients,); one that cannot be simulated meets none.

    `cohort` must have been diagnosed with `model`. Raises InputError for a quantity that the model does not have.
    """
    wanted = criteria()
    found = quantities(cohort, model, [criterion.quantity for criterion in wanted], workers)
    return {c.quantity: (found[c.quantity] >= c.low) & (found[c.quantity] <= c.high) for c in wanted}


def quantities(cohort: Cohort, model: Model, names: list[str], workers: int) -> dict[str, NDArray[np.float64]]:
    """Values of the named quantities, shape (patients,), NaN where a patient cannot be simulated."""
    observed = model.kernel.observe(cohort.parameters, cohort.states)
    at_diagnosis = dict(zip(model.kernel.observable_names, observed.T, strict=True))
    months = {name: int(match[1]) for name in names if (match := _UNTREATED.fullmatch(name))}
    alive = _untreated_survival(cohort, model, sorted(set(months.values())), workers) if months else {}
    found = {}
    for name in names:
        if name in months:
            found[name] = alive[months[name]]
        elif name in PER_TUMOUR_CELL:
            found[name] = at_diagnosis[PER_TUMOUR_CELL[name]] / at_diagnosis["tumour_cells"]
        elif name in at_diagnosis:
            found[name] = at_diagnosis[name]
        else:
            raise InputError(f"no quantity {name!r}", file=FILE, remedy="name an observable of the model")
    return found


def _untreated_survival(cohort: Cohort, model: Model, months: list[int], workers: int) -> dict[int, NDArray]:
    """Probability to be alive after each of `months`, untreated."""
    weekly = weekly_days(months[-1] * DAYS_PER_MONTH)
    course = model.kernel.integrate(
        cohort.parameters, cohort.states, times=weekly, observe=("sum_of_diameters",), workers=workers
    )
    assert course is not None  # an integration is returned when its parts are not handed over one by one
    frailty = cohort.covariates["frailty"].to_numpy(float)
    mortality = Mortality.from_table()
    rate = mortality.hazard(course.value("sum_of_diameters"), weekly, frailty, YEAR_WITHOUT_TREATMENT)
    accumulated = np.where(course.failed[:, None], np.nan, hazards.cumulative(rate, weekly))
    return {month: np.exp(-hazards.at_day(accumulated, weekly, month * DAYS_PER_MONTH)) for month in months}
