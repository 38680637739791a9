"""Patients who each have doses of their own, from a dosing table (`drugs/nonmem`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from melanokine.drugs.nonmem import RecordedDoses, RecordedPatients
from melanokine.errors import InputError
from melanokine.patients.cohort import Cohort
from melanokine.patients.diagnosis import all_processors, diagnose
from melanokine.patients.dosing import planned_doses
from melanokine.patients.population import Population
from melanokine.patients.simulation import TYPICAL, course_times, simulate

if TYPE_CHECKING:
    from melanokine.patients.model import Model


def simulate_recorded(
    model: Model,
    population: Population | Cohort | str,
    records: RecordedPatients,
    *,
    days: float,
    times: ArrayLike | None = None,
    states: Sequence[str] = (),
    seed: int = 1,
    workers: int | None = None,
) -> xr.Dataset:
    """Treat the patients of a dosing table, and nobody else, each with the doses of its own ID.

    ID k is patient k of the population (of that seed) or of the cohort; for "typical" every ID is a typical patient.
    The dataset is that of `simulate`, but for the doses: `given`, `dose_time` and `dose_drug` have the dimensions
    `patient` and `dose`, the k-th dose of each patient, and are False, missing and empty beyond the last. The attribute
    `time_zero` is the day on which TIME 0 of the table falls. Raises InputError for an ID that is no patient.
    """
    if not records:
        raise InputError("the dosing table has no patient", remedy="give it at least one row")
    planned = {patient: planned_doses([doses], days) for patient, doses in records.items()}
    if times is None:
        times = course_times([dose for doses in planned.values() for dose in doses], days)
    cohort = _cohort(model, population, records, seed, workers)
    parts = []
    for doses, members in _alike(records).items():
        who: Cohort | str = TYPICAL if cohort is None else cohort.select(_rows(cohort, members))
        part = simulate(model, who, doses, days=days, times=times, states=states, workers=workers)
        if cohort is None:
            part = part.isel(patient=np.zeros(len(members), int)).assign_coords(patient=members)
        parts.append(_by_patient(part))
    most = max(part.sizes["dose"] for part in parts)
    padded = [part.pad(dose=(0, most - part.sizes["dose"]), constant_values=BEYOND) for part in parts]
    joined = xr.concat(padded, dim="patient", combine_attrs="override").sortby("patient")
    given = [str(records[patient]) for patient in joined["patient"].values]
    return joined.set_coords(["dose_time", "dose_drug"]).assign_attrs(regimen=given, time_zero=records.time_zero_d)


BEYOND: dict[str, Any] = {"given": False, "dose_time": np.nan, "dose_drug": ""}
"""What stands beyond the last dose of a patient."""


def _alike(records: RecordedPatients) -> dict[RecordedDoses, list[int]]:
    """The patients with the same doses, together: they are simulated in one call."""
    found: dict[RecordedDoses, list[int]] = {}
    for patient, doses in records.items():
        found.setdefault(doses, []).append(patient)
    return found


def _cohort(
    model: Model, population: Population | Cohort | str, records: RecordedPatients, seed: int, workers: int | None
) -> Cohort | None:
    """The patients to choose from; None for the typical one."""
    if isinstance(population, str) and population == TYPICAL:
        return None
    if min(records) < 1:
        raise InputError(f"ID {min(records)} is no patient", remedy="number patients from 1")
    if not isinstance(population, Cohort):
        return diagnose(model, population, max(records), seed=seed, workers=all_processors(workers))
    missing = sorted(set(records) - set(population.patients.tolist()))
    if missing:
        raise InputError(f"ID {missing[0]} is not in the cohort", remedy="give a cohort with all patients of the table")
    return population


def _rows(cohort: Cohort, members: list[int]) -> NDArray[np.intp]:
    return np.flatnonzero(np.isin(cohort.patients, members))


def _by_patient(part: xr.Dataset) -> xr.Dataset:
    """The same dataset, in which each patient has doses of its own."""
    shape = part.sizes["patient"], part.sizes["dose"]
    times, drugs = part["dose_time"], part["dose_drug"]
    own = part.drop_vars(["dose_time", "dose_drug"])
    own["dose_time"] = ("patient", "dose"), np.broadcast_to(times.values, shape).copy(), times.attrs
    own["dose_drug"] = ("patient", "dose"), np.broadcast_to(drugs.values.astype(object), shape).copy()
    return own
