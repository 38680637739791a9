"""`melanokine compare`: drugs side by side in the same virtual patients."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from melanokine.cli.cohort import cohort, regimens_by_drug
from melanokine.cli.console import output, print_json, progress
from melanokine.cli.output import staged
from melanokine.cli.trial import LAST_SEED


def compare_drugs(
    drugs: Annotated[
        list[str],
        typer.Argument(
            metavar="DRUG ...",
            help='A drug of the library, a drug file, a regimen such as "nivolumab 480 mg IV every 4 weeks", or several'
            ' of them together: "nivolumab + ipilimumab".',
        ),
    ],
    population: Annotated[
        str | None, typer.Option(metavar="NAME|N", help="A population (name or file), or a number of patients.")
    ] = None,
    patients: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Patients, the same under each drug; by default 200.")
    ] = None,
    days: Annotated[float, typer.Option(metavar="D", help="Days of treatment.")] = 84.0,
    dose: Annotated[
        list[str] | None,
        typer.Option(metavar='DRUG="SENTENCE"', help="Give DRUG so, and not as it is used in the clinic."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=LAST_SEED, metavar="S", help="Key of all random numbers.")] = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="W", help="Threads; by default one per processor. Changes no number.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for tables, figures and report.")] = Path(
        "melanokine-results/comparison"
    ),
    json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors and JSON.")] = False,
) -> None:
    """Compare drugs in the same virtual patients: exposure, signal, expansion, safety and tumour control."""
    doses = regimens_by_drug(dose or [])
    group, number = cohort(population, patients)
    with staged(out) as stage, progress(quiet) as show:
        from melanokine.analysis import compare

        result = compare(
            drugs,
            doses=doses,
            population=group,
            patients=number,
            days=days,
            seed=seed,
            workers=workers,
            progress=show,
        )
        show("writing the report", 0, 1)
        from melanokine.report.comparison import comparison_table, write_comparison

        write_comparison(result, stage, _command(drugs, group, number, days, dose or [], seed))
        show("writing the report", 1, 1)
    if json:
        print_json(result.record())
    elif not quiet:
        console = output()
        console.print(f"[bold]{result.patients} patients, {result.population}, {result.days:g} days[/bold]")
        for candidate in result.candidates:
            console.print(f"{candidate.name}: {'; '.join(candidate.sentences)}", style="dim")
        console.print(comparison_table(result))
        console.print("median (10th to 90th percentile of patients); shares of patients with 95% limits", style="dim")
        if result.failed:
            console.print(f"{result.failed} patients left out, whose simulation failed", style="dim")
        print(f"report: {out / 'report.html'}")


def _command(drugs: list[str], population: str, patients: int, days: float, dose: list[str], seed: int) -> str:
    """The command line that gives these numbers again."""
    words = ["melanokine", "compare", *drugs, "--population", population, "--patients", str(patients)]
    words += ["--days", f"{days:g}", *(word for one in dose for word in ("--dose", one)), "--seed", str(seed)]
    return shlex.join(words)
