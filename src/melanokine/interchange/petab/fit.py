"""Fits from many starts, by gradients.

Where all noise is normal the problem is one of least squares: with noise that is estimated too, 2 ln sigma + C is the
square of one more residual per measurement, C being large enough for all to be positive. That is solved by a
trust-region method with bounds (scipy.optimize.least_squares). Otherwise L-BFGS-B maximises llh, or llh and log prior
where there are priors. The first start is the nominal vector; the others are drawn from the priors for starts, or
uniformly between the bounds, on the scale of each parameter, by Latin hypercube.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from melanokine.errors import InputError
from melanokine.interchange.petab.gradient import Objective
from melanokine.interchange.petab.problem import Problem, scaled
from melanokine.interchange.petab.simulation import Evaluation, evaluate

FIT_RTOL = 1e-7
WORSE = 1e4
"""How much worse than its start a point counts that cannot be simulated: an optimiser can make nothing of infinity."""
SMOOTHING = (1.0, 0.1, 0.01, 1e-3)
SETTLED = 1e-8
"""Relative change of objective or parameters at which a fit ends."""


@dataclass(frozen=True, eq=False)
class Start:
    """One local fit: scaled parameters (F,) at its beginning and end."""

    begin: np.ndarray
    end: np.ndarray
    objective: float
    evaluations: int
    message: str


@dataclass(frozen=True, eq=False)
class Fit:
    """`best` is the problem evaluated at the best parameters; `starts` are in the order of their objective."""

    best: Evaluation
    names: tuple[str, ...]
    starts: tuple[Start, ...]

    @property
    def parameters(self) -> dict[str, float]:
        """Linear values of the estimated parameters."""
        pairs = zip(self.best.problem.parameters, self.best.parameters, strict=True)
        return {p.id: float(value) for p, value in pairs if p.estimate}


def fit(
    problem: Problem,
    *,
    starts: int = 10,
    seed: int = 1,
    steps: int = 200,
    nominal: bool = True,
    progress: Callable[[int, int, float], None] | None = None,
) -> Fit:
    """The best of `starts` local fits of at most `steps` steps each; the same numbers for the same `seed`.

    With `nominal` the first start is the nominal vector, where it has one. `progress(done, starts, best)` is called
    after each. Raises InputError where nothing is estimated, or no start can be simulated.
    """
    if starts < 1 or steps < 1:
        raise InputError(f"{starts} starts of {steps} steps", file=problem.file, remedy="both count from 1")
    if not len(problem.free):
        raise InputError("no parameter is estimated", file=problem.file)
    objective = Objective(problem, rtol=FIT_RTOL)
    found: list[Start] = []
    for begin in starting_points(objective, starts, seed, nominal):
        found.append(_local(objective, begin, steps))
        if progress:
            progress(len(found), starts, max(s.objective for s in found))
    found.sort(key=lambda s: -s.objective)
    if not math.isfinite(found[0].objective):
        raise InputError(
            "no start could be simulated", file=problem.file, remedy="narrow the bounds, or try more starts"
        )
    return Fit(evaluate(problem, objective.vector(found[0].end)), tuple(objective.names), tuple(found))


def starting_points(objective: Objective, starts: int, seed: int, nominal: bool) -> np.ndarray:
    """(starts, F) within the bounds."""
    from scipy.stats import qmc

    problem, lower, upper = objective.problem, objective.lower, objective.upper
    for name, low, high in zip(objective.names, lower, upper, strict=True):
        if not (math.isfinite(low) and math.isfinite(high)):
            remedy = "give finite bounds, above 0 on a logarithmic scale"
            raise InputError(f"the bounds of {name!r} are not finite on its scale", file=problem.file, remedy=remedy)
    random = np.random.default_rng(seed)
    points = lower + qmc.LatinHypercube(len(lower), rng=random).random(starts) * (upper - lower)
    for k, position in enumerate(objective.free):
        p = problem.parameters[position]
        if p.sample is not None:
            points[:, k] = [scaled(p.sample(random), p.scale) for _ in range(starts)]
        if nominal and not math.isnan(p.value):
            points[0, k] = scaled(p.value, p.scale)
    return np.clip(np.nan_to_num(points), lower, upper)


def _local(objective: Objective, begin: np.ndarray, steps: int) -> Start:
    if not math.isfinite(objective.llh(begin)):
        return Start(begin, begin, -math.inf, 1, "cannot be simulated at its start")
    priors = any(objective.problem.parameters[k].log_prior is not None for k in objective.free)
    if objective.noise.normal.all() and not priors:
        return _least_squares(objective, begin, steps)
    return _quasi_newton(objective, begin, steps)


def _least_squares(objective: Objective, begin: np.ndarray, steps: int) -> Start:
    from scipy.optimize import least_squares

    first = objective.derivatives(begin)
    estimated = bool(np.any(first.d_log_noise))
    offset = 2.0 * max(0.0, -float(np.min(first.log_noise))) + 50.0
    latest = {begin.tobytes(): first}

    def at(x: np.ndarray):
        if x.tobytes() not in latest:
            latest.clear()
            latest[x.tobytes()] = objective.derivatives(x)
        return latest[x.tobytes()]

    def values(x: np.ndarray) -> np.ndarray:
        d = at(x)
        r = np.nan_to_num(d.residuals, nan=1e10, posinf=1e10, neginf=-1e10)
        if not estimated:
            return r
        return np.concatenate([r, np.sqrt(np.maximum(2.0 * np.nan_to_num(d.log_noise, nan=1e3) + offset, 1e-12))])

    def slopes(x: np.ndarray) -> np.ndarray:
        d = at(x)
        if not estimated:
            return d.d_residuals
        root = np.sqrt(np.maximum(2.0 * np.nan_to_num(d.log_noise, nan=1e3) + offset, 1e-12))
        return np.concatenate([d.d_residuals, d.d_log_noise / root[:, None]])

    inside = _inside(begin, objective)
    done = least_squares(
        values, inside, slopes, bounds=(objective.lower, objective.upper), ftol=SETTLED, xtol=SETTLED, gtol=None,
        x_scale="jac", max_nfev=steps,
    )  # fmt: skip
    return Start(begin, done.x, at(done.x).llh, int(done.nfev), str(done.message))


def _inside(x: np.ndarray, objective: Objective) -> np.ndarray:
    """Strictly between the bounds, as the method wants it."""
    margin = 1e-10 * (objective.upper - objective.lower)
    return np.clip(x, objective.lower + margin, objective.upper - margin)


def _quasi_newton(objective: Objective, begin: np.ndarray, steps: int) -> Start:
    """By L-BFGS-B, which needs slopes without kinks: |r| of Laplace noise is smoothed, less and less."""
    from scipy.optimize import minimize

    normal = objective.noise.normal
    bounds = list(zip(objective.lower, objective.upper, strict=True))
    x, evaluations, message = begin, 0, ""
    first = objective.llh(begin) + objective.log_prior(begin)
    if not math.isfinite(first):
        return Start(begin, begin, -math.inf, 1, "has no prior density at its start")
    for smoothing in (0.0,) if normal.all() else SMOOTHING:

        def value(x: np.ndarray, smoothing: float = smoothing) -> tuple[float, np.ndarray]:
            d = objective.derivatives(x)
            total = d.llh + objective.log_prior(x) - d.blunted(normal, smoothing)
            if not math.isfinite(total):
                return WORSE - first, np.zeros(len(x))
            return -total, -(d.gradient(normal, smoothing) + objective.prior_slope(x))

        options = {"maxiter": steps, "ftol": 1e-10}
        done = minimize(value, x, jac=True, bounds=bounds, method="L-BFGS-B", options=options)
        x, evaluations, message = done.x, evaluations + int(done.nfev), str(done.message)
    reached = objective.llh(x) + objective.log_prior(x)
    return Start(begin, x, reached if math.isfinite(reached) else -math.inf, evaluations, message)
