"""Who enters a trial: patients drawn from a calibrated population, or the diagnosed of a population as it is.

A calibrated population is a set of virtual patients, each as common as the calibration says (`calibrated`). Enrolment
draws from it with replacement, so one virtual patient may enter twice; the place in the trial then keys what the trial
adds by chance, which is not the same for both. Patients are grown to diagnosis without any drug and moved to the
trial's model, so trials of other drugs enrol the same people.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from melanokine.errors import InputError
from melanokine.patients import calibrated as library
from melanokine.patients.calibrated import Calibrated
from melanokine.patients.cohort import Cohort
from melanokine.patients.diagnosis import check_number, diagnose, examine
from melanokine.patients.model import model_of
from melanokine.patients.population import Population
from melanokine.patients.transfer import transfer

if TYPE_CHECKING:
    from melanokine.patients.model import Model


def calibration_of(population: Population, wanted: bool | None = None) -> Calibrated | None:
    """The calibrated populations if `population` is one of them and they are `wanted` (None: if there are any).

    Raises InputError if they are wanted and `population` has not been calibrated, ModelError if the mechanisms have
    changed since it was.
    """
    if wanted is False:
        return None
    if not library.covers(population):
        if wanted:
            raise InputError(
                f"population {population.name!r} is not calibrated", remedy="leave out `calibrated`, or set it to False"
            )
        return None
    return library.load()


def enrol(
    model: Model,
    population: Population | str,
    patients: int,
    *,
    seed: int = 1,
    calibrated: bool | None = None,
    workers: int | None = None,
) -> Cohort:
    """`patients` of a population for a trial, numbered from 1; patient k depends on the population, the seed and k.

    By default they are drawn from the calibrated population, by its best fit, where there is one; else they are the
    first that are diagnosed. `calibrated` False asks for the latter, True insists on the former. Raises InputError for
    a number below 1 or a population that is not calibrated, ModelError if the mechanisms have changed since it was.
    """
    if isinstance(population, str):
        population = Population.load(population)
    found = calibration_of(population, calibrated)
    if found is None:
        return diagnose(model, population, patients, seed=seed, workers=workers)
    check_number(patients)
    rows = found.draw(population.name, patients, seed)
    numbers, place = np.unique(found.numbers[rows], return_inverse=True)
    base = model_of(())
    grown = _grown(base, population.name, found.seed, numbers.tobytes(), workers)
    # Arithmetic of another processor may leave one undiagnosed at the limit of time: the next number stands in.
    there = np.minimum(np.searchsorted(grown.streams, numbers), len(grown) - 1)
    drawn = transfer(grown, base, model).select(there[place])
    order = np.arange(1, len(rows) + 1)
    return replace(
        drawn,
        patients=order,
        covariates=drawn.covariates.set_index(order).rename_axis("patient"),
        trial_seed=seed,
        places=order - 1,
    )


@lru_cache(maxsize=8)
def _grown(model: Model, population: str, seed: int, numbers: bytes, workers: int | None) -> Cohort:
    """The candidates with these numbers (int64) at diagnosis."""
    found: NDArray[np.int64] = np.frombuffer(numbers, np.int64)
    return examine(model, Population.load(population), seed, found, workers=workers)
