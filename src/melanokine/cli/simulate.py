"""`melanokine simulate`: one patient under a regimen - drug concentrations, immune cells, tumour."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from melanokine.cli.console import output
from melanokine.cli.output import staged
from melanokine.errors import InputError

MOST_DAYS = 3650.0
LAST_PATIENT = 100_000


def simulate_patient(
    regimen: Annotated[
        list[str],
        typer.Argument(
            metavar='"REGIMEN" ...',
            help='Sentences such as "nivolumab 360 mg IV every 3 weeks"; all are given together.',
        ),
    ],
    days: Annotated[float, typer.Option(metavar="D", help="Days to simulate, from the first dose.")] = 84.0,
    patient: Annotated[
        str, typer.Option(metavar="typical|K", help="The typical patient, or the K-th of first-line melanoma (seed 1).")
    ] = "typical",
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the table and the figures.")] = Path(
        "melanokine-results/simulation"
    ),
) -> None:
    """Treat one virtual patient; print the course and write it with its figures."""
    if not 0 < days <= MOST_DAYS:
        raise InputError(f"--days {days:g} is out of range", remedy=f"give a number above 0 and at most {MOST_DAYS:g}")
    with staged(out) as stage:
        from melanokine.patients import simulate
        from melanokine.patients.dosing import as_regimens
        from melanokine.patients.model import model_of

        given = {treatment.drug.id: treatment.drug for treatment in as_regimens(regimen)}
        model = model_of(tuple(given.values()))
        data = simulate(model, _population(model, patient), regimen, days=days)
        from melanokine.report.patient import course_table, doses_given, unmoved, write_patient

        write_patient(data, model, stage)
    console = output()
    console.print(course_table(data))
    if still := unmoved(data):
        console.print(f"hardly moved: {', '.join(still)}", style="dim")
    for line in doses_given(data):
        console.print(line)
    print(f"course and figures: {out}")


def _population(model, patient: str):
    """What `simulate` takes for a population: "typical", or a cohort of the one patient with that number."""
    if patient == "typical":
        return patient
    if not (patient.isdecimal() and 1 <= int(patient) <= LAST_PATIENT):
        raise InputError(
            f"no patient is called {patient!r}", remedy=f"say typical or a number from 1 to {LAST_PATIENT}"
        )
    from melanokine.patients import diagnose
    from melanokine.patients.simulation import TYPICAL_POPULATION

    number = int(patient)
    return diagnose(model, TYPICAL_POPULATION, number, seed=1).select([number - 1])
