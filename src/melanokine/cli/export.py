"""`melanokine export`: the model, one of its patients or an arm of a trial in the formats of other tools."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from melanokine.cli.console import output
from melanokine.cli.output import staged
from melanokine.errors import InputError, nearest

if TYPE_CHECKING:
    from melanokine.patients.cohort import Cohort
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
    nonmem: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write the planned doses as a table in the form of NONMEM.")
    ] = None,
    petab: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Write what was measured of drugs as a PEtab problem; with --drugs, of these."
        ),
    ] = None,
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
    patients: Annotated[
        int | None,
        typer.Option(
            min=1, max=LAST_PATIENT, metavar="N", help="With --nonmem: the first N patients of the population."
        ),
    ] = None,
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
    """Write one patient's model and doses as SBML, planned doses as a NONMEM table, or data as a PEtab problem."""
    if petab is not None:
        others = {"a regimen": regimen, "--sbml": sbml, "--nonmem": nonmem, "--trial": trial, "--arm": arm,
                  "--days": days, "--patients": patients, "--population": population, "--patient": patient != "typical",
                  "--seed": seed != 1, "--start": start != "diagnosis"}  # fmt: skip
        _petab(petab, drugs, [name for name, value in others.items() if value])
        return
    for option, path, example in (("--sbml", sbml, "model.xml"), ("--nonmem", nonmem, "doses.csv")):
        if path is not None and os.path.isdir(path):
            raise InputError(f"{option} {path} is a folder", remedy=f"name a file, such as {path / example}")
    if sbml is None and nonmem is None:
        raise InputError(
            "nothing says what to write", remedy="name a file with --sbml or --nonmem, or a folder with --petab"
        )
    if patients is not None and nonmem is None:
        raise InputError(f"--patients {patients} belongs to no table of doses", remedy="say --patient, or add --nonmem")
    number = _patient(patient)
    with ExitStack() as stages:
        stage = {path: stages.enter_context(staged(path.parent)) / path.name for path in (sbml, nonmem) if path}
        asked = _asked(regimen, trial, arm, drugs, days, population)
        most = max(number if isinstance(number, int) else 0, patients or 0)
        who = _enrolled(asked, most, seed) if trial is not None and most else asked.population
        if sbml is not None:
            text = _sbml(asked, who, number, seed, start)
            stage[sbml].write_text(text, encoding="utf-8", newline="\n")
        if nonmem is not None:
            table = _doses(asked, who, number, patients, seed)
            stage[nonmem].write_bytes(table)
    if sbml is not None:
        _print(asked, text, patient, sbml)
    if nonmem is not None:
        rows = table.count(b"\n") - 1
        output().print(f"{rows} {'row' if rows == 1 else 'rows'} of doses before day {asked.until:g}")
        print(f"doses: {nonmem}")


@dataclass(frozen=True)
class _Asked:
    """What is exported: a model, the regimens given before day `until`, and to whom; `name` is its title."""

    model: Model
    sentences: list[str]
    until: float
    population: str
    name: str


def _asked(
    regimen: list[str] | None,
    trial: str | None,
    arm: str | None,
    drugs: str | None,
    days: float | None,
    population: str | None,
) -> _Asked:
    from melanokine.patients.model import model_of, standard_model
    from melanokine.patients.simulation import TYPICAL_POPULATION

    design = _design(trial, arm, regimen, drugs)
    if design is not None and arm is not None:
        from melanokine.trials.grid import weekly_days
        from melanokine.trials.simulator import trial_model

        model = trial_model(design.sentences)
        until = _days(days, weekly_days(design.duration_days)[-1])
        sentences, where = list(design.arms[arm].regimen), population or design.population
        return _Asked(model, sentences, until, where, f"{design.name}, {arm}")
    from melanokine.patients.dosing import as_regimens

    sentences = list(regimen or ())
    given = {one.drug.id: one.drug for one in as_regimens(sentences)} | _records(drugs)
    model = model_of(tuple(given.values())) if given else standard_model()
    return _Asked(model, sentences, _days(days, DAYS), population or TYPICAL_POPULATION, "melanokine")


def _enrolled(asked: _Asked, patients: int, seed: int) -> Cohort:
    """The first patients of the trial with this seed."""
    from melanokine.patients.enrolment import enrol

    return enrol(asked.model, asked.population, patients, seed=seed)


def _sbml(asked: _Asked, who: Cohort | str, patient: int | str, seed: int, start: str) -> str:
    from melanokine.patients.sbml import sbml as document

    return document(
        asked.model,
        asked.sentences,
        days=asked.until,
        patient=patient,
        population=who,
        seed=seed,
        start=start,  # type: ignore[arg-type]
        name=asked.name,
    )


def _doses(asked: _Asked, who: Cohort | str, patient: int | str, patients: int | None, seed: int) -> bytes:
    """The table of the first `patients`, or of one patient."""
    from melanokine.patients.dosing_table import as_csv, dosing_table

    one = isinstance(patient, int) and patients is None
    first = patient if one else patients
    table = dosing_table(
        asked.model,
        asked.sentences,
        days=asked.until,
        patients=first,  # type: ignore[arg-type]
        population=who,
        seed=seed,
    )
    return as_csv(table[table["ID"] == patient] if one else table)


def _petab(directory: Path, drugs: str | None, others: list[str]) -> None:
    if others:
        remedy = "leave it out, or --petab"
        raise InputError(f"--petab says itself what is given and measured, so {others[0]} has no place", remedy=remedy)
    from melanokine.estimation import export_petab

    names = None if drugs is None else [name.strip() for name in drugs.split(",") if name.strip()]
    problem = export_petab(directory, names)
    console = output()
    console.print(f"{len(problem.rows)} measurements under {len(problem.measured.conditions)} conditions")
    for reason, count in problem.reasons.items():
        console.print(f"{count} left out: {reason}")
    print(f"PEtab: {directory / 'problem.yaml'}")


def _print(asked: _Asked, text: str, patient: str, path: Path) -> None:
    console, model = output(), asked.model
    rules = text.count("<assignmentRule ") + text.count("<initialAssignment ")
    console.print(
        f"{len(model.equations.states)} states, {len(model.parameters)} parameters, {rules} expressions,"
        f" {len(model.drugs)} {'drug' if len(model.drugs) == 1 else 'drugs'}"
    )
    console.print(f"{'typical patient' if patient == 'typical' else f'patient {patient}'} of {asked.population}")
    if asked.sentences:
        given = " + ".join(asked.sentences)
        console.print(f"{text.count('<event ')} events for the doses before day {asked.until:g}: {given}")
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
