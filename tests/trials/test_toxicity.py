"""Grades, thresholds and stopping by hand."""

import numpy as np
import pytest

from melanokine.trials.course import Course, Plan
from melanokine.trials.doses import dose_counts
from melanokine.trials.toxicity import event_day, hypotension_grade, stopped_for_toxicity, toxicity

DAYS = np.arange(0.0, 101.0, 10.0)
FOREVER = np.full(1, np.inf)


def doses(*days, drug="ipilimumab", guard="immune_tolerance"):
    return Plan(np.array(days, float), (drug,) * len(days), (guard,) * len(days), {drug: "anti_ctla4"})


@pytest.mark.parametrize(("lowest", "grade"), [(95, 0), (70, 0), (69.9, 2), (65, 2), (64.9, 3), (50, 3), (49, 4)])
def test_hypotension_is_graded_by_the_lowest_pressure(lowest, grade):
    pressure = np.array([[95.0, lowest, 95.0]])
    assert hypotension_grade(pressure, np.ones((1, 3), bool))[0] == grade


def test_only_what_is_observed_counts():
    assert hypotension_grade(np.array([[95.0, 40.0]]), np.array([[True, False]]))[0] == 0


def test_an_event_happens_when_the_hazard_reaches_the_threshold():
    hazard = 0.01 * DAYS[None].repeat(3, axis=0)
    day = event_day(hazard, DAYS, np.array([0.25, 0.25, 5.0]), np.array([100.0, 20.0, 100.0]))
    assert day.tolist() == [pytest.approx(25.0), np.inf, np.inf]


@pytest.mark.parametrize(
    ("given", "until", "stopped"),
    [
        ([True, True, True, True], 100.0, False),
        ([True, True, False, False], 100.0, True),
        ([True, True, False, False], 40.0, False),  # progression came before the third dose
        ([True, True, False, True], 100.0, False),  # held, then resumed
        ([False, False, False, False], 100.0, True),
    ],
)
def test_stopping_is_a_last_due_dose_withheld(given, until, stopped):
    plan = doses(0, 21, 42, 63)
    assert stopped_for_toxicity(plan, np.array([given]), np.array([until]))[0] == stopped


def test_doses_held_for_blood_pressure_do_not_end_treatment():
    plan = doses(0, 1, 2, drug="aldesleukin", guard="haemodynamic_tolerance")
    assert not stopped_for_toxicity(plan, np.array([[True, False, False]]), FOREVER)[0]


def test_one_drug_of_two_is_enough_to_count():
    plan = Plan(
        np.array([0.0, 0.0, 21.0, 21.0]), ("a", "b", "a", "b"), ("immune_tolerance", "haematological_tolerance") * 2,
        {"a": "anti_pd1", "b": "cytotoxic"},
    )  # fmt: skip
    assert stopped_for_toxicity(plan, np.array([[True, True, True, False]]), FOREVER)[0]


def test_all_together():
    flat = np.zeros((2, len(DAYS)))
    course = Course(
        DAYS,
        {
            "mean_arterial_pressure": np.where(DAYS == 50, 60.0, 95.0)[None].repeat(2, axis=0),
            "immune_toxicity": flat,
            "cytotoxic_toxicity": 0.01 * DAYS[None].repeat(2, axis=0),
        },
        np.zeros((2, len(DAYS), 1)), np.ones((2, 2), bool), np.zeros(2, bool),
    )  # fmt: skip
    harm = toxicity(course, doses(0, 21), np.ones(2), np.array([0.45, 5.0]), np.array([40.0, 100.0]))
    assert harm.hypotension_grade.tolist() == [0, 3]
    assert harm.haematological_day.tolist() == [np.inf, np.inf]
    assert harm.grade3plus.tolist() == [False, True]
    later = toxicity(course, doses(0, 21), np.ones(2), np.array([0.35, 5.0]), np.array([40.0, 100.0]))
    assert later.haematological_day.tolist() == [pytest.approx(35.0), np.inf]
    assert later.grade3plus.tolist() == [True, True]


def test_doses_are_counted_by_cycle():
    cycle = np.arange(14) / 3.0
    plan = doses(*np.concatenate([cycle, cycle + 14.0]), drug="aldesleukin", guard="haemodynamic_tolerance")
    given = np.ones((2, 28), bool)
    given[0, 10:14] = False
    counts = dose_counts(plan, given, np.array([np.inf, 7.0]))
    assert counts["doses_aldesleukin"].tolist() == [24, 14]
    assert counts["doses_aldesleukin_cycle_1"].tolist() == [10, 14]
    np.testing.assert_array_equal(counts["doses_aldesleukin_cycle_2"], [14, np.nan])


def test_single_doses_are_no_cycles():
    assert list(dose_counts(doses(0, 21, 42), np.ones((1, 3), bool), FOREVER)) == ["doses_ipilimumab"]
