"""A cohort: diagnosed patients, numbered from 1, before any treatment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from melanokine.errors import ModelError
from melanokine.patients.population import Population


@dataclass(frozen=True, eq=False)
class Cohort:
    """Patients at diagnosis, one row each in every array.

    `patients` are the numbers 1, 2, ...; `streams` the numbers that key their random streams (the candidate number of
    each); `parameters` has shape (patients, parameters) and `states` (patients, states), in the order of the model's
    equations; `covariates` is indexed by patient number. `candidates` counts the candidates that were followed up
    to the last patient, of whom `failed` could not be integrated. What a trial adds by chance (scans, death) is keyed
    by `trial_seed` and `places`; where they are None, by `seed` and `streams` as the patients themselves.
    """

    model_digest: str
    population: Population
    seed: int
    patients: NDArray[np.int64]
    streams: NDArray[np.int64]
    parameters: NDArray[np.float64]
    states: NDArray[np.float64]
    covariates: pd.DataFrame
    candidates: int
    failed: int
    trial_seed: int | None = None
    places: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.patients)

    @property
    def chance(self) -> tuple[int, NDArray[np.int64]]:
        """Seed and stream numbers (patients,) of what a trial adds by chance."""
        seed = self.seed if self.trial_seed is None else self.trial_seed
        return seed, self.streams if self.places is None else self.places

    def check_model(self, digest: str) -> None:
        """Raises ModelError if the patients were diagnosed with another model than the one with this digest."""
        if self.model_digest != digest:
            raise ModelError("the cohort was diagnosed with another model", remedy="diagnose it with this one")

    @property
    def diagnosed_fraction(self) -> float:
        """The fraction of candidates whose tumour reached the size at which it is diagnosed."""
        return len(self) / self.candidates if self.candidates else float("nan")

    def select(self, which: slice | Sequence[int] | NDArray) -> Cohort:
        """The patients at these rows (a slice, row numbers or a mask); they keep their numbers and streams."""
        rows = np.arange(len(self))[which]
        return replace(
            self,
            patients=self.patients[rows],
            streams=self.streams[rows],
            parameters=self.parameters[rows],
            states=self.states[rows],
            covariates=self.covariates.iloc[rows],
            places=None if self.places is None else self.places[rows],
        )
