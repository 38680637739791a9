"""The scans of an arm: who comes when, what the radiologist reads, and the response at each scan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanokine.trials import recist
from melanokine.trials.course import Course
from melanokine.trials.design import TrialDesign
from melanokine.trials.endpoints import progression_day
from melanokine.trials.follow_up import Conduct, never_scanned
from melanokine.trials.measurement import Reader, reading_noise
from melanokine.trials.new_lesions import Seeding, first_new_lesion
from melanokine.trials.recist import Assessed, Response
from melanokine.trials.scans import attended_days, missed_scans


@dataclass(frozen=True)
class Assessment:
    """Scans after baseline, arrays (patients, scans): day, overall response (NE where missed), sum of target diameters
    [mm]; `baseline` (patients,) is that sum before treatment, `progression` (patients,) the day of the first scan that
    shows progression (infinite if none does).

    What the responses come from: `planned` days (scans,), `readable` scans, `readings` (patients, 1 + scans, lesions)
    with the baseline first [mm], whether a `new_lesion` is there, and all that is `read` of them.
    """

    days: NDArray[np.float64]
    overall: NDArray[np.int8]
    sums: NDArray[np.float64]
    baseline: NDArray[np.float64]
    progression: NDArray[np.float64]
    planned: NDArray[np.float64]
    readable: NDArray[np.bool_]
    readings: NDArray[np.float64]
    new_lesion: NDArray[np.bool_]
    read: Assessed

    def until_progression(self, limit: NDArray) -> NDArray[np.bool_]:
        """Scans up to and including the first that shows progression and not after `limit` (patients,)."""
        return self.days <= np.minimum(self.progression, limit)[:, None]


def assess_scans(
    design: TrialDesign, course: Course, lesions: int, conduct: Conduct, seed: int, patients: NDArray
) -> Assessment:
    """Every planned scan of every patient of a course, as if none died; `patients` are stream numbers."""
    planned = design.calendar.days(design.duration_days)
    days = attended_days(planned, design.scan_window_days, seed, patients)
    readable = ~missed_scans(planned, conduct.missed_share, seed, patients)
    readable &= ~never_scanned(conduct, seed, patients)[:, None]
    days_with_baseline = np.concatenate([np.zeros((len(patients), 1)), days], axis=1)
    diameters = np.stack([course.at(f"diameter_{i + 1}", days_with_baseline) for i in range(lesions)], axis=-1)
    noise = reading_noise(np.concatenate([[0.0], planned]), lesions, seed, patients)
    readings = Reader.from_table().read(diameters, noise)
    seen_from = first_new_lesion(
        Seeding.from_table(),
        course.days,
        course.observables["tumour_cells"],
        course.observables["growth_rate"],
        seed,
        patients,
    )
    new_lesion = seen_from[:, None] <= days
    read = recist.assess(readings[:, 1:], readings[:, 0], readable, new_lesion)
    progression = progression_day(read.overall, days)
    overall = np.where(days > progression[:, None], Response.NE, read.overall)
    return Assessment(
        days, overall, read.sums, read.baseline, progression, planned, readable, readings, new_lesion, read
    )
