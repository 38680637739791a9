"""The fit: prevalence weights and trial effects together.

Given the trial effects b, the weights solve a convex problem (`weights`). The effects are few and their influence on
the predictions m nearly linear, so each step takes them along: with dm/db = B and b ~ N(0, S), the errors of the
targets have the covariance C = diag(errors^2) + B S B', the weights are found for that, and b follows as the part of
the residual that its trial shares, b = -S B' C^-1 y. The steps are repeated at the new weights and effects until both
stay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from melanokine.calibration.problem import Array, Problem
from melanokine.calibration.weights import divergence, effective_size, maximum_entropy
from melanokine.errors import ModelError

STRENGTH = 27.0
"""k: how many nats of divergence weigh as much as targets that are one error off each in square sum (k KL against half
chi squared). It sets what the weights may cost of the effective sample size, of which three tenths shall be left."""
SETTLED = 1e-4
"""Largest change of a predicted fraction from one step to the next at which the fit ends: a hundredth of a percentage
point, where targets have errors of more than one."""
MOST_ROUNDS = 360
BEGIN_ANEW = (60, 180)
"""Rounds at which steps that have not settled begin anew from the start, without acceleration and half as long."""


@dataclass(frozen=True)
class Fit:
    """Weights (candidates,), trial effects (variables,), dual variables (targets,) and predictions (targets,), as
    fractions; `rounds` steps were needed."""

    weights: Array
    effects: Array
    dual: Array
    predicted: Array
    rounds: int

    def effective_share(self) -> float:
        """Effective sample size over the number of candidates."""
        return effective_size(self.weights) / len(self.weights)


def fit(
    problem: Problem,
    *,
    strength: float = STRENGTH,
    observed: Array | None = None,
    centre: Array | None = None,
    prior: Array | None = None,
    start: Fit | None = None,
) -> Fit:
    """Fit a problem; `observed`, `centre` (the mean of the trial effects) and `prior` weights replace the problem's own
    where an ensemble perturbs them.

    Raises ModelError if the steps do not settle.
    """
    asked = problem.observed if observed is None else observed
    centre = np.zeros(len(problem.variables)) if centre is None else centre
    prior = problem.prior if prior is None else prior
    variances, errors = problem.effect_variances, problem.errors
    effects = centre if start is None else start.effects
    weights = prior if start is None else start.weights
    dual = start.dual if start is not None and len(start.dual) == len(asked) else None
    predicted = problem.predicted(weights, effects)
    mixing = Mixing(np.concatenate([np.sqrt(prior), 1.0 / np.sqrt(variances)]))
    for rounds in range(1, MOST_ROUNDS + 1):
        if rounds in BEGIN_ANEW:
            mixing = mixing.more_careful()
            weights, effects, dual = prior, centre, None
            predicted = problem.predicted(weights, effects)
        q, f, _ = problem.contributions(effects)
        slope = problem.sensitivities(weights, effects)
        contributions = q * (f - predicted) / (weights @ q)
        offset = asked - predicted + slope @ (effects - centre)
        covariance = np.diag(errors**2) + (slope * variances) @ slope.T
        solved, dual, _ = maximum_entropy(contributions, offset, covariance, strength, prior, dual)
        reached = centre - variances * (slope.T @ (strength * dual))
        settled = float(np.abs(problem.predicted(solved, reached) - predicted).max()) < SETTLED
        mixed = mixing.next(
            np.concatenate([np.log(weights / prior), effects]), np.concatenate([np.log(solved / prior), reached])
        )
        weights = prior * np.exp(mixed[: len(prior)])
        weights, effects = weights / weights.sum(), mixed[len(prior) :]
        predicted = problem.predicted(weights, effects)
        if settled:
            return Fit(solved, reached, dual, problem.predicted(solved, reached), rounds)
    raise ModelError("weights and trial effects did not settle", remedy="use a larger strength")


class Mixing:
    """Anderson's acceleration of x <- g(x): the next x is the combination of the last few g whose residuals g - x,
    scaled, cancel best (Walker and Ni 2011, doi 10.1137/10078356X). With a `memory` of 0 it is the plain step, of which
    the part `damping` is gone."""

    def __init__(self, scale: Array, memory: int = 6, damping: float = 1.0) -> None:
        self._scale = scale
        self._memory = memory
        self._damping = damping
        self._kept: list[tuple[Array, Array]] = []

    def more_careful(self) -> Mixing:
        """Plain steps, half as long as these."""
        return Mixing(self._scale, 0, self._damping / 2.0)

    def next(self, x: Array, g: Array) -> Array:
        """The x to try next, from this x and its g."""
        if not self._memory:
            return x + self._damping * (g - x)
        self._kept = [*self._kept[-self._memory :], (x, g)]
        if len(self._kept) == 1:
            return g
        residuals = np.array([(each_g - each_x) * self._scale for each_x, each_g in self._kept])
        reached = np.array([each_g for _, each_g in self._kept])
        steps = np.diff(residuals, axis=0)
        shares = np.linalg.lstsq(steps.T, residuals[-1], rcond=1e-8)[0]
        return reached[-1] - shares @ np.diff(reached, axis=0)


def objective(problem: Problem, found: Fit, strength: float = STRENGTH) -> float:
    """What the fit minimises: k KL + half chi squared of targets and trial effects."""
    residuals = (found.predicted - problem.observed) / problem.errors
    return (
        strength * divergence(found.weights, problem.prior)
        + 0.5 * float(residuals @ residuals)
        + 0.5 * float((found.effects**2 / problem.effect_variances).sum())
    )
