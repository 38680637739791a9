"""`melanokine export`: the model, one of its patients or an arm of a trial in the formats of other tools."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from melanokine.cli.console import output
from melanokine.cli.output import staged
from melanokine.errors import InputError, nearest

if TYPE_CHECKING:
    from melanokine.patients.model import Model
    from melanokine.trials import TrialDesign

LAST_SEED = 2**64 - 1
LAST_PATIENT = 100_000
DAYS = 84.0
MOST_DAYS = 3650.0


def export_model(
    regimen: Annotated[
        list[str] | None, typer.Argument(metavar='["REGIMEN" ...]', help="Sentences; all are given together.")
    ] = None,
    sbml: Annotated[Path | None, typer.Option(metavar="FILE.xml", help="Write SBML Level 3 Version 2.")] = None,
    trial: Annotated[
        str | None, typer.Option(metavar="NAME|FILE.yaml", help="The doses of a design, given to its population.")
    ] = None,
    arm: Annotated[str | None, typer.Option(metavar="A", help="The arm of the design.")] = None,
    drugs: Annotated[
        str | None, typer.Option(metavar="A,B", help="Only these drugs in the model; by default what is given, or all.")
    ] = None,
    days: Annotated[
        float | None,
        typer.Option(metavar="D", help="Doses before this day; by default 84, or the duration of the trial."),
    ] = None,
    patient: Annotated[
        str, typer.Option(metavar="typical|K", help="The typical patient, or the K-th of the population.")
    ] = "typical",
    population: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Population, by name or file; by default the trial's, or first-line melanoma."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=LAST_SEED, metavar="S", help="Key of all random numbers.")] = 1,
    start: Annotated[
        str, typer.Option(metavar="diagnosis|seed", help="Day 0: the diagnosis, or the first small tumour, untreated.")
    ] = "diagnosis",
) -> None:
    """Write the model with one patient's values and doses as SBML."""
    if sbml is None:
        raise InputError("nothing says what to write", remedy="name a file with --sbml")
    if os.path.isdir(sbml):
        raise InputError(f"--sbml {sbml} is a folder", remedy=f"name a file, such as {sbml / 'model.xml'}")
    number = _patient(patient)
    with staged(sbml.parent) as stage:
        from melanokine.patients.model import model_of, standard_model
        from melanokine.patients.simulation import TYPICAL_POPULATION

        design = _design(trial, arm, regimen, drugs)
        if design is not None and arm is not None:
            from melanokine.trials.grid import weekly_days
            from melanokine.trials.simulator import trial_model

            model = trial_model(design.sentences)
            sentences, until = list(design.arms[arm].regimen), _days(days, weekly_days(design.duration_days)[-1])
            where, name = population or design.population, f"{design.name}, {arm}"
        else:
            from melanokine.patients.dosing import as_regimens

            sentences, until = list(regimen or ()), _days(days, DAYS)
            given = {one.drug.id: one.drug for one in as_regimens(sentences)}
            given |= _records(drugs)
            model = model_of(tuple(given.values())) if given else standard_model()
            where, name = population or TYPICAL_POPULATION, "melanokine"
        from melanokine.patients.sbml import sbml as document

        text = document(
            model,
            sentences,
            days=until,
            patient=number,
            population=where,
            seed=seed,
            start=start,  # type: ignore[arg-type]
            name=name,
        )
        (stage / sbml.name).write_text(text, encoding="utf-8", newline="\n")
    _print(model, sentences, until, text, patient, where, sbml)


def _print(model: Model, sentences: list[str], until: float, text: str, patient: str, where: str, path: Path) -> None:
    console = output()
    rules = text.count("<assignmentRule ") + text.count("<initialAssignment ")
    console.print(
        f"{len(model.equations.states)} states, {len(model.parameters)} parameters, {rules} expressions,"
        f" {len(model.drugs)} {'drug' if len(model.drugs) == 1 else 'drugs'}"
    )
    console.print(f"{'typical patient' if patient == 'typical' else f'patient {patient}'} of {where}")
    if sentences:
        console.print(f"{text.count('<event ')} events for the doses before day {until:g}: {' + '.join(sentences)}")
    else:
        console.print("untreated")
    print(f"SBML: {path}")


def _patient(patient: str) -> int | str:
    if patient == "typical":
        return patient
    if not (patient.isdecimal() and 1 <= int(patient) <= LAST_PATIENT):
        raise InputError(
            f"no patient is called {patient!r}", remedy=f"say typical or a number from 1 to {LAST_PATIENT}"
        )
    return int(patient)


def _design(trial: str | None, arm: str | None, regimen: list[str] | None, drugs: str | None) -> TrialDesign | None:
    """The design, whose arm must be among its arms."""
    if trial is None:
        if arm is not None:
            raise InputError(f"--arm {arm} belongs to no trial", remedy="name the design with --trial")
        return None
    if regimen or drugs:
        raise InputError("a trial says itself what is given", remedy="leave out the regimen and --drugs, or --trial")
    from melanokine import trials

    design = trials.load(trial)
    if arm is None:
        remedy = "name one with --arm: " + ", ".join(design.arms)
        raise InputError(f"no arm of {design.name} is named", remedy=remedy)
    if arm not in design.arms:
        raise InputError(f"{design.name} has no arm {arm!r}", remedy=nearest(arm, design.arms))
    return design


def _records(names: str | None) -> dict:
    from melanokine.drugs import load

    return {name.strip(): load(name.strip()) for name in (names or "").split(",") if name.strip()}


def _days(days: float | None, otherwise: float) -> float:
    if days is None:
        return float(otherwise)
    if not 0 < days <= MOST_DAYS:
        raise InputError(f"--days {days:g} is out of range", remedy=f"give a number above 0 and at most {MOST_DAYS:g}")
    return days
