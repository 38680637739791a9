"""`melanokine compare-published`: predicted beside published for the designs of the library that have outcomes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from melanokine.cli.console import progress
from melanokine.cli.output import staged
from melanokine.cli.trial import LAST_SEED
from melanokine.errors import InputError

if TYPE_CHECKING:
    from melanokine.trials import TrialDesign


def compare_published(
    out: Annotated[Path, typer.Option(metavar="FILE.md", help="Markdown file to write.")] = Path(
        "docs/predicted-and-published.md"
    ),
    only: Annotated[
        str | None, typer.Option("--trials", metavar="A,B", help="Only these designs; by default all with outcomes.")
    ] = None,
    patients: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Patients per arm; by default each design's number.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=LAST_SEED, metavar="S", help="Key of all random numbers.")] = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="W", help="Threads; by default one per processor.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Run the trials of the library that have published endpoints, and write a table of predicted beside published."""
    if os.path.isdir(out):
        raise InputError(f"--out {out} is a folder", remedy=f"name a file, such as {out / 'table.md'}")
    from melanokine import trials
    from melanokine.report.published_table import published_table

    designs = with_outcomes(trials.names() if only is None else [name.strip() for name in only.split(",")])
    results = []
    with staged(out.parent) as stage:
        with progress(quiet, tuple(design.name for design in designs), "running") as show:
            for done, design in enumerate(designs):
                show(design.name, done, len(designs))
                results.append(trials.Trial(design).run(patients=patients, seed=seed, workers=workers))
                show(design.name, done + 1, len(designs))
        (stage / out.name).write_text(published_table(results, patients, only), encoding="utf-8")
    if not quiet:
        print(f"table: {out}")


def with_outcomes(names: list[str]) -> list[TrialDesign]:
    """The designs of these names that have published endpoints which a trial predicts.

    Raises InputError if there are none, or if one that was chosen is blind.
    """
    from melanokine import trials
    from melanokine.trials.published_names import ENDPOINTS

    library = trials.names()
    designs = [trials.load(name) for name in names]
    if blind := [design.name for design in designs if design.blind and names != library]:
        raise InputError(f"{blind[0]} is blind, so it has no published outcome", remedy="leave it out")
    designs = [design for design in designs if trials.published(design)["endpoint"].isin(ENDPOINTS).any()]
    if not designs:
        raise InputError(
            f"no endpoint of {', '.join(names)} was published", remedy="see `melanokine trials --published`"
        )
    return designs
