"""`melanokine validate`: what was measured in the laboratory and in patients, beside what the model says."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from melanokine.cli.console import output, print_json, progress
from melanokine.cli.output import staged
from melanokine.cli.trial import LAST_SEED
from melanokine.errors import InputError, nearest

if TYPE_CHECKING:
    from melanokine.analysis.validation import Finding


def validate_model(
    parts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PART] ...", help="laboratory, pharmacokinetics, pharmacodynamics or toxicity; all by default."
        ),
    ] = None,
    patients: Annotated[int, typer.Option(min=2, max=5000, metavar="N", help="Patients of the cohort.")] = 60,
    seed: Annotated[int, typer.Option(min=0, max=LAST_SEED, metavar="S", help="Key of all random numbers.")] = 1,
    out: Annotated[Path | None, typer.Option(metavar="FILE.md", help="Write a Markdown page as well.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print a list of records as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
) -> None:
    """Ask the model for every measurement in the evidence that a simulation can answer."""
    from melanokine.analysis.validation import PARTS, findings

    chosen = list(dict.fromkeys(parts)) if parts else list(PARTS)
    for part in chosen:
        if part not in PARTS:
            raise InputError(f"nothing is validated under {part!r}", remedy=nearest(part, PARTS))
    if out is not None and os.path.isdir(out):
        raise InputError(f"--out {out} is a folder", remedy=f"name a file, such as {out / 'table.md'}")
    found: dict[str, list[Finding]] = {}
    with staged(out.parent) if out is not None else nullcontext() as stage:
        with progress(quiet) as show:
            for part in chosen:
                found[part] = findings(part, patients=patients, seed=seed, progress=show)
        if stage is not None and out is not None:
            _write(found, stage / out.name, chosen if parts else [], patients, seed)
    if json:
        _print_json(found)
        return
    _print(found)
    if out is not None:
        print(f"table: {out}")


def _print(found: dict[str, list[Finding]]) -> None:
    from rich import box
    from rich.table import Table

    from melanokine.report.validation_table import agreement, beside, called

    console = output()
    for part, rows in found.items():
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=f"[bold]{part}[/bold]", title_justify="left")
        for column in ("measured", "value", "predicted", "unit", ""):
            table.add_column(column, overflow="fold", justify="right" if column in ("value", "predicted") else "left")
        for row in rows:
            if row.answered:
                observed, predicted = beside(row)
                verdict = "agrees" if row.agrees else "[red]misses[/red]"
                verdict += ", blind" if row.blind else ""
                table.add_row(called(row), observed, predicted, row.unit, verdict)
        console.print(table)
    for part, rows in found.items():
        console.print(f"{part}: {agreement(part, rows)}")


def _print_json(found: dict[str, list[Finding]]) -> None:
    def plain(value: object) -> object:
        return None if isinstance(value, float) and value != value else value

    rows = [(part, row) for part, rows in found.items() for row in rows]
    print_json([{"part": part} | {name: plain(value) for name, value in vars(row).items()} for part, row in rows])


def _write(found: dict[str, list[Finding]], page: Path, asked: list[str], patients: int, seed: int) -> None:
    from melanokine.report.validation_table import validation_table

    options = (
        "".join(f" {part}" for part in asked) + f" --patients {patients}" + (f" --seed {seed}" if seed != 1 else "")
    )
    page.write_text(validation_table(found, options), encoding="utf-8")
