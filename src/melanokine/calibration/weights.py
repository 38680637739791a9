"""Prevalence weights of maximum entropy under soft linear constraints.

Of all distributions w over n patients, the one that minimises

    k KL(w | u)  +  (1/2) y' C^-1 y,        y = sum_k w_k a_k - c

where u is the distribution before calibration, a (patients, targets) what each patient contributes to a target, c what
is asked for, C the covariance of its error, and k how strongly the weights are held to u. Its dual is unconstrained,
smooth and strictly convex in as many numbers as there are targets,

    D(v) = ln sum_k u_k exp(-v (a_k - c))  +  (k/2) v' C v,      w_k ~ u_k exp(-v a_k),      y = k C v,

and Newton's method with the exact Hessian (the covariance of a under w, plus k C) solves it to rounding.

Sources: Jaynes 1957, doi 10.1103/PhysRev.106.620; for virtual patients Allen, Rieger and Musante 2016, doi
10.1002/psp4.12063.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from melanokine.errors import ModelError

Vector = NDArray[np.float64]
TOLERANCE = 1e-16
"""Newton's decrement at which the dual counts as solved: half of it bounds what D could still fall."""
BASIN = 1e-8
"""Decrement below which Newton's method takes full steps: the values of D no longer tell by how much it falls."""
MOST_STEPS = 100


class Solution(NamedTuple):
    """Weights (patients,), which add up to 1, dual variables (targets,), and how many steps Newton's method took."""

    weights: Vector
    dual: Vector
    steps: int


def maximum_entropy(
    contributions: NDArray[np.float64],
    asked: Vector,
    covariance: NDArray[np.float64],
    strength: float,
    prior: Vector,
    start: Vector | None = None,
) -> Solution:
    """The weights defined above. `contributions` is a, `asked` c, `covariance` C, `strength` k, `prior` u.

    Raises ModelError if the method does not converge, which only bad numbers (NaN) can cause.
    """
    centred = contributions - asked
    dual = np.zeros(len(asked)) if start is None else start.copy()
    penalty = strength * covariance
    log_prior = np.log(prior)
    value, weights = _dual(dual, centred, penalty, log_prior)
    before = np.inf
    for step in range(1, MOST_STEPS + 1):
        mean = weights @ centred
        gradient = penalty @ dual - mean
        spread = centred - mean
        hessian = (spread * weights[:, None]).T @ spread + penalty
        change = -cho_solve(cho_factor(hessian), gradient)
        decrement = float(-gradient @ change)
        if not np.isfinite(decrement):
            break
        if decrement < TOLERANCE or (before < BASIN and decrement >= before / 2.0):  # solved, or as rounding allows
            return Solution(weights, dual, step)
        length = 1.0
        while True:
            trial, trial_weights = _dual(dual + length * change, centred, penalty, log_prior)
            if decrement < BASIN or trial <= value - 1e-4 * length * decrement or length < 1e-8:
                break
            length /= 2.0
        dual, value, weights, before = dual + length * change, trial, trial_weights, decrement
    raise ModelError("the prevalence weights did not converge", remedy="look for missing values in the responses")


def effective_size(weights: Vector) -> float:
    """Kish's effective sample size of weights: how many equally weighted patients tell as much."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def divergence(weights: Vector, prior: Vector) -> float:
    """KL(w | u), in nats."""
    held = weights > 0
    return float((weights[held] * np.log(weights[held] / prior[held])).sum())


def _dual(dual: Vector, centred: NDArray, penalty: NDArray, log_prior: Vector) -> tuple[float, Vector]:
    exponent = log_prior - centred @ dual
    largest = exponent.max()
    weights = np.exp(exponent - largest)
    total = weights.sum()
    return float(largest + np.log(total) + 0.5 * dual @ penalty @ dual), weights / total
