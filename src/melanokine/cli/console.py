"""What the commands print: results on standard output, progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[str, int, int], None]
"""Called with the phase of the work, how much of it is done, and how much there is."""


def output() -> Console:
    """Console on standard output; on a pipe it writes plain text, wide enough not to break tables."""
    from rich.console import Console

    return Console(soft_wrap=False, highlight=False, width=None if sys.stdout.isatty() else 160)


def print_json(records: Any) -> None:
    """`records` as JSON on standard output."""
    print(json.dumps(records, indent=1, ensure_ascii=False, allow_nan=False))


@contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    """A function that shows how far a run is: bars on a terminal, a line per phase on a pipe, nothing if `quiet`."""
    if quiet:
        yield lambda phase, done, total: None
    elif sys.stderr.isatty():
        with _bars() as show:
            yield show
    else:
        yield _lines()


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(finished_text="[green]✓"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=32),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, Any] = {}

        def show(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(phase, total=total)
            bars.update(tasks[phase], completed=done, total=total)

        yield show


def _lines() -> Progress:
    seen: set[str] = set()

    def show(phase: str, done: int, total: int) -> None:
        if phase not in seen:
            seen.add(phase)
            print(phase, file=sys.stderr, flush=True)

    return show
