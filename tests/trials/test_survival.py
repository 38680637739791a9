"""Kaplan-Meier and Cox: a worked example, and the fast versions against lifelines."""

import numpy as np
import pytest

from melanokine.trials import survival

# Freireich's leukaemia trial (Cox 1972, doi 10.1111/j.2517-6161.1972.tb00899.x): weeks in remission, + is censored
MERCAPTOPURINE = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def follow_up(text):
    return (
        np.array([float(item.rstrip("+")) for item in text.split()]),
        np.array([not item.endswith("+") for item in text.split()]),
    )


def sample(seed, patients=200, discrete=True):
    rng = np.random.default_rng(seed)
    death, censored = rng.exponential(12.0, patients), rng.uniform(2.0, 40.0, patients)
    time = np.minimum(death, censored)
    return (np.ceil(time / 2.0) * 2.0 if discrete else time), death <= censored


def test_the_textbook_curve():
    curve = survival.kaplan_meier(*follow_up(MERCAPTOPURINE))
    assert curve.at(6)[0] == pytest.approx(18 / 21)
    assert curve.at(10)[0] == pytest.approx(0.7529, abs=1e-4)
    assert curve.at(23)[0] == pytest.approx(0.4482, abs=1e-4)
    assert curve.median()[0] == 23
    assert curve.at_risk([0, 6, 6.5, 24]).tolist() == [21, 21, 17, 5]


def test_the_textbook_hazard_ratio():
    ratio, low, high = survival.hazard_ratio(*follow_up(MERCAPTOPURINE), *follow_up(PLACEBO))
    assert ratio == pytest.approx(np.exp(-1.5721), abs=1e-4)  # Efron
    assert low < ratio < high < 1


def test_a_median_that_is_not_reached_is_infinite():
    curve = survival.kaplan_meier([5.0, 6.0, 7.0], [True, False, False])
    value, _, high = curve.median()
    assert value == high == np.inf
    assert np.isnan(curve.at(7.5)).all()  # beyond the last patient


def test_when_all_have_died_survival_stays_zero():
    assert survival.kaplan_meier([1.0, 2.0], [True, True]).at(50.0)[0] == 0.0


def test_failed_patients_are_left_out_and_nobody_is_no_curve():
    time, event = sample(1)
    curve = survival.kaplan_meier(np.append(time, np.nan), np.append(event, False))
    assert curve.at(12.0) == survival.kaplan_meier(time, event).at(12.0)
    nobody = survival.kaplan_meier([np.nan], [False])
    assert np.isnan(nobody.median()).all()
    assert np.isnan(nobody.at(1.0)).all()


def test_no_event_gives_no_hazard_ratio():
    assert np.isnan(survival.hazard_ratio([1.0, 2.0], [False, False], [1.0, 2.0], [True, True])).all()


@pytest.mark.parametrize("discrete", [True, False], ids=["ties", "no ties"])
def test_replicates_agree_with_lifelines(discrete):
    samples = [sample(seed, discrete=discrete) for seed in range(5)]
    time, event = (np.array(column) for column in zip(*samples, strict=True))
    time = np.column_stack([time, np.full(5, np.nan)])  # a failed patient in each
    event = np.column_stack([event, np.zeros(5, bool)])
    fractions, medians = survival.replicate_survival(time, event, [6.0, 12.0, 24.0])
    for row in range(5):
        curve = survival.kaplan_meier(time[row], event[row])
        np.testing.assert_allclose(fractions[row], [curve.at(t)[0] for t in (6.0, 12.0, 24.0)], rtol=1e-12)
        assert medians[row] == curve.median()[0]


@pytest.mark.parametrize("discrete", [True, False], ids=["ties", "no ties"])
def test_the_fast_hazard_ratio_agrees_with_lifelines(discrete):
    for seed in range(3):
        time, event = sample(seed, discrete=discrete)
        reference_time, reference_event = sample(seed + 100, discrete=discrete)
        slow = survival.hazard_ratio(time * 1.3, event, reference_time, reference_event)[0]
        fast = survival.replicate_hazard_ratio(
            np.concatenate([time * 1.3, reference_time]),
            np.concatenate([event, reference_event]),
            np.repeat([True, False], [len(time), len(reference_time)]),
        )
        assert fast == pytest.approx(slow, rel=1e-5)


def test_an_exact_half_is_the_median():
    time, event = np.array([[1.0, 2.0, 3.0, 4.0]]), np.ones((1, 4), bool)
    assert survival.replicate_survival(time, event, [2.0])[1][0] == 2.0
    assert survival.kaplan_meier(time[0], event[0]).median()[0] == 2.0


def test_separated_events_give_no_hazard_ratio():
    early, late = np.arange(1.0, 6.0), np.arange(11.0, 16.0)
    happened = np.ones(5, bool)
    assert np.isnan(survival.hazard_ratio(early, happened, late, happened)).all()
    both, arm = np.concatenate([early, late]), np.repeat([True, False], 5)
    assert np.isnan(survival.replicate_hazard_ratio(both, np.ones(10, bool), arm))
