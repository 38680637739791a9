"""`melanokine open`: a trial from a COMBINE archive, shown, written out, or run again."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from melanokine.cli.console import output, print_json, progress
from melanokine.cli.output import staged
from melanokine.errors import InputError


def open_archive(
    path: Annotated[Path, typer.Argument(metavar="FILE.omex", help="An archive that `melanokine trial --omex` wrote.")],
    rerun: Annotated[
        bool, typer.Option("--rerun", help="Run the trial again, and see whether every table has the same bytes.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="W", help="Threads; by default one per processor. Changes no number.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write tables, figures and report there.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors and JSON.")] = False,
) -> None:
    """Open the archive of a trial: show its summary, write its report, or run it again."""
    from melanokine.trials.archive import open_trial

    archive = open_trial(path)
    result = archive.result
    with staged(out) if out is not None else nullcontext() as stage, progress(quiet, result.arms) as show:
        if rerun:
            differing = archive.differs(archive.rerun(workers=workers, progress=show))
            if differing:
                message = f"run again, the trial gives other numbers in: {', '.join(differing)}"
                raise InputError(message, file=path, remedy="use the libraries and the kind of processor that wrote it")
        if stage is not None:
            from melanokine.trials.write import write_result

            show("writing the report", 0, 1)
            write_result(result, stage, command=f"melanokine open {path.name} --rerun")
    if json:
        print_json(result.summary_record())
    elif not quiet:
        from melanokine.report.terminal import print_summary

        console = output()
        print_summary(result, console)
        run = archive.run
        console.print(f"seed {run.seed}, melanokine {run.version}, {len(archive.files)} files", style="dim")
        if rerun:
            print("run again: the same bytes")
        if out is not None:
            print(f"report: {out / 'report.html'}")
