"""Noise models and priors: what a simulation is worth.

    normal   log p = -ln(sigma sqrt(2 pi)) - (g(m) - g(y))^2 / 2 sigma^2 + ln g'(m)
    laplace  log p = -ln(2 sigma) - |g(m) - g(y)| / sigma + ln g'(m)

of a measurement m and the simulated y, with g the identity, ln or log10. chi2 is the sum of ((g(m) - g(y)) / sigma)^2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from melanokine.errors import InputError
from melanokine.interchange.petab.problem import Problem, scaled


@dataclass(frozen=True)
class Scores:
    """`log_prior` is 0 where no parameter has a prior."""

    llh: float
    chi2: float
    log_prior: float

    @property
    def log_posterior(self) -> float:
        """Not normalised."""
        return self.llh + self.log_prior


class Noise:
    """The noise models of all measurements, ready for any number of simulations (..., M)."""

    def __init__(self, problem: Problem) -> None:
        kinds = [problem.observables[m.observable] for m in problem.measurements]
        self.scales = np.array([o.scale for o in kinds])
        self.normal = np.array([o.distribution == "normal" for o in kinds], bool)
        measured = np.array([m.value for m in problem.measurements])
        self.measured = self._on_scale(measured)
        slope = np.where(self.scales == "lin", 1.0, measured * np.where(self.scales == "log10", math.log(10.0), 1.0))
        for k in np.flatnonzero(~(slope > 0.0)):
            what = f"row {k + 2} of the measurements: {measured[k]:g} has no logarithm, which its noise model needs"
            raise InputError(what, file=problem.file, remedy="leave it out, or choose another noise model")
        self.constant = np.where(self.normal, -0.5 * math.log(2.0 * math.pi), -math.log(2.0)) - np.log(slope)

    def _on_scale(self, values: np.ndarray) -> np.ndarray:
        on = np.array(values, float)
        for scale in ("log", "log10"):
            where = self.scales == scale
            if where.any():
                on[..., where] = scaled(on[..., where], scale)
        return on

    def residuals(self, values: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """(g(y) - g(m)) / sigma."""
        with np.errstate(all="ignore"):
            return (self._on_scale(values) - self.measured) / noise

    def llh(self, values: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """(...,) of simulations (..., M); -inf where one is not a number or sigma is not positive."""
        with np.errstate(all="ignore"):
            r = self.residuals(values, noise)
            each = self.constant - np.log(noise) - np.where(self.normal, 0.5 * r**2, np.abs(r))
        total = each.sum(axis=-1)
        return np.where(np.isnan(total), -math.inf, total)


def log_prior(problem: Problem, vector: np.ndarray) -> float:
    """The sum over estimated parameters (Q,) that have a prior."""
    pairs = zip(problem.parameters, vector, strict=True)
    return float(sum(p.log_prior(float(x)) for p, x in pairs if p.estimate and p.log_prior is not None))


def score(problem: Problem, vector: np.ndarray, values: np.ndarray, noise: np.ndarray) -> Scores:
    model = Noise(problem)
    return Scores(
        float(model.llh(values, noise)), float((model.residuals(values, noise) ** 2).sum()), log_prior(problem, vector)
    )
