"""What the model says beside what was measured, row by row of a plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from melanokine import drugs, evidence
from melanokine.analysis.validation.measures import MEASURES
from melanokine.analysis.validation.plan import KEYS, Question, questions
from melanokine.analysis.validation.units import in_unit
from melanokine.patients import Cohort, Model, Population, diagnose, simulate
from melanokine.patients.dosing import as_regimens
from melanokine.patients.model import model_of
from melanokine.patients.parameters import BODY_SURFACE_AREA
from melanokine.patients.simulation import TYPICAL_POPULATION

POPULATION = "advanced melanoma, pretreated"
TOLERANCE = {"pharmacokinetics": 1.3, "pharmacodynamics": 2.0, "toxicity": 2.0}
"""A prediction agrees within the published range, or within this factor of the published value."""
TAKE: dict[str, Callable[[NDArray], float]] = {
    "median": lambda values: float(np.nanmedian(values)),
    "mean": lambda values: float(np.mean(values)),
    "highest": lambda values: float(np.max(values)),
}

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Finding:
    """One published value and its prediction, with the 10 to 90 % range between patients where there are several."""

    key: tuple[str, ...]
    unit: str
    observed: float
    observed_low: float
    observed_high: float
    predicted: float
    predicted_low: float
    predicted_high: float
    agrees: bool
    blind: bool
    reason: str
    source: str

    @property
    def answered(self) -> bool:
        return not self.reason


def planned(plan: str, *, patients: int = 60, seed: int = 1, progress: Progress | None = None) -> list[Finding]:
    """Every row of a plan answered. Pharmacokinetics are those of the typical patient, all else of a cohort."""
    report = progress or (lambda stage, done, total: None)
    asked = questions(plan)
    observations = _observations(plan)
    courses = _Courses("typical" if plan == "pharmacokinetics" else (patients, seed))
    found = []
    for done, question in enumerate(asked):
        report(f"asking for {plan}", done, len(asked))
        found.append(_answer(plan, question, observations[question.key], courses))
    report(f"asking for {plan}", len(asked), len(asked))
    return found


def _observations(plan: str) -> dict[tuple[str, ...], dict]:
    """Rows of the evidence by what identifies them."""
    table, keys = KEYS[plan]
    rows = evidence.load(table)
    named = rows[list(keys)].fillna("").astype(str)
    return {tuple(key): row for key, row in zip(named.to_numpy().tolist(), rows.to_dict("records"), strict=True)}


def _answer(plan: str, question: Question, row: dict, courses: _Courses) -> Finding:
    low, high = _range(row)
    predicted = predicted_low = predicted_high = math.nan
    if not question.reason:
        values = _predicted(question, row["unit"], courses)
        predicted = TAKE[question.take](values)
        predicted_low, predicted_high = (float(x) for x in np.nanquantile(values, (0.1, 0.9)))
    factor = TOLERANCE[plan]
    near = row["value"] != 0 and 1 / factor <= predicted / row["value"] <= factor
    sources = (f"10{row['doi'][2:]}" if isinstance(row["doi"], str) else "", row.get("pmid"))
    return Finding(
        key=question.key,
        unit=row["unit"],
        observed=row["value"],
        observed_low=low,
        observed_high=high,
        predicted=predicted,
        predicted_low=predicted_low,
        predicted_high=predicted_high,
        agrees=bool(near or low <= predicted <= high),
        blind=question.blind,
        reason=question.reason,
        source=next((str(source) for source in sources if isinstance(source, str) and source), ""),
    )


def _range(row: dict) -> tuple[float, float]:
    """The published range: its limits, or else one standard deviation between patients; NaN where there is none."""
    spread = row.get("cv_percent", math.nan) / 100
    low, high = (float(row[f"{_limits(row)}_{end}"]) for end in ("low", "high"))
    return (
        row["value"] * (1 - spread) if math.isnan(low) else low,
        row["value"] * (1 + spread) if math.isnan(high) else high,
    )


def _limits(row: dict) -> str:
    """What the columns of limits begin with in the table of the row."""
    return "value" if "value_low" in row else "ci"


def _predicted(question: Question, unit: str, courses: _Courses) -> NDArray:
    measure = MEASURES[question.measure]
    course = courses.of(question.regimen, question.days)
    days = course["time"].to_numpy()
    values, observed = courses.values(course, question, question.regimen)
    answer = measure(days, values, question.at)
    drug = first_drug(question.regimen)
    if question.per == "dose":
        answer = courses.dose(question) / answer
    elif question.per.startswith("again "):
        answer = answer / measure(days, values, question.per.removeprefix("again "))
    elif question.per.startswith("instead "):
        other = tuple(question.per.removeprefix("instead ").split(" + "))
        second = courses.of(other, question.days)
        theirs, _ = courses.values(second, question, other)
        answer = answer / measure(second["time"].to_numpy(), theirs, question.at)
    if question.factor is not None:
        return answer * question.factor
    if drug is None or question.observable != "exposure":
        return answer
    return np.array([in_unit(x, question.measure, question.per, unit, drug, observed, courses.weight) for x in answer])


def first_drug(regimen: tuple[str, ...]) -> drugs.Drug | None:
    """The drug of the first sentence, if there is any."""
    return as_regimens(regimen[0])[0].drug if regimen else None


class _Courses:
    """Simulated courses, each regimen once; patients are the typical one, or (number, seed) of a cohort."""

    def __init__(self, who: str | tuple[int, int]) -> None:
        self._who = who
        self._kept: dict[tuple, xr.Dataset] = {}
        self._cohorts: dict[str, Cohort] = {}
        weight = Population.load(TYPICAL_POPULATION).parameters["body_weight"]
        self.weight = weight.value
        self.surface = BODY_SURFACE_AREA[0] * weight.value ** BODY_SURFACE_AREA[1]

    def of(self, regimen: tuple[str, ...], days: float) -> xr.Dataset:
        """All observables under these sentences, recorded finely after doses."""
        if (regimen, days) not in self._kept:
            regimens = as_regimens(list(regimen))
            model = model_of(tuple({r.drug.id: r.drug for r in regimens}.values()))
            times = _times(days, [dose.enters_d for r in regimens for dose in r.doses(days)])
            self._kept[regimen, days] = simulate(model, self._patients(model), list(regimen), days=days, times=times)
        return self._kept[regimen, days]

    def values(self, course: xr.Dataset, question: Question, regimen: tuple[str, ...]) -> tuple[NDArray, str]:
        """Of a course under `regimen`, the question's observable (patients, times), and its unit."""
        name = question.observable
        if name == "doses":
            given, time = course["given"].to_numpy(), course["dose_time"].to_numpy()
            return (given[:, :, None] & (time[:, None] <= course["time"].to_numpy())).sum(axis=1).astype(float), "1"
        if name == "exposure":
            drug = first_drug(regimen)
            assert drug is not None
            name = drug.exposure[0]
        top, _, bottom = name.partition(" / ")
        values = course[top].to_numpy()
        return (values / course[bottom].to_numpy() if bottom else values), str(course[top].attrs["units"])

    def dose(self, question: Question) -> float:
        """The first dose of the question's first sentence, in the unit of the drug's states."""
        dose = next(iter(as_regimens(question.regimen[0])[0].doses(question.days)))
        size = {"flat": 1.0, "kg": self.weight, "m2": self.surface}[dose.per]
        return dose.amount * size

    def _patients(self, model: Model) -> str | Cohort:
        if isinstance(self._who, str):
            return self._who
        if model.digest not in self._cohorts:
            number, seed = self._who
            self._cohorts[model.digest] = diagnose(model, POPULATION, number, seed=seed)
        return self._cohorts[model.digest]


def _times(days: float, doses: Iterable[float]) -> NDArray:
    """When to record: hourly steps for two days after each dose, coarser between."""
    after = np.concatenate([np.linspace(0, 0.25, 37), np.linspace(0.25, 2, 43)[1:]])
    every = np.linspace(0, days, 401)
    near = np.concatenate([every, *(dose + after for dose in sorted(set(doses)))])
    return np.unique(np.round(near[near <= days], 5))
