"""What a fit is worth: residuals, effective sample size, support, optimism, and which parameters the data moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from melanokine.calibration.effects import normal_score
from melanokine.calibration.fit import Fit
from melanokine.calibration.problem import Array, Problem
from melanokine.calibration.weights import effective_size

MAIN_SIZE = 200
"""Patients from which an arm counts as large."""


@dataclass(frozen=True)
class Summary:
    """Residuals in percentage points. `rms` and `largest` are over all targets, `chi2` is the mean squared residual in
    standard errors, `effective_share` the effective sample size over the number of candidates."""

    rms: float
    largest: float
    chi2: float
    effective_share: float
    candidates: int


def residuals(problem: Problem, predicted: Array) -> Array:
    """Predicted less observed [percentage points], shape (targets,)."""
    return 100.0 * (predicted - problem.observed)


def rms(values: Array | Sequence[float]) -> float:
    """Root of the mean square; NaN of nothing."""
    array = np.asarray(values, float)
    return float(np.sqrt((array**2).mean())) if len(array) else float("nan")


def summary(problem: Problem, found: Fit) -> Summary:
    """The fit in a few numbers."""
    misses = residuals(problem, found.predicted)
    chi2 = float(((misses / 100.0 / problem.errors) ** 2).mean())
    return Summary(rms(misses), float(np.abs(misses).max()), chi2, found.effective_share(), len(problem.candidates))


def raw(problem: Problem) -> Array:
    """Predictions of the population as it is, without weights and trial effects; shape (targets,)."""
    return problem.predicted(problem.prior, np.zeros(len(problem.variables)))


def effective_sizes(problem: Problem, found: Fit) -> dict[str, float]:
    """Effective number of patients in each trial, with its effects and earlier therapy in the weights."""
    return {design: effective_size(found.weights * problem.factor(design, found.effects)) for design in problem.members}


def supported(problem: Problem, slack: float = 0.0) -> dict[tuple[str, str], bool]:
    """For each arm, whether some weights of its patients reproduce all its targets at once, each within `slack`
    standard errors: whether the observation lies in the convex range of the cohort (a linear programme)."""
    q, f, _ = problem.contributions(np.zeros(len(problem.variables)))
    arms: dict[tuple[str, str], list[int]] = {}
    for i, target in enumerate(problem.targets):
        arms.setdefault((target.design, target.arm), []).append(i)
    found = {}
    for arm, own in arms.items():
        present = q[:, own[0]] > 0
        misses = (f[present][:, own] - problem.observed[own]).T
        allowed = slack * problem.errors[own] + 1e-9
        answer = linprog(
            np.zeros(present.sum()),
            A_ub=np.vstack([misses, -misses]),
            b_ub=np.concatenate([allowed, allowed]),
            A_eq=np.ones((1, present.sum())),
            b_eq=[1.0],
            method="highs",
        )
        found[arm] = bool(answer.status == 0)
    return found


@dataclass(frozen=True)
class Moved:
    """How far the weights moved the mean of a parameter, in its between-patient standard deviations: `selection` is
    what being diagnosed and plausible did before, `shift` what the weights added, and `narrowed` the ratio of the
    standard deviations after and before weighting."""

    parameter: str
    selection: float
    shift: float
    narrowed: float


def moved(problem: Problem, found: Fit, seed: int, parameters: Sequence[str]) -> list[Moved]:
    """All `parameters`, the most shifted first."""
    rows = []
    for name in parameters:
        z = normal_score(seed, problem.candidates, name)
        before, after = z.mean(), found.weights @ z
        spread = np.sqrt(found.weights @ (z - after) ** 2)
        rows.append(Moved(name, float(before), float(after - before), float(spread / z.std())))
    return sorted(rows, key=lambda row: -abs(row.shift))


def optimism(halves: tuple[Problem, Problem], found: Fit) -> tuple[float, float]:
    """RMS residual [points] of a fit to the first half of the trials' chance, in that half and in the other."""
    return tuple(rms(residuals(half, half.predicted(found.weights, found.effects))) for half in halves)  # type: ignore


def within(problem: Problem, misses: NDArray, endpoint: str, smallest: int, points: float) -> tuple[int, int]:
    """How many targets of this endpoint, in arms of at least `smallest` patients, miss by at most `points`; and of
    how many."""
    own = [i for i, t in enumerate(problem.targets) if t.endpoint == endpoint and t.n >= smallest]
    return int((np.abs(misses[own]) <= points).sum()), len(own)
