"""Events in continuous time from a hazard on a grid: accumulate it, and find where it reaches a threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def cumulative(hazard: NDArray, days: NDArray) -> NDArray[np.float64]:
    """Cumulative hazard by the trapezoid rule, 0 at the first day; shape (patients, times) as `hazard` [1/d]."""
    area = 0.5 * (hazard[:, 1:] + hazard[:, :-1]) * np.diff(days)
    return np.concatenate([np.zeros((len(hazard), 1)), np.cumsum(area, axis=1)], axis=1)


def crossing_day(accumulated: NDArray, days: NDArray, threshold: NDArray) -> NDArray[np.float64]:
    """Day on which a non-decreasing quantity reaches each patient's `threshold`, shape (patients,).

    Linear between grid days; infinite if the threshold is not reached, NaN where the quantity is NaN at the start.
    """
    reached = accumulated >= threshold[:, None]
    later = np.argmax(reached, axis=1)
    earlier = np.maximum(later - 1, 0)
    rows = np.arange(len(accumulated))
    low, high = accumulated[rows, earlier], accumulated[rows, later]
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(high > low, (threshold - low) / (high - low), 0.0)
    day = days[earlier] + np.clip(part, 0.0, 1.0) * (days[later] - days[earlier])
    day = np.where(reached.any(axis=1), day, np.inf)
    return np.where(np.isnan(accumulated[:, 0]), np.nan, day)


def at_day(accumulated: NDArray, days: NDArray, day: float) -> NDArray[np.float64]:
    """A quantity on the grid `days`, shape (patients, times), on one `day`, linear between grid days."""
    later = int(np.clip(np.searchsorted(days, day), 1, len(days) - 1))
    part = (day - days[later - 1]) / (days[later] - days[later - 1])
    return accumulated[:, later - 1] * (1.0 - part) + accumulated[:, later] * part
