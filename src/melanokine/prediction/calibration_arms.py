"""Every arm that chose the weights, run again in the calibrated populations and set beside what it found.

An arm is predicted as a new trial of its design: with its intervals, but without the effects that the fit gave to that
trial. Blind trials have no part in this: the targets come from `trials.published` of designs that are not blind.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanokine.calibration.leave_out import COVERED
from melanokine.calibration.targets import Target, from_evidence
from melanokine.patients.calibrated import Calibrated
from melanokine.prediction.arm_outcomes import MONTHS, arm_outcomes, sample
from melanokine.prediction.expected import Expected
from melanokine.prediction.predictive import DRAWS, Asked, DesignPrediction, Predictive, predictive
from melanokine.trials import load

PATIENTS = 1000
"""Patients drawn from a population."""
KINDS = ("PFS", "OS")
SIMULATING = "simulating calibration arms"


@dataclass(frozen=True)
class Compared:
    """An observed endpoint and its prediction, in percent of patients.

    `limits` are those of the intervals for what is observed in `target.n` patients, by level ("50", "80", "95");
    `spread` is the standard deviation of that, and `parts` what each source of uncertainty has alone.
    """

    target: Target
    predicted: float
    spread: float
    limits: dict[str, tuple[float, float]]
    parts: dict[str, float]

    @property
    def z(self) -> float:
        """Predicted less observed, in standard deviations of what is predicted to be observed; NaN without spread."""
        return (self.predicted - self.target.value) / self.spread if self.spread > 0.0 else math.nan

    @property
    def observed_range(self) -> tuple[float, float]:
        """95 % interval of the observed value, from the number of patients."""
        half = COVERED * self.target.sampling
        return max(self.target.value - half, 0.0), min(self.target.value + half, 100.0)

    def covered(self, level: str = "95") -> bool:
        """Whether the observed value lies in the interval of that level."""
        low, high = self.limits[level]
        return low <= self.target.value <= high


@dataclass(frozen=True, eq=False)
class Curve:
    """Predicted survival of an arm in percent, by month from 0, with the 95 % limits of a Kaplan-Meier curve of `n`
    patients who are all followed, and the published (month, percent)."""

    design: str
    arm: str
    n: int
    kind: str
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    published: tuple[tuple[float, float], ...]


def compare(
    calibrated: Calibrated,
    targets: Sequence[Target] | None = None,
    *,
    patients: int = PATIENTS,
    seed: int = 1,
    draws: int = DRAWS,
    workers: int = 1,
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
) -> tuple[list[Compared], list[Curve]]:
    """Every target (those of the calibration by default) with its prediction, and the curves of the arms."""
    targets = from_evidence() if targets is None else targets
    arms = list(dict.fromkeys((target.design, target.arm) for target in targets))
    compared: list[Compared] = []
    curves: list[Curve] = []
    done = 0
    progress(SIMULATING, done, len(arms))
    for name in dict.fromkeys(design for design, _ in arms):
        design = load(name)
        drawn = sample(calibrated, design.population, patients, seed, workers)
        outcomes = {}
        for arm in (arm for other, arm in arms if other == name):
            outcomes[arm] = arm_outcomes(design, arm, drawn, workers)
            done += 1
            progress(SIMULATING, done, len(arms))
        own = [target for target in targets if target.design == name]
        new = _of_design(DesignPrediction(design, drawn, outcomes, calibrated), own, seed, draws)
        compared += new[0]
        curves += new[1]
    return compared, curves


def coverage(compared: Sequence[Compared], level: str = "95") -> float:
    """Share of the observed values inside their intervals of that level."""
    return float(np.mean([one.covered(level) for one in compared]))


def rms(compared: Sequence[Compared]) -> float:
    """Root of the mean squared difference of predicted and observed [percentage points]."""
    return float(np.sqrt(np.mean([(one.predicted - one.target.value) ** 2 for one in compared])))


def _of_design(
    prediction: DesignPrediction, targets: Sequence[Target], seed: int, draws: int
) -> tuple[list[Compared], list[Curve]]:
    arms = list(prediction.arms)
    months = sorted({target.month for target in targets if target.month is not None} | {0.0, *MONTHS.tolist()})
    grid = np.append(0.0, MONTHS)
    names = {kind: [f"{kind}_{month:g}mo" for month in months] for kind in KINDS}

    def quantities(every: list[Expected]) -> dict[tuple[int, str], float]:
        found: dict[tuple[int, str], float] = {}
        for i, arm in enumerate(every):
            found |= {(i, name): 100.0 * rate for name, rate in arm.rates.items()}
            for kind, curve in zip(KINDS, (arm.progression_free, arm.alive), strict=True):
                at = np.interp(months, grid, 100.0 * np.append(1.0, curve)).tolist()
                found |= {(i, name): value for name, value in zip(names[kind], at, strict=True)}
        return found

    asked = [Asked((arm,), prediction.design.patients(arm)) for arm in arms]
    every = predictive(prediction, asked, quantities, seed, draws)
    compared = [_compared(target, every[arms.index(target.arm), target.name]) for target in targets]
    return compared, [_curve(prediction, arm, i, kind, every, targets) for i, arm in enumerate(arms) for kind in KINDS]


def _compared(target: Target, own: Predictive) -> Compared:
    return Compared(target, own.value, float(np.std(own.draws)), own.limits(), own.parts)


def _curve(
    prediction: DesignPrediction,
    arm: str,
    position: int,
    kind: str,
    every: dict[tuple[int, str], Predictive],
    targets: Sequence[Target],
) -> Curve:
    own = [every[position, f"{kind}_{month:g}mo"] for month in (0.0, *MONTHS)]
    published = tuple(
        (target.month, target.value)
        for target in targets
        if target.arm == arm and target.endpoint == kind and target.month is not None
    )
    low, high = (np.array([one.quantile(share) for one in own]) for share in (0.025, 0.975))
    n = prediction.design.patients(arm)
    return Curve(prediction.design.name, arm, n, kind, np.array([one.value for one in own]), low, high, published)
