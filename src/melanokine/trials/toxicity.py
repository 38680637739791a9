"""Adverse events of treatment, graded by CTCAE, from the patient's own state.

* What is graded by a measurement (hypotension, fever, cytokine release, blood counts): see `grades`.
* Capillary leak of grade 3 or worse: a due dose of an IL-2 was withheld for want of haemodynamic tolerance. A leak (or
  the pressure that goes with it) that interrupts treatment is severe by definition, whatever the blood pressure read.
* Immune-related events of grade 3 or worse: when the cumulative hazard `immune_toxicity` reaches the patient's own
  exponential threshold; bone-marrow toxicity likewise from `cytotoxic_toxicity`. Both thresholds are parameters of the
  patient.
* Stopping for toxicity: such an event was bad enough to end treatment, and came on treatment. The worst of these events
  are those in which a given share of the hazard reaches the threshold; from then on the guard of the drug withholds
  every dose. Each dose counts as treatment for one dosing interval, so an event after the last planned dose still
  counts within the interval that this dose began, as it does on the case report form; later ones have nothing to stop.

An event of grade 3 or worse related to treatment (`grade3plus`) is any of these but for the blood counts by themselves:
nearly everybody is lymphopenic for days on an interleukin-2, which is its action, and trials differ in whether they
report a count that nobody acts upon. Counts have endpoints of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from melanokine.trials import hazards
from melanokine.trials.course import Course, Plan
from melanokine.trials.grades import WorstGrades, worst_grades


class Hazard(NamedTuple):
    """A cumulative hazard: its observable, and the names of two parameters of the patient: the value at which an event
    of grade 3 or worse happens, and the share of the hazard that must reach it to end treatment."""

    observable: str
    threshold: str
    stopping_share: str


IMMUNE = Hazard("immune_toxicity", "immune_toxicity_threshold", "immune_discontinuation_share")
CYTOTOXIC = Hazard("cytotoxic_toxicity", "cytotoxic_toxicity_threshold", "cytotoxic_discontinuation_share")

STOPPING_GUARDS = {"immune_tolerance": IMMUNE, "haematological_tolerance": CYTOTOXIC}
"""Guards that stay closed once closed, with the hazard that closes them."""

HAEMODYNAMIC_GUARD = "haemodynamic_tolerance"

PARAMETERS = (*IMMUNE[1:], *CYTOTOXIC[1:])
"""The parameters of a patient that decide on adverse events."""


def tolerance_of(names: Sequence[str], parameters: NDArray) -> dict[str, NDArray]:
    """The `PARAMETERS` of patients by name, from all their `parameters` (patients, names)."""
    return {name: parameters[:, list(names).index(name)] for name in PARAMETERS}


@dataclass(frozen=True)
class Toxicity:
    """Worst grades, whether a dose was withheld for want of haemodynamic tolerance, days of the first immune-related
    and the first haematological event of grade 3 or worse (infinite if none), and stopping for toxicity; shape
    (patients,) each."""

    grades: WorstGrades
    dose_withheld: NDArray[np.bool_]
    immune_day: NDArray[np.float64]
    haematological_day: NDArray[np.float64]
    discontinued: NDArray[np.bool_]

    @property
    def grade3plus(self) -> NDArray[np.bool_]:
        """Whether any event other than a blood count reached grade 3."""
        event = np.isfinite(self.immune_day) | np.isfinite(self.haematological_day)
        graded = np.maximum(self.grades.hypotension, self.grades.fever) >= 3
        return graded | self.dose_withheld | event


def event_day(accumulated: NDArray, days: NDArray, threshold: NDArray, until: NDArray) -> NDArray[np.float64]:
    """Day on which a cumulative hazard (patients, times) reaches `threshold`, infinite if not by day `until`."""
    day = hazards.crossing_day(accumulated, days, threshold)
    return np.where(day <= until, day, np.inf)


def withheld_for_leak(plan: Plan, given: NDArray, until: NDArray) -> NDArray[np.bool_]:
    """Whether a dose of an IL-2 planned before day `until` (patients,) was withheld by the haemodynamic guard."""
    guarded = np.array([guard == HAEMODYNAMIC_GUARD for guard in plan.guard], bool)
    return ((plan.day < until[:, None]) & ~given)[:, guarded].any(axis=1)


def end_of_treatment(doses: NDArray) -> float:
    """Day on which treatment with a drug given on the days `doses` ends: one dosing interval after the last dose.

    A single dose begins no interval, for no other could be stopped.
    """
    return float(doses[-1] + np.diff(doses, prepend=doses[0])[-1])


def stopped_for_toxicity(
    course: Course, plan: Plan, tolerance: Mapping[str, NDArray], until: NDArray
) -> NDArray[np.bool_]:
    """Whether an event ended treatment with some drug of the plan by day `until` (patients,)."""
    stopped = [stopped_by(hazard, course, plan, tolerance, until) for hazard in STOPPING_GUARDS.values()]
    return np.logical_or.reduce(stopped)


def stopped_by(
    hazard: Hazard, course: Course, plan: Plan, tolerance: Mapping[str, NDArray], until: NDArray
) -> NDArray[np.bool_]:
    """Whether an event of this hazard ended treatment with some drug of the plan by day `until` (patients,)."""
    stopped = np.zeros(len(until), bool)
    for drug in plan.drugs:
        doses = plan.of(drug)
        if STOPPING_GUARDS.get(plan.guard[doses[0]]) == hazard:
            limit = tolerance[hazard.threshold] / tolerance[hazard.stopping_share]
            treated = np.minimum(until, end_of_treatment(plan.day[doses]))
            day = event_day(course.observables[hazard.observable], course.days, limit, treated)
            stopped |= np.isfinite(day)
    return stopped


def toxicity(course: Course, plan: Plan, tolerance: Mapping[str, NDArray], until: NDArray) -> Toxicity:
    """Adverse events from the first dose to day `until` (patients,) of study treatment; none without a dose.

    `tolerance` holds the `PARAMETERS` of the patients by name, shape (patients,) each.
    """
    until = np.where(plan.day.min(initial=np.inf) <= until, until, -1.0)
    observed = course.days <= until[:, None]
    immune, haematological = (
        event_day(course.observables[hazard.observable], course.days, tolerance[hazard.threshold], until)
        for hazard in (IMMUNE, CYTOTOXIC)
    )
    return Toxicity(
        grades=worst_grades(course, observed),
        dose_withheld=withheld_for_leak(plan, course.given, until),
        immune_day=immune,
        haematological_day=haematological,
        discontinued=stopped_for_toxicity(course, plan, tolerance, until),
    )
