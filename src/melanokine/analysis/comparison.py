"""Drugs side by side: the same virtual patients under each, and what each does to them.

Every candidate is given to every patient, and so is nothing at all, against which tumour-cell kill is counted. Doses
are withheld from patients who cannot tolerate them, as each drug's guard says. A patient whose simulation fails under
one candidate counts under none. Measures are shown as the median and the middle 80 % of patients, proportions with
exact 95 % limits. Some measures, of cytokines that many drugs leave alone, stand only where a drug moves them.

Exposure of each drug is its largest plasma concentration, the area under it over the days followed, and its effective
half-life, ln 2 times area over peak of the first dose alone: for a single compartment that is the elimination
half-life, for others what an equally lasting single compartment would have.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from melanokine.analysis.candidates import Candidate, read_candidates
from melanokine.analysis.metrics import MEASURES, Measure, Reading, endpoint, moved, name_of, read, unit_of
from melanokine.analysis.setting import POPULATION, Progress, Setting, setting
from melanokine.drugs import Drug, Regimen
from melanokine.engine import Integration
from melanokine.engine.endpoints import Area, Endpoint, Maximum
from melanokine.errors import InputError, ModelError
from melanokine.patients.dosing import planned_doses
from melanokine.patients.population import Population
from melanokine.patients.simulation import course_times
from melanokine.trials.intervals import clopper_pearson

COURSES = ("sum_of_diameters", "mean_arterial_pressure", "vascular_leak")
"""Quantities whose course is kept beside the concentrations."""
LOW, HIGH = 10, 90
"""Percentiles of patients between which a measure is shown."""
MOST_CANDIDATES = 12
LONGEST_WATCH = 365.0
"""Days for which the first dose is followed, at most."""
HALF_LIVES_WATCHED = 6


@dataclass(frozen=True, eq=False)
class Comparison:
    """What each candidate did.

    `table` has the columns candidate, group, measure, title, drug (for exposure), unit, statistic (`median` or
    `share`), value, low, high and patients; `courses` the columns candidate, observable, drug, unit, day, low, median
    and high; tumour size and blood pressure are changes since the start.
    """

    candidates: tuple[Candidate, ...]
    population: str
    patients: int
    failed: int
    days: float
    seed: int
    model: str
    sources: tuple[str, ...]
    table: pd.DataFrame
    courses: pd.DataFrame

    def record(self) -> dict[str, Any]:
        """Everything but the courses, ready for JSON; what is not a number is null."""
        rows = self.table.astype(object).where(self.table.notna(), None)
        return {
            "population": self.population,
            "patients": self.patients,
            "failed": self.failed,
            "days": self.days,
            "seed": self.seed,
            "model": self.model,
            "candidates": [{"name": one.name, "regimen": list(one.sentences)} for one in self.candidates],
            "measures": rows.to_dict("records"),
        }


def compare(
    given: Sequence[str | Drug | Candidate],
    *,
    doses: Mapping[str, str] | None = None,
    population: Population | str = POPULATION,
    patients: int = 200,
    days: float = 84.0,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress = lambda step, done, total: None,
) -> Comparison:
    """The same `patients` of a population under each of the drugs, names, files or sentences `given`.

    `doses` replace the regimens in clinical use of drugs given by name; see candidates.py. Raises InputError for what
    cannot be compared.
    """
    candidates = tuple(read_candidates(given, doses))
    if not 1 <= len(candidates) <= MOST_CANDIDATES:
        message = f"{len(candidates)} drugs cannot be compared side by side"
        raise InputError(message, remedy=f"name 1 to {MOST_CANDIDATES}")
    regimens = [regimen for candidate in candidates for regimen in candidate.regimens]
    bench = setting(regimens, population, patients, days, seed, workers, progress)
    measures = [m for m in MEASURES if all(bench.has(quantity) for quantity, _ in m.readings)]
    readings = list(dict.fromkeys(reading for measure in measures for reading in measure.readings))
    untreated = bench.follow((), {name_of(one): endpoint(one, bench.days) for one in readings})
    treated = []
    for position, candidate in enumerate(candidates):
        progress("treating the patients", position, len(candidates))
        treated.append(_treat(bench, candidate, readings))
    progress("treating the patients", len(candidates), len(candidates))
    well = ~untreated.failed
    for one in treated:
        well &= ~(one.course.failed | one.first_dose.failed)
    if not well.any():
        raise ModelError("every simulation failed", remedy="check the numbers of the drugs")
    reduced = [_values(bench, one.course, readings, well) for one in treated]
    without = _values(bench, untreated, readings, well)
    at_rest = {measure: _found(measure, without, without) for measure in measures}
    shown = [m for m in measures if any(moved(m, _found(m, values, without), at_rest[m]) for values in reduced)]
    rows = [
        row
        for one, values in zip(treated, reduced, strict=True)
        for row in _rows(bench, one, shown, values, without, well)
    ]
    found = bench.cohort.population
    return Comparison(
        candidates,
        found.name,
        len(bench.cohort),
        int((~well).sum()),
        bench.days,
        seed,
        bench.model.digest,
        _sources(bench),
        pd.DataFrame(rows),
        pd.concat([_courses(bench, one, well) for one in treated], ignore_index=True),
    )


@dataclass(frozen=True)
class _Treated:
    """A candidate, the courses under it, and those under the first dose of each of its drugs."""

    candidate: Candidate
    course: Integration
    first_dose: Integration


def _treat(bench: Setting, candidate: Candidate, readings: Sequence[Reading]) -> _Treated:
    concentrations = [drug.exposure[0] for drug in candidate.drugs]
    exposure: dict[str, Endpoint] = {}
    for name in concentrations:
        exposure |= {f"{name}, peak": Maximum(name), f"{name}, area": Area(name)}
    times = course_times(planned_doses(candidate.regimens, bench.days), bench.days)
    observe = [*dict.fromkeys([*concentrations, *COURSES])]
    course = bench.follow(
        candidate.regimens,
        {name_of(one): endpoint(one, bench.days) for one in readings} | exposure,
        times=times,
        observe=observe,
    )
    once = [_once(regimen) for regimen in _first_of_each(candidate)]
    half_life = max(drug.pharmacokinetics.half_life() for drug in candidate.drugs)
    watch = min(max(bench.days, HALF_LIVES_WATCHED * half_life), max(LONGEST_WATCH, bench.days))
    return _Treated(candidate, course, bench.follow(once, exposure, days=watch))


def _first_of_each(candidate: Candidate) -> list[Regimen]:
    return list({regimen.drug.id: regimen for regimen in reversed(candidate.regimens)}.values())


def _once(regimen: Regimen) -> Regimen:
    """The first dose alone."""
    first = replace(regimen.phases[0], every=None, doses=None, during=None)
    return replace(regimen, phases=(first,), cycles=None, courses=None)


# the table


Values = dict[Reading, NDArray]
"""Readings of the patients whose every simulation succeeded."""


def _values(bench: Setting, course: Integration, readings: Sequence[Reading], well: NDArray) -> Values:
    return {one: read(one, course.endpoint(name_of(one)), bench.days)[well] for one in readings}


def _found(measure: Measure, values: Values, without: Values) -> NDArray:
    """A measure of each patient, by what is read with and without treatment."""
    arguments = [values[one] for one in measure.readings]
    if measure.against_untreated:
        arguments += [without[one] for one in measure.readings]
    return measure.formula(*arguments)


def _rows(
    bench: Setting, one: _Treated, measures: Sequence[Measure], values: Values, without: Values, well: NDArray
) -> list[dict[str, Any]]:
    units = {name: str(observable.unit) for name, observable in bench.model.network.observables.items()}
    units |= {state.name: state.unit for state in bench.model.equations.states}
    rows = [_row(one.candidate, *row) for row in _exposure(one, well)]
    for measure in measures:
        found, unit = _found(measure, values, without), unit_of(measure, units)
        rows.append(_row(one.candidate, measure.group, measure.key, measure.title, "", unit, found, measure.share))
    return rows


def _exposure(one: _Treated, well: NDArray) -> list[tuple[str, str, str, str, str, NDArray, bool]]:
    """Exposure to each drug, and which part of its doses patients received: the arguments of `_row`."""
    found: list[tuple[str, str, str, str, str, NDArray, bool]] = []
    planned = np.array([dose.drug for dose in planned_doses(one.candidate.regimens, float(one.course.times[-1]))])
    for drug in one.candidate.drugs:
        name, unit = drug.exposure
        peak, area = (one.course.endpoint(f"{name}, {how}")[well] for how in ("peak", "area"))
        first_peak, first_area = (one.first_dose.endpoint(f"{name}, {how}")[well] for how in ("peak", "area"))
        with np.errstate(divide="ignore", invalid="ignore"):
            lasting = np.where(first_peak > 0, math.log(2) * first_area / first_peak, np.nan)
        due = planned == drug.id
        given = 100 * one.course.given[well][:, due].mean(axis=1) if due.any() else np.full(len(peak), math.nan)
        group, by_day = "Exposure", "d" if unit == "1" else f"{unit} d"
        found.append((group, "peak", "largest concentration", drug.name, unit, peak, False))
        found.append((group, "area", "area under the concentration", drug.name, by_day, area, False))
        found.append((group, "effective_half_life", "effective half-life", drug.name, "d", lasting, False))
        found.append((group, "doses_given", "doses given of those planned", drug.name, "%", given, False))
    return found


def _row(
    candidate: Candidate, group: str, key: str, title: str, drug: str, unit: str, found: NDArray, share: bool
) -> dict[str, Any]:
    present = found[~np.isnan(found)] if not share else found
    if share:
        events, total = int(found.sum()), len(found)
        value, (low, high) = 100 * events / total, (100 * x for x in clopper_pearson(events, total))
    elif len(present) < len(found) / 2:  # of most patients there is nothing to say
        value = low = high = math.nan
    else:
        low, value, high = (float(x) for x in np.percentile(present, [LOW, 50, HIGH]))
    return {
        "candidate": candidate.name,
        "group": group,
        "measure": key,
        "title": title,
        "drug": drug,
        "unit": unit,
        "statistic": "share" if share else "median",
        "value": value,
        "low": low,
        "high": high,
        "patients": len(present),
    }


# courses


def _courses(bench: Setting, one: _Treated, well: NDArray) -> pd.DataFrame:
    parts = []
    days = one.course.times
    drugs = {drug.exposure[0]: drug for drug in one.candidate.drugs}
    for name in one.course.observed:
        values = one.course.value(name)[well]
        unit = str(bench.model.network.observables[name].unit)
        if name == "sum_of_diameters":
            values, unit = 100 * (values / values[:, :1] - 1), "%"
        elif name == "mean_arterial_pressure":
            values = values - values[:, :1]
        low, median, high = np.percentile(values, [LOW, 50, HIGH], axis=0)
        drug = drugs[name].name if name in drugs else ""
        columns = {"candidate": one.candidate.name, "observable": name, "drug": drug, "unit": unit}
        parts.append(pd.DataFrame({**columns, "day": days, "low": low, "median": median, "high": high}))
    return pd.concat(parts, ignore_index=True)


def _sources(bench: Setting) -> tuple[str, ...]:
    cited = {source for sources in bench.model.citations().values() for source in sources}
    return tuple(sorted(cited | set(bench.cohort.population.sources())))
