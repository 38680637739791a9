"""`melanokine predict`: what a trial of a design will find, and how sure that is."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from melanokine.cli.console import output, print_json, progress
from melanokine.cli.output import staged
from melanokine.cli.trial import LAST_SEED, DesignName, PatientsPerArm
from melanokine.errors import InputError

STEPS = ("simulating designs",)


def predict_trial(
    name: DesignName,
    patients: PatientsPerArm = None,
    virtual_patients: Annotated[
        int | None,
        typer.Option(min=20, metavar="N", help="Patients drawn from the population to predict with; by default 1000."),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.json", help="JSON file to write as well.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=LAST_SEED, metavar="S", help="Key of all random numbers.")] = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="W", help="Threads; by default one per processor.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the predictions as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
) -> None:
    """Predict a trial: endpoints with intervals that hold the model's parameters and differences between trials."""
    if out is not None and os.path.isdir(out):
        raise InputError(f"--out {out} is a folder", remedy=f"name a file, such as {out / 'prediction.json'}")
    from melanokine.prediction import predictions
    from melanokine.report.prediction_table import print_tables

    with ExitStack() as stages:
        stage = None if out is None else stages.enter_context(staged(out.parent))
        with progress(quiet, STEPS, "predicting") as show:
            found = predictions.predict(
                name,
                patients_per_arm=patients,
                patients=virtual_patients or predictions.PATIENTS,
                seed=seed,
                workers=workers,
                progress=show,
            )
        if stage is not None and out is not None:
            text = json.dumps({"predictions": found}, indent=1, ensure_ascii=False) + "\n"
            (stage / out.name).write_text(text, encoding="utf-8")
    if as_json:
        print_json({"predictions": found})
    else:
        print_tables(found, output())
        if out is not None:
            print(f"predictions: {out}")
