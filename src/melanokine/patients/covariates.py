"""What a trial reports of its patients at baseline: drawn facts, and what the patient's own tumour shows.

Each drawn covariate has a standard normal score; correlation with another quantity enters through the scores
(Gaussian copula). Scores are keyed by patient and covariate name, as all random numbers are.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, ndtr, ndtri

from melanokine.network.parameter import Parameter
from melanokine.patients import distributions, streams
from melanokine.patients.parameters import parameter_uniform
from melanokine.patients.population import Continuous, Follower, Ordered, PdL1Assay, Population

FRAILTY = "frailty"
"""How badly a patient bears the disease, on which the hazard of death depends: normal, standard in first-line patients.

Scores, and what follows frailty, are relative to the patient's own population."""

MEASURED_AT_DIAGNOSIS = ("sum_of_diameters", "pdl1")
"""Observables of the model that become covariates, apart from the diameters of the lesions."""

Column = NDArray[np.float64]


def draw_covariates(
    population: Population,
    table: Mapping[str, Parameter],
    seed: int,
    patients: NDArray[np.int64],
    values: NDArray[np.float64],
    observed: Mapping[str, Column],
) -> pd.DataFrame:
    """One row per patient. `patients` are stream numbers, `values` the parameters (patients, parameters) in the order
    of `table`, `observed` the model's observables at diagnosis by name.

    Columns: `weight` [kg] and `body_surface_area` [m2] where the model has them, `frailty`, the covariates of the
    population, `ldh_elevated` where it has `ldh_ratio`, `pdl1_percent` and `pdl1_positive` where it has an assay,
    `era`, and the baseline diameters [mm].
    """
    scores: dict[str, Column] = {FRAILTY: streams.normal(seed, patients, f"covariate {FRAILTY}")[:, 0]}
    columns: dict[str, NDArray] = dict(body_size(table, values))
    columns[FRAILTY] = scores[FRAILTY] + (population.frailty.mean if population.frailty else 0.0)
    for name, covariate in population.covariates.items():
        scores[name] = _score(name, covariate, scores, seed, patients)
        columns[name] = _value(name, covariate, scores[name])
    if "ldh_ratio" in columns:
        columns["ldh_elevated"] = columns["ldh_ratio"] > 1
    if population.pdl1_assay is not None:
        z = streams.normal(seed, patients, "covariate pdl1_percent")[:, 0]
        columns["pdl1_percent"] = _stained(population.pdl1_assay, observed["pdl1"], z)
        columns["pdl1_positive"] = columns["pdl1_percent"] >= population.pdl1_assay.positive_from
    columns["era"] = np.full(len(patients), population.era)
    columns["baseline_sum_of_diameters"] = observed["sum_of_diameters"]
    for name in sorted(observed):
        if name.startswith("diameter_"):
            columns[f"baseline_{name}"] = observed[name]
    return pd.DataFrame(columns)


def body_size(table: Mapping[str, Parameter], values: NDArray[np.float64]) -> dict[str, Column]:
    """Columns `weight` [kg] and `body_surface_area` [m2] of patients with the parameters `values`, as in `table`.

    A model without drugs has neither.
    """
    names = list(table)
    own = (("body_weight", "weight"), ("body_surface_area", "body_surface_area"))
    return {column: values[:, names.index(parameter)].copy() for parameter, column in own if parameter in table}


def _score(name: str, covariate: Follower, scores: Mapping[str, Column], seed: int, patients: NDArray) -> Column:
    own = streams.normal(seed, patients, f"covariate {name}")[:, 0]
    for followed, correlation in covariate.follows.items():
        leader = scores[followed] if followed in scores else ndtri(parameter_uniform(seed, patients, followed))
        return correlation * leader + np.sqrt(1 - correlation**2) * own
    return own


def _value(name: str, covariate: Continuous | Ordered, score: Column) -> NDArray:
    if isinstance(covariate, Continuous):
        return covariate.offset + distributions.quantile(covariate.parameter(name), ndtr(score))
    classes = list(covariate.fractions)
    upper_bounds = np.cumsum(list(covariate.fractions.values()))[:-1]
    labels = np.array([int(label) if label.isdecimal() else label for label in classes], dtype=object)
    chosen = labels[np.searchsorted(upper_bounds, ndtr(score), side="right")]
    return chosen.astype(np.int64) if all(label.isdecimal() for label in classes) else chosen.astype(str)


def _stained(assay: PdL1Assay, pdl1: Column, z: Column) -> Column:
    relative = np.log(np.maximum(pdl1, np.finfo(float).tiny) / assay.reference)
    return 100 * expit(assay.intercept + assay.slope * relative + assay.noise * z)
