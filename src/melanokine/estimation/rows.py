"""Which published values can be said as one value at one time, and which cannot: nothing else fits a PEtab table.

An area under the course, the value at the beginning of a span and an area of the area are states of the model that is
written (measured_model.py), so clearances, exposures, mean levels, volumes and half-lives between two times can be
said. A peak can where its time is known without the model: at the end of an infusion, or at the first sample after an
injection into a vein. Rows of blind trials are turned away before their values are looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from melanokine import evidence
from melanokine.analysis.validation.measures import span
from melanokine.analysis.validation.plan import KEYS, Question, questions
from melanokine.analysis.validation.units import in_unit
from melanokine.drugs import Dose, Drug
from melanokine.patients.dosing import as_regimens, planned_doses

PLANS = ("pharmacokinetics", "pharmacodynamics")
FIRST_SAMPLE = 2 / 1440
"""Days after an injection into a vein at which its peak is read: assumed; sources have the first sample after 2 to
5 min, or an initial level."""

LEVEL, FOLD, AREA, MEAN, CLEARANCE, VOLUME, STEADY_VOLUME, HALF_LIFE = (
    "level", "fold", "area", "mean", "clearance", "volume", "steady_volume", "half_life",
)  # fmt: skip
"""Kinds of observable; tables.py has their formulas."""

BLIND = "the trial is predicted, never fitted"
UNANSWERED = "the model does not answer it"
MANY = "a share, a mean or an extreme of many patients"
TWO = "a ratio of two spans or two regimens"
TIMES = "a time at which something happens"
PEAK = "a highest or lowest value, at a time that depends on the parameters"
COUNT = "a number of doses that were tolerated"
SUBTRACTED = "the half-life of what is left when a slower decline is subtracted"
DERIVED = "computed from other published values"
RECALLED = "recalled, the source was not seen"
TWICE = "the same value is another row"
NO_NUMBER = "no positive number with a logarithm"
NOT_ASKED = "the drug was not asked for"

_NOT_MEASURED = {"derived_from_verified": DERIVED, "recalled": RECALLED, "assumption": RECALLED}
_TIMES = ("peak_time", "lowest_time", "onset", "crossing")
_PEAKS = ("peak", "peak_fold", "lowest_fold", "lowest", "peak_change", "second_over_first")


@dataclass(frozen=True)
class Row:
    """One published value as a measurement of the typical patient.

    `reading` is an observable of the model, or two joined by ` / `; `time` when it is read, and `begin` when its span
    begins (None: with the treatment), in days. `constant` is what the formula of `kind` needs beside the state: the
    dose, or the length of the span. `factor` converts to the published `unit`.
    """

    id: str
    plan: str
    key: tuple[str, ...]
    regimen: tuple[str, ...]
    reading: str
    kind: str
    time: float
    begin: float | None
    constant: float
    factor: float
    value: float
    unit: str
    source: str


@dataclass(frozen=True)
class LeftOut:
    """A published value that is not written, and why."""

    id: str
    plan: str
    key: tuple[str, ...]
    reason: str


class _No(Exception):
    """Why a row cannot be said."""


def rows(sizes: dict[str, float], wanted: frozenset[str] | None = None) -> tuple[list[Row], list[LeftOut]]:
    """All rows of the two plans: those that can be said, and the others. `sizes` is what a dose that is flat, per kg or
    per m2 is multiplied by. With `wanted`, only rows in which no other drugs are given.
    """
    said: list[Row] = []
    left: list[LeftOut] = []
    for plan in PLANS:
        for number, question in enumerate(questions(plan), 1):
            id = f"{plan}_{number}"
            try:
                row = _row(id, plan, question, sizes, wanted)
                if any(_what(row) == _what(other) for other in said):
                    raise _No(TWICE)
                said.append(row)
            except _No as why:
                left.append(LeftOut(id, plan, question.key, str(why)))
    return said, left


def _what(row: Row) -> tuple:
    """Rows that agree in this are one measurement."""
    return row.regimen, row.reading, row.kind, row.time, row.begin, row.value, row.unit


def doses_of(regimen: tuple[str, ...], until: float) -> list[Dose]:
    """The doses of sentences that enter before a day."""
    return [dose for dose in planned_doses(as_regimens(list(regimen)), until) if dose.enters_d < until]


def _row(id: str, plan: str, question: Question, sizes: dict[str, float], wanted: frozenset[str] | None) -> Row:
    if question.blind:
        raise _No(BLIND)
    if question.reason:
        raise _No(UNANSWERED)
    given = [regimen.drug for regimen in as_regimens(list(question.regimen))]
    if wanted is not None and not {drug.id for drug in given} <= wanted:
        raise _No(NOT_ASKED)
    if question.take != "median":
        raise _No(MANY)
    if question.observable == "doses":
        raise _No(COUNT)
    if question.per not in ("", "dose"):
        raise _No(TWO)
    observation = _observations(plan)[question.key]
    if observation.get("source_kind") in _NOT_MEASURED:
        raise _No(_NOT_MEASURED[observation["source_kind"]])
    drug = given[0] if given else None
    reading, factor = _reading(question, drug, observation["unit"], sizes["kg"])
    kind, time, begin, constant = _read(question, sizes)
    value = float(observation["value"])
    if kind == HALF_LIFE:
        constant *= math.log(2.0)
    if question.measure == "change":
        value = 1.0 + value / factor
        factor = 1.0
    if not value > 0.0:
        raise _No(NO_NUMBER)
    unit = str(observation["unit"])
    if kind == FOLD:
        unit = "fold"
    return Row(
        id, plan, question.key, question.regimen, reading, kind, time, begin, constant, factor, value, unit,
        _source(observation),
    )  # fmt: skip


def _reading(question: Question, drug: Drug | None, unit: str, weight: float) -> tuple[str, float]:
    """The observable, and what converts the measure to the published unit."""
    if question.observable != "exposure":
        return question.observable, 1.0 if question.factor is None else question.factor
    assert drug is not None
    name, own = drug.exposure
    if question.factor is not None:
        return name, question.factor
    return name, in_unit(1.0, question.measure, question.per, unit, drug, own, weight)


def _read(question: Question, sizes: dict[str, float]) -> tuple[str, float, float | None, float]:
    """Kind, time, beginning of the span, and the constant of the formula."""
    measure, at = question.measure, question.at
    if measure in _TIMES:
        raise _No(TIMES)
    if measure == "first_half_life":
        raise _No(SUBTRACTED)
    low, high = (float(end) for end in span(at, _whole(question))) if at or measure not in _PEAKS else (0.0, 0.0)
    begin = low if low > 0.0 else None
    dose = _first_dose(question, sizes) if question.per == "dose" else math.nan
    if measure in ("fold", "change"):
        return FOLD, low, None, math.nan
    if measure == "level":
        return (LEVEL, low, None, math.nan) if low == high else (MEAN, high, begin, high - low)
    if measure == "area":
        return (CLEARANCE if question.per else AREA), high, begin, dose
    if measure == "half_life":
        return HALF_LIFE, high, begin, high - low
    if measure == "steady_volume":
        return STEADY_VOLUME, high, begin, dose
    if measure == "peak" and question.observable == "exposure":
        return (VOLUME if question.per else LEVEL), _peak_time(question), None, dose
    raise _No(PEAK)


def _whole(question: Question) -> NDArray[np.float64]:
    """The two ends of the course."""
    return np.array([0.0, question.days])


def _first_dose(question: Question, sizes: dict[str, float]) -> float:
    """In the unit of the drug's states."""
    dose = doses_of(question.regimen[:1], question.days)[0]
    return dose.amount * sizes[dose.per]


