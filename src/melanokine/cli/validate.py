"""`melanokine validate`: what was measured in trials, laboratory and patients, beside what the model says."""

from __future__ import annotations

import os
from contextlib import nullcontext
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from melanokine.cli.console import output, print_json, progress
from melanokine.cli.output import staged
from melanokine.cli.trial import LAST_SEED
from melanokine.errors import InputError, nearest

if TYPE_CHECKING:
    from melanokine.analysis.validation import Finding
    from melanokine.cli.console import Progress
    from melanokine.prediction.calibration_arms import Compared, Curve


TRIALS = "trials"
PATIENTS, QUICK_PATIENTS = 60, 20
QUICK_TRIAL_PATIENTS = 150


def validate_model(
    parts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PART] ...",
            help="trials, laboratory, pharmacokinetics, pharmacodynamics or toxicity; all by default.",
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer patients: a first look, in less than 2 minutes.")
    ] = False,
    patients: Annotated[
        int | None,
        typer.Option(min=2, max=5000, metavar="N", help="Patients of the cohort; by default 60, or 20 with --quick."),
    ] = None,
    trial_patients: Annotated[
        int | None,
        typer.Option(
            min=20, metavar="N", help="Patients drawn from each population; by default 1000, or 150 with --quick."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=LAST_SEED, metavar="S", help="Key of all random numbers.")] = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="W", help="Threads; by default one per processor.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for validation.html and validation.json.")
    ] = None,
    table: Annotated[
        Path | None, typer.Option(metavar="FILE.md", help="Write all but the trials as a Markdown page.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print a list of records as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
) -> None:
    """Run the calibration arms again, and ask the model for every measurement that a simulation can answer."""
    from melanokine.analysis.validation import PARTS, findings

    chosen = list(dict.fromkeys(parts)) if parts else [TRIALS, *PARTS]
    for part in chosen:
        if part not in (TRIALS, *PARTS):
            raise InputError(f"nothing is validated under {part!r}", remedy=nearest(part, (TRIALS, *PARTS)))
    if out is not None and out.suffix == ".md":
        raise InputError(f"--out {out} names a file", remedy=f"name a folder, or write --table {out}")
    if table is not None and os.path.isdir(table):
        raise InputError(f"--table {table} is a folder", remedy=f"name a file, such as {table / 'table.md'}")
    if table is not None and chosen == [TRIALS]:
        raise InputError("--table holds all but the trials", remedy="leave it out, or name a part beside trials")
    cohort = patients or (QUICK_PATIENTS if quick else PATIENTS)
    compared: list[Compared] = []
    curves: list[Curve] = []
    found: dict[str, list[Finding]] = {}
    with (
        staged(out) if out is not None else nullcontext() as stage,
        staged(table.parent) if table is not None else nullcontext() as beside,
    ):
        with progress(quiet) as show:
            if TRIALS in chosen:
                compared, curves = _trials(trial_patients, quick, seed, workers, show)
            measured = [part for part in chosen if part != TRIALS]
            for part in measured:
                found[part] = findings(part, patients=cohort, seed=seed, progress=show)
        records = _records(compared, found)
        if stage is not None:
            _write_folder(compared, curves, found, records, stage, seed)
        if beside is not None and table is not None:
            _write(found, beside / table.name, measured if parts else [], cohort, seed)
    if json:
        print_json(records)
        return
    _print_trials(compared)
    _print(found)
    if out is not None:
        from melanokine.report.calibration_arms import PAGE

        print(f"page: {out / PAGE}")
    if table is not None:
        print(f"table: {table}")


def _trials(
    patients: int | None, quick: bool, seed: int, workers: int | None, show: Progress
) -> tuple[list[Compared], list[Curve]]:
    from melanokine.patients import calibrated
    from melanokine.patients.diagnosis import all_processors
    from melanokine.prediction import calibration_arms

    number = patients or (QUICK_TRIAL_PATIENTS if quick else calibration_arms.PATIENTS)
    return calibration_arms.compare(
        calibrated.load(), patients=number, seed=seed, workers=all_processors(workers), progress=show
    )


def _print_trials(compared: list[Compared]) -> None:
    if not compared:
        return
    from melanokine.report.calibration_arms import figures_of, terminal_table

    console = output()
    for design in dict.fromkeys(row.target.design for row in compared):
        own = [row for row in compared if row.target.design == design]
        console.print(terminal_table(own, f"{design}: percent of patients, 95% intervals"))
    for line in figures_of(compared):
        console.print(line)


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


def _records(compared: list[Compared], found: dict[str, list[Finding]]) -> list[dict[str, object]]:
    """Everything as plain numbers; those of the trials have keys of their own."""
    from melanokine.report.calibration_arms import record

    def plain(value: object) -> object:
        return None if isinstance(value, float) and value != value else value

    rows = [(part, row) for part, rows in found.items() for row in rows]
    return [{"part": TRIALS} | record(row) for row in compared] + [
        {"part": part} | {name: plain(value) for name, value in vars(row).items()} for part, row in rows
    ]


def _write_folder(
    compared: list[Compared],
    curves: list[Curve],
    found: dict[str, list[Finding]],
    records: list[dict[str, object]],
    stage: Path,
    seed: int,
) -> None:
    from melanokine import __version__
    from melanokine.report.calibration_arms import write_page
    from melanokine.report.validation_table import page_part

    more = [page_part(part, rows) for part, rows in found.items()]
    write_page(compared, curves, stage, more, {"melanokine": __version__, "Seed": str(seed)})
    text = dumps(records, indent=1, ensure_ascii=False, allow_nan=False)
    (stage / "validation.json").write_text(text + "\n", encoding="utf-8")


def _write(found: dict[str, list[Finding]], page: Path, asked: list[str], patients: int, seed: int) -> None:
    from melanokine.report.validation_table import validation_table

    options = (
        "".join(f" {part}" for part in asked) + f" --patients {patients}" + (f" --seed {seed}" if seed != 1 else "")
    )
    page.write_text(validation_table(found, options), encoding="utf-8")
