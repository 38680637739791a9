"""A disease small enough to know by heart, in the place of the compiled model, and a cohort for it.

Three lesions grow exponentially; each drug that is given slows all of them at once and for good, by the patient's own
sensitivity. States: the logarithms of the three diameters, and the number of doses received.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from melanokine.patients import dosing, streams
from melanokine.patients.cohort import Cohort
from melanokine.patients.population import Population
from melanokine.trials.course import Course, Plan
from melanokine.trials.design import TrialDesign
from melanokine.trials.records import joined
from melanokine.trials.result import Result
from melanokine.trials.run import follow_arms

PARAMETERS = (
    "growth", "sensitivity", "immune_toxicity_threshold", "cytotoxic_toxicity_threshold",
    "immune_discontinuation_share", "cytotoxic_discontinuation_share",
)  # fmt: skip
OBSERVABLES = (
    "diameter_1", "diameter_2", "diameter_3", "sum_of_diameters", "tumour_cells", "growth_rate", "immune_toxicity",
    "cytotoxic_toxicity", "mean_arterial_pressure", "lymphocytes", "concentration", "temperature", "lymphocyte_count",
    "neutrophils", "platelets", "haemoglobin", "eosinophils",
)  # fmt: skip
TOXIC_HAZARD = 0.001
"""Per day while a drug has been given."""


class SmallSimulator:
    """Closed-form growth under doses; `broken` patients (a growth above the limit) fail."""

    lesions = 3
    parameter_names = PARAMETERS
    observable_names = OBSERVABLES

    def __init__(self, broken_above=np.inf):
        self.broken_above = broken_above
        self.followed = 0

    def plan(self, sentences, until, start=0.0):
        regimens = dosing.as_regimens(list(sentences))
        doses = dosing.planned_doses(regimens, until, start)
        return Plan(
            day=np.array([dose.enters_d for dose in doses]),
            drug=tuple(dose.drug for dose in doses),
            guard=tuple(dose.guard or "" for dose in doses),
            roles={regimen.drug.id: regimen.drug.roles for regimen in regimens},
        )

    def exposures(self, plan):
        return dict.fromkeys(plan.drugs, ("concentration", "nM"))

    def follow(self, parameters, states, plan, days):
        self.followed += len(parameters)
        growth, sensitivity, threshold = parameters.T[:3]
        first = plan.day.min() if len(plan.day) else np.inf
        treated = np.maximum(days - first, 0.0)
        strength = len(plan.drugs)
        change = growth[:, None] * days - (sensitivity * strength)[:, None] * treated
        logs = states[:, None, :3] + change[..., None]
        diameters = np.exp(logs)
        hazard = np.broadcast_to(TOXIC_HAZARD * strength * treated, change.shape)
        observables = {f"diameter_{i + 1}": diameters[..., i] for i in range(3)}
        observables |= {
            "sum_of_diameters": diameters.sum(-1),
            "tumour_cells": 130.0 * (diameters**3).sum(-1) / 1000.0,
            "growth_rate": 3.0 * (growth[:, None] - (sensitivity * strength)[:, None] * (days >= first)),
            "immune_toxicity": hazard,
            "cytotoxic_toxicity": 0.0 * hazard,
            "mean_arterial_pressure": np.broadcast_to(np.where((days > 1) & (days < 2), 60.0, 95.0), change.shape),
            "lymphocytes": np.ones_like(change),
            "temperature": np.broadcast_to(np.where((days > 1) & (days < 2), 38.5, 36.8), change.shape),
            "lymphocyte_count": np.full_like(change, 1.6),
            "neutrophils": np.full_like(change, 4.0),
            "platelets": np.full_like(change, 250.0),
            "haemoglobin": np.full_like(change, 13.0),
            "eosinophils": np.full_like(change, 0.15),
            "concentration": np.broadcast_to(1.0 * (treated > 0), change.shape),
        }
        given = plan.day < (first + threshold / (TOXIC_HAZARD * max(strength, 1)))[:, None]
        received = (plan.day[None, :, None] <= days) if len(plan.day) else np.zeros((1, 0, len(days)))
        count = np.broadcast_to(received.sum(1), change.shape)
        failed = growth > self.broken_above
        path = np.concatenate([logs, count[..., None]], axis=-1)
        path[failed] = np.nan
        for name, values in observables.items():
            observables[name] = np.where(failed[:, None], np.nan, values)
        return Course(np.asarray(days, float), observables, path, given, failed)


def small_cohort(patients, seed=1):
    """Patients of the small disease; patient k is the same however many there are."""
    numbers = np.arange(1, patients + 1)
    z = streams.normal(seed, numbers, "small disease", 6)
    parameters = np.column_stack(
        [
            0.003 * np.exp(0.5 * z[:, 0]),
            0.003 * np.exp(1.0 * z[:, 1]),
            streams.exponential(seed, numbers, "threshold", 2),
            np.ones((patients, 2)),
        ]
    )
    states = np.column_stack([np.log(30.0 * np.exp(0.5 * z[:, 2:5])), np.zeros(patients)])
    covariates = pd.DataFrame(
        {"weight": 80.0 + 10.0 * z[:, 5], "frailty": z[:, 5], "line": np.ones(patients, int)},
        index=pd.Index(numbers, name="patient"),
    )
    population = Population.load("advanced melanoma, first line")
    return Cohort("small", population, seed, numbers, numbers, parameters, states, covariates, patients, 0)


ARMS = {
    "both": ["nivolumab 360 mg IV every 3 weeks", "ipilimumab 3 mg/kg IV every 3 weeks for 4 doses"],
    "one": ["nivolumab 360 mg IV every 3 weeks"],
    "none": [],
}


def run_small(design, *, sizes=None, replicates=1, seed=1, simulator=None, cohort=None, progress=None, records=False):
    """A Result of `design` on the small disease."""
    sizes = sizes or {name: design.patients(name) for name in design.arms}
    stride = max(design.patients(name) for name in design.arms)
    cohort = cohort or small_cohort(stride * replicates, seed)
    kept = [] if records else None
    report = progress or (lambda *step: None)
    tables = follow_arms(design, sizes, replicates, simulator or SmallSimulator(), cohort, stride, report, kept)
    return Result(
        design=design, arms=tuple(sizes), seed=seed, replicates=replicates, version="0", model_hash="small",
        patients=tables[0], curves=tables[1], exposure=tables[2], spider=tables[3], citations=[], runtime={},
        records=joined(kept) if records else None,
    )  # fmt: skip


def small_design(**keywords):
    defaults = {"name": "small", "arms": ARMS, "patients_per_arm": 60, "courses": ["lymphocytes"]}
    return TrialDesign.build(**{**defaults, **keywords})


@pytest.fixture(scope="session")
def small():
    """The functions and classes of the small disease."""
    return SimpleNamespace(run=run_small, design=small_design, cohort=small_cohort, Simulator=SmallSimulator)


@pytest.fixture(scope="session")
def design():
    return small_design()


@pytest.fixture(scope="session")
def result(design):
    return run_small(design)


@pytest.fixture(scope="session")
def kept(design):
    """The same result, with records."""
    return run_small(design, records=True)