def _peak_time(question: Question) -> float:
    """The end of the only input within the span, if that is into a vein."""
    low, high = span(question.at, _whole(question))
    inside = [dose for dose in doses_of(question.regimen, question.days) if low <= dose.enters_d < high]
    if len(inside) != 1 or inside[0].route != "IV":
        raise _No(PEAK)
    (dose,) = inside
    return dose.enters_d + (dose.duration_d or FIRST_SAMPLE)


@cache
def _observations(plan: str) -> dict[tuple[str, ...], dict]:
    """Rows of the evidence by what identifies them."""
    table, keys = KEYS[plan]
    found = evidence.load(table)
    named = found[list(keys)].fillna("").astype(str)
    return {tuple(key): row for key, row in zip(named.to_numpy().tolist(), found.to_dict("records"), strict=True)}


def _source(row: dict) -> str:
    if isinstance(row["doi"], str):
        return row["doi"]
    return f"PMID:{row['pmid']}" if isinstance(row.get("pmid"), str) else ""


def drugs_in(said: list[Row]) -> Iterator[Drug]:
    """Every drug that is given in a row, once, in the order of the rows."""
    seen: set[str] = set()
    for row in said:
        for regimen in as_regimens(list(row.regimen)):
            if regimen.drug.id not in seen:
                seen.add(regimen.drug.id)
                yield regimen.drug
