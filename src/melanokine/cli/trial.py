"""`melanokine trial`: run a design and write its report."""

from __future__ import annotations

import re
import shlex
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from melanokine.cli.console import Progress, output, progress
from melanokine.cli.output import staged
from melanokine.errors import InputError

if TYPE_CHECKING:
    from melanokine.trials import Result, TrialDesign

LAST_SEED = 2**64 - 1
DesignName = Annotated[
    str, typer.Argument(metavar="NAME|FILE.yaml", help="A design of the library (see `melanokine trials`) or a file.")
]
PatientsPerArm = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Patients per arm; by default the design's number.")
]


def run_trial(
    name: DesignName,
    patients: PatientsPerArm = None,
    arms: Annotated[str | None, typer.Option(metavar="A,B", help="Run these arms only.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=LAST_SEED, metavar="S", help="Key of all random numbers.")] = 1,
    replicates: Annotated[
        int, typer.Option(min=1, metavar="R", help="Repeat the trial with new patients and report the spread.")
    ] = 1,
    uncalibrated: Annotated[
        bool,
        typer.Option("--uncalibrated", help="Draw patients from the distributions as they are, not as calibrated."),
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="W", help="Threads; by default one per processor. Changes no number.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for the results; by default melanokine-results/NAME-seedS."),
    ] = None,
    adam: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write ADSL, ADTR, ADRS, ADTTE and ADAE to this folder as well.")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="parquet|json|xpt", help="Format of --adam: Parquet, Dataset-JSON 1.1 or XPT v5."
        ),
    ] = None,
    omex: Annotated[
        Path | None, typer.Option(metavar="FILE.omex", help="Write an archive of model, design and results as well.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Run a trial in virtual patients; write its tables, figures and report."""
    started = time.perf_counter()
    _check_format(adam, form)
    if omex is not None and omex.is_dir():
        raise InputError(f"--omex {omex} is a folder", remedy=f"name a file, such as {omex / 'trial.omex'}")
    from melanokine import trials

    design = trials.load(name)
    plain_name = re.sub(r"[^\w.-]+", "-", design.name)
    directory = out or Path("melanokine-results") / f"{plain_name}-seed{seed}"
    with (
        staged(directory) as stage,
        _staged_if(adam) as tables,
        _staged_if(None if omex is None else omex.parent) as archive,
        progress(quiet, tuple(design.arms)) as show,
    ):
        result = trials.Trial(design).run(
            patients=patients,
            arms=_chosen(arms, design),
            seed=seed,
            replicates=replicates,
            calibrated=False if uncalibrated else None,
            records=adam is not None or (omex is not None and replicates == 1),
            workers=workers,
            progress=show,
        )
        if tables is not None:
            from melanokine.trials.adam import write_adam

            write_adam(result, tables, form or "parquet")
        if archive is not None and omex is not None:
            from melanokine.trials.archive import write_archive

            show("writing the archive", 0, 1)
            write_archive(result, archive / omex.name)
        _write(result, stage, _command(name, patients, arms, seed, replicates, uncalibrated), show)
    if not quiet:
        _print(result, directory, time.perf_counter() - started)
        if adam is not None:
            print(f"ADaM: {adam}")
        if omex is not None:
            print(f"archive: {omex}")


def _check_format(adam: Path | None, form: str | None) -> None:
    if form is None:
        return
    from melanokine.interchange.clinical import check_format

    check_format(form)
    if adam is None:
        raise InputError(f"--format {form} belongs to no datasets", remedy="name their folder with --adam")


def _staged_if(directory: Path | None) -> AbstractContextManager[Path | None]:
    return nullcontext() if directory is None else staged(directory)


def _chosen(arms: str | None, design: TrialDesign) -> list[str] | None:
    """Arm names parted by commas; a name that has a comma itself can be given alone."""
    if arms is None or arms in design.arms:
        return None if arms is None else [arms]
    return [name.strip() for name in arms.split(",") if name.strip()]


def _command(name: str, patients: int | None, arms: str | None, seed: int, replicates: int, uncalibrated: bool) -> str:
    """The command line that gives these numbers again."""
    words = ["melanokine", "trial", name]
    words += [] if patients is None else ["--patients", str(patients)]
    words += [] if arms is None else ["--arms", arms]
    words += ["--seed", str(seed)]
    words += [] if replicates == 1 else ["--replicates", str(replicates)]
    words += ["--uncalibrated"] if uncalibrated else []
    return shlex.join(words)


def _write(result: Result, directory: Path, command: str, show: Progress) -> None:
    from melanokine.trials.write import write_result

    show("writing the report", 0, 1)
    write_result(result, directory, command=command)
    show("writing the report", 1, 1)


def _print(result: Result, directory: Path, seconds: float) -> None:
    from melanokine.report.terminal import print_summary

    console = output()
    print_summary(result, console)
    runtime = result.runtime
    console.print(
        f"{len(result.patients)} patients simulated in {runtime['simulate_s']:.1f} s"
        f" ({runtime['patients_per_s']:.0f} per second), compiled in {runtime['compile_s']:.1f} s,"
        f" {seconds:.1f} s in all"
    )
    print(f"report: {directory / 'report.html'}")
