"""Evolve to diagnosis: a patient starts treatment in the state that the disease itself has led to.

Candidates 0, 1, 2, ... are drawn. Each begins with a small tumour and is followed untreated, under immune surveillance,
until the sum of the lesion diameters reaches the size drawn for that candidate; then the clock of treatment starts.
Candidates whose immune system holds the tumour below that size are not patients. The k-th candidate who is
diagnosed is patient k, however many are asked for, and patients once found are kept for the next call.
"""

from __future__ import annotations

import math
import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from melanokine.engine import NOT_TRIGGERED, OK
from melanokine.errors import InputError, ModelError
from melanokine.network.parameter import Parameter
from melanokine.patients.cohort import Cohort
from melanokine.patients.covariates import MEASURED_AT_DIAGNOSIS, draw_covariates
from melanokine.patients.parameters import draw_parameters, parameter_table
from melanokine.patients.population import Population

if TYPE_CHECKING:
    from melanokine.patients.model import Model

SURVEILLANCE_DAYS = 4000.0
"""How long a candidate is followed (assumed); a tumour diagnosed later would have all but stopped growing."""

BLOCK = 256
"""Candidates are drawn and described in blocks of this size, whatever number of patients is asked for."""

LEAST_FRACTION, LEAST_CANDIDATES = 0.01, 2048
"""Fewer diagnoses than this fraction, among at least so many candidates, mean that the model controls its tumours."""

MOST_BLOCKS = 32
"""Blocks integrated at a time, which bounds the memory."""

KEPT_ENROLMENTS = 8

CLOCK = "treatment_clock"
"""The state that counts the days of treatment, where a model has one."""


def diagnose(
    model: Model, population: Population | str, patients: int, *, seed: int = 1, workers: int | None = None
) -> Cohort:
    """The first `patients` diagnosed patients of a population; `workers` threads (None: all processors) share the work.

    Raises InputError for a number of patients below 1, ModelError when hardly any candidate is diagnosed.
    """
    if isinstance(population, str):
        population = Population.load(population)
    check_number(patients)
    return _enrolment(model, population, seed).cohort(int(patients), all_processors(workers))


def check_number(patients: int) -> None:
    """Raises InputError for what is no number of patients of at least 1."""
    if isinstance(patients, bool) or not isinstance(patients, (int, np.integer)) or patients < 1:
        raise InputError(f"{patients!r} is not a number of patients", remedy="ask for one patient or more")


def all_processors(workers: int | None) -> int:
    """The number of threads that `workers` asks for: itself, or all processors for None."""
    return workers if workers is not None else os.cpu_count() or 1


def follow_to_diagnosis(
    model: Model, parameters: NDArray[np.float64], workers: int = 1
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int8]]:
    """Untreated course from the first small tumour, for parameter rows (candidates, parameters).

    Returns the states (candidates, states) at diagnosis with the treatment clock at zero, the days it took, and
    the engine's status: OK where the tumour was diagnosed, NOT_TRIGGERED where it never was.
    """
    kernel = model.kernel
    course = kernel.integrate(
        parameters, kernel.initial(parameters), stop_at_trigger=True, until=SURVEILLANCE_DAYS, workers=workers
    )
    assert course is not None  # an integration is returned when its parts are not handed over one by one
    states = course.final.copy()
    clocks = [i for i, state in enumerate(model.equations.states) if state.name == CLOCK]
    states[:, clocks] = 0.0
    return states, course.stop_time, course.status


@dataclass
class _Found:
    """The diagnosed of one block of candidates."""

    streams: NDArray[np.int64]
    parameters: NDArray[np.float64]
    states: NDArray[np.float64]
    covariates: pd.DataFrame
    failed: NDArray[np.int64]


class _Enrolment:
    """All patients found so far for one model, population and seed."""

    def __init__(self, model: Model, population: Population, seed: int) -> None:
        self._model = model
        self._population = population
        self._seed = seed
        self._table = parameter_table(model, population)
        self._found: list[_Found] = []
        self._lock = threading.Lock()

    def cohort(self, patients: int, workers: int) -> Cohort:
        with self._lock:
            while (missing := patients - self._diagnosed) > 0:
                self._extend(missing, workers)
            found = list(self._found)
        streams = np.concatenate([block.streams for block in found])
        return _cohort(self._model, self._population, self._seed, found, patients, int(streams[patients - 1]) + 1)

    @property
    def _diagnosed(self) -> int:
        return sum(len(block.streams) for block in self._found)

    def _extend(self, missing: int, workers: int) -> None:
        examined = len(self._found) * BLOCK
        fraction = self._diagnosed / examined if examined else 0.5
        if examined >= LEAST_CANDIDATES and fraction < LEAST_FRACTION:
            raise ModelError(
                f"of {examined} candidates of {self._population.name!r}, {self._diagnosed} reached the size"
                f" of diagnosis within {SURVEILLANCE_DAYS:g} days",
                remedy="the parameters let hardly any tumour escape; raise growth or lower immune control",
            )
        blocks = math.ceil(1.1 * missing / (max(fraction, LEAST_FRACTION) * BLOCK))
        self._examine(examined, min(blocks, MOST_BLOCKS), workers)

    def _examine(self, first: int, blocks: int, workers: int) -> None:
        candidates = [np.arange(first + i * BLOCK, first + (i + 1) * BLOCK) for i in range(blocks)]
        self._found.extend(_examined(self._model, self._population, self._table, self._seed, candidates, workers))


