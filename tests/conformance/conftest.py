"""What the whole model does with every drug: a few diagnosed patients, left alone and under one dose.

All drugs stand in one model, which is compiled once; courses are the engine's own arrays, which costs milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from melanokine import drugs
from melanokine.drugs import Regimen
from melanokine.engine import Integration
from melanokine.patients import Cohort, Model, diagnose, standard_model
from melanokine.patients.dosing import as_regimens, planned_doses, schedule_of
from melanokine.patients.simulation import course_times

PATIENTS = 4
POPULATION = "advanced melanoma, first line"


def sentence(drug: str, factor: float = 1.0, route: str | None = None) -> str:
    """The first dose of a drug's regimen of reference times `factor`, given once, if need be by another route."""
    first = Regimen.parse(drugs.load(drug).reference_regimen).phases[0]
    over = first.over if route in (None, first.route) else None
    once = replace(first, amount=first.amount * factor, over=over, every=None, doses=None, during=None, days=())
    return str(Regimen(drugs.load(drug), (replace(once, route=route or first.route),)))


class Course:
    """Patients of a cohort under treatment: `course[name]` is (patients, times) of an observable or a state."""

    def __init__(self, model: Model, done: Integration) -> None:
        assert (done.status == 0).all()
        self.times = done.times
        self.states = done.states
        self._named = {state.name: done.states[..., i] for i, state in enumerate(model.equations.states)}
        self._named |= {name: done.observables[..., i] for i, name in enumerate(model.kernel.observable_names)}
        self._scale = np.array([state.scale for state in model.equations.states])

    def __getitem__(self, name: str) -> np.ndarray:
        return self._named[name]

    def negative(self) -> list[str]:
        """States that fall below zero by more than the tolerance of the solver."""
        least = self.states.min(axis=(0, 1))
        return [
            name for name, value, scale in zip(self._named, least, self._scale, strict=False) if value < -1e-5 * scale
        ]


@pytest.fixture(scope="session")
def model() -> Model:
    return standard_model()


@pytest.fixture(scope="session")
def cohort(model) -> Cohort:
    return diagnose(model, POPULATION, PATIENTS, seed=1)


@pytest.fixture(scope="session")
def follow(model, cohort) -> Callable[..., Course]:
    """`follow("nivolumab 240 mg IV", days=7)`: recorded often enough to show every peak."""

    def under(*sentences: str, days: float) -> Course:
        doses = planned_doses(as_regimens(sentences, drugs=model.drugs.values()), days)
        done = model.kernel.integrate(
            cohort.parameters,
            cohort.states,
            schedule=schedule_of(doses, model.equations),
            times=course_times(doses, days),
        )
        return Course(model, done)

    return under


@pytest.fixture(scope="session")
def course(follow) -> Callable[..., Course]:
    """`follow`, which keeps what it found."""
    return cache(follow)
