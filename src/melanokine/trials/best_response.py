"""Best overall response: the best response recorded until progression, with confirmation (RECIST 1.1, 4.4 and table 3).

A response is confirmed when a scan at least 28 days later still shows it (a complete response: complete; a partial
one: partial or complete) and nothing worse lies between, at most one unreadable scan excepted. A response that is
not confirmed counts as stable disease if it came late enough for that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanokine.trials.recist import Response

CONFIRMATION_DAYS = 28.0
"""Shortest time between a response and the scan that confirms it [d]; section 4.4.2."""


def best_overall_response(
    overall: NDArray, days: NDArray, *, confirmation: bool, stable_disease_days: float
) -> NDArray[np.int8]:
    """Best overall response of each patient, shape (patients,).

    `overall` (patients, scans) are responses, NE where a scan was missed or came after death or after the first
    progression; `days` are the days of the scans. Stable disease must last `stable_disease_days` from randomisation.
    """
    complete = overall == Response.CR
    responding = complete | (overall == Response.PR)
    complete_response = _first(complete, overall, days, confirmation) >= 0
    response = _first(responding, overall, days, confirmation) >= 0
    stable = ((overall >= Response.SD) & (days >= stable_disease_days)).any(1)
    best = np.full(len(overall), Response.NE, np.int8)
    best[(overall == Response.PD).any(1)] = Response.PD
    best[stable] = Response.SD
    best[response] = Response.PR
    best[complete_response] = Response.CR
    return best


def first_response(overall: NDArray, days: NDArray, *, confirmation: bool) -> NDArray[np.float64]:
    """Day of the first scan that shows a (confirmed) response, NaN where there is none."""
    responding = (overall == Response.CR) | (overall == Response.PR)
    return _day(_first(responding, overall, days, confirmation), days)


def first_day_of(
    best: NDArray, overall: NDArray, days: NDArray, *, confirmation: bool, stable_disease_days: float
) -> NDArray[np.float64]:
    """Day of the first scan that shows the best overall response `best` (patients,), NaN for NE."""
    complete, responding = overall == Response.CR, overall >= Response.PR
    stable, progressing = (overall >= Response.SD) & (days >= stable_disease_days), overall == Response.PD
    found = np.full(len(best), np.nan)
    for response, first in (
        (Response.CR, _first(complete, overall, days, confirmation)),
        (Response.PR, _first(responding, overall, days, confirmation)),
        (Response.SD, _first(stable, overall, days, False)),
        (Response.PD, _first(progressing, overall, days, False)),
    ):
        found = np.where(best == response, _day(first, days), found)
    return found


def _first(shows: NDArray, overall: NDArray, days: NDArray, confirmation: bool) -> NDArray[np.intp]:
    """The first scan that shows the response and, with `confirmation`, is confirmed by a later one; -1 for none."""
    found = np.full(len(overall), -1)
    unreadable = overall == Response.NE
    for first in range(overall.shape[1]):
        holds = shows[:, first] if not confirmation else _confirmed_from(first, shows, unreadable, days)
        found = np.where((found < 0) & holds, first, found)
    return found


def _confirmed_from(first: int, shows: NDArray, unreadable: NDArray, days: NDArray) -> NDArray[np.bool_]:
    """Whether scan `first` shows the response and a later one confirms it."""
    unbroken, gaps = shows[:, first].copy(), np.zeros(len(shows), int)
    confirmed = np.zeros(len(shows), bool)
    for later in range(first + 1, shows.shape[1]):
        late_enough = days[:, later] - days[:, first] >= CONFIRMATION_DAYS
        confirmed |= unbroken & shows[:, later] & late_enough
        gaps += unreadable[:, later]
        unbroken &= shows[:, later] | (unreadable[:, later] & (gaps <= 1))
    return confirmed


def _day(scan: NDArray, days: NDArray) -> NDArray[np.float64]:
    """The days of these scans (patients,), NaN for -1."""
    if not days.shape[1]:
        return np.full(len(scan), np.nan)
    return np.where(scan >= 0, days[np.arange(len(scan)), np.maximum(scan, 0)], np.nan)
