"""Progression-free and overall survival of single patients, by hand."""

import numpy as np
import pytest

from melanokine.trials.endpoints import overall_survival, progression_day, progression_free_survival
from melanokine.trials.recist import Response
from melanokine.trials.survival import kaplan_meier

NE, PD, SD, PR = Response.NE, Response.PD, Response.SD, Response.PR
DAYS = np.array([[63.0, 126.0, 189.0, 252.0]])


@pytest.mark.parametrize(
    ("overall", "death", "last_day", "expected"),
    [
        ([SD, PD, SD, SD], np.inf, 700, (126, True)),
        ([PR, PR, PR, PD], 300, 700, (252, True)),
        ([PR, PR, PR, PD], 200, 700, (200, True)),  # death before the scan that would have shown progression
        ([PR, PR, PR, PR], np.inf, 700, (252, False)),  # last scan, not cut-off
        ([PR, PR, PR, PR], np.inf, 200, (189, False)),
        ([PR, PR, NE, PD], np.inf, 240, (126, False)),  # progression would come after the cut-off
        ([NE, NE, NE, NE], np.inf, 700, (0, False)),  # never scanned
        ([NE, NE, NE, NE], 100, 700, (100, True)),  # dies before two scans are missed
        ([NE, NE, NE, NE], 130, 700, (0, False)),  # dies after two missed scans
        ([SD, NE, NE, NE], 200, 700, (63, False)),
        ([SD, NE, SD, SD], 250, 700, (250, True)),
        ([SD, SD, SD, SD], 251, 252, (251, True)),  # dies before the last scan that is due
        ([SD, SD, SD, SD], 260, 700, (252, False)),  # dies after it: all others were censored at it
        ([SD, SD, SD, NE], 240, 251, (189, False)),  # the next scan would have come after the cut-off
        ([SD, SD, SD, PD], 240, 252, (240, True)),
        ([SD, NE, NE, NE], 40, 60, (0, False)),  # nobody was scanned before this cut-off
        ([SD, SD, SD, NE], np.inf, 700, (189, False)),  # the last scan was missed: the last readable one
    ],
)
def test_progression_free_survival(overall, death, last_day, expected):
    found = progression_free_survival(np.array([overall]), DAYS, np.array([float(death)]), np.array([float(last_day)]))
    assert (found.day[0], found.event[0]) == expected


def test_a_common_cut_off_leaves_the_curve_where_the_last_scan_found_it():
    """Exponential progression and death, scans every 63 days within a window of 7, all cut off on day 400."""
    random = np.random.default_rng(1)
    patients = 4000
    progression, death = random.exponential(400, patients), random.exponential(700, patients)
    days = 63.0 * np.arange(1, 21) + random.integers(-7, 8, (patients, 20))
    overall = np.where(days >= progression[:, None], PD, SD)
    curves = {}
    for cut_off in (400.0, 1200.0):
        found = progression_free_survival(overall, days, death, np.full(patients, cut_off))
        curves[cut_off] = kaplan_meier(found.day, found.event)
    for day in (180.0, 300.0, 365.0):
        assert curves[400.0].at(day)[0] == pytest.approx(curves[1200.0].at(day)[0], abs=0.002)
    # within the window of the last scan those scanned are censored at once, which makes the others' events weigh more
    assert curves[400.0].survival[-1] > 0.7 * curves[1200.0].at(400.0)[0]
    assert curves[400.0].time[-1] <= 385.0


def test_overall_survival():
    found = overall_survival(np.array([100.0, np.inf, 800.0]), np.array([700.0, 700.0, 700.0]))
    assert found.day.tolist() == [100.0, 700.0, 700.0]
    assert found.event.tolist() == [True, False, False]


def test_progression_without_scans_never_shows():
    assert progression_day(np.empty((2, 0)), np.empty((2, 0))).tolist() == [np.inf, np.inf]
