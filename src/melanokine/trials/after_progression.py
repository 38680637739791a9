"""The disease after progression: study drugs are stopped, and the patient goes on from the state reached by then.

Each patient is simulated from the first weekly day after the scan that showed progression, under the therapy drawn for
that patient or none. Patients are grouped by therapy and by how long they are still to be followed, in steps of half a
year, so that nobody's simulation depends on who else progressed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanokine.trials.course import Course, Simulator
from melanokine.trials.grid import WEEK
from melanokine.trials.subsequent import DELAY_DAYS, NONE, Option

STEP_WEEKS = 26


def switch_week(progression: NDArray, weeks: int) -> NDArray[np.int64]:
    """Number of the weekly day on which study treatment stops, `weeks` where it does not before the end."""
    finite = np.where(np.isfinite(progression), progression, weeks * WEEK)
    return np.minimum(np.ceil(finite / WEEK - 1e-9), weeks).astype(np.int64)


def burden_by_week(
    course: Course,
    weekly: NDArray,
    switch: NDArray,
    parameters: NDArray,
    options: tuple[Option, ...],
    assigned: NDArray,
    simulator: Simulator,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Sum of diameters [mm] on the weekly days, shape (patients, weeks), and who could not be simulated.

    `course` holds the study treatment; `switch` (patients,) is the weekly day of its end and `assigned` (patients,) the
    number of the option that follows, or NONE.
    """
    columns = np.searchsorted(course.days, weekly)
    burden = course.observables["sum_of_diameters"][:, columns].copy()
    failed = course.failed.copy()
    left = len(weekly) - 1 - switch
    followed = (left > 0) & ~failed
    horizon = -(-left // STEP_WEEKS) * STEP_WEEKS
    for number in (NONE, *range(len(options))):
        for weeks in np.unique(horizon[followed & (assigned == number)]):
            rows = np.flatnonzero(followed & (assigned == number) & (horizon == weeks))
            days = WEEK * np.arange(weeks + 1)
            sentences = () if number == NONE else options[number].regimen
            plan = simulator.plan(sentences, days[-1], start=DELAY_DAYS)
            start = course.states[rows, columns[switch[rows]]]
            later = simulator.follow(parameters[rows], start, plan, days)
            failed[rows] |= later.failed
            for row, path in zip(rows, later.observables["sum_of_diameters"], strict=True):
                burden[row, switch[row] :] = path[: left[row] + 1]
    return burden, failed
