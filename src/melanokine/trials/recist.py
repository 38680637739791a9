"""Tumour response at each scan by RECIST 1.1 (doi 10.1016/j.ejca.2008.10.026).

Target lesions measure at least 10 mm at baseline; the largest lesion always counts, because a patient without a
measurable lesion is not enrolled. With the sum of their diameters s, its baseline b and its smallest earlier value
(nadir) m:

    complete response     every target lesion has disappeared
    partial response      s <= 0.7 b
    progression           s >= 1.2 m  and  s - m >= 5 mm
    stable disease        otherwise

All other lesions are non-target: they disappear, persist, or progress unequivocally. New lesions are progression.
Arrays are (patients, scans, lesions) in mm; responses are the small integers of `Response`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SMALLEST_TARGET = 10.0
"""Shortest diameter of a target lesion at baseline [mm]; section 3.1.1."""

PARTIAL, GROWTH, ABSOLUTE_GROWTH = 0.70, 1.20, 5.0
"""Fraction of baseline for partial response; ratio to the nadir and increase [mm] for progression; section 4.3.1."""

UNEQUIVOCAL_VOLUME = 1.73
"""Ratio of non-target volume to its nadir that matches a 20 % longer diameter; section 4.3.4."""


class Response(IntEnum):
    """Responses in ascending order; `SD` also stands for the non-target `non-CR/non-PD`."""

    NE = 0
    PD = 1
    SD = 2
    PR = 3
    CR = 4


def target_lesions(baseline: NDArray) -> NDArray[np.bool_]:
    """Which lesions are targets, shape (patients, lesions), from baseline readings of the same shape."""
    baseline = np.nan_to_num(baseline)
    targets = baseline >= SMALLEST_TARGET
    targets[np.arange(len(baseline)), np.argmax(baseline, axis=1)] = True
    return targets


def target_response(baseline: NDArray, sums: NDArray, assessed: NDArray) -> NDArray[np.int8]:
    """Response of the target lesions, shape (patients, scans).

    `baseline` (patients,) and `sums` (patients, scans) are sums of diameters [mm]; `assessed` marks scans that were
    done. The nadir includes the baseline and every assessed scan before the present one.
    """
    before = earlier_minimum(baseline, sums, assessed)
    response = np.full(sums.shape, Response.SD, np.int8)
    response[sums <= PARTIAL * baseline[:, None]] = Response.PR
    response[sums <= 0.0] = Response.CR
    response[(sums >= GROWTH * before) & (sums - before >= ABSOLUTE_GROWTH)] = Response.PD
    response[~assessed] = Response.NE
    return response


def non_target_response(readings: NDArray, baseline: NDArray, assessed: NDArray) -> NDArray[np.int8]:
    """Response of the non-target lesions, shape (patients, scans); CR where there are none.

    `readings` (patients, scans, lesions) and `baseline` (patients, lesions) hold 0 for target lesions. Progression is
    unequivocal when the volume (sum of cubed diameters) has grown 1.73-fold over its nadir and the sum of diameters
    by 5 mm over its own.
    """
    sums, first_sum = readings.sum(-1), baseline.sum(-1)
    volumes, first_volume = (readings**3).sum(-1), (baseline**3).sum(-1)
    grown = volumes >= UNEQUIVOCAL_VOLUME * earlier_minimum(first_volume, volumes, assessed)
    grown &= sums - earlier_minimum(first_sum, sums, assessed) >= ABSOLUTE_GROWTH
    response = np.where(sums <= 0.0, Response.CR, Response.SD).astype(np.int8)
    response[grown] = Response.PD
    response[~assessed] = Response.NE
    return response


def overall_response(target: NDArray, non_target: NDArray, new_lesion: NDArray) -> NDArray[np.int8]:
    """Overall response at each scan (RECIST 1.1, table 1), shape (patients, scans).

    `new_lesion` marks scans on which a lesion that was not there at baseline is seen.
    """
    overall = target.copy()
    overall[(target == Response.CR) & (non_target != Response.CR)] = Response.PR
    assessed = target != Response.NE
    overall[assessed & ((non_target == Response.PD) | new_lesion)] = Response.PD
    return overall


class Assessed(NamedTuple):
    """What the reader concludes: overall response and sum of target diameters [mm] at each scan (patients, scans), that
    sum at `baseline` (patients,), the responses of `target` and `non_target` lesions (patients, scans), and which
    lesions are `targets` (patients, lesions)."""

    overall: NDArray[np.int8]
    sums: NDArray[np.float64]
    baseline: NDArray[np.float64]
    target: NDArray[np.int8]
    non_target: NDArray[np.int8]
    targets: NDArray[np.bool_]


def assess(readings: NDArray, baseline: NDArray, assessed: NDArray, new_lesion: NDArray) -> Assessed:
    """Responses at each scan.

    `readings` (patients, scans, lesions) and `baseline` (patients, lesions) are what the reader saw [mm].
    """
    targets = target_lesions(baseline)
    sums = (readings * targets[:, None, :]).sum(-1)
    first = (baseline * targets).sum(-1)
    others = ~targets
    target = target_response(first, sums, assessed)
    non_target = non_target_response(readings * others[:, None, :], baseline * others, assessed)
    return Assessed(overall_response(target, non_target, new_lesion), sums, first, target, non_target, targets)


def earlier_minimum(baseline: NDArray, values: NDArray, assessed: NDArray) -> NDArray[np.float64]:
    """The smallest of the baseline and the assessed values before each scan, shape (patients, scans)."""
    seen = np.where(assessed, values, np.inf)
    before = np.concatenate([baseline[:, None], seen[:, :-1]], axis=1)[:, : values.shape[1]]
    return np.minimum.accumulate(before, axis=1)
