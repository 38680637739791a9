"""What to expect of each patient of a calibrated population in each arm of a trial, over a grid of months.

Patients are drawn from the population by the prevalence of the best fit, with replacement, so those who matter are
simulated and those who hardly exist are not. Members of the ensemble and trial effects change how much each counts, not
who is simulated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from melanokine.calibration.arm_endpoints import HALVES, HARMS, expected_endpoints
from melanokine.patients.calibrated import Calibrated
from melanokine.patients.cohort import Cohort
from melanokine.patients.diagnosis import examine
from melanokine.patients.population import Population
from melanokine.patients.transfer import transfer
from melanokine.trials.arm import prepare
from melanokine.trials.design import TrialDesign
from melanokine.trials.simulator import ModelSimulator, trial_model
from melanokine.trials.subsequent import NONE

Array = NDArray[np.float64]
HORIZON = 60
"""Months over which progression and death are predicted."""
MONTHS = np.arange(1.0, HORIZON + 1.0)
RATES = ("ORR", "CR", "DCR", *HARMS)


@dataclass(frozen=True, eq=False)
class Sample:
    """Patients of a population: `rows` (patients,) of the calibrated data, how often each was drawn, and the patients
    themselves at diagnosis."""

    rows: NDArray[np.intp]
    times_drawn: NDArray[np.int64]
    cohort: Cohort


@dataclass(frozen=True, eq=False)
class ArmOutcomes:
    """Expected outcomes in one arm: `rates` (patients,) by endpoint of RATES, `progression_free` (patients, months) and
    the `hazards` of death accumulated (options, patients, months) with the `shares` (options,) of the therapies after
    progression. A patient who could not be simulated has NaN."""

    rates: Mapping[str, Array]
    progression_free: Array
    hazards: Array
    shares: Array

    @property
    def known(self) -> NDArray[np.bool_]:
        """Who could be simulated, shape (patients,)."""
        return np.isfinite(self.rates["ORR"])


@lru_cache(maxsize=8)
def sample(calibrated: Calibrated, population: str, patients: int, seed: int, workers: int) -> Sample:
    """`patients` drawn from a calibrated population."""
    rows, times = np.unique(calibrated.draw(population, patients, seed), return_counts=True)
    numbers = calibrated.numbers[rows]
    cohort = examine(trial_model(()), Population.load(population), calibrated.seed, numbers, workers=workers)
    found = np.isin(numbers, cohort.streams)
    return Sample(rows[found], times[found], cohort)


def arm_outcomes(design: TrialDesign, arm: str, patients: Sample, workers: int) -> ArmOutcomes:
    """Simulate the patients in one arm, to the horizon."""
    model = trial_model(design.sentences)
    longer = design.model_copy(update={"duration_months": HORIZON + 1.0, "accrual_months": 0.0})
    simulator = ModelSimulator(model, workers=workers)
    found = expected_endpoints(
        longer, arm, transfer(patients.cohort, trial_model(()), model), simulator,
        progression_free=MONTHS.tolist(), alive=MONTHS.tolist(), harms_until=design.duration_days, halves=(HALVES[0],),
    )  # fmt: skip
    options = prepare(longer, arm, simulator).options
    labels = [*map(str, range(len(options))), "none"]
    assert NONE not in range(len(options))
    shares = [option.probability for option in options]
    return ArmOutcomes(
        rates={name: found[name][0] for name in RATES},
        progression_free=np.column_stack([found[f"PFS_{month:g}mo"][0] for month in MONTHS]),
        hazards=np.stack([np.column_stack([found[f"hazard_{m:g}mo_{label}"][0] for m in MONTHS]) for label in labels]),
        shares=np.array([*shares, 1.0 - sum(shares)]),
    )
