"""One patient of the model under a regimen as an SBML document (see interchange/sbml_export)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from melanokine.drugs import Regimen
from melanokine.engine import Schedule
from melanokine.errors import InputError
from melanokine.interchange.sbml_export import sbml_document
from melanokine.patients.cohort import Cohort
from melanokine.patients.diagnosis import diagnose
from melanokine.patients.dosing import as_regimens, planned_doses, schedule_of
from melanokine.patients.population import Population
from melanokine.patients.simulation import TYPICAL, TYPICAL_POPULATION, typical_patient
from melanokine.whole_file import write_whole

if TYPE_CHECKING:
    from melanokine.patients.model import Model

Start = Literal["diagnosis", "seed"]
STARTS: tuple[Start, ...] = ("diagnosis", "seed")


def sbml(
    model: Model,
    regimen: str | Regimen | Iterable[str | Regimen] = (),
    *,
    days: float = 84.0,
    patient: int | str = TYPICAL,
    population: Population | Cohort | str = TYPICAL_POPULATION,
    seed: int = 1,
    start: Start = "diagnosis",
    name: str = "melanokine",
) -> str:
    """The model with the values of one patient, as text in SBML Level 3 Version 2.

    `patient` is "typical" (every parameter at its median in `population`) or the number of a patient of the population
    and seed, or of a cohort of this model, whose seed counts then. Doses of `regimen` before day `days` become events.
    Day 0 is the diagnosis, or with start "seed" the first small tumour, from where nobody is treated. Raises InputError
    for arguments that do not go together.
    """
    if start not in STARTS:
        raise InputError(f"a patient cannot start from {start!r}", remedy="say diagnosis or seed")
    regimens = as_regimens(regimen, drugs=model.drugs.values())
    if start == "seed" and regimens:
        raise InputError("doses are counted from diagnosis", remedy="start from diagnosis, or give no regimen")
    if isinstance(population, str):
        population = Population.load(population)
    if isinstance(population, Cohort):
        seed = population.chance[0]
    parameters, states = _patient(model, population, patient, seed)
    doses = planned_doses(regimens, days)
    given = "untreated" if not regimens else f"doses before day {days:g}: " + "; ".join(map(str, regimens))
    who = "the typical patient" if patient == TYPICAL else f"patient {patient} of seed {seed}"
    about = (
        "melanokine: a virtual clinic for interleukin immunotherapy of melanoma. A research tool: it must not guide the"
        " treatment of a person.",
        f"Values are those of {who} of the population {_name_of(population)!r}; day 0 is the "
        + ("diagnosis." if start == "diagnosis" else "first small tumour.")
        + " Time is in days.",
        given,
        f"model {model.digest}",
    )
    return sbml_document(
        model.network,
        model.equations,
        parameters,
        initial=states if start == "diagnosis" else None,
        schedule=schedule_of(doses, model.equations) if doses else Schedule.empty(),
        name=name,
        about=about,
    )


def export_sbml(
    path: str | Path, model: Model, regimen: str | Regimen | Iterable[str | Regimen] = (), **keywords: Any
) -> Path:
    """Write what `sbml` returns for the same arguments to `path`; InputError where that cannot be written."""
    return write_whole(path, sbml(model, regimen, **keywords).encode())


def _name_of(population: Population | Cohort) -> str:
    """Name of the population that patients come from."""
    return population.population.name if isinstance(population, Cohort) else population.name


def _patient(
    model: Model, population: Population | Cohort, patient: int | str, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Parameters and states at diagnosis."""
    if patient == TYPICAL:
        own = population.population if isinstance(population, Cohort) else population
        _, parameters, states = typical_patient(model, own)
        return parameters[0], states[0]
    if isinstance(patient, bool) or not isinstance(patient, (int, np.integer)) or patient < 1:
        raise InputError(f"no patient is called {patient!r}", remedy="say typical or a number from 1 on")
    if not isinstance(population, Cohort):
        population = diagnose(model, population, int(patient), seed=seed)
    population.check_model(model.digest)
    rows = np.flatnonzero(population.patients == patient)
    if not len(rows):
        raise InputError(f"patient {patient} is not in the cohort", remedy="name one of its patients")
    return population.parameters[rows[0]], population.states[rows[0]]
