"""Trial effects: how a whole trial or era may differ from what the model says of its population.

`effects.csv` lists them with the standard deviation of each. Those that act on patients shift the distribution of some
parameters, all by the same part of their spread between patients (given the parameters, that is done exactly by
weighting each patient with the ratio of the shifted to the unshifted density); those that act on the hazard multiply
the hazard of death. One that belongs to a design is shared by all its arms: no effect belongs to an arm.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from melanokine.patients.parameters import parameter_uniform

FILE = Path(__file__).parent / "effects.csv"
DESIGN, ERA = "design", "era"
PATIENTS, HAZARD = "patients", "hazard"


@dataclass(frozen=True)
class Effect:
    """A kind of trial effect: `level` says what shares it, `sd` how large it is from one to the next."""

    name: str
    level: str
    acts_on: str
    parameters: tuple[str, ...]
    sd: float


def effects() -> list[Effect]:
    """All rows of the table."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return [
            Effect(
                row["effect"], row["level"], row["acts_on"],
                tuple(filter(None, row["parameters"].split(" + "))), float(row["sd"]),
            )
            for row in csv.DictReader(stream)
        ]  # fmt: skip


def normal_score(seed: int, candidates: NDArray[np.int64], parameter: str) -> NDArray[np.float64]:
    """Where each candidate lies in the distribution of a parameter, in standard deviations, shape (candidates,)."""
    return ndtri(parameter_uniform(seed, candidates, parameter))


def score(effect: Effect, seed: int, candidates: NDArray[np.int64]) -> NDArray[np.float64]:
    """The direction in which an effect on patients shifts them: a standard normal score, shape (candidates,)."""
    each = [normal_score(seed, candidates, name) for name in effect.parameters]
    return np.sum(each, axis=0) / np.sqrt(len(each))
