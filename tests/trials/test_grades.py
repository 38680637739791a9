"""Worst grades by hand: limits, only what is observed, only what is worse than before."""

import numpy as np
import pytest

from melanokine.trials import estimates, published_names
from melanokine.trials.course import Course
from melanokine.trials.grades import (
    GRADED_EVENTS,
    crs_grade,
    cytopenia_grade,
    eosinophilia,
    fever_grade,
    graded_events,
    hypotension_grade,
    worst_grades,
)

ALWAYS = np.ones((1, 3), bool)


def row(*values):
    return np.array([values], float)


@pytest.mark.parametrize(("lowest", "grade"), [(95, 0), (70, 0), (69.9, 2), (65, 2), (64.9, 3), (50, 3), (49, 4)])
def test_hypotension_is_graded_by_the_lowest_pressure(lowest, grade):
    assert hypotension_grade(row(95.0, lowest, 95.0), ALWAYS)[0] == grade


@pytest.mark.parametrize(
    ("highest", "grade"), [(36.8, 0), (37.9, 0), (38.0, 1), (39.0, 1), (39.1, 2), (40.0, 2), (40.1, 3)]
)
def test_fever_is_graded_by_the_highest_temperature(highest, grade):
    assert fever_grade(row(36.8, highest, 36.8), ALWAYS)[0] == grade


@pytest.mark.parametrize(
    ("temperature", "pressure", "grade"),
    [
        ((36.8, 38.5, 36.8), (95, 95, 95), 1),
        ((36.8, 38.5, 36.8), (95, 68, 95), 2),
        ((36.8, 38.5, 36.8), (95, 60, 95), 3),
        ((36.8, 38.5, 36.8), (95, 95, 60), 1),  # the hypotension came without fever
        ((36.8, 37.5, 36.8), (95, 60, 95), 0),  # and here there was none at all
    ],
)
def test_cytokine_release_is_fever_with_the_hypotension_of_its_time(temperature, pressure, grade):
    assert crs_grade(row(*temperature), row(*pressure), ALWAYS)[0] == grade


@pytest.mark.parametrize(
    ("event", "counts", "grade"),
    [
        ("neutropenia", (4.0, 1.9, 4.0), 0),
        ("neutropenia", (4.0, 1.7, 4.0), 1),
        ("neutropenia", (4.0, 1.5, 4.0), 1),
        ("neutropenia", (4.0, 0.9, 4.0), 3),
        ("neutropenia", (4.0, 0.4, 4.0), 4),
        ("lymphopenia", (1.6, 0.7, 1.6), 2),
        ("lymphopenia", (1.6, 0.49, 3.0), 3),
        ("lymphopenia", (1.6, 0.19, 3.0), 4),
        ("thrombocytopenia", (250.0, 76.0, 100.0), 1),
        ("thrombocytopenia", (250.0, 49.0, 100.0), 3),
        ("anaemia", (13.0, 9.9, 10.0), 2),
        ("anaemia", (13.0, 7.9, 9.0), 3),
        ("anaemia", (11.0, 10.1, 11.0), 0),  # no worse than at the start
        ("anaemia", (11.0, 9.9, 11.0), 2),
    ],
)
def test_counts_are_graded_by_the_lowest_if_worse_than_before(event, counts, grade):
    assert cytopenia_grade(event, row(*counts), ALWAYS)[0] == grade


@pytest.mark.parametrize(("counts", "found"), [((0.15, 0.6, 0.2), 1), ((0.15, 0.5, 0.2), 0), ((0.7, 0.7, 0.6), 0)])
def test_eosinophilia_is_a_count_above_normal_and_above_that_before(counts, found):
    assert eosinophilia(row(*counts), ALWAYS)[0] == found


def test_only_what_is_observed_counts():
    seen = np.array([[True, False, True]])
    assert hypotension_grade(row(95.0, 40.0, 95.0), seen)[0] == 0
    assert fever_grade(row(36.8, 41.0, 36.8), seen)[0] == 0
    assert crs_grade(row(36.8, 41.0, 36.8), row(95.0, 40.0, 95.0), seen)[0] == 0
    assert cytopenia_grade("neutropenia", row(4.0, 0.1, 4.0), seen)[0] == 0
    assert eosinophilia(row(0.1, 9.0, 0.1), seen)[0] == 0


def test_endpoints_follow_from_the_grades():
    course = Course(
        days=np.arange(3.0),
        observables={
            "mean_arterial_pressure": row(95, 60, 95), "temperature": row(36.8, 39.5, 36.8),
            "lymphocyte_count": row(1.6, 0.1, 1.6), "neutrophils": row(4, 1.2, 4), "platelets": row(250, 140, 250),
            "haemoglobin": row(13, 7, 9), "eosinophils": row(0.1, 0.1, 4),
        },
        states=np.zeros((1, 3, 1)), given=np.ones((1, 1), bool), failed=np.zeros(1, bool),
    )  # fmt: skip
    grades = worst_grades(course, ALWAYS)
    shown = {name: int(grade[0]) for name, grade in grades.columns().items()}
    assert shown == {
        "hypotension_grade": 3, "fever_grade": 2, "CRS_grade": 3, "lymphopenia_grade": 4, "neutropenia_grade": 2,
        "thrombocytopenia_grade": 1, "anaemia_grade": 3, "eosinophilia_grade": 1,
    }  # fmt: skip
    happened = {name for name, event in graded_events(grades).items() if event[0]}
    assert set(GRADED_EVENTS) - happened == {
        "fever_grade3plus",
        "neutropenia_grade3plus",
        "thrombocytopenia_grade3plus",
    }


def test_every_graded_event_is_an_endpoint_and_known_by_the_names_of_the_evidence():
    assert set(GRADED_EVENTS) <= set(estimates.EVENTS) <= set(published_names.ENDPOINTS)
    for name, ours in (
        ("pyrexia_any", "fever_any"), ("pyrexia_grade3plus", "fever_grade3plus"),
        ("anemia_grade3plus", "anaemia_grade3plus"), ("CRS_any", "CRS_any"), ("hypotension_any", "hypotension_any"),
    ):  # fmt: skip
        assert published_names.understood(name).endpoint == ours
