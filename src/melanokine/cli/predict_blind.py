"""`melanokine predict-blind`: what is predicted of the trials that chose no parameter."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from melanokine import __version__
from melanokine.cli.console import output, progress
from melanokine.cli.output import staged
from melanokine.cli.trial import LAST_SEED
from melanokine.errors import InputError

STEPS = ("simulating designs",)


def predict_blind(
    out: Annotated[Path, typer.Option(metavar="FILE.json", help="JSON file to write.")] = Path(
        "blind-predictions.json"
    ),
    patients: Annotated[
        int | None, typer.Option(min=20, metavar="N", help="Patients drawn from each population; by default 1000.")
    ] = None,
    only: Annotated[
        str | None, typer.Option("--trials", metavar="A,B", help="Only these trial_ids; by default all.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=LAST_SEED, metavar="S", help="Key of all random numbers.")] = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="W", help="Threads; by default one per processor.")
    ] = None,
    table: Annotated[
        Path | None, typer.Option(metavar="FILE.md", help="Markdown table to write beside the JSON file.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Predict every blind design in the calibrated population, with intervals and what they are made of."""
    if os.path.isdir(out):
        raise InputError(f"--out {out} is a folder", remedy=f"name a file, such as {out / 'blind-predictions.json'}")
    from melanokine.patients import calibrated
    from melanokine.patients.diagnosis import all_processors
    from melanokine.prediction import predictions
    from melanokine.prediction.blind_arms import blind_arms
    from melanokine.report.prediction_table import markdown, print_tables

    rows = blind_arms()
    if only is not None:
        wanted = [name.strip() for name in only.split(",")]
        known = sorted({row.trial_id for row in rows})
        if unknown := [name for name in wanted if name not in known]:
            raise InputError(f"no blind trial {unknown[0]!r}", remedy=f"there are {', '.join(known)}")
        rows = [row for row in rows if row.trial_id in wanted]
    if table is not None and table.parent.resolve() != out.parent.resolve():
        raise InputError(f"--table {table} is not beside {out}", remedy="name a file in the same folder")
    with staged(out.parent) as stage:
        with progress(quiet, STEPS, "predicting") as show:
            found = predictions.predict_arms(
                rows,
                calibrated.load(),
                patients=patients or predictions.PATIENTS,
                seed=seed,
                workers=all_processors(workers),
                progress=show,
            )
        (stage / out.name).write_text(
            json.dumps({"predictions": found}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        if table is not None:
            made_by = f"Written by `melanokine predict-blind` with melanokine {__version__}, seed {seed}. Do not edit."
            (stage / table.name).write_text(markdown(found, made_by), encoding="utf-8")
    if not quiet:
        print_tables(found, output())
        print(f"predictions: {out}")
