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
    if confirmation:
        complete_response, response = _confirmed(complete, overall, days), _confirmed(responding, overall, days)
    else:
        complete_response, response = complete.any(1), responding.any(1)
    stable = ((overall >= Response.SD) & (days >= stable_disease_days)).any(1)
    best = np.full(len(overall), Response.NE, np.int8)
    best[(overall == Response.PD).any(1)] = Response.PD
    best[stable] = Response.SD
    best[response] = Response.PR
    best[complete_response] = Response.CR
    return best


def _confirmed(shows: NDArray, overall: NDArray, days: NDArray) -> NDArray[np.bool_]:
    """Whether some scan that shows the response is confirmed by a later one."""
    unreadable = overall == Response.NE
    confirmed = np.zeros(len(overall), bool)
    for first in range(overall.shape[1] - 1):
        unbroken, gaps = shows[:, first].copy(), np.zeros(len(overall), int)
        for later in range(first + 1, overall.shape[1]):
            late_enough = days[:, later] - days[:, first] >= CONFIRMATION_DAYS
            confirmed |= unbroken & shows[:, later] & late_enough
            gaps += unreadable[:, later]
            unbroken &= shows[:, later] | (unreadable[:, later] & (gaps <= 1))
    return confirmed
