"""What the commands print: results on standard output, progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

PIPE_WIDTH = 140
"""Characters in a line where there is no terminal to ask."""


def output() -> Console:
    """Console on standard output, plain and wide on a pipe."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def print_json(records: Any) -> None:
    """`records` as JSON on standard output."""
    print(json.dumps(records, indent=1, ensure_ascii=False, allow_nan=False))


@contextmanager
def progress(quiet: bool, arms: tuple[str, ...] = (), doing: str = "treating") -> Iterator[Progress]:
    """A function that shows how far a run is: bars on a terminal, a line per step on a pipe, nothing if `quiet`.

    Steps named after one of `arms` are parts of one simulation, and share a bar, which says what is being done to them.
    """
    if quiet:
        yield lambda step, done, total: None
    elif sys.stderr.isatty():
        with _bars(arms, doing) as show:
            yield show
    else:
        yield _lines(arms, doing)


@contextmanager
def _bars(arms: tuple[str, ...], doing: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        SpinnerColumn(finished_text="[green]✓[/green]"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            name = "arms" if step in arms else step
            if name not in tasks:
                for task in tasks.values():  # a new step begins when the one before has ended
                    bars.update(task, completed=bars.tasks[task].total)
                tasks[name] = bars.add_task("", total=total)
            bars.update(tasks[name], description=_words(step, arms, doing), completed=done, total=total)

        yield show


def _lines(arms: tuple[str, ...], doing: str) -> Progress:
    seen: set[str] = set()

    def show(step: str, done: int, total: int) -> None:
        if step not in seen:
            seen.add(step)
            print(_words(step, arms, doing), file=sys.stderr, flush=True)

    return show


def _words(step: str, arms: tuple[str, ...], doing: str) -> str:
    return f"{doing}: {step}" if step in arms else step
