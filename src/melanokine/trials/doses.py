"""Doses received: how many of each drug, and how many per cycle where a cycle has several.

A cycle is a run of doses less than two days apart, as the eight-hourly doses of inpatient IL-2 are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanokine.trials.course import Plan

CYCLE_BREAK_DAYS = 2.0


def dose_counts(plan: Plan, given: NDArray, until: NDArray) -> dict[str, NDArray[np.float64]]:
    """Columns `doses_DRUG` and, for drugs given in cycles, `doses_DRUG_cycle_1` and so on; shape (patients,) each.

    Doses after day `until` (patients,) do not count; a cycle that had not begun by then is NaN.
    """
    received = given & (plan.day < until[:, None])
    columns = {}
    for drug in plan.drugs:
        doses = plan.of(drug)
        columns[f"doses_{drug}"] = received[:, doses].sum(axis=1).astype(float)
        cycle = np.concatenate([[0], np.cumsum(np.diff(plan.day[doses]) > CYCLE_BREAK_DAYS)])
        if len(doses) == cycle[-1] + 1:
            continue
        for number in range(cycle[-1] + 1):
            members = doses[cycle == number]
            begun = plan.day[members[0]] < until
            columns[f"doses_{drug}_cycle_{number + 1}"] = np.where(begun, received[:, members].sum(axis=1), np.nan)
    return columns
