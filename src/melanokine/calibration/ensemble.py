"""An ensemble of calibrations: what the data and what is known of the parameters leave open.

Each member is fitted to targets that were perturbed by their errors, with trial effects scattered about values drawn
from their own distribution, and starting from a population whose shared parameters lie elsewhere: the median of each
parameter of `shared_parameters.csv` is shifted by a draw of its uncertainty, in between-patient standard deviations.
Where a model is linear and errors are normal, members are draws from the posterior (randomise, then optimise: Bardsley,
Solonen, Haario, Laine 2014, doi 10.1137/140964023); here they are an approximation to it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from melanokine.calibration.effects import normal_score
from melanokine.calibration.fit import STRENGTH, Fit, fit
from melanokine.calibration.problem import Array, Problem
from melanokine.patients import streams

FILE = Path(__file__).parent / "shared_parameters.csv"
MEMBERS = 60


class SharedParameter(NamedTuple):
    """A parameter, and the uncertainty of its median in between-patient standard deviations."""

    name: str
    sd: float


def shared_parameters() -> list[SharedParameter]:
    """All rows of the table."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return [SharedParameter(row["parameter"], float(row["sd"])) for row in csv.DictReader(stream)]


def shifted_scores(problem: Problem, seed: int) -> Array:
    """Score of each candidate in each shared parameter, scaled by its uncertainty; shape (candidates, parameters)."""
    shared = shared_parameters()
    return np.column_stack([each.sd * normal_score(seed, problem.candidates, each.name) for each in shared])


def members(
    problem: Problem,
    best: Fit,
    patients_seed: int,
    *,
    count: int = MEMBERS,
    seed: int = 1,
    strength: float = STRENGTH,
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
) -> list[Fit]:
    """`count` members, the same for the same `seed`; member i does not depend on how many there are."""
    scores = shifted_scores(problem, patients_seed)
    numbers = np.arange(count)
    noise = streams.normal(seed, numbers, "ensemble targets", len(problem.targets))
    scatter = streams.normal(seed, numbers, "ensemble trial effects", len(problem.variables))
    shifts = streams.normal(seed, numbers, "ensemble parameters", scores.shape[1])
    found = []
    for i in range(count):
        prior = problem.prior * np.exp(scores @ shifts[i])
        found.append(
            fit(
                problem,
                strength=strength,
                observed=problem.observed + problem.errors * noise[i],
                centre=np.sqrt(problem.effect_variances) * scatter[i],
                prior=prior / prior.sum(),
                start=best,
            )
        )
        progress("ensemble", i + 1, count)
    return found
