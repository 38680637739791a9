"""Progression-free and overall survival of single patients, by hand."""

import numpy as np
import pytest

from melanokine.trials.endpoints import overall_survival, progression_day, progression_free_survival
from melanokine.trials.recist import Response

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
    ],
)
def test_progression_free_survival(overall, death, last_day, expected):
    found = progression_free_survival(np.array([overall]), DAYS, np.array([float(death)]), np.array([float(last_day)]))
    assert (found.day[0], found.event[0]) == expected


def test_overall_survival():
    found = overall_survival(np.array([100.0, np.inf, 800.0]), np.array([700.0, 700.0, 700.0]))
    assert found.day.tolist() == [100.0, 700.0, 700.0]
    assert found.event.tolist() == [True, False, False]


def test_progression_without_scans_never_shows():
    assert progression_day(np.empty((2, 0)), np.empty((2, 0))).tolist() == [np.inf, np.inf]
