"""Days that are recorded, courses between them, and bands over patients."""

import numpy as np
import pytest

from melanokine.trials.after_progression import switch_week
from melanokine.trials.bands import MIDDLE_NINETY, BandRecorder, observed_quantiles
from melanokine.trials.course import Course, Plan
from melanokine.trials.grid import arm_days, weekly_days


def plan(days, drug="aldesleukin", role="il2_ligand"):
    return Plan(np.array(days, float), (drug,) * len(days), ("",) * len(days), {drug: role})


def test_weekly_days_cover_the_trial():
    assert weekly_days(21.0).tolist() == [0, 7, 14, 21]
    assert weekly_days(21.5)[-1] == 28


def test_an_arm_is_recorded_weekly_daily_at_first_and_after_il2():
    days = arm_days(730.5, plan([0, 1 / 3, 84]))
    assert np.isin(weekly_days(730.5), days).all()
    assert np.isin(np.arange(57.0), days).all()
    assert np.isclose(days[:, None], 84 + np.array([1 / 6, 1 / 3, 1, 2, 3]), atol=1e-3).any(0).all()
    assert (np.diff(days) > 0).all()
    quiet = arm_days(730.5, plan([0, 84], role="anti_pd1"))
    assert (quiet == np.round(quiet)).all()


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
