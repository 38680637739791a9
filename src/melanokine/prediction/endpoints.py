"""Endpoints of an arm, and contrasts between two, in the units of the evidence: percent, months, ratios."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanokine.prediction.arm_outcomes import HORIZON, MONTHS, RATES
from melanokine.prediction.expected import Expected

LANDMARKS = {"PFS": (6, 12), "OS": (12, 24, 36)}


def arm_endpoints(arm: Expected) -> dict[str, float]:
    """Percentages of patients and medians in months; a median that is not reached is the horizon."""
    curves = {"PFS": arm.progression_free, "OS": arm.alive}
    found = {name: 100.0 * arm.rates[name] for name in RATES}
    for name, months in LANDMARKS.items():
        found |= {f"{name}_{month}mo": 100.0 * float(curves[name][month - 1]) for month in months}
        found[f"{name}_median_months"] = median(curves[name])
    return found


def median(curve: NDArray) -> float:
    """Month at which a curve falls to half, straight between months; HORIZON if it does not."""
    below = np.flatnonzero(curve <= 0.5)
    if not len(below):
        return float(HORIZON)
    last = below[0]
    before = curve[last - 1] if last else 1.0
    return float(MONTHS[last] - (0.5 - curve[last]) / (before - curve[last]))


def contrast(arm: Expected, reference: Expected, patients: tuple[float, float], months: float) -> dict[str, float]:
    """An arm against another, of so many `patients` each: the difference of response rates in percentage points, and
    ratios of hazards up to a number of `months` (NaN where an arm has no event)."""
    upto = months >= MONTHS
    return {
        "ORR_difference": 100.0 * (arm.rates["ORR"] - reference.rates["ORR"]),
        "PFS_HR": hazard_ratio(arm.progression_free[upto], reference.progression_free[upto], patients),
        "OS_HR": hazard_ratio(arm.alive[upto], reference.alive[upto], patients),
    }


def hazard_ratio(arm: NDArray, reference: NDArray, patients: tuple[float, float]) -> float:
    """Observed over expected events of the log-rank test, as a ratio between two arms followed alike.

    Events of an interval are expected in proportion to those at risk at its beginning (Peto et al. 1977, doi
    10.1038/bjc.1977.1).
    """
    at_risk, events = [], []
    for curve, number in zip((arm, reference), patients, strict=True):
        whole = np.concatenate([[1.0], curve]) * number
        at_risk.append(whole[:-1])
        events.append(-np.diff(whole))
    total = at_risk[0] + at_risk[1]
    expected = (events[0] + events[1]) * at_risk[0] / np.where(total > 0, total, 1.0)
    first, second = events[0].sum(), events[1].sum()
    by_chance = expected.sum()
    rest = first + second - by_chance
    if min(first, second, by_chance, rest) <= 0.0:
        return float("nan")
    return float((first / by_chance) / (second / rest))
