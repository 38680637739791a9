"""What the whole model does with every drug: a few diagnosed patients, left alone and under one dose."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import xarray as xr

from melanokine import drugs
from melanokine.patients import Cohort, Model, diagnose, simulate, standard_model

PATIENTS = 4
POPULATION = "advanced melanoma, first line"

DOSES = {
    "il2_ligand": (0.02, "mg/kg"),
    "il15_ligand": (0.01, "mg/kg"),
    "il10_ligand": (0.02, "mg/kg"),
    "il18_ligand": (0.1, "mg/kg"),
    "orthogonal_ligand": (0.02, "mg/kg"),
    "anti_pd1": (200.0, "mg"),
    "anti_pdl1": (1200.0, "mg"),
    "anti_ctla4": (200.0, "mg"),
    "anti_lag3": (160.0, "mg"),
    "anti_il2": (200.0, "mg"),
    "cytotoxic": (900.0, "mg/m2"),
    "lymphodepleting": (60.0, "mg/kg"),
    "transferred_cells": (5e10, "cells"),
}
"""A dose that a drug of each role can be given: number and unit. A new role needs a line here."""


def sentence(drug: str, factor: float = 1.0) -> str:
    """One dose of a drug of the library, times `factor`, by its first route."""
    record = drugs.load(drug)
    amount, unit = DOSES[record.roles[0]]
    return f"{drug} {amount * factor:g} {unit} {record.routes.names[0]}"


@pytest.fixture(scope="session")
def model() -> Model:
    return standard_model()


@pytest.fixture(scope="session")
def cohort(model) -> Cohort:
    return diagnose(model, POPULATION, PATIENTS, seed=1)


@pytest.fixture(scope="session")
def course(model, cohort):
    """`course("nivolumab 200 mg IV", days)`: all observables and states, in steps that show every peak."""

    @cache
    def under(*sentences: str, days: float) -> xr.Dataset:
        times = np.unique([*np.linspace(0.0, 2.0, 385), *np.linspace(2.0, days, 600)])
        states = [state.name for state in model.equations.states]
        data = simulate(model, cohort, sentences, days=days, times=times, states=states)
        assert (data["status"] == 0).all()
        return data

    return under
