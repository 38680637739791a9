"""simulate: patients of a population, or the typical one, under a regimen, as labelled arrays."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from melanokine.drugs import Dose, Regimen
from melanokine.drugs.nonmem import RecordedDoses, RecordedPatients
from melanokine.engine import Integration
from melanokine.engine import status as engine_status
from melanokine.errors import InputError, ModelError, nearest
from melanokine.patients.cohort import Cohort
from melanokine.patients.diagnosis import SURVEILLANCE_DAYS, all_processors, diagnose, follow_to_diagnosis
from melanokine.patients.dosing import as_regimens, planned_doses, schedule_of
from melanokine.patients.parameters import typical
from melanokine.patients.population import Population

if TYPE_CHECKING:
    from melanokine.patients.model import Model

TYPICAL = "typical"
TYPICAL_POPULATION = "advanced melanoma, first line"

LEAST_TIMES = 300
AFTER_A_DOSE = 1 / 96, 1 / 24, 1 / 8, 1 / 3, 1.0
"""Days after the end of a dose at which courses are recorded unless times are given."""


def simulate(
    model: Model,
    population: Population | Cohort | str,
    regimen: str | Regimen | RecordedDoses | RecordedPatients | Iterable[str | Regimen],
    *,
    days: float,
    times: ArrayLike | None = None,
    states: Sequence[str] = (),
    seed: int = 1,
    patients: int = 1,
    workers: int | None = None,
) -> xr.Dataset:
    """Treat patients from diagnosis on, and record all observables.

    `population` is a population or its name, a cohort (then `seed` and `patients` are its own), or "typical": one
    patient with every parameter at its median. `regimen` is a sentence, a Regimen or several of them; an empty list is
    no treatment. Doses of a table (`read_nonmem`) are taken as well: of one patient, for everybody, or of all its
    patients, for each its own (see recorded.py). `times` are the days to record, by default often enough to draw all
    courses up to `days`; a value at the time of a dose is the one before it. `states` names states of the model to
    record as well.

    Returns a dataset with the dimensions `patient`, `time` [d] and `dose`: each observable and state with its unit, the
    `status` of each patient (0 where all went well; otherwise its values are missing), and which dose was `given`.
    """
    if not (isinstance(days, (int, float)) and math.isfinite(days) and days > 0):
        raise InputError(f"{days!r} is not a number of days to simulate", remedy="give a positive number")
    if isinstance(regimen, RecordedPatients):
        from melanokine.patients.recorded import simulate_recorded

        return simulate_recorded(
            model, population, regimen, days=days, times=times, states=states, seed=seed, workers=workers
        )
    unknown = [name for name in states if name not in {state.name for state in model.equations.states}]
    if unknown:
        message = f"the model has no state {unknown[0]!r}"
        raise InputError(message, remedy=nearest(unknown[0], (state.name for state in model.equations.states)))
    workers = all_processors(workers)
    regimens = (regimen,) if isinstance(regimen, RecordedDoses) else as_regimens(regimen, drugs=model.drugs.values())
    doses = planned_doses(regimens, days)
    when = _times(times, doses, days)
    numbers, parameters, at_diagnosis, title = _patients(model, population, seed, patients, workers)
    course = model.kernel.integrate(
        parameters,
        at_diagnosis,
        schedule=schedule_of(doses, model.equations),
        times=when,
        observe=(*model.kernel.observable_names, *states),
        workers=workers,
    )
    assert course is not None  # an integration is returned when its parts are not handed over one by one
    return _dataset(model, course, numbers, doses).assign_attrs(
        population=title, regimen=[str(each) for each in regimens], model=model.digest
    )


def _patients(
    model: Model, population: Population | Cohort | str, seed: int, count: int, workers: int
) -> tuple[NDArray, NDArray, NDArray, str]:
    """Numbers, parameters, states at diagnosis, and what the patients are called."""
    if population == TYPICAL:
        return *typical_patient(model, Population.load(TYPICAL_POPULATION)), "typical patient"
    if not isinstance(population, Cohort):
        population = diagnose(model, population, count, seed=seed, workers=workers)
    population.check_model(model.digest)
    title = f"{population.population.name}, seed {population.seed}"
    return population.patients, population.parameters, population.states, title


def typical_patient(model: Model, population: Population) -> tuple[NDArray, NDArray, NDArray]:
    """Number, parameters (1, P) and states (1, X) at diagnosis of the patient with every parameter at its median.

    Raises ModelError where that patient's tumour never reaches the size at which it is diagnosed.
    """
    parameters = typical(model, population)[None, :]
    states, _, status = follow_to_diagnosis(model, parameters)
    if status[0] != engine_status.OK:
        raise ModelError(
            f"the typical patient is not diagnosed within {SURVEILLANCE_DAYS:g} days",
            remedy="at the medians of its parameters the model controls the tumour; simulate a population instead",
        )
    return np.array([1]), parameters, states


def course_times(doses: Sequence[Dose], days: float) -> NDArray[np.float64]:
    """Increasing days up to `days`, close enough together, after each of `doses` above all, to draw any course."""
    regular = np.linspace(0.0, days, max(LEAST_TIMES, math.ceil(days)) + 1)
    ends = np.array([dose.enters_d + dose.duration_d for dose in doses])
    begins = np.array([dose.enters_d for dose in doses])
    after = (ends[:, None] + np.array([0.0, *AFTER_A_DOSE])).ravel()
    every = np.concatenate([regular, begins, after])
    return np.unique(every[every <= days])


def _times(times: ArrayLike | None, doses: Sequence[Dose], days: float) -> NDArray[np.float64]:
    """The days to record, increasing."""
    if times is None:
        return course_times(doses, days)
    chosen = np.atleast_1d(np.asarray(times, dtype=np.float64))
    if not (chosen.ndim == 1 and chosen.size and np.isfinite(chosen).all() and (np.diff(chosen) > 0).all()):
        raise InputError("the times to record must be increasing numbers of days")
    if chosen[0] < 0 or chosen[-1] > days:
        raise InputError(f"the times to record must lie between 0 and {days:g} days")
    return chosen


def _dataset(model: Model, course: Integration, numbers: NDArray, doses: Sequence[Dose]) -> xr.Dataset:
    """The engine's arrays with names and units."""
    units = {state.name: state.unit for state in model.equations.states}
    units |= {name: str(observable.unit) for name, observable in model.network.observables.items()}
    data = xr.Dataset(coords={"patient": numbers, "time": ("time", course.times, {"units": "d"})})
    for name in course.observed:
        data[name] = ("patient", "time"), course.value(name), {"units": units[name]}
    data["status"] = "patient", course.status, {"meaning": " ".join(engine_status.NAMES)}
    data["given"] = ("patient", "dose"), course.given
    return data.assign_coords(
        dose_time=("dose", [dose.time_d for dose in doses], {"units": "d"}),
        dose_drug=("dose", np.array([dose.drug for dose in doses], dtype=str)),
    )
