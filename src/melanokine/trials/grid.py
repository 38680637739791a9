"""The days on which an arm's course is recorded.

Weekly days carry the disease: scans lie between them, and a patient who progresses leaves study treatment on the next
of them. Daily days in the first two months and hours after doses of an IL-2 show what is fast: cells in blood,
exposure, and the lowest blood pressure. What is recorded never changes what is simulated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanokine.trials.course import Plan

WEEK = 7.0
DAILY_UNTIL = 56.0
AFTER_IL2_DOSE = np.array([1 / 6, 1 / 3, 1.0, 2.0, 3.0])
"""Days after a dose of an IL-2 at which the blood pressure is looked at."""


def weekly_days(duration: float) -> NDArray[np.float64]:
    """Days 0, 7, ... up to the first that is not before `duration`."""
    return WEEK * np.arange(int(np.ceil(duration / WEEK - 1e-9)) + 1, dtype=np.float64)


def arm_days(duration: float, plan: Plan) -> NDArray[np.float64]:
    """All days on which an arm with these doses is recorded, increasing; the weekly days are among them exactly."""
    weekly = weekly_days(duration)
    daily = np.arange(0.0, min(DAILY_UNTIL, duration) + 0.5)
    il2 = np.array([role == "il2_ligand" for role in map(plan.roles.get, plan.drug)], bool)
    fast = (plan.day[il2][:, None] + AFTER_IL2_DOSE).ravel()
    fast = np.concatenate([plan.day[il2], fast])
    days = np.concatenate([weekly, daily, np.round(fast[fast <= weekly[-1]], 4)])
    return np.unique(days)
