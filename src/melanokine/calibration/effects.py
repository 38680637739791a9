"""Trial effects: how a whole trial or era may differ from what the model says of its population.

`effects.csv` lists them with the standard deviation of each. Those that act on patients shift the distribution of some
parameters, all by the same part of their spread between patients (given the parameters, that is done exactly by
weighting each patient with the ratio of the shifted to the unshifted density); those that act on the hazard multiply
the hazard of death. One that belongs to a design is shared by all its arms: no effect belongs to an arm.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanokine.patients.calibrated import TrialEffect, score

FILE = Path(__file__).parent / "effects.csv"


def effects() -> list[TrialEffect]:
    """All rows of the table."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return [
            TrialEffect(
                row["effect"], row["level"], row["acts_on"],
                tuple(filter(None, row["parameters"].split(" + "))), float(row["sd"]),
            )
            for row in csv.DictReader(stream)
        ]  # fmt: skip


def normal_score(seed: int, candidates: NDArray[np.int64], parameter: str) -> NDArray[np.float64]:
    """Where each candidate lies in the distribution of a parameter, in standard deviations, shape (candidates,)."""
    return score((parameter,), seed, candidates)
