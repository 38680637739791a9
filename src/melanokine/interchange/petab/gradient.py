"""The objective of a fit and its derivatives, on the scales of the parameters.

Derivatives are differences between parameter vectors that are simulated together. Without events all take the steps of
the first (engine/tied.py), and forward differences are exact to about 1e-6 of the sensitivity. With events every vector
has its own steps, so differences are central and wider.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from melanokine.interchange.petab.likelihood import Noise, log_prior
from melanokine.interchange.petab.problem import Problem, scaled, unscaled
from melanokine.interchange.petab.simulation import Simulator

TIED, FREE = 2.0**-20, 2.0**-12
"""Steps on the scale of a parameter, relative to its value there or to 1 if that is larger."""
ROOM = 2**27
"""Bytes of states that are held at a time."""


@dataclass(frozen=True, eq=False)
class Derivatives:
    """At one point: `residuals` (M,) and log sigma (M,), and their derivatives (M, F) by F estimated parameters."""

    llh: float
    residuals: np.ndarray
    log_noise: np.ndarray
    d_residuals: np.ndarray
    d_log_noise: np.ndarray

    def gradient(self, normal: np.ndarray, smoothing: float = 0.0) -> np.ndarray:
        """(F,) d llh; `normal` says where the noise is normal, not Laplace. With `smoothing` the sizes |r| of Laplace
        noise are sqrt(r^2 + smoothing^2).
        """
        sizes = np.sqrt(self.residuals**2 + smoothing**2)
        pull = np.where(normal, self.residuals, self.residuals / np.where(sizes > 0.0, sizes, 1.0))
        return -(pull @ self.d_residuals) - self.d_log_noise.sum(axis=0)

    def blunted(self, normal: np.ndarray, smoothing: float) -> float:
        """What `smoothing` takes from llh."""
        sizes = np.sqrt(self.residuals**2 + smoothing**2) - np.abs(self.residuals)
        return float(sizes[~normal].sum())


class Objective:
    """llh of a problem as a function of its estimated parameters (F,), each on its scale."""

    def __init__(self, problem: Problem, *, rtol: float = 1e-7) -> None:
        self.problem, self.noise = problem, Noise(problem)
        self.simulator = Simulator(problem, rtol=rtol)
        self.free = problem.free
        own = [problem.parameters[k] for k in self.free]
        self.scales = [p.scale for p in own]
        self.lower = np.array([scaled(p.lower, p.scale) for p in own])
        self.upper = np.array([scaled(p.upper, p.scale) for p in own])
        self.tied = not self.simulator.own.model._built.happenings
        states = len(self.simulator.own.model.equations.states)
        self._together = max(8, ROOM // (8 * (states + 1) * max(1, len(problem.measurements))))

    @property
    def names(self) -> list[str]:
        return [self.problem.parameters[k].id for k in self.free]

    def vector(self, x: np.ndarray) -> np.ndarray:
        """(..., Q) linear values of all parameters, of (..., F) on their scales."""
        whole = np.broadcast_to(self.problem.nominal, (*x.shape[:-1], len(self.problem.parameters))).copy()
        for k, scale in enumerate(self.scales):
            whole[..., self.free[k]] = unscaled(x[..., k], scale)
        return whole

    def llh(self, x: np.ndarray) -> float:
        done = self.simulator.simulate(self.vector(x)[None, :])
        return float(self.noise.llh(done.values[0], done.noise[0]))

    def log_prior(self, x: np.ndarray) -> float:
        return log_prior(self.problem, self.vector(x))

    def prior_slope(self, x: np.ndarray) -> np.ndarray:
        """(F,) d log prior; 0 where it is not finite."""
        slope = np.zeros(len(x))
        for k, position in enumerate(self.free):
            prior = self.problem.parameters[position].log_prior
            if prior is not None:
                step = 2.0**-17 * max(1.0, abs(x[k]))
                ends = [float(unscaled(x[k] + s, self.scales[k])) for s in (step, -step)]
                slope[k] = (prior(ends[0]) - prior(ends[1])) / (2.0 * step)
        return np.where(np.isfinite(slope), slope, 0.0)

    def derivatives(self, x: np.ndarray) -> Derivatives:
        """llh is -inf, and derivatives are 0, where the model cannot be simulated."""
        base, residuals, log_noise, steps = None, [], [], self._steps(x)
        for start in range(0, len(x), self._together):
            chosen = np.arange(start, min(start + self._together, len(x)))
            signs = (1.0,) if self.tied else (1.0, -1.0)
            copies = [x.copy() for _ in signs for _ in chosen]
            for copy, (sign, k) in zip(copies, ((s, k) for s in signs for k in chosen), strict=True):
                copy[k] += sign * steps[k]
            done = self.simulator.simulate(self.vector(np.array([x, *copies])), tied=self.tied)
            r = self.noise.residuals(done.values, done.noise)
            with np.errstate(all="ignore"):
                s = np.log(done.noise)
            base = base or (float(self.noise.llh(done.values[0], done.noise[0])), r[0], s[0])
            count, width = len(chosen), steps[chosen, None] * len(signs)
            other = (r[0], s[0]) if self.tied else (r[1 + count :], s[1 + count :])
            residuals.append((r[1 : 1 + count] - other[0]) / width)
            log_noise.append((s[1 : 1 + count] - other[1]) / width)
        assert base is not None
        d_r, d_s = (np.nan_to_num(np.concatenate(each).T, posinf=0.0, neginf=0.0) for each in (residuals, log_noise))
        return Derivatives(*base, d_r, d_s)

    def _steps(self, x: np.ndarray) -> np.ndarray:
        """Steps away from the bound that is nearer."""
        sizes = (TIED if self.tied else FREE) * np.maximum(1.0, np.abs(x))
        linear = np.array([scale == "lin" for scale in self.scales])
        sizes = np.where(linear & (x != 0.0), (TIED if self.tied else FREE) * np.abs(x), sizes)
        return np.where(self.tied & (x + sizes > self.upper), -sizes, sizes)
