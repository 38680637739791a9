"""The days on which an arm's course is recorded.

Weekly days carry the disease: scans lie between them, and a patient who progresses leaves study treatment on the next
of them. Daily days in the first two months show the cells in blood. After doses of an interleukin the grid is finer:
peak concentration and lowest blood pressure follow within hours of a dose that is given every few hours, within two
days of one that is given every few weeks. The grid of an arm comes from its own doses alone, and what is recorded never
changes what is simulated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanokine.trials.course import Plan

WEEK = 7.0
DAILY_UNTIL = 56.0
AFTER_CYCLE_DOSE = np.array([0.25, 0.5, 2.0, 4.0, 6.0]) / 24.0
"""Days after each dose of an interleukin in a cycle: infusions last 15 min, pressure is lowest 4 to 6 h later."""

AFTER_LAST_DOSE = np.array([4.0, 8.0, 24.0, 36.0, 48.0, 72.0]) / 24.0
"""Days after a dose that no other follows within a day: the last of a cycle, or one every few weeks."""


def weekly_days(duration: float) -> NDArray[np.float64]:
    """Days 0, 7, ... up to the first that is not before `duration`."""
    return WEEK * np.arange(int(np.ceil(duration / WEEK - 1e-9)) + 1, dtype=np.float64)


def arm_days(duration: float, plan: Plan) -> NDArray[np.float64]:
    """All days on which an arm with these doses is recorded, increasing; the weekly days are among them exactly."""
    weekly = weekly_days(duration)
    daily = np.arange(0.0, min(DAILY_UNTIL, duration) + 0.5)
    cytokines = [drug for drug in plan.drugs if any(role.endswith("_ligand") for role in plan.roles[drug])]
    fast = np.concatenate([np.empty(0), *(_after_doses(plan.day[plan.of(drug)]) for drug in cytokines)])
    return np.unique(np.concatenate([weekly, daily, np.round(fast[fast <= weekly[-1]], 4)]))


def _after_doses(doses: NDArray) -> NDArray[np.float64]:
    """Days to look at a drug given on the days `doses`, which increase: just before each dose, and after it."""
    followed = np.diff(doses, append=np.inf) < 1.0
    in_cycle = followed | np.concatenate([[False], followed[:-1]])
    after = [doses[in_cycle][:, None] + AFTER_CYCLE_DOSE, doses[~followed][:, None] + AFTER_LAST_DOSE]
    return np.concatenate([doses, *(days.ravel() for days in after)])
