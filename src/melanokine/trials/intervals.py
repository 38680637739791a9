"""Confidence intervals of proportions and of their differences."""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv, ndtri


def clopper_pearson(events: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Exact confidence limits of a proportion (Clopper and Pearson 1934, doi 10.1093/biomet/26.4.404).

    (NaN, NaN) when there is nobody to count.
    """
    if total == 0:
        return np.nan, np.nan
    tail = (1.0 - level) / 2.0
    low = betaincinv(events, total - events + 1, tail) if events else 0.0
    high = betaincinv(events + 1, total - events, 1.0 - tail) if events < total else 1.0
    return float(low), float(high)


def wilson(events: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Score confidence limits of a proportion (Wilson 1927, doi 10.1080/01621459.1927.10502953)."""
    if total == 0:
        return np.nan, np.nan
    z = float(ndtri(0.5 + level / 2.0))
    centre = (events + z**2 / 2.0) / (total + z**2)
    half = z / (total + z**2) * np.sqrt(events * (total - events) / total + z**2 / 4.0)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def newcombe(events: int, total: int, reference_events: int, reference_total: int) -> tuple[float, float]:
    """95 % limits of a difference of independent proportions, first minus reference.

    Newcombe's hybrid score interval (1998, doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I,
    method 10): Wilson limits of both arms, combined in quadrature.
    """
    if not total or not reference_total:
        return np.nan, np.nan
    first, second = events / total, reference_events / reference_total
    first_low, first_high = wilson(events, total)
    second_low, second_high = wilson(reference_events, reference_total)
    difference = first - second
    low = difference - np.hypot(first - first_low, second_high - second)
    high = difference + np.hypot(first_high - first, second - second_low)
    return float(low), float(high)
