"""Scan calendars, and the days on which patients come."""

import numpy as np
import pytest

from melanokine.errors import InputError
from melanokine.trials.scans import ScanCalendar, attended_days, missed_scans

PATIENTS = np.arange(50)


@pytest.mark.parametrize(
    ("sentence", "until", "weeks"),
    [
        ("every 9 weeks", 36 * 7, [9, 18, 27, 36]),
        ("week 12, then every 6 weeks to week 49, then every 12 weeks", 80 * 7, [12, 18, 24, 30, 36, 42, 48, 60, 72]),
        ("week 12, week 16, week 24, then every 12 weeks", 365, [12, 16, 24, 36, 48]),
        ("Every 63 days", 190, [9, 18, 27]),
        ("every 6 weeks until week 12", 400, [6, 12]),
        ("week 12", 83, []),
    ],
)
def test_a_calendar_is_read_as_protocols_write_it(sentence, until, weeks):
    assert ScanCalendar.parse(sentence).days(until).tolist() == [7 * week for week in weeks]


@pytest.mark.parametrize(
    ("sentence", "complaint"),
    [
        ("every nine weeks", "'every nine weeks' is not understood"),
        ("", "'' is not understood"),
        ("every 0 weeks", "without pause"),
        ("week 12, week 12", "does not come after"),
        ("every 6 weeks, then every 12 weeks", "only the last series"),
        ("every 6 weeks to week 48, week 12", "does not come after"),
    ],
)
def test_a_calendar_that_is_not_understood_is_refused(sentence, complaint):
    with pytest.raises(InputError, match=complaint):
        ScanCalendar.parse(sentence)


def test_patients_come_within_the_window_and_one_more_scan_shifts_no_other():
    planned = np.array([63.0, 126.0, 189.0])
    days = attended_days(planned, 7, 1, PATIENTS)
    assert np.abs(days - planned).max() == 7
    assert np.unique(days[:, 0] - 63).tolist() == list(range(-7, 8))
    more = attended_days(np.array([63.0, 90.0, 126.0, 189.0]), 7, 1, PATIENTS)
    np.testing.assert_array_equal(more[:, [0, 2, 3]], days)
    np.testing.assert_array_equal(attended_days(planned, 7, 1, PATIENTS[10:20]), days[10:20])
    np.testing.assert_array_equal(attended_days(planned, 0, 1, PATIENTS), np.tile(planned, (50, 1)))


def test_scans_stay_in_order_when_windows_overlap():
    days = attended_days(np.arange(1.0, 12.0), 7, 1, PATIENTS)
    assert (np.diff(days, axis=1) >= 1).all()
    assert days.min() >= 1


def test_missed_scans_have_the_share_asked_for_and_are_keyed_by_day():
    planned = np.array([63.0, 126.0])
    missed = missed_scans(planned, 0.2, 3, np.arange(4000))
    assert missed.mean() == pytest.approx(0.2, abs=0.02)
    np.testing.assert_array_equal(missed[:, 1:], missed_scans(planned[1:], 0.2, 3, np.arange(4000)))
