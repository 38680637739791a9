"""Leaving out: calibrate without an arm, or without a whole trial, and predict it.

The interval of a left-out endpoint holds what parameters, trial effects, what trials of one design differ by, and the
size of the arm leave open. Parameters and trial effects are propagated through the fit to first order: with f the
patients' endpoints, K = cov_w(q f) / k is what weights of this strength leave open before data, B the sensitivity to
trial effects (variance S), L that to shifts of the shared parameters (as in `ensemble`), E the errors of the targets,
and G = (K*T + B* S B_T') (K_TT + B_T S B_T' + E^2)^-1 the response of the prediction to the targets,

    variance = |L* - G L_T|^2 + (B* - G B_T) S (B* - G B_T)' + G E^2 G'.

A left-out arm keeps the effects that the other arms of its trial tell; a left-out trial has none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanokine.calibration.ensemble import shifted_scores
from melanokine.calibration.fit import STRENGTH, Fit, fit
from melanokine.calibration.problem import Array, Problem
from melanokine.calibration.targets import Target

ARM, TRIAL = "arm", "trial"
COVERED = 1.959963984540054
"""Standard normal quantile of a two-sided interval of 95 %."""


@dataclass(frozen=True)
class LeftOut:
    """A target predicted without its arm or trial; all numbers in percentage points.

    `parameters` and `trials` are standard deviations of the prediction, `sampling` that of the observation; `z` is the
    difference over all of them.
    """

    what: str
    target: Target
    predicted: float
    parameters: float
    trials: float
    sampling: float

    @property
    def difference(self) -> float:
        return self.predicted - self.target.value

    @property
    def half_width(self) -> float:
        """Of the 95 % prediction interval for an observation in as many patients."""
        return COVERED * float(np.sqrt(self.parameters**2 + self.trials**2 + self.sampling**2))

    @property
    def z(self) -> float:
        return COVERED * self.difference / self.half_width


def leave_out(
    problem: Problem,
    best: Fit,
    what: str,
    patients_seed: int,
    *,
    strength: float = STRENGTH,
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
) -> list[LeftOut]:
    """Every target, predicted without its arm (`what` is ARM) or without its trial (TRIAL)."""
    keys = [(t.design, t.arm) if what == ARM else (t.design, "") for t in problem.targets]
    groups = list(dict.fromkeys(keys))
    scores = shifted_scores(problem, patients_seed)
    found = []
    for done, group in enumerate(groups):
        out = np.array([key == group for key in keys])
        without = problem.without(list(out))
        start = Fit(best.weights, best.effects, best.dual[~out], best.predicted[~out], 0)
        refit = fit(without, strength=strength, start=start)
        predicted = problem.predicted(refit.weights, refit.effects)
        parameters, trials = _spread(problem, refit, out, scores, strength)
        for i, own in zip(np.flatnonzero(out), range(int(out.sum())), strict=True):
            target = problem.targets[i]
            share = float(np.clip(predicted[i], 0.5 / target.n, 1.0 - 0.5 / target.n))
            sampling = 100.0 * float(np.sqrt(share * (1.0 - share) / target.n))
            recalled = target.error**2 - target.sampling**2
            found.append(
                LeftOut(
                    what, target, 100.0 * float(predicted[i]), 100.0 * parameters[own],
                    float(np.hypot(100.0 * trials[own], np.sqrt(recalled))), sampling,
                )
            )  # fmt: skip
        progress(f"leaving out each {what}", done + 1, len(groups))
    return found


def _spread(
    problem: Problem, found: Fit, out: NDArray[np.bool_], scores: Array, strength: float
) -> tuple[Array, Array]:
    """Standard deviations of the left-out predictions, as fractions: from parameters and data, from trial effects."""
    q, f, _ = problem.contributions(found.effects)
    centred = q * (f - found_all(problem, found)) / (found.weights @ q)
    weighted = centred * found.weights[:, None]
    free = weighted.T @ centred / strength
    moved = weighted.T @ (scores - found.weights @ scores)
    slope = problem.sensitivities(found.weights, found.effects)
    variances, errors = problem.effect_variances, problem.errors[~out]
    inner = free[~out][:, ~out] + (slope[~out] * variances) @ slope[~out].T + np.diag(errors**2)
    outer = free[out][:, ~out] + (slope[out] * variances) @ slope[~out].T
    gain = np.linalg.solve(inner, outer.T).T
    by_parameters = ((moved[out] - gain @ moved[~out]) ** 2).sum(1) + ((gain * errors) ** 2).sum(1)
    by_trials = (((slope[out] - gain @ slope[~out]) ** 2) * variances).sum(1)
    return np.sqrt(by_parameters), np.sqrt(by_trials)


def found_all(problem: Problem, found: Fit) -> Array:
    """Predictions of all targets, those that were left out as well."""
    return problem.predicted(found.weights, found.effects)


def coverage(rows: list[LeftOut]) -> float:
    """Share of the left-out observations inside their 95 % intervals."""
    return float(np.mean([abs(row.z) <= COVERED for row in rows]))
