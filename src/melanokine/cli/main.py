"""The `melanokine` command: its sub-commands, and how it ends.

Exit codes: 0 done, 2 something the user wrote cannot be used (one line on standard error), 130 interrupted.
Nothing heavy is imported here: numpy, pandas, matplotlib and llvmlite are loaded by the command that needs them.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Annotated, Any

import typer

from melanokine import __version__
from melanokine.cli import (
    calibrate,
    compare_drugs,
    drugs,
    export,
    model,
    open_archive,
    petab,
    predict,
    predict_blind,
    published,
    simulate,
    synergy,
    trial,
    trials,
    validate,
)
from melanokine.errors import MelanokineError

UsageError: Any = typer.BadParameter.__base__  # click's class, or the copy of it that typer carries
INTERRUPTED = 130
FULL = (errno.ENOSPC, errno.EFBIG, errno.EIO)
"""A disk, a quota or a device that takes no more."""

app = typer.Typer(
    name="melanokine",
    help="A virtual clinic for interleukin immunotherapy of melanoma.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("trial")(trial.run_trial)
app.command("trials")(trials.list_trials)
app.command("drugs")(drugs.list_drugs)
app.command("simulate")(simulate.simulate_patient)
app.command("model")(model.describe_model)
app.command("compare")(compare_drugs.compare_drugs)
app.command("synergy")(synergy.combine_drugs)
app.command("export")(export.export_model)
app.command("open")(open_archive.open_archive)
app.add_typer(petab.app, name="petab")
app.command("compare-published")(published.compare_published)
app.command("predict")(predict.predict_trial)
app.command("predict-blind")(predict_blind.predict_blind)
app.command("calibrate")(calibrate.calibrate_populations)
app.command("validate")(validate.validate_model)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"melanokine {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """A virtual clinic for interleukin immunotherapy of melanoma."""


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line and return its exit code; errors of the user become one line on standard error."""
    try:
        outcome = app(args=list(arguments), prog_name="melanokine", standalone_mode=False)
        sys.stdout.flush()  # what cannot be written shall fail here, not while Python ends
    except MelanokineError as error:
        return _complain(str(error))
    except UsageError as error:
        if not arguments:  # a bare `melanokine` shows its help, which click treats as an error
            return 2
        return _complain(error.format_message(), f"see `{_command(error)} --help`")
    except (KeyboardInterrupt, typer.Abort):
        outcome = INTERRUPTED
    except BrokenPipeError:  # whoever read our output has left (`| head`)
        _abandon_output()
        return 1
    except OSError as error:
        if error.errno not in FULL:
            raise
        _abandon_output()
        return _complain(f"the output cannot be written: {(error.strerror or '').lower()}", "make room, or redirect it")
    if outcome == INTERRUPTED:
        print("melanokine: interrupted, nothing was written", file=sys.stderr)
    return outcome if isinstance(outcome, int) else 0


def main() -> None:
    """Entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a pipe with a narrow encoding shall not end the command
    sys.exit(run(sys.argv[1:]))


def _abandon_output() -> None:
    """Point standard output elsewhere, so that Python's own flush at exit is quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _command(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    return context.command_path if context is not None else "melanokine"


def _complain(message: str, remedy: str | None = None) -> int:
    line = " ".join(message.split())
    if remedy:
        line = f"{line.rstrip('.')}; {remedy}"
    print(f"melanokine: {line}", file=sys.stderr)
    return 2
