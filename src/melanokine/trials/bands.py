"""Courses of an arm over time: bands of observables and of drug concentrations over the patients on treatment."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from melanokine.trials.course import Course

MOST_PATIENTS = 2000
"""Bands are taken over the first patients of an arm, at most so many: more would not move them visibly."""

QUARTILES = (0.25, 0.50, 0.75)
MIDDLE_NINETY = (0.05, 0.50, 0.95)


class BandRecorder:
    """Collects the courses of the first patients of an arm, block by block, as 32-bit numbers.

    `courses` are observables, `exposures` maps drugs to the observable and unit of their exposure.
    """

    def __init__(self, courses: list[str], exposures: Mapping[str, tuple[str, str]]) -> None:
        self._courses = courses
        self._exposures = exposures
        self._kept: dict[str, list[NDArray[np.float32]]] = {
            name: [] for name in (*courses, *(observable for observable, _ in exposures.values()))
        }
        self._room = MOST_PATIENTS
        self._days = np.empty(0)

    def add(self, course: Course, until: NDArray[np.float64]) -> None:
        """Keep the patients of a block, each observed until day `until` (patients,)."""
        take = min(self._room, len(until))
        if not take:
            return
        self._room -= take
        self._days = course.days
        observed = course.days <= until[:take, None]
        for name, blocks in self._kept.items():
            blocks.append(np.where(observed, course.observables[name][:take], np.nan).astype(np.float32))

    def curves(self, arm: str) -> pd.DataFrame:
        """Quartiles of each observable: arm, observable, day, low, median, high."""
        return _concat(
            [self._table(name, QUARTILES, arm=arm, observable=name) for name in self._courses],
            ["arm", "observable", "day", "low", "median", "high"],
        )

    def exposure(self, arm: str) -> pd.DataFrame:
        """Middle 90 % of each drug's exposure: arm, drug, unit, day, low, median, high."""
        return _concat(
            [
                self._table(observable, MIDDLE_NINETY, arm=arm, drug=drug, unit=unit)
                for drug, (observable, unit) in self._exposures.items()
            ],
            ["arm", "drug", "unit", "day", "low", "median", "high"],
        )

    def _table(self, name: str, probabilities: tuple[float, float, float], **labels: str) -> pd.DataFrame:
        low, median, high = observed_quantiles(np.concatenate(self._kept[name]), probabilities)
        table = pd.DataFrame({**labels, "day": self._days, "low": low, "median": median, "high": high})
        return table[table["median"].notna()]


def observed_quantiles(values: NDArray, probabilities: tuple[float, ...]) -> NDArray[np.float64]:
    """Quantiles over the first axis, NaN left out; shape (probabilities, ...). NaN where nobody is observed.

    Linear between order statistics, as `numpy.nanquantile`, but sorting once for all columns.
    """
    ordered = np.sort(values, axis=0)
    count = (~np.isnan(ordered)).sum(axis=0)
    last = np.maximum(count - 1, 0)
    bands = []
    for probability in probabilities:
        place = probability * last
        below = np.floor(place).astype(int)
        low = np.take_along_axis(ordered, below[None], 0)[0]
        high = np.take_along_axis(ordered, np.minimum(below + 1, last)[None], 0)[0]
        bands.append(np.where(count > 0, low + (place - below) * (high - low), np.nan))
    return np.array(bands, dtype=np.float64)


def _concat(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
