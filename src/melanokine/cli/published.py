"""`melanokine compare-published`: predicted beside published for every design of the library that is not blind."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from melanokine.cli.console import progress
from melanokine.cli.output import staged
from melanokine.cli.trial import LAST_SEED
from melanokine.errors import InputError


def compare_published(
    out: Annotated[Path, typer.Option(metavar="FILE.md", help="Markdown file to write.")] = Path(
        "docs/predicted-and-published.md"
    ),
    patients: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Patients per arm; by default each design's number.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=LAST_SEED, metavar="S", help="Key of all random numbers.")] = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="W", help="Threads; by default one per processor.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Run every trial of the library that is not blind, and write a table of predicted beside published endpoints."""
    if os.path.isdir(out):
        raise InputError(f"--out {out} is a folder", remedy=f"name a file, such as {out / 'table.md'}")
    from melanokine import trials
    from melanokine.report.published_table import published_table

    designs = [design for design in map(trials.load, trials.names()) if not design.blind]
    results = []
    with staged(out.parent) as stage:
        with progress(quiet) as show:
            for done, design in enumerate(designs):
                show("running the trials", done, len(designs))
                results.append(trials.Trial(design).run(patients=patients, seed=seed, workers=workers))
            show("running the trials", len(designs), len(designs))
        (stage / out.name).write_text(published_table(results, patients), encoding="utf-8")
    if not quiet:
        print(f"table: {out}")
