"""Time to event: Kaplan-Meier curves, medians, landmark fractions and hazard ratios.

What is reported comes from lifelines (imported when first needed): Kaplan-Meier with log-log confidence limits, Cox
regression with Efron's handling of ties. `replicate_*` are NumPy versions for hundreds of replicates of a trial; the
tests hold them against lifelines. Times are in any one unit, NaN (a failed simulation) is left out, events are
booleans; a patient whose time ends without event is censored.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

_HALF = 0.5 + 1e-12
"""One half, with room for rounding in a product of fractions."""


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve: survival with 95 % limits from each `time` on (the first is 0)."""

    time: NDArray[np.float64]
    survival: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    observed: NDArray[np.float64]

    def at(self, time: float) -> tuple[float, float, float]:
        """Fraction surviving at `time` with its limits; NaN beyond the last observed time unless none survive."""
        i = int(np.searchsorted(self.time, time, side="right")) - 1
        if i < 0 or (time > self.time[-1] and self.survival[-1] > 0.0):
            return np.nan, np.nan, np.nan
        return float(self.survival[i]), float(self.low[i]), float(self.high[i])

    def median(self) -> tuple[float, float, float]:
        """First time at which survival is at most one half, with its limits; infinite where that is not reached."""
        value, low, high = (_first_below_half(self.time, line) for line in (self.survival, self.low, self.high))
        return value, low, high

    def at_risk(self, times: ArrayLike) -> NDArray[np.int64]:
        """Numbers at risk just before each of `times`."""
        return len(self.observed) - np.searchsorted(np.sort(self.observed), np.asarray(times), side="left")


def kaplan_meier(time: ArrayLike, event: ArrayLike) -> Curve:
    """The Kaplan-Meier curve of patients with follow-up `time` and `event` (else censored), by lifelines."""
    from lifelines import KaplanMeierFitter

    time, event = _known(time, event)
    if not len(time):
        empty = np.full(1, np.nan)
        return Curve(np.zeros(1), empty, empty, empty, time)
    fitted = KaplanMeierFitter(alpha=0.05).fit(time, event)
    limits = fitted.confidence_interval_survival_function_
    return Curve(
        time=fitted.survival_function_.index.to_numpy(float),
        survival=fitted.survival_function_.iloc[:, 0].to_numpy(float),
        low=limits.iloc[:, 0].to_numpy(float),
        high=limits.iloc[:, 1].to_numpy(float),
        observed=time,
    )


def hazard_ratio(
    time: ArrayLike, event: ArrayLike, reference_time: ArrayLike, reference_event: ArrayLike
) -> tuple[float, float, float]:
    """Cox hazard ratio of an arm against a reference with its 95 % limits, by lifelines.

    NaN when an arm has no event or the events of the arms do not overlap, for then the likelihood has no maximum.
    """
    import pandas as pd
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError, ConvergenceWarning

    time, event = _known(time, event)
    reference_time, reference_event = _known(reference_time, reference_event)
    if not event.any() or not reference_event.any():
        return np.nan, np.nan, np.nan
    table = pd.DataFrame(
        {
            "time": np.concatenate([time, reference_time]),
            "event": np.concatenate([event, reference_event]),
            "arm": np.repeat([1.0, 0.0], [len(time), len(reference_time)]),
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            fitted = CoxPHFitter(alpha=0.05).fit(table, "time", "event")
        except (ConvergenceError, ConvergenceWarning):
            return np.nan, np.nan, np.nan
    low, high = np.exp(fitted.confidence_intervals_.to_numpy()[0])
    return float(np.exp(fitted.params_.iloc[0])), float(low), float(high)


def replicate_survival(
    time: NDArray, event: NDArray, landmarks: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Kaplan-Meier of many replicates at once: survival at `landmarks` (replicates, landmarks), medians (replicates,).

    `time` and `event` have shape (replicates, patients). The median is infinite where it is not reached.
    """
    time = np.where(np.isnan(time), -np.inf, time)
    order = np.lexsort((~event, time), axis=-1)
    time, event = np.take_along_axis(time, order, -1), np.take_along_axis(event, order, -1)
    event &= np.isfinite(time)
    at_risk = np.arange(time.shape[-1], 0, -1)
    survival = np.cumprod(1.0 - event / at_risk, axis=-1)
    fractions = np.empty((len(time), len(np.atleast_1d(landmarks))))
    for j, landmark in enumerate(np.atleast_1d(landmarks)):
        passed = (time <= landmark).sum(-1)
        value = np.where(passed > 0, np.take_along_axis(survival, np.maximum(passed - 1, 0)[:, None], -1)[:, 0], 1.0)
        followed = (passed < time.shape[-1]) | (value <= 0.0) | (time[:, -1] == landmark)
        fractions[:, j] = np.where(followed, value, np.nan)
    below = survival <= _HALF
    first = np.take_along_axis(time, np.argmax(below, axis=-1)[:, None], -1)[:, 0]
    return fractions, np.where(below.any(-1), first, np.inf)


def replicate_hazard_ratio(time: NDArray, event: NDArray, treated: NDArray) -> float:
    """Cox hazard ratio for one binary covariate by Newton's method (Efron's ties).

    NaN when an arm has no event or the events of the arms do not overlap, for then the likelihood has no maximum.
    """
    keep = ~np.isnan(time)
    time, event, treated = time[keep], event[keep].astype(bool), treated[keep].astype(bool)
    if not event[treated].any() or not event[~treated].any():
        return np.nan
    when, inverse = np.unique(time[event], return_inverse=True)
    tied = np.bincount(inverse)
    tied_treated = np.bincount(inverse, weights=treated[event])
    risk_treated = (treated & (time >= when[:, None])).sum(1)
    risk_other = (~treated & (time >= when[:, None])).sum(1)
    position = np.concatenate([np.arange(count) / count for count in tied])
    step = np.repeat(np.arange(len(when)), tied)
    in_treated = risk_treated[step] - position * tied_treated[step]
    in_other = risk_other[step] - position * (tied - tied_treated)[step]
    log_ratio = 0.0
    for _ in range(50):
        share = in_treated * np.exp(log_ratio)
        share = share / (share + in_other)
        information = (share * (1.0 - share)).sum()
        if information <= 0.0:
            return np.nan
        change = np.clip((tied_treated.sum() - share.sum()) / information, -2.0, 2.0)
        log_ratio += change
        if abs(change) < 1e-10:
            return float(np.exp(log_ratio))
    return np.nan


def _first_below_half(time: NDArray, survival: NDArray) -> float:
    if np.isnan(survival).all():
        return np.nan
    below = survival <= _HALF
    return float(time[np.argmax(below)]) if below.any() else np.inf


def _known(time: ArrayLike, event: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    time, event = np.asarray(time, float), np.asarray(event, bool)
    known = ~np.isnan(time)
    return time[known], event[known]
