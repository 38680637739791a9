"""Logarithms of prior densities. The library's densities become 0 far from their centre; their logarithms do not."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

LogDensity = Callable[[float], float]


def log_density(distribution: Any) -> LogDensity:
    """The log density of a distribution of the library `petab` at linear values; truncation is as it has it.

    Normal and Laplace distributions, and those of logarithms, are followed into their tails: the difference to the
    density at a point where it is not small is exact.
    """
    shape = {"Normal": lambda z: -0.5 * z * z, "Laplace": lambda z: -abs(z)}.get(type(distribution).__name__)

    def plain(x: float) -> float:
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.log(distribution.pdf(x)))

    if shape is None:
        return plain
    base = distribution.logbase
    low, high = distribution.trunc_low, distribution.trunc_high

    def relative(x: float) -> float:
        on_scale = math.log(x) / math.log(base) if base else x
        return shape((on_scale - distribution.loc) / distribution.scale) - (math.log(x) if base else 0.0)

    centre = min(max(float(base**distribution.loc) if base else float(distribution.loc), low), high)
    offset = plain(centre) - relative(centre) if not base or centre > 0.0 else math.nan
    if not math.isfinite(offset):
        return plain

    def followed(x: float) -> float:
        return -math.inf if not low <= x <= high or (base and x <= 0.0) else offset + relative(x)

    return followed
