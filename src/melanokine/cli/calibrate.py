"""`melanokine calibrate`: from the evidence to calibrated populations, in one command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from melanokine.cli.console import output, progress
from melanokine.cli.output import staged
from melanokine.errors import InputError
from melanokine.whole_file import write_whole

if TYPE_CHECKING:
    from melanokine.calibration.run import Calibration

LAST_SEED = 2**64 - 1


def calibrate_populations(
    candidates: Annotated[
        int, typer.Option(min=512, max=100_000, metavar="N", help="Candidates; two thirds become plausible patients.")
    ] = 5120,
    members: Annotated[int, typer.Option(min=0, max=1000, metavar="M", help="Members of the ensemble.")] = 60,
    ablation_candidates: Annotated[
        int, typer.Option(min=0, max=100_000, metavar="N", help="Candidates without each mechanism in turn; 0: none.")
    ] = 512,
    seed: Annotated[int, typer.Option(min=0, max=LAST_SEED, metavar="S", help="Key of all random numbers.")] = 1,
    workers: Annotated[int | None, typer.Option(min=1, metavar="W", help="Threads; by default all processors.")] = None,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where simulated patients are kept and results are written.")
    ] = Path("melanokine-results/calibration"),
    install: Annotated[
        bool, typer.Option("--install", help="Make the result the populations that trials draw from.")
    ] = False,
    page: Annotated[Path | None, typer.Option(metavar="FILE.md", help="Write the tables as a page as well.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Fit prevalence weights and trial effects to the published arms; go on where a killed run stood."""
    from melanokine.calibration.run import calibrate
    from melanokine.patients import calibrated
    from melanokine.patients.diagnosis import all_processors

    if page is not None and (page.is_dir() or not page.absolute().parent.is_dir()):
        raise InputError(f"--page {page} cannot be written", remedy="name a file in a folder that is there")
    if install and not os.access(calibrated.FILE.parent, os.W_OK):
        raise InputError(
            f"{calibrated.FILE.parent} cannot be written",
            remedy="leave --install out, or install melanokine where you may write",
        )
    with staged(out) as stage, progress(quiet) as show:
        out.mkdir(parents=True, exist_ok=True)
        done = calibrate(
            out, candidates=candidates, seed=seed, count=members, ablation_candidates=ablation_candidates,
            workers=all_processors(workers), progress=show,
        )  # fmt: skip
        _write(done, stage)
    if install:
        write_whole(calibrated.FILE, (out / "calibrated.npz").read_bytes())
    if page is not None:
        write_whole(page, (out / "tables.md").read_bytes())
    if not quiet:
        _print(done, out)


def _write(done: Calibration, stage: Path) -> None:
    import json

    from melanokine.calibration import targets
    from melanokine.report import calibration_tables as tables

    (stage / "calibrated.npz").write_bytes(done.calibrated.to_bytes())
    (stage / "targets.csv").write_text(targets.as_csv(list(done.problem.targets)), encoding="utf-8")
    (stage / "figures.json").write_text(json.dumps(tables.figures(done), indent=1) + "\n", encoding="utf-8")
    (stage / "tables.md").write_text(tables.page(done), encoding="utf-8")
    for name, frame in tables.every_table(done).items():
        frame.round(4).to_csv(stage / f"{name}.csv", index=False, lineterminator="\n")


def _print(done: Calibration, out: Path) -> None:
    from melanokine.report.calibration_tables import figures

    console = output()
    for name, value in figures(done).items():
        console.print(f"{name.replace('_', ' ')}: {value:g}")
    print(f"calibrated populations: {out / 'calibrated.npz'}, tables: {out / 'tables.md'}")
