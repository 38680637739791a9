"""`melanokine trials`: the published and planned designs of the library."""

from __future__ import annotations

from typing import Annotated

import typer


def list_trials(
    json: Annotated[bool, typer.Option("--json", help="Print a list of records as JSON.")] = False,
) -> None:
    """List the trial designs of the library."""
    from melanokine import trials

    designs = {name: trials.load(name) for name in trials.names()}
    if json:
        from melanokine.cli.console import print_json

        print_json([_record(name, design) for name, design in designs.items()])
    else:
        _print_table(designs)


def _record(name: str, design) -> dict[str, object]:
    return {
        "name": name,
        "title": design.title,
        "nct": design.nct,
        "blind": design.blind,
        "population": design.population,
        "duration_months": design.duration_months,
        "arms": [
            {"arm": arm, "patients": design.patients(arm), "regimen": list(design.arms[arm].regimen)}
            for arm in design.arms
        ],
        "sources": list(design.sources),
    }


def _print_table(designs: dict) -> None:
    from rich import box
    from rich.table import Table

    from melanokine.cli.console import output

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("trial", no_wrap=True)
    table.add_column("arms (patients)", overflow="fold")
    table.add_column("population", overflow="fold")
    table.add_column("months", justify="right")
    table.add_column("")
    for name, design in designs.items():
        arms = "\n".join(f"{arm} ({design.patients(arm)})" for arm in design.arms)
        table.add_row(name, arms, design.population, f"{design.duration_months:g}", "blind" if design.blind else "")
    console = output()
    console.print(table)
    console.print("melanokine trial NAME runs one; a blind design is predicted, never fitted", style="dim")
