"""`melanokine synergy`: whether two drugs do more together than they would without interacting."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from melanokine.cli.cohort import cohort
from melanokine.cli.console import output, print_json, progress
from melanokine.cli.output import staged
from melanokine.cli.trial import LAST_SEED

DRUG = "A drug of the library, a drug file, or a regimen in quotes."


def combine_drugs(
    first: Annotated[str, typer.Argument(metavar="A", help=DRUG)],
    second: Annotated[str, typer.Argument(metavar="B", help=DRUG)],
    population: Annotated[
        str | None, typer.Option(metavar="NAME|N", help="A population (name or file), or a number of patients.")
    ] = None,
    patients: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Patients, the same at each dose; by default 200.")
    ] = None,
    days: Annotated[float, typer.Option(metavar="D", help="Days of treatment.")] = 84.0,
    doses: Annotated[
        int, typer.Option(metavar="K", help="Doses of each drug: twice the reference dose and halves of it.")
    ] = 4,
    seed: Annotated[int, typer.Option(min=0, max=LAST_SEED, metavar="S", help="Key of all random numbers.")] = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="W", help="Threads; by default one per processor. Changes no number.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for tables, figures and report.")] = Path(
        "melanokine-results/synergy"
    ),
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors and JSON.")] = False,
) -> None:
    """Combine two drugs over a grid of doses; excess over single agent, independent action, Bliss and Loewe."""
    group, number = cohort(population, patients)
    with staged(out) as stage, progress(quiet) as show:
        from melanokine.analysis import combine

        result = combine(
            first,
            second,
            population=group,
            patients=number,
            days=days,
            doses=doses,
            seed=seed,
            workers=workers,
            progress=show,
        )
        show("writing the report", 0, 1)
        from melanokine.report.synergy import synergy_table, verdicts, write_synergy

        words = ["melanokine", "synergy", first, second, "--population", group, "--patients", str(number)]
        words += ["--days", f"{days:g}", "--doses", str(doses), "--seed", str(seed)]
        write_synergy(result, stage, shlex.join(words))
        show("writing the report", 1, 1)
    if json:
        print_json(result.record())
    elif not quiet:
        console = output()
        console.print(f"[bold]{result.first.name} with {result.second.name}[/bold]")
        console.print(f"{result.patients} patients, {result.population}, {result.days:g} days", style="dim")
        for one in (result.first, result.second):
            console.print(f"{one.name}: {'; '.join(one.sentences)}", style="dim")
        console.print(synergy_table(result))
        for line in verdicts(result):
            console.print(line)
        if result.failed:
            console.print(f"{result.failed} patients left out, whose simulation failed", style="dim")
        print(f"report: {out / 'report.html'}")
