"""The planned doses of patients of a population as a dosing table (see drugs/nonmem)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from melanokine.drugs import Regimen
from melanokine.drugs.nonmem import TimeUnit, write
from melanokine.errors import InputError
from melanokine.patients.cohort import Cohort
from melanokine.patients.diagnosis import all_processors, diagnose
from melanokine.patients.dosing import as_regimens, planned_doses
from melanokine.patients.parameters import BODY_SIZE, parameter_table, typical
from melanokine.patients.population import Population
from melanokine.patients.simulation import TYPICAL_POPULATION
from melanokine.whole_file import write_whole

if TYPE_CHECKING:
    import pandas as pd

    from melanokine.patients.model import Model


def dosing_table(
    model: Model,
    regimen: str | Regimen | Iterable[str | Regimen],
    *,
    days: float = 84.0,
    patients: int | None = None,
    population: Population | Cohort | str = TYPICAL_POPULATION,
    seed: int = 1,
    time_unit: TimeUnit = "hour",
    workers: int | None = None,
) -> pd.DataFrame:
    """The doses before day `days`, one row per series of equal doses, with WT [kg] and BSA [m2] of each patient.

    Patients are the first `patients` of the population and seed, or the typical patient, as ID 1; of a cohort, all its
    patients. Amounts are in mg, or
    cells for a cell product. CMT is a number, which CMTNAME names. What a guard would withhold is in the table all the
    same: it holds what was planned.
    """
    regimens = as_regimens(regimen, drugs=model.drugs.values())
    if not regimens:
        raise InputError("nobody is given anything", remedy="name a regimen, or an arm that has one")
    if isinstance(population, str):
        population = Population.load(population)
    doses = planned_doses(regimens, days)
    if patients is not None and not isinstance(population, Cohort):
        population = diagnose(model, population, patients, seed=seed, workers=all_processors(workers))
    weight, surface = _sizes(model, population) if isinstance(population, Cohort) else _typical_sizes(model, population)
    return write(
        dict.fromkeys(weight, doses),
        model.drugs.values(),
        weight_kg=weight,
        surface_m2=surface,
        time_unit=time_unit,
        numbered=True,
    )


def _typical_sizes(model: Model, population: Population) -> tuple[dict[int, float], dict[int, float]]:
    row = dict(zip(parameter_table(model, population), typical(model, population), strict=True))
    weight, surface = ({1: float(row[name])} for name in BODY_SIZE)
    return weight, surface


def _sizes(model: Model, cohort: Cohort) -> tuple[dict[int, float], dict[int, float]]:
    columns = list(model.equations.parameters)
    weight, surface = (
        dict(zip(cohort.patients.tolist(), cohort.parameters[:, columns.index(name)].tolist(), strict=True))
        for name in BODY_SIZE
    )
    return weight, surface


def export_nonmem(
    path: str | Path, model: Model, regimen: str | Regimen | Iterable[str | Regimen], **keywords: Any
) -> Path:
    """Write what `dosing_table` returns for the same arguments to `path` as CSV; InputError where it cannot."""
    return write_whole(path, as_csv(dosing_table(model, regimen, **keywords)))


def as_csv(table: pd.DataFrame) -> bytes:
    """The table as a CSV file; numbers read back as they were."""
    return table.to_csv(index=False, lineterminator="\n").encode()
