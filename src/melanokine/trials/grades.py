"""Worst grades of adverse events (0 to 4) that can be read off the patient's own course, by CTCAE 5.0.

* Hypotension: from the lowest mean arterial pressure. Grade 3 is the pressure at which vasopressors are started.
* Fever: from the highest temperature.
* Cytokine release syndrome: by the ASTCT consensus (Lee 2019), a fever alone is grade 1, and the grade is that of the
  hypotension seen while the fever lasts (hypoxia is not modelled). In this model every fever comes from cytokines, so
  that any fever counts; trials, which tell pyrexia from the syndrome, report fewer of grade 1.
* Blood counts: from the lowest count, if it is worse than the grade at the start of treatment. Eosinophilia is a count
  above normal and above that at the start.

Limits are in `tables/toxicity.csv`. What passes between two recorded times is not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from melanokine.trials import tables
from melanokine.trials.course import Course

CYTOPENIAS = {
    "lymphopenia": "lymphocyte_count",
    "neutropenia": "neutrophils",
    "thrombocytopenia": "platelets",
    "anaemia": "haemoglobin",
}
"""Adverse event, and the count that falls in it."""

GRADED_EVENTS = {
    "hypotension_any": ("hypotension", 1),
    "hypotension_grade3plus": ("hypotension", 3),
    "fever_any": ("fever", 1),
    "fever_grade3plus": ("fever", 3),
    "CRS_any": ("CRS", 1),
    "CRS_grade3plus": ("CRS", 3),
    "lymphopenia_grade3plus": ("lymphopenia", 3),
    "neutropenia_any": ("neutropenia", 1),
    "neutropenia_grade3plus": ("neutropenia", 3),
    "thrombocytopenia_any": ("thrombocytopenia", 1),
    "thrombocytopenia_grade3plus": ("thrombocytopenia", 3),
    "anaemia_grade3plus": ("anaemia", 3),
    "eosinophilia": ("eosinophilia", 1),
}
"""Endpoint, and the event and least grade that it counts."""

Grades = NDArray[np.int64]

HYPOTENSION = ("grade2_pressure", "grade3_pressure", "grade4_pressure")
"""Limits of mean arterial pressure for grades 2 to 4."""


@dataclass(frozen=True)
class WorstGrades:
    """Worst grade of each event, shape (patients,) each; `eosinophilia` is 0 or 1."""

    hypotension: Grades
    fever: Grades
    crs: Grades
    lymphopenia: Grades
    neutropenia: Grades
    thrombocytopenia: Grades
    anaemia: Grades
    eosinophilia: Grades

    def columns(self) -> dict[str, Grades]:
        """Grades by the name of their column in the table of patients."""
        return {_COLUMN_NAMES.get(one.name, one.name) + "_grade": getattr(self, one.name) for one in fields(self)}


_COLUMN_NAMES = {"crs": "CRS"}


def worst_grades(course: Course, observed: NDArray) -> WorstGrades:
    """Grades of the patients of `course` over the times (patients, times) at which they are `observed`."""
    seen = course.observables
    pressure, temperature = seen["mean_arterial_pressure"], seen["temperature"]
    return WorstGrades(
        hypotension=hypotension_grade(pressure, observed),
        fever=fever_grade(temperature, observed),
        crs=crs_grade(temperature, pressure, observed),
        eosinophilia=eosinophilia(seen["eosinophils"], observed),
        **{event: cytopenia_grade(event, seen[count], observed) for event, count in CYTOPENIAS.items()},
    )


def graded_events(grades: WorstGrades) -> dict[str, NDArray[np.bool_]]:
    """Whether each endpoint of GRADED_EVENTS came about, shape (patients,) each."""
    columns = grades.columns()
    return {name: columns[f"{event}_grade"] >= least for name, (event, least) in GRADED_EVENTS.items()}


def grade_courses(course: Course, observed: NDArray) -> dict[str, Grades]:
    """The grade of each event at each time (patients, times), 0 where it is not `observed`.

    The highest of a patient is that of `worst_grades`, for a grade falls or rises with what it is read off.
    """
    seen, limits = course.observables, tables.values("toxicity")
    temperature = seen["temperature"]
    hypotension = _grade(seen["mean_arterial_pressure"], HYPOTENSION, grades=(2, 3, 4))
    fever = (temperature >= limits["grade1_fever"]).astype(np.int64) + (temperature > limits["grade2_fever"])
    courses = {
        "hypotension": hypotension,
        "fever": fever + (temperature > limits["grade3_fever"]),
        "CRS": np.where(temperature >= limits["grade1_fever"], np.maximum(1, hypotension), 0),
    }
    for event, count in CYTOPENIAS.items():
        grade = _grade(seen[count], [f"grade{number}_{event}" for number in (1, 2, 3, 4)])
        courses[event] = np.where(grade > grade[:, :1], grade, 0)
    cells = seen["eosinophils"]
    courses["eosinophilia"] = ((cells > limits["grade1_eosinophilia"]) & (cells > cells[:, :1])).astype(np.int64)
    return {event: np.where(observed, grade, 0) for event, grade in courses.items()}


def hypotension_grade(pressure: NDArray, observed: NDArray) -> Grades:
    """Worst grade (0, 2, 3 or 4) of mean arterial `pressure` [mmHg] (patients, times) where `observed`."""
    lowest = np.where(observed, pressure, np.inf).min(axis=1, initial=np.inf)
    return _grade(lowest, HYPOTENSION, grades=(2, 3, 4))


def fever_grade(temperature: NDArray, observed: NDArray) -> Grades:
    """Worst grade (0 to 3) of `temperature` [degC] (patients, times) where `observed`."""
    limits = tables.values("toxicity")
    highest = np.where(observed, temperature, -np.inf).max(axis=1, initial=-np.inf)
    grade = (highest >= limits["grade1_fever"]).astype(np.int64)
    return grade + (highest > limits["grade2_fever"]) + (highest > limits["grade3_fever"])


def crs_grade(temperature: NDArray, pressure: NDArray, observed: NDArray) -> Grades:
    """Worst grade (0 to 4) of cytokine release syndrome: a fever, with the hypotension of the same times."""
    febrile = observed & (temperature >= tables.values("toxicity")["grade1_fever"])
    return np.maximum(febrile.any(axis=1).astype(np.int64), hypotension_grade(pressure, febrile))


def cytopenia_grade(event: str, count: NDArray, observed: NDArray) -> Grades:
    """Worst grade (0 to 4) of a `count` (patients, times) where `observed`; 0 unless worse than at the start."""
    names = [f"grade{grade}_{event}" for grade in (1, 2, 3, 4)]
    before = _grade(count[:, 0], names)
    worst = _grade(np.where(observed, count, np.inf).min(axis=1, initial=np.inf), names)
    return np.where(worst > before, worst, 0)


def eosinophilia(count: NDArray, observed: NDArray) -> Grades:
    """1 where the highest `count` (patients, times) `observed` is above normal and above that at the start."""
    highest = np.where(observed, count, -np.inf).max(axis=1, initial=-np.inf)
    return ((highest > tables.values("toxicity")["grade1_eosinophilia"]) & (highest > count[:, 0])).astype(np.int64)


def _grade(lowest: NDArray, names: Sequence[str], grades: Sequence[int] = (1, 2, 3, 4)) -> Grades:
    """The highest of `grades` whose limit, by name in the table, `lowest` (of any shape) falls below."""
    limits = tables.values("toxicity")
    worst = np.zeros(np.shape(lowest), np.int64)
    for number, name in zip(grades, names, strict=True):
        worst[lowest < limits[name]] = number
    return worst
