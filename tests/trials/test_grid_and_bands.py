"""Days that are recorded, courses between them, and bands over patients."""

import numpy as np
import pytest

from melanokine.trials.after_progression import switch_week
from melanokine.trials.bands import MIDDLE_NINETY, BandRecorder, observed_quantiles
from melanokine.trials.course import Course, Plan
from melanokine.trials.grid import arm_days, weekly_days


def plan(days, drug="aldesleukin", role=("il2_ligand",)):
    return Plan(np.array(days, float), (drug,) * len(days), ("",) * len(days), {drug: role})


def test_weekly_days_cover_the_trial():
    assert weekly_days(21.0).tolist() == [0, 7, 14, 21]
    assert weekly_days(21.5)[-1] == 28


def recorded(days, hours):
    """Whether each of the `hours` since the first dose is among the recorded days."""
    return np.isclose(days[:, None] * 24.0, np.atleast_1d(hours), atol=0.01).any(axis=0)


def test_an_arm_is_recorded_weekly_and_daily_at_first():
    days = arm_days(730.5, plan([0, 84], drug="nivolumab", role="anti_pd1"))
    assert np.isin(weekly_days(730.5), days).all()
    assert np.isin(np.arange(57.0), days).all()
    assert (days == np.round(days)).all()


def test_each_dose_of_a_cycle_of_il2_is_followed_for_hours():
    doses = np.arange(14) / 3
    days = arm_days(730.5, plan(doses))
    assert np.isin(weekly_days(730.5), days).all()
    assert (np.diff(days) > 0).all()
    for hours in (0, 0.25, 0.5, 2, 4, 6):
        assert recorded(days, 24 * doses + hours).all(), hours
    assert recorded(days, 24 * doses[-1] + np.array([8, 24, 36, 48, 72])).all()
    assert not recorded(days, 24 * doses[3] + 36 + 3)


def test_a_single_dose_of_il2_is_followed_for_days():
    days = arm_days(730.5, plan([0, 84]))
    assert recorded(days, 24 * 84 + np.array([0, 4, 8, 24, 36, 48, 72])).all()
    assert not recorded(days, 24 * 84 + np.array([0.25, 0.5, 2])).any()


def test_the_grid_stays_modest_and_ends_with_the_trial():
    course = np.concatenate([cycle + np.arange(14) / 3 for cycle in (0, 14, 84, 98)])
    days = arm_days(60 * 30.4375, plan(course))
    assert len(days) < 700
    assert arm_days(6.0, plan(course))[-1] == 7.0


def test_two_il2_drugs_are_followed_each_by_its_own_rhythm():
    both = Plan(np.array([0.0, 0.2]), ("aldesleukin", "bempegaldesleukin"), ("", ""),
                {"aldesleukin": ("il2_ligand",), "bempegaldesleukin": ("il2_ligand",)})  # fmt: skip
    assert not recorded(arm_days(100.0, both), 0.5)


def test_a_course_is_read_between_its_days():
    course = Course(np.array([0.0, 7.0, 14.0]), {"x": np.array([[0.0, 7.0, 21.0]])}, None, None, None)
    assert course.at("x", np.array([[0.0, 3.5, 7.0, 10.5, 14.0, 20.0]]))[0].tolist() == [0, 3.5, 7, 14, 21, 21]


def test_treatment_stops_on_the_weekly_day_after_the_scan():
    assert switch_week(np.array([62.0, 63.0, 64.0, np.inf, 900.0]), 104).tolist() == [9, 9, 10, 104, 104]


def test_quantiles_leave_out_the_unobserved():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(40, 9))
    values[rng.random(values.shape) < 0.3] = np.nan
    values[:, 4] = np.nan
    found = observed_quantiles(values, (0.05, 0.5, 0.95))
    kept = [i for i in range(9) if i != 4]
    np.testing.assert_allclose(found[:, kept], np.nanquantile(values[:, kept], MIDDLE_NINETY, axis=0))
    assert np.isnan(found[:, 4]).all()


def test_bands_hold_patients_on_treatment_only():
    recorder = BandRecorder(["x"], {"drug": ("x", "nM")})
    course = Course(np.array([0.0, 7.0]), {"x": np.array([[1.0, 100.0], [3.0, 5.0]])}, None, None, None)
    recorder.add(course, np.array([3.0, 10.0]))
    table = recorder.curves("arm")
    assert table["median"].tolist() == pytest.approx([2.0, 5.0])
    assert recorder.exposure("arm")["unit"].tolist() == ["nM", "nM"]
