"""The tables of PEtab 1: conditions, observables, measurements and parameters of a measured model."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import pandas as pd

from melanokine.calibration.ensemble import shared_parameters
from melanokine.drugs import Drug
from melanokine.estimation.measured_model import BEGIN, Condition, MeasuredModel, condition_of
from melanokine.estimation.rows import (
    AREA,
    CLEARANCE,
    FOLD,
    HALF_LIFE,
    LEVEL,
    MEAN,
    PLANS,
    STEADY_VOLUME,
    VOLUME,
    LeftOut,
    Row,
    doses_of,
    drugs_in,
)  # fmt: skip
from melanokine.network import Parameter, parse
from melanokine.patients.parameters import parameter_table
from melanokine.patients.population import Population
from melanokine.patients.simulation import TYPICAL_POPULATION

NOISE = {"pharmacokinetics": math.log(1.3), "pharmacodynamics": math.log(2.0)}
"""Standard deviation of the logarithm: assumed, the factor within which `melanokine validate` lets a value agree."""
NOISE_BOUNDS = 0.05, 2.0
FORMULAS = {
    LEVEL: "{factor} * {y}",
    FOLD: "{factor} * {y} / {first}",
    AREA: "{factor} * {area}",
    MEAN: "{factor} * {area} / {first}",
    CLEARANCE: "{factor} * {first} / {area}",
    VOLUME: "{factor} * {first} / {y}",
    STEADY_VOLUME: "{factor} * {first} * ({second} * {area} - double_{area}) / {area}^2",
    HALF_LIFE: "{factor} * {first} / ln({held} / {y})",
}
"""`first` and `second` are what measurements fill in: the value at diagnosis (FOLD), the length of the span (MEAN, and
times ln 2 HALF_LIFE), the dose (CLEARANCE, VOLUME, STEADY_VOLUME), the time (STEADY_VOLUME)."""
FACTOR = 10.0
"""Between a nominal value and its bounds where the record of a drug has none."""
WIDE = 5.0
"""Bounds of a shared parameter in standard deviations of its prior."""


def condition_table(measured: MeasuredModel) -> pd.DataFrame:
    """A row per condition: its doses, and the beginning of its span."""
    every = sorted({name for own in measured.doses.values() for name in own}, key=list(measured.model.parameters).index)
    found = []
    for id, condition in condition_ids(measured.conditions).items():
        row: dict[str, object] = {"conditionId": id, "conditionName": _title(condition)}
        row |= {name: measured.doses[condition].get(name, 0.0) for name in every}
        if BEGIN in measured.model.parameters:
            row[BEGIN] = measured.value(BEGIN) if condition.begin is None else condition.begin
        found.append(row)
    return pd.DataFrame(found)


def condition_ids(conditions: Iterable[Condition]) -> dict[str, Condition]:
    found: dict[str, Condition] = {}
    for number, condition in enumerate(conditions, 1):
        first = condition.regimen[0].split()[0] if condition.regimen else "untreated"
        found[f"condition_{number}_{first}"] = condition
    return found


def _title(condition: Condition) -> str:
    given = " + ".join(condition.regimen) or "untreated"
    return given if condition.begin is None else f"{given}; span from day {condition.begin:g}"


def observable_table(measured: MeasuredModel, said: Sequence[Row]) -> pd.DataFrame:
    """Log-normal observables, each in the unit of what was published."""
    found: dict[str, tuple[Row, str]] = {}
    for row in said:
        id = observable_id(row)
        formula = _formula(measured, row, id)
        if found.setdefault(id, (row, formula))[1] != formula:
            raise AssertionError(f"two formulas of {id}: {formula} and {found[id][1]}")
    return pd.DataFrame(
        {
            "observableId": id,
            "observableName": f"{row.kind.replace('_', ' ')} of {row.reading} [{row.unit}]",
            "observableFormula": formula,
            "observableTransformation": "log",
            "noiseFormula": f"sd_{row.plan}",
            "noiseDistribution": "normal",
        }
        for id, (row, formula) in found.items()
    )


def observable_id(row: Row) -> str:
    unit = re.sub(r"\W+", "_", row.unit.replace("/", "_per_").replace("*", "_")).strip("_")
    return re.sub(r"\W+", "_", f"{row.kind}_{row.reading}_{unit}_{row.plan[8:11]}")


def _formula(measured: MeasuredModel, row: Row, id: str) -> str:
    y = measured.readings[row.reading]
    short = y.removeprefix("reading_")
    first, second = (f"observableParameter{n}_{id}" for n in (1, 2))
    return FORMULAS[row.kind].format(
        factor=repr(row.factor), y=y, area=f"area_{short}", held=f"held_{short}", first=first, second=second
    )


def measurement_table(measured: MeasuredModel, said: Sequence[Row]) -> pd.DataFrame:
    """A row per published value; `datasetId` is its row in evidence.tsv."""
    ids = {condition: id for id, condition in condition_ids(measured.conditions).items()}
    return pd.DataFrame(
        {
            "observableId": observable_id(row),
            "simulationConditionId": ids[condition_of(row)],
            "time": row.time,
            "measurement": row.value,
            "observableParameters": ";".join(repr(x) for x in _constants(measured, row)),
            "datasetId": row.id,
        }
        for row in said
    )


def _constants(measured: MeasuredModel, row: Row) -> list[float]:
    """What a measurement fills in."""
    if row.kind == FOLD:
        return [measured.baseline(row.reading)]
    if row.kind == STEADY_VOLUME:
        return [row.constant, row.time]
    return [] if math.isnan(row.constant) or row.kind in (LEVEL, AREA) else [row.constant]


def parameter_frame(measured: MeasuredModel, said: Sequence[Row]) -> pd.DataFrame:
    """Estimated parameters: pharmacokinetics of the drugs, what all patients share (with priors), and noise."""
    found = [row for drug in drugs_in(list(said)) for row in _pharmacokinetics(measured, drug, said)]
    found += _shared(measured)
    for plan in PLANS:
        if any(row.plan == plan for row in said):
            found.append(_row(f"sd_{plan}", "log10", *NOISE_BOUNDS, NOISE[plan]))
    return pd.DataFrame(found)


def _row(id: str, scale: str, low: float, high: float, value: float, prior: tuple[str, float, float] | None = None):
    row: dict[str, object] = {"parameterId": id, "parameterScale": scale, "lowerBound": low, "upperBound": high}
    row |= {"nominalValue": value, "estimate": 1, "objectivePriorType": None, "objectivePriorParameters": None}
    if prior is not None:
        row |= {"objectivePriorType": prior[0], "objectivePriorParameters": f"{prior[1]!r};{prior[2]!r}"}
    return row


def _pharmacokinetics(measured: MeasuredModel, drug: Drug, said: Sequence[Row]) -> list[dict]:
    """Flows, volumes and rates of a drug, and where it is given under the skin those of its absorption."""
    names = [name for name, value in drug.pharmacokinetics.values() if _is_estimated(name, value.unit)]
    routes = {d.route for row in said for d in doses_of(row.regimen, row.time) if d.drug == drug.id}
    if "SC" in routes:
        names += ["absorption_rate", "interstitial_rate", "bioavailability"]
    table = measured.model.parameters
    found = []
    for name in (f"{drug.id}_{each}" for each in names):
        if name not in table:
            continue
        p, value = table[name], measured.value(name)
        positive = value > 0.0
        low = p.low if math.isfinite(p.low) else value / FACTOR if positive else value * FACTOR
        high = p.high if math.isfinite(p.high) else value * FACTOR if positive else value / FACTOR
        if name.endswith("_bioavailability"):
            high = min(high, 1.0)
        found.append(_row(name, "log10" if positive and low > 0.0 else "lin", low, high, value))
    return found


def _is_estimated(name: str, unit: str) -> bool:
    kinds = [parse(text) for text in ("L/d", "L", "1/d")]
    return name == "clearance_change" or any(parse(unit).like(kind) for kind in kinds)


def _shared(measured: MeasuredModel) -> list[dict]:
    """What acts in the model of what all patients share. Priors say how uncertain a median is: by a part of the spread
    between patients.
    """
    net = measured.model.network
    table = parameter_table(measured.model, Population.load(TYPICAL_POPULATION))
    acting = [each for each in shared_parameters() if each.name in net.parameters and each.name not in net.outside]
    uncertain = {each.name: each.sd * table[each.name].spread for each in acting}
    return [_with_prior(name, table[name], measured.value(name), sd) for name, sd in uncertain.items() if sd > 0.0]


def _with_prior(name: str, p: Parameter, value: float, sd: float) -> dict:
    if p.distribution == "lognormal":
        low, high = value * math.exp(-WIDE * sd), value * math.exp(WIDE * sd)
        prior, scale = ("logNormal", math.log(value), sd), "log10"
    else:
        spread = sd * value * (1.0 - value) if p.distribution == "logitnormal" else sd
        low, high = value - WIDE * spread, value + WIDE * spread
        prior, scale = ("normal", value, spread), "lin"
        if p.distribution == "logitnormal":
            low, high = max(low, 0.0), min(high, 1.0)
    return _row(name, scale, max(low, p.low), min(high, p.high), value, prior)


def evidence_table(said: Sequence[Row]) -> pd.DataFrame:
    """Which published value each measurement is."""
    return pd.DataFrame(
        {
            "datasetId": row.id,
            "evidence": "; ".join(row.key),
            "regimen": " + ".join(row.regimen),
            "unit": row.unit,
            "source": row.source,
        }
        for row in said
    )


def left_out_table(left: Sequence[LeftOut]) -> pd.DataFrame:
    """What is not written, and why."""
    found = [{"row": each.id, "evidence": "; ".join(each.key), "reason": each.reason} for each in left]
    return pd.DataFrame(found, columns=["row", "evidence", "reason"])
