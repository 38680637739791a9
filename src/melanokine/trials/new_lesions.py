"""New lesions: seeded by the tumour there is, and the more the faster it grows.

    hazard = rate * exp(spread * z) * (cells / reference_cells) ** burden_exponent
             * (clip(growth / reference_growth, 0, largest_growth) + dormant_share)            [1/d]

with z standard normal for each patient, viable tumour cells [Mcell] and their net specific growth rate [1/d]. A
lesion that has appeared is seen at the next scan. The hazard is not identifiable from response and survival alone
(any value up to twice the one tabulated fits equally well), so its numbers are assumptions with wide ranges.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanokine.patients import streams
from melanokine.trials import hazards, tables


@dataclass(frozen=True)
class Seeding:
    """Parameters of the hazard above; `seeding_rate` [1/d], `reference_cells` [Mcell], `reference_growth` [1/d]."""

    seeding_rate: float
    seeding_spread: float
    burden_exponent: float
    reference_cells: float
    reference_growth: float
    largest_growth: float
    dormant_share: float

    @classmethod
    def from_table(cls) -> Seeding:
        return cls(**tables.values("new_lesions"))

    def hazard(self, cells: NDArray, growth: NDArray, z: NDArray) -> NDArray[np.float64]:
        """Hazard [1/d] of a new lesion, shape (patients, times) as `cells` and `growth`; `z` (patients,)."""
        burden = np.maximum(cells, 0.0) / self.reference_cells
        pace = np.clip(growth / self.reference_growth, 0.0, self.largest_growth) + self.dormant_share
        rate = self.seeding_rate * np.exp(self.seeding_spread * z)
        return rate[:, None] * burden**self.burden_exponent * pace


def first_new_lesion(
    seeding: Seeding, days: NDArray, cells: NDArray, growth: NDArray, seed: int, patients: NDArray
) -> NDArray[np.float64]:
    """Day on which the first new lesion appears, infinite if none does; `patients` are stream numbers.

    `cells` and `growth` have shape (patients, times) on the grid `days`.
    """
    z = streams.normal(seed, patients, "tendency to new lesions", 1)[:, 0]
    threshold = streams.exponential(seed, patients, "first new lesion", 1)[:, 0]
    accumulated = hazards.cumulative(seeding.hazard(cells, growth, z), days)
    return hazards.crossing_day(accumulated, days, threshold)
