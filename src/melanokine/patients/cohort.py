"""A cohort: diagnosed patients, numbered from 1, before any treatment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from melanokine.patients.population import Population


@dataclass(frozen=True, eq=False)
class Cohort:
    """Patients at diagnosis, one row each in every array.

    `patients` are the numbers 1, 2, ...; `streams` the numbers that key their random streams (the candidate number of
    each); `parameters` has shape (patients, parameters) and `states` (patients, states), in the order of the model's
    equations; `covariates` is indexed by patient number. `candidates` counts the candidates that were followed up
    to the last patient, of whom `failed` could not be integrated.
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

    def __len__(self) -> int:
        return len(self.patients)

    @property
    def diagnosed_fraction(self) -> float:
        """The fraction of candidates whose tumour reached the size at which it is diagnosed."""
        return len(self) / self.candidates if self.candidates else float("nan")

    def select(self, which: slice | Sequence[int] | NDArray) -> Cohort:
        """The patients at these rows (a slice, row numbers or a mask); they keep their numbers and streams."""
        rows = np.arange(len(self))[which]
        return Cohort(
            model_digest=self.model_digest,
            population=self.population,
            seed=self.seed,
            patients=self.patients[rows],
            streams=self.streams[rows],
            parameters=self.parameters[rows],
            states=self.states[rows],
            covariates=self.covariates.iloc[rows],
            candidates=self.candidates,
            failed=self.failed,
        )
