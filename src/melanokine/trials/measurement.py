"""What the radiologist reads: true diameters with measurement error, and the conventions for small lesions.

Each reading of a lesion carries its own log-normal error. A lesion below the limit of detection is read as 0; one
that is present but too small to measure is read as 5 mm (RECIST 1.1, doi 10.1016/j.ejca.2008.10.026, section 4.1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanokine.patients import streams
from melanokine.trials import tables


@dataclass(frozen=True)
class Reader:
    """`reading_error`: sd of ln(read/true); `detection_limit` and `smallest_reading` in mm."""

    reading_error: float
    detection_limit: float
    smallest_reading: float

    @classmethod
    def from_table(cls) -> Reader:
        return cls(**tables.values("measurement"))

    def read(self, diameters: NDArray, noise: NDArray) -> NDArray[np.float64]:
        """Readings [mm] of true `diameters` [mm]; `noise` is standard normal, of the same shape."""
        readings = np.maximum(diameters * np.exp(self.reading_error * noise), self.smallest_reading)
        return np.where(diameters < self.detection_limit, 0.0, readings)


def reading_noise(planned: NDArray, lesions: int, seed: int, patients: NDArray) -> NDArray[np.float64]:
    """Standard normal reading errors, shape (patients, scans, lesions), keyed by patient and planned day.

    Planned day 0 stands for the baseline scan.
    """
    noise = np.empty((len(patients), len(planned), lesions))
    for i, day in enumerate(planned):
        noise[:, i] = streams.normal(seed, patients, f"reading on day {day:g}", lesions)
    return noise
