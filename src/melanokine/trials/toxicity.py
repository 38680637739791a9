"""Adverse events of treatment, graded by CTCAE, from the patient's own state.

* Hypotension: from the lowest mean arterial pressure. Grade 3 is the pressure at which vasopressors are started.
* Immune-related events of grade 3 or worse: when the cumulative hazard `immune_toxicity` reaches the patient's own
  exponential threshold; bone-marrow toxicity likewise from `cytotoxic_toxicity`. Both thresholds are parameters of the
  patient, for the same events close the guards that withhold later doses.
* Stopping for toxicity: the last dose of a drug that was planned while the patient was followed on study treatment was
  withheld by a guard that does not open again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanokine.trials import hazards, tables
from melanokine.trials.course import PERMANENT_GUARDS, Course, Plan

IMMUNE_THRESHOLD = "immune_toxicity_threshold"
CYTOTOXIC_THRESHOLD = "cytotoxic_toxicity_threshold"
"""Parameters of the patient: cumulative hazard at which the event of grade 3 or worse happens."""


@dataclass(frozen=True)
class Toxicity:
    """Worst grade of hypotension (0 to 4), days of the first immune-related and the first haematological event of grade
    3 or worse (infinite if none), and stopping for toxicity; shape (patients,) each."""

    hypotension_grade: NDArray[np.int64]
    immune_day: NDArray[np.float64]
    haematological_day: NDArray[np.float64]
    discontinued: NDArray[np.bool_]

    @property
    def grade3plus(self) -> NDArray[np.bool_]:
        """Whether any event reached grade 3."""
        return (self.hypotension_grade >= 3) | np.isfinite(self.immune_day) | np.isfinite(self.haematological_day)


def hypotension_grade(pressure: NDArray, observed: NDArray) -> NDArray[np.int64]:
    """Worst grade (0 to 4) of mean arterial `pressure` [mmHg] (patients, times) where `observed`."""
    limits = tables.values("toxicity")
    lowest = np.where(observed, pressure, np.inf).min(axis=1)
    thresholds = [limits[f"grade{grade}_pressure"] for grade in (2, 3, 4)]
    grade = np.zeros(len(pressure), np.int64)
    for number, threshold in zip((2, 3, 4), thresholds, strict=True):
        grade[lowest < threshold] = number
    return grade


def event_day(accumulated: NDArray, days: NDArray, threshold: NDArray, until: NDArray) -> NDArray[np.float64]:
    """Day on which a cumulative hazard (patients, times) reaches `threshold`, infinite if not by day `until`."""
    day = hazards.crossing_day(accumulated, days, threshold)
    return np.where(day <= until, day, np.inf)


def stopped_for_toxicity(plan: Plan, given: NDArray, until: NDArray) -> NDArray[np.bool_]:
    """Whether the last dose of some drug planned before day `until` (patients,) was withheld for good."""
    stopped = np.zeros(len(given), bool)
    for drug in plan.drugs:
        doses = plan.of(drug)
        if plan.guard[doses[0]] not in PERMANENT_GUARDS:
            continue
        due = plan.day[doses] < until[:, None]
        last = np.maximum(due.sum(axis=1) - 1, 0)
        received = given[np.arange(len(given)), doses[last]]
        stopped |= due.any(axis=1) & ~received
    return stopped


def toxicity(
    course: Course, plan: Plan, immune_threshold: NDArray, cytotoxic_threshold: NDArray, until: NDArray
) -> Toxicity:
    """Adverse events from the first dose to day `until` (patients,) of study treatment; none without a dose."""
    until = np.where(plan.day.min(initial=np.inf) <= until, until, -1.0)
    observed = course.days <= until[:, None]
    return Toxicity(
        hypotension_grade=hypotension_grade(course.observables["mean_arterial_pressure"], observed),
        immune_day=event_day(course.observables["immune_toxicity"], course.days, immune_threshold, until),
        haematological_day=event_day(course.observables["cytotoxic_toxicity"], course.days, cytotoxic_threshold, until),
        discontinued=stopped_for_toxicity(plan, course.given, until),
    )
