"""Progression-free and overall survival of each patient, from scans, death and follow-up.

Progression-free survival ends with the first scan that shows progression or with death, whichever comes first. It is
censored at the last readable scan for patients who leave follow-up, and for deaths after two or more planned
scans in a row without a readable one (FDA guidance on cancer endpoints, 2018: progression may have been missed).

Patients are followed for progression up to the last scan that falls due before they leave follow-up. A death after that
scan is no event of this endpoint: whoever lives is censored at the scan, so that those about to die would be the only
ones left at risk, and the curve would fall to zero in the last weeks of a trial whose patients are cut off together.
It counts in overall survival, which is followed to the last day. Days are counted from randomisation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanokine.trials.recist import Response


@dataclass(frozen=True)
class TimeToEvent:
    """Days of follow-up and whether the event happened then (else censored), shape (patients,) each."""

    day: NDArray[np.float64]
    event: NDArray[np.bool_]


def progression_day(overall: NDArray, days: NDArray) -> NDArray[np.float64]:
    """Day of the first scan that shows progression, infinite if none does; arrays (patients, scans)."""
    return np.where(overall == Response.PD, days, np.inf).min(axis=1, initial=np.inf)


def progression_free_survival(overall: NDArray, days: NDArray, death: NDArray, last_day: NDArray) -> TimeToEvent:
    """Progression-free survival; `overall` and `days` are (patients, scans), `death` and `last_day` (patients,).

    `overall` is NE for scans that were missed; scans after death or after `last_day` do not count.
    """
    held = days <= np.minimum(death, last_day)[:, None]
    seen = np.where(held, overall, Response.NE)
    progression = progression_day(seen, days)
    readable = held & (seen != Response.NE)
    last_scan = np.where(readable, days, 0.0).max(axis=1, initial=0.0)
    unseen = ((days > last_scan[:, None]) & held).sum(axis=1)
    last_due = np.where(days <= last_day[:, None], days, 0.0).max(axis=1, initial=0.0)
    died = (death <= last_due) & (death <= progression) & (unseen < 2)
    event = died | (progression <= last_day)
    return TimeToEvent(np.where(event, np.minimum(death, progression), last_scan), event)


def overall_survival(death: NDArray, last_day: NDArray) -> TimeToEvent:
    """Overall survival: death, or censored on the last day of follow-up."""
    return TimeToEvent(np.minimum(death, last_day), death <= last_day)
