"""From uniform numbers to the values of a parameter that varies between patients.

Values are quantiles: a larger uniform number gives a larger value (never a smaller one), and 1/2 gives the median.

| distribution | x of standard normal z                 | `value` is | `spread` is  |
|--------------|----------------------------------------|------------|--------------|
| fixed        | value                                  | the value  | -            |
| normal       | value + spread z                       | the median | sd of x      |
| lognormal    | value exp(spread z)                    | the median | sd of ln x   |
| logitnormal  | logistic(logit(value) + spread z)      | the median | sd of logit x|
| exponential  | -value ln(1 - Phi(z))                  | the mean   | -            |

A range (`low`, `high`) truncates the distribution: the uniform number is mapped linearly into the part of (0, 1) that
lies between the cumulative probabilities of the two bounds. There are no heaps of patients at the bounds, and no
draw is repeated or reflected. `value` and `spread` describe the distribution before truncation.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, ndtr, ndtri

from melanokine.errors import ModelError
from melanokine.network.parameter import Parameter


def quantile(parameter: Parameter, probability: ArrayLike) -> NDArray[np.float64]:
    """Values of `parameter`, in its unit, at probabilities in (0, 1); same shape as `probability`.

    Raises ModelError where value, spread and range do not make a distribution.
    """
    _check(parameter)
    u = np.asarray(probability, dtype=np.float64, order="C")
    if parameter.distribution == "fixed":
        return np.full(u.shape, parameter.value)
    below, above = cumulative(parameter, parameter.low), cumulative(parameter, parameter.high)
    if not below < above:
        raise ModelError(
            f"{parameter.name}: its distribution has no mass between {parameter.low:g} and {parameter.high:g}",
            remedy="widen the range or the spread",
        )
    inside = below + u * (above - below)
    return np.clip(_untruncated(parameter, inside), parameter.low, parameter.high)


def median(parameter: Parameter) -> float:
    """The median of `parameter` after truncation, in its unit."""
    return float(quantile(parameter, 0.5))


def cumulative(parameter: Parameter, x: float) -> float:
    """Probability that `parameter`, before truncation, lies below `x`."""
    if np.isinf(x):
        return float(x > 0)
    if parameter.distribution == "normal":
        return float(ndtr((x - parameter.value) / parameter.spread))
    if parameter.distribution == "lognormal":
        return float(ndtr(np.log(x / parameter.value) / parameter.spread)) if x > 0 else 0.0
    if parameter.distribution == "logitnormal":
        if not 0 < x < 1:
            return float(x >= 1)
        return float(ndtr((logit(x) - logit(parameter.value)) / parameter.spread))
    return float(-np.expm1(-x / parameter.value)) if x > 0 else 0.0


def location(parameter: Parameter) -> float:
    """The centre of a normal, lognormal or logitnormal parameter on the scale on which it is normal."""
    if parameter.distribution == "lognormal":
        return float(np.log(parameter.value))
    return float(logit(parameter.value)) if parameter.distribution == "logitnormal" else parameter.value


def value_at(parameter: Parameter, position: ArrayLike) -> NDArray[np.float64]:
    """Values at positions on the scale on which a normal, lognormal or logitnormal parameter is normal."""
    if parameter.distribution == "lognormal":
        return np.exp(position)
    return expit(position) if parameter.distribution == "logitnormal" else np.asarray(position, dtype=np.float64)


def _untruncated(parameter: Parameter, u: NDArray[np.float64]) -> NDArray[np.float64]:
    if parameter.distribution == "exponential":
        return -parameter.value * np.log1p(-u)
    return value_at(parameter, location(parameter) + parameter.spread * ndtri(u))


def _check(parameter: Parameter) -> None:
    kind, value = parameter.distribution, parameter.value
    problem = None
    if kind in ("normal", "lognormal", "logitnormal") and not 0 < parameter.spread < np.inf:
        problem = f"spread {parameter.spread:g} is not positive"
    if kind in ("lognormal", "exponential") and not value > 0:
        problem = f"value {value:g} is not positive"
    if kind == "logitnormal" and not 0 < value < 1:
        problem = f"value {value:g} is not between 0 and 1"
    if problem:
        raise ModelError(f"{parameter.name}: {problem}, as a {kind} distribution needs")
