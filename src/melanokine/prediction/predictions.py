"""Predictions of arms of trials: what would be observed in them, with intervals and what these are made of.

No outcome of any trial is read here or anywhere below; the calibrated populations are all that is known of trials.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from melanokine.patients.calibrated import Calibrated
from melanokine.patients.diagnosis import all_processors
from melanokine.patients.enrolment import calibration_of
from melanokine.patients.population import Population
from melanokine.prediction import arm_outcomes
from melanokine.prediction.endpoints import arm_endpoints, contrast
from melanokine.prediction.expected import Expected
from melanokine.prediction.predicted_arm import Pairs, PredictedArm, against_reference, arms_of, within_trials
from melanokine.prediction.predictive import DRAWS, Asked, DesignPrediction, Predictive, predictive
from melanokine.trials import TrialDesign, load

PATIENTS = 1000
"""Patients drawn from a population: their share of the variance of an endpoint is that of a trial of some 400."""
Progress = Callable[[str, int, int], None]
SIMULATING = "simulating designs"


def predict(
    design: TrialDesign | str | Path,
    *,
    patients_per_arm: int | None = None,
    patients: int = PATIENTS,
    seed: int = 1,
    draws: int = DRAWS,
    workers: int | None = None,
    progress: Progress = lambda step, done, total: None,
) -> list[dict[str, Any]]:
    """What a trial of this design (or of the library or a file, by name) will find, in every arm and against its
    reference arm.

    The design says how many patients an arm has, unless `patients_per_arm` does. The rest and the records are those of
    `predict_arms`. Raises InputError for a population that is not calibrated, ModelError if the mechanisms have changed
    since it was.
    """
    found = design if isinstance(design, TrialDesign) else load(design)
    calibrated = calibration_of(Population.load(found.population), True)
    assert calibrated is not None  # else it has been refused
    return predict_arms(
        arms_of(found, patients_per_arm), calibrated, pairs_of=against_reference, patients=patients, seed=seed,
        draws=draws, workers=all_processors(workers), progress=progress,
    )  # fmt: skip


def predict_arms(
    rows: Sequence[PredictedArm],
    calibrated: Calibrated,
    *,
    pairs_of: Callable[[Sequence[PredictedArm]], Pairs] = within_trials,
    patients: int = PATIENTS,
    seed: int = 1,
    draws: int = DRAWS,
    workers: int = 1,
    progress: Progress = lambda step, done, total: None,
) -> list[dict[str, Any]]:
    """One record per row or contrast and endpoint, in the order of `rows`; `pairs_of` says what is compared.

    `patients` are drawn from the calibrated population of each design.

    A record holds `trial_id`, `arm` ("A vs B" for a contrast), `endpoint`, `n` (of both arms together in a contrast),
    `value`, the limits of intervals that hold the observed value with 50, 80 and 95 %, and `parts`: the standard
    deviation that each source of uncertainty has alone, in the unit of the endpoint. Endpoints are in percent of
    patients, percentage points, months (60 stands for 60 or more) or ratios.
    """
    designs = list(dict.fromkeys(row.design.name for row in rows))
    total = sum(len({arm for row in rows if row.design.name == name for arm in row.arms}) for name in designs)
    done = 0
    found: dict[tuple[int, str], list[dict[str, Any]]] = {}
    progress(SIMULATING, done, total)
    for name in designs:
        own = [(i, row) for i, row in enumerate(rows) if row.design.name == name]
        design = own[0][1].design
        sample = arm_outcomes.sample(calibrated, design.population, patients, seed, workers)
        arms = {}
        for arm in dict.fromkeys(arm for _, row in own for arm in row.arms):
            arms[arm] = arm_outcomes.arm_outcomes(design, arm, sample, workers)
            done += 1
            progress(SIMULATING, done, total)
        prediction = DesignPrediction(design, sample, arms, calibrated)
        for key, records in _records(prediction, [row for _, row in own], pairs_of, seed, draws).items():
            found[own[key[0]][0], key[1]] = records
    return [record for key in sorted(found, key=lambda key: (key[0], key[1] != "")) for record in found[key]]


def _records(
    prediction: DesignPrediction,
    rows: list[PredictedArm],
    pairs_of: Callable[[Sequence[PredictedArm]], Pairs],
    seed: int,
    draws: int,
) -> dict[tuple[int, str], list[dict[str, Any]]]:
    """Records of the rows of one design, by position and name of the reference ("" for none)."""
    pairs = pairs_of(rows)
    months = prediction.design.duration_months

    def quantities(arms: list[Expected]) -> dict[tuple[int, str], float]:
        values = {(i, name): value for i, arm in enumerate(arms) for name, value in arm_endpoints(arm).items()}
        for k, (i, j) in enumerate(pairs, start=len(arms)):
            sizes = (float(rows[i].n), float(rows[j].n))
            values |= {(k, name): value for name, value in contrast(arms[i], arms[j], sizes, months).items()}
        return values

    found: dict[tuple[int, str], list[dict[str, Any]]] = {}
    asked = [Asked(row.arms, row.n) for row in rows]
    for (position, endpoint), own in predictive(prediction, asked, quantities, seed, draws).items():
        if position < len(rows):
            row, arm, n, key = rows[position], rows[position].arm, rows[position].n, (position, "")
        else:
            i, j = pairs[position - len(rows)]
            row, arm, n, key = rows[i], f"{rows[i].arm} vs {rows[j].arm}", rows[i].n + rows[j].n, (i, rows[j].arm)
        if math.isfinite(own.value):
            found.setdefault(key, []).append(_record(row.trial_id, arm, endpoint, n, own))
    return found


def _record(trial_id: str, arm: str, endpoint: str, n: int, own: Predictive) -> dict[str, Any]:
    limits: dict[str, float] = {}
    for level, (low, high) in own.limits().items():
        limits |= {f"low{level}": low, f"high{level}": high}
    numbers = {name: round(value, 3) for name, value in {"value": own.value, **limits}.items()}
    parts = {name: round(value, 3) for name, value in own.parts.items()}
    return {"trial_id": trial_id, "arm": arm, "endpoint": endpoint, "n": n, **numbers, "parts": parts}