def examine(
    model: Model, population: Population, seed: int, candidates: NDArray[np.int64], *, workers: int | None = None
) -> Cohort:
    """The diagnosed among the candidates with these numbers, in their order; each is the same as in `diagnose`.

    Patients are numbered from 1, and keyed by their candidate numbers (`streams`).
    """
    table = parameter_table(model, population)
    (found,) = _examined(model, population, table, seed, [np.asarray(candidates)], all_processors(workers))
    return _cohort(model, population, seed, [found], len(found.streams), len(candidates))


def _examined(
    model: Model,
    population: Population,
    table: Mapping[str, Parameter],
    seed: int,
    blocks: list[NDArray[np.int64]],
    workers: int,
) -> list[_Found]:
    """The diagnosed of every block of candidate numbers; all blocks are integrated together."""
    parameters = [draw_parameters(table, seed, block) for block in blocks]
    states, days, status = follow_to_diagnosis(model, np.concatenate(parameters), workers)
    found, first = [], 0
    for block, values in zip(blocks, parameters, strict=True):
        rows = slice(first, first + len(block))
        first = rows.stop
        found.append(_describe(model, population, table, seed, block, values, states[rows], days[rows], status[rows]))
    return found


def _describe(
    model: Model,
    population: Population,
    table: Mapping[str, Parameter],
    seed: int,
    candidates: NDArray,
    parameters: NDArray,
    states: NDArray,
    days: NDArray,
    status: NDArray,
) -> _Found:
    diagnosed = status == OK
    failed = ~diagnosed & (status != NOT_TRIGGERED)
    streams, values, at_diagnosis = candidates[diagnosed], parameters[diagnosed], states[diagnosed]
    kernel = model.kernel
    observed = dict(zip(kernel.observable_names, kernel.observe(values, at_diagnosis).T, strict=True))
    reported = {
        name: np.ascontiguousarray(column)
        for name, column in observed.items()
        if name in MEASURED_AT_DIAGNOSIS or name.startswith("diameter_")
    }
    covariates = draw_covariates(population, table, seed, streams, values, reported)
    covariates["days_to_diagnosis"] = days[diagnosed]
    return _Found(streams, values, at_diagnosis, covariates, candidates[failed])


def _cohort(
    model: Model, population: Population, seed: int, found: list[_Found], patients: int, candidates: int
) -> Cohort:
    """The first `patients` of what was found; of the candidates those below `candidates` were followed up to them."""
    failed = np.concatenate([block.failed for block in found])
    covariates = pd.concat([block.covariates for block in found], ignore_index=True).iloc[:patients]
    numbers = np.arange(1, patients + 1)
    return Cohort(
        model_digest=model.digest,
        population=population,
        seed=seed,
        patients=numbers,
        streams=np.concatenate([block.streams for block in found])[:patients],
        parameters=np.concatenate([block.parameters for block in found])[:patients],
        states=np.concatenate([block.states for block in found])[:patients],
        covariates=covariates.set_index(pd.Index(numbers, name="patient")),
        candidates=candidates,
        failed=int((failed < candidates).sum()),
    )


_ENROLMENTS: OrderedDict[tuple[str, str, int], _Enrolment] = OrderedDict()
_ENROLMENTS_LOCK = threading.Lock()


def _enrolment(model: Model, population: Population, seed: int) -> _Enrolment:
    key = model.digest, population.digest, seed
    with _ENROLMENTS_LOCK:
        if key not in _ENROLMENTS:
            _ENROLMENTS[key] = _Enrolment(model, population, seed)
        _ENROLMENTS.move_to_end(key)
        while len(_ENROLMENTS) > KEPT_ENROLMENTS:
            _ENROLMENTS.popitem(last=False)
        return _ENROLMENTS[key]
