"""How long patients are followed: staggered entry, withdrawal, and patients who are never scanned again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanokine.patients import streams
from melanokine.trials import tables


@dataclass(frozen=True)
class Conduct:
    """`unassessed_share` of patients have no scan after baseline, `missed_share` of scans are missed or unreadable,
    and `withdrawal_rate` [1/d] is the rate at which patients withdraw consent or are lost."""

    unassessed_share: float
    missed_share: float
    withdrawal_rate: float

    @classmethod
    def from_table(cls) -> Conduct:
        return cls(**tables.values("conduct"))


def last_day(conduct: Conduct, duration: float, accrual: float, seed: int, patients: NDArray) -> NDArray[np.float64]:
    """Last day of follow-up of each patient, counted from randomisation.

    The data are cut off `duration` days after the first patient entered; patients enter evenly over `accrual` days
    and may withdraw before the cut-off. `patients` are stream numbers.
    """
    entry = entry_day(accrual, seed, patients)
    withdrawal = streams.exponential(seed, patients, "withdrawal", 1)[:, 0] / conduct.withdrawal_rate
    return np.minimum(duration - entry, withdrawal)


def entry_day(accrual: float, seed: int, patients: NDArray) -> NDArray[np.float64]:
    """Day on which each patient enters, counted from the entry of the first; evenly over `accrual` days."""
    return accrual * streams.uniform(seed, patients, "day of entry", 1)[:, 0]


def never_scanned(conduct: Conduct, seed: int, patients: NDArray) -> NDArray[np.bool_]:
    """Which patients have no scan after baseline (too ill, withdrew, lost)."""
    return streams.uniform(seed, patients, "scanned after baseline", 1)[:, 0] < conduct.unassessed_share
