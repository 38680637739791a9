"""Endpoints of an arm and contrasts between arms, with intervals.

One trial (a single replicate) has the intervals of its analysis: exact (Clopper-Pearson) for fractions, log-log
Greenwood for survival fractions and medians, Newcombe's hybrid score for the difference of response rates, Wald on the
log scale for Cox hazard ratios, all 95 % and all treating the arms as independent samples. The values compare the same
patients under both treatments, so they vary less from seed to seed than these intervals, which stand for a trial.

With several replicates of the trial the value is the mean over replicates (the geometric mean for ratios, the median
for times) and the interval holds 95 % of the replicates: the spread that repeated trials of this size would show. For a
contrast, replicate r of an arm is compared with replicate r + 1 of the reference, the last with the first: as many
patients but different ones, as in a randomised trial. In the mean over all replicates every patient has stood in both
arms, which is what sharpens the value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from melanokine.trials import survival
from melanokine.trials.grades import GRADED_EVENTS
from melanokine.trials.intervals import clopper_pearson, newcombe

RESPONSES = {"ORR": ("CR", "PR"), "CR": ("CR",), "DCR": ("CR", "PR", "SD")}
LANDMARKS = {"PFS": (6, 12), "OS": (12, 24)}
EVENTS = ("grade3plus_TRAE", *GRADED_EVENTS, "capillary_leak_grade3plus", "discontinuation_for_toxicity")


class Estimate(NamedTuple):
    """A value with its 95 % interval. NaN is unknown; a median or limit that was not reached is infinite."""

    value: float
    low: float
    high: float
    unit: str


def arm_estimates(rows: pd.DataFrame) -> dict[str, Estimate]:
    """All endpoints of one arm of one trial; `rows` are its patients, as in `Result.patients`."""
    rows = rows[~rows["failed"]]
    found = {name: _percent(_responds(rows, name)) for name in RESPONSES}
    for endpoint, months in LANDMARKS.items():
        curve = survival.kaplan_meier(*_follow_up(rows, endpoint))
        found[f"{endpoint}_median_months"] = Estimate(*curve.median(), "months")
        for month in months:
            value, low, high = curve.at(month)
            found[f"{endpoint}_{month}mo"] = Estimate(100.0 * value, 100.0 * low, 100.0 * high, "percent")
    found |= {name: _percent(rows[name].to_numpy(bool)) for name in EVENTS}
    return found


def contrast_estimates(rows: pd.DataFrame, reference: pd.DataFrame) -> dict[str, Estimate]:
    """An arm against its reference, in one trial: difference of response rates, hazard ratios."""
    rows, reference = rows[~rows["failed"]], reference[~reference["failed"]]
    first, second = _responds(rows, "ORR"), _responds(reference, "ORR")
    low, high = newcombe(int(first.sum()), len(first), int(second.sum()), len(second))
    difference = Estimate(_difference(first, second), 100.0 * low, 100.0 * high, "percentage points")
    found = {"ORR_difference": difference}
    for endpoint in LANDMARKS:
        ratio = survival.hazard_ratio(*_follow_up(rows, endpoint), *_follow_up(reference, endpoint))
        found[f"{endpoint}_HR"] = Estimate(*ratio, "ratio")
    return found


def replicated_arm_estimates(replicates: list[pd.DataFrame]) -> dict[str, Estimate]:
    """All endpoints of one arm over replicates of the trial, which are equally large."""
    found = {}
    for name in RESPONSES:
        found[name] = _over_replicates([_share(_responds(rows, name), rows) for rows in replicates], "percent")
    for endpoint, months in LANDMARKS.items():
        follow_ups = [_follow_up(rows, endpoint) for rows in replicates]
        time, event = (np.stack(columns) for columns in zip(*follow_ups, strict=True))
        fractions, medians = survival.replicate_survival(time, event, months)
        found[f"{endpoint}_median_months"] = _over_replicates(medians, "months")
        for month, column in zip(months, fractions.T, strict=True):
            found[f"{endpoint}_{month}mo"] = _over_replicates(100.0 * column, "percent")
    for name in EVENTS:
        shares = [_share(rows[name].fillna(False).to_numpy(bool), rows) for rows in replicates]
        found[name] = _over_replicates(shares, "percent")
    return found


def replicated_contrast_estimates(
    replicates: list[pd.DataFrame], references: list[pd.DataFrame]
) -> dict[str, Estimate]:
    """An arm against its reference over replicates of the trial, each with other patients in the two arms."""
    others = references[1:] + references[:1]
    pairs = [(a[~a["failed"]], b[~b["failed"]]) for a, b in zip(replicates, others, strict=True)]
    differences = [_difference(_responds(a, "ORR"), _responds(b, "ORR")) for a, b in pairs]
    found = {"ORR_difference": _over_replicates(differences, "percentage points")}
    for endpoint in LANDMARKS:
        ratios = []
        for a, b in pairs:
            (time, event), (reference_time, reference_event) = _follow_up(a, endpoint), _follow_up(b, endpoint)
            ratios.append(
                survival.replicate_hazard_ratio(
                    np.concatenate([time, reference_time]),
                    np.concatenate([event, reference_event]),
                    np.repeat([True, False], [len(time), len(reference_time)]),
                )
            )
        found[f"{endpoint}_HR"] = _over_replicates(ratios, "ratio")
    return found


def _responds(rows: pd.DataFrame, name: str) -> NDArray[np.bool_]:
    return rows["best_response"].isin(RESPONSES[name]).to_numpy()


def _follow_up(rows: pd.DataFrame, endpoint: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    name = endpoint.lower()
    return rows[f"{name}_months"].to_numpy(float), rows[f"{name}_event"].fillna(False).to_numpy(bool)


def _percent(happened: NDArray[np.bool_]) -> Estimate:
    if not len(happened):
        return Estimate(np.nan, np.nan, np.nan, "percent")
    count, total = int(happened.sum()), len(happened)
    low, high = clopper_pearson(count, total)
    return Estimate(100.0 * count / total, 100.0 * low, 100.0 * high, "percent")


def _share(happened: NDArray[np.bool_], rows: pd.DataFrame) -> float:
    known = rows["os_months"].notna().sum()
    return 100.0 * happened.sum() / known if known else np.nan


def _difference(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    return float(100.0 * (first.mean() - second.mean())) if len(first) and len(second) else np.nan


def _over_replicates(values: list[float] | NDArray, unit: str) -> Estimate:
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    if not len(known):
        return Estimate(np.nan, np.nan, np.nan, unit)
    low, high = np.quantile(known, [0.025, 0.975], method="inverted_cdf")
    return Estimate(_CENTRES.get(unit, _mean)(known), float(low), float(high), unit)


def _mean(values: NDArray) -> float:
    return float(values.mean())


def _geometric_mean(values: NDArray) -> float:
    return float(np.exp(np.log(values).mean()))


def _median(values: NDArray) -> float:
    return float(np.median(values))


_CENTRES: dict[str, Callable[[NDArray], float]] = {"months": _median, "ratio": _geometric_mean}
"""How replicates are brought to one value, by unit; the mean for all others."""
