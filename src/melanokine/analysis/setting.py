"""The same virtual patients under anything: one model with all drugs, one cohort, one horizon."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanokine.drugs import Regimen
from melanokine.engine import Integration
from melanokine.engine.endpoints import Endpoint
from melanokine.errors import InputError
from melanokine.patients import diagnose
from melanokine.patients.cohort import Cohort
from melanokine.patients.diagnosis import all_processors
from melanokine.patients.dosing import planned_doses, schedule_of
from melanokine.patients.model import Model, model_of
from melanokine.patients.population import Population

POPULATION = "advanced melanoma, first line"
MOST_PATIENTS = 100_000
MOST_DAYS = 3650.0

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Setting:
    """A cohort, and the model that treats it for `days`."""

    model: Model
    cohort: Cohort
    days: float
    workers: int

    def has(self, quantity: str) -> bool:
        """Whether the model has an observable or a state of that name."""
        return quantity in self.model.network.observables or any(
            quantity == state.name for state in self.model.equations.states
        )

    def follow(
        self,
        regimens: Iterable[Regimen],
        endpoints: Mapping[str, Endpoint],
        *,
        days: float | None = None,
        times: NDArray | Sequence[float] = (),
        observe: Sequence[str] = (),
    ) -> Integration:
        """All patients under `regimens`, from diagnosis for `days` (by default those of the setting)."""
        until = self.days if days is None else days
        done = self.model.kernel.integrate(
            self.cohort.parameters,
            self.cohort.states,
            schedule=schedule_of(planned_doses(regimens, until), self.model.equations),
            times=times,
            until=until,
            endpoints=endpoints,
            observe=observe,
            workers=self.workers,
        )
        assert done is not None  # an integration is returned when its parts are not handed over one by one
        return done


def setting(
    regimens: Iterable[Regimen],
    population: Population | str,
    patients: int,
    days: float,
    seed: int,
    workers: int | None,
    progress: Progress,
) -> Setting:
    """Patients of a population diagnosed with the model of all drugs in `regimens`; InputError for odd numbers."""
    if isinstance(patients, bool) or not isinstance(patients, int | np.integer) or not 1 <= patients <= MOST_PATIENTS:
        raise InputError(f"{patients!r} is not a number of patients", remedy=f"give 1 to {MOST_PATIENTS}")
    if not (isinstance(days, int | float) and math.isfinite(days) and 0 < days <= MOST_DAYS):
        raise InputError(f"{days!r} is no number of days", remedy=f"give a number above 0 and at most {MOST_DAYS:g}")
    found = Population.load(population) if isinstance(population, str) else population
    drugs = {regimen.drug.id: regimen.drug for regimen in regimens}
    progress("compiling the model", 0, 1)
    model = model_of(tuple(drugs[name] for name in sorted(drugs)))
    _ = model.kernel
    progress("growing the tumours of the patients", 0, 1)
    threads = all_processors(workers)
    cohort = diagnose(model, found, patients, seed=seed, workers=threads)
    progress("growing the tumours of the patients", 1, 1)
    return Setting(model, cohort, float(days), threads)
