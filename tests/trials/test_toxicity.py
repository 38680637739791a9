"""Grades, thresholds and stopping by hand."""

import numpy as np
import pytest

from melanokine.trials.course import Course, Plan
from melanokine.trials.doses import dose_counts
from melanokine.trials.toxicity import (
    PARAMETERS,
    end_of_treatment,
    event_day,
    stopped_for_toxicity,
    toxicity,
    withheld_for_leak,
)

DAYS = np.arange(0.0, 101.0, 10.0)
FOREVER = np.full(1, np.inf)


def doses(*days, drug="ipilimumab", guard="immune_tolerance"):
    return Plan(np.array(days, float), (drug,) * len(days), (guard,) * len(days), {drug: "anti_ctla4"})


def test_an_event_happens_when_the_hazard_reaches_the_threshold():
    hazard = 0.01 * DAYS[None].repeat(3, axis=0)
    day = event_day(hazard, DAYS, np.array([0.25, 0.25, 5.0]), np.array([100.0, 20.0, 100.0]))
    assert day.tolist() == [pytest.approx(25.0), np.inf, np.inf]


NORMAL = {
    "mean_arterial_pressure": 95.0, "temperature": 36.8, "lymphocyte_count": 1.6, "neutrophils": 4.0,
    "platelets": 250.0, "haemoglobin": 13.0, "eosinophils": 0.15,
}  # fmt: skip


def course(immune=0.0, cytotoxic=0.0, given=True, doses=4, **measured):
    """One patient whose hazards rise by `immune` and `cytotoxic` a day; `measured` replaces what is NORMAL."""
    observables = {
        **{name: np.broadcast_to(value, (1, len(DAYS))) for name, value in {**NORMAL, **measured}.items()},
        "immune_toxicity": immune * DAYS[None],
        "cytotoxic_toxicity": cytotoxic * DAYS[None],
    }
    given = np.broadcast_to(given, (1, doses))
    return Course(DAYS, observables, np.zeros((1, len(DAYS), 1)), given, np.zeros(1, bool))


def tolerance(immune=1.0, cytotoxic=1.0, share=0.5):
    """One patient: events at a hazard of `immune` and `cytotoxic`, the end of treatment at 1 / `share` times that."""
    return dict(zip(PARAMETERS, np.array([[immune], [share], [cytotoxic], [share]]), strict=True))


def test_treatment_lasts_one_interval_beyond_the_last_dose():
    assert end_of_treatment(np.array([0.0, 21.0, 42.0, 63.0])) == 84.0
    assert end_of_treatment(np.array([0.0, 21.0, 35.0])) == 49.0
    assert end_of_treatment(np.array([5.0])) == 5.0


@pytest.mark.parametrize(
    ("day", "until", "stopped"),
    [
        (30.0, 100.0, True),
        (70.0, 100.0, True),  # in the cycle of the fourth and last dose
        (84.0, 100.0, True),
        (90.0, 100.0, False),  # nothing was left to stop
        (50.0, 45.0, False),  # progression came first
        (44.0, 45.0, True),  # and here second, though no dose had been due in between
    ],
)
def test_stopping_is_an_event_bad_enough_on_treatment(day, until, stopped):
    events = course(immune=1.0 / day)
    worst = tolerance(immune=0.5)  # with a share of one half: treatment ends when the hazard is 1
    assert stopped_for_toxicity(events, doses(0, 21, 42, 63), worst, np.array([until]))[0] == stopped


def test_an_event_need_not_end_treatment():
    events = course(immune=0.01)
    harm = toxicity(events, doses(0, 21, 42, 63), tolerance(immune=0.5), FOREVER)
    assert harm.immune_day[0] == pytest.approx(50.0)
    assert harm.grade3plus[0]
    assert not harm.discontinued[0]


def test_what_no_guard_would_stop_is_not_stopped():
    events = course(immune=0.1, doses=3)
    for guard in ("haemodynamic_tolerance", ""):
        plan = doses(0, 1, 2, guard=guard)
        assert not stopped_for_toxicity(events, plan, tolerance(), FOREVER)[0]


def test_one_drug_of_two_is_enough_to_count():
    plan = Plan(
        np.array([0.0, 0.0, 21.0, 21.0]), ("a", "b", "a", "b"), ("immune_tolerance", "haematological_tolerance") * 2,
        {"a": "anti_pd1", "b": "cytotoxic"},
    )  # fmt: skip
    assert stopped_for_toxicity(course(cytotoxic=0.1), plan, tolerance(), FOREVER)[0]


@pytest.mark.parametrize(
    ("given", "until", "withheld"),
    [
        ([True, True, True], 100.0, False),
        ([True, False, True], 100.0, True),
        ([True, True, False], 1.5, False),  # it was not due any more
    ],
)
def test_a_dose_of_il2_that_is_withheld_is_a_severe_leak(given, until, withheld):
    plan = doses(0, 1, 2, drug="aldesleukin", guard="haemodynamic_tolerance")
    assert withheld_for_leak(plan, np.array([given]), np.array([until]))[0] == withheld
    harm = toxicity(course(given=given, doses=3), plan, tolerance(), np.array([until]))
    assert harm.grades.hypotension[0] == 0
    assert harm.grade3plus[0] == withheld
    assert not harm.discontinued[0]


def test_an_antibody_that_is_withheld_is_no_leak():
    assert not withheld_for_leak(doses(0, 21), np.array([[True, False]]), FOREVER)[0]


def test_only_what_comes_before_the_end_of_treatment_counts():
    early, late = (
        toxicity(course(cytotoxic=0.01, mean_arterial_pressure=np.where(DAYS == 50, 60.0, 95.0), doses=2), doses(0, 21),
                 tolerance(cytotoxic=threshold), np.array([until]))
        for threshold, until in ((0.45, 40.0), (0.35, 100.0))
    )  # fmt: skip
    assert (early.grades.hypotension[0], late.grades.hypotension[0]) == (0, 3)
    assert early.haematological_day[0] == np.inf
    assert late.haematological_day[0] == pytest.approx(35.0)
    assert (early.grade3plus[0], late.grade3plus[0]) == (False, True)


def test_without_a_dose_nothing_counts():
    harm = toxicity(course(immune=1.0, mean_arterial_pressure=40.0, doses=0), doses(), tolerance(), np.array([100.0]))
    assert harm.grades.hypotension[0] == 0
    assert not harm.grade3plus[0]
    assert not harm.discontinued[0]


@pytest.mark.parametrize(
    ("measured", "grade3plus"),
    [
        ({"temperature": 40.5}, True),
        ({"temperature": 39.5}, False),
        ({"lymphocyte_count": np.where(DAYS == 50, 0.1, 1.6)}, False),
        ({"platelets": np.where(DAYS == 50, 20.0, 250.0)}, False),
        ({"eosinophils": np.where(DAYS == 50, 5.0, 0.15)}, False),
    ],
)
def test_a_blood_count_alone_is_no_event_related_to_treatment(measured, grade3plus):
    harm = toxicity(course(**measured, doses=1), doses(0), tolerance(), FOREVER)
    assert harm.grade3plus[0] == grade3plus


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
