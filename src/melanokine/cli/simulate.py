"""`melanokine simulate`: one patient under a regimen - drug concentrations, immune cells, tumour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from melanokine.cli.console import output
from melanokine.cli.output import staged
from melanokine.errors import InputError, nearest

if TYPE_CHECKING:
    from melanokine.drugs import Drug
    from melanokine.drugs.nonmem import RecordedDoses

MOST_DAYS = 3650.0
LAST_PATIENT = 100_000


def simulate_patient(
    regimen: Annotated[
        list[str] | None,
        typer.Argument(
            metavar='["REGIMEN" ...]',
            help='Sentences such as "nivolumab 360 mg IV every 3 weeks"; all are given together.',
        ),
    ] = None,
    nonmem: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="The doses of a table in the form of NONMEM, in hours and mg."),
    ] = None,
    identifier: Annotated[
        int | None,
        typer.Option("--id", metavar="ID", help="Whose doses of the table; needed if it has several patients."),
    ] = None,
    steady_state_doses: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="How many doses come before a row of the table with SS.")
    ] = None,
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
    if bool(regimen) == (nonmem is not None):
        message = "doses are given in words and in a table as well" if regimen else "nothing says what is given"
        raise InputError(message, remedy='give "REGIMEN" ... or --nonmem FILE.csv')
    if nonmem is None and (identifier is not None or steady_state_doses is not None):
        raise InputError("--id and --steady-state-doses belong to no table", remedy="name it with --nonmem")
    with staged(out) as stage:
        from melanokine.patients import simulate
        from melanokine.patients.model import model_of

        treatment, drugs, time_zero = _treatment(regimen, nonmem, identifier, steady_state_doses)
        model = model_of(drugs)
        data = simulate(model, _population(model, patient), treatment, days=days)
        from melanokine.report.patient import course_table, doses_given, unmoved, write_patient

        write_patient(data, model, stage)
    console = output()
    console.print(course_table(data))
    if still := unmoved(data):
        console.print(f"hardly moved: {', '.join(still)}", style="dim")
    for line in doses_given(data):
        console.print(line)
    if time_zero:
        console.print(f"TIME 0 of the table is day {time_zero:g}: the doses before a steady state come first")
    print(f"course and figures: {out}")


def _treatment(
    regimen: list[str] | None, nonmem: Path | None, identifier: int | None, steady_state_doses: int | None
) -> tuple[RecordedDoses | list[str], tuple[Drug, ...], float]:
    """What is given, the drugs that this needs, and the day on which TIME 0 of a table falls."""
    if nonmem is None:
        from melanokine.patients.dosing import as_regimens

        given = {treatment.drug.id: treatment.drug for treatment in as_regimens(regimen or [])}
        return regimen or [], tuple(given.values()), 0.0
    from melanokine import drugs
    from melanokine.drugs.nonmem import read

    table = read(nonmem, steady_state_doses=steady_state_doses)
    if identifier is None and len(table) != 1:
        message = f"holds {len(table)} patients" if table else "holds no patient"
        raise InputError(message, file=nonmem, remedy="say whose doses with --id" if table else "add rows")
    chosen = next(iter(table)) if identifier is None else identifier
    if chosen not in table:
        raise InputError(f"no patient has ID {chosen}", file=nonmem, remedy=nearest(str(chosen), map(str, table)))
    return table[chosen], tuple(drugs.load(name) for name in table[chosen].drugs), table.time_zero_d


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
