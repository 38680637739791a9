"""Reports and figures on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from melanokine.errors import InputError
from melanokine.report.figure_list import Drawn, drawn_figures
from melanokine.report.figures.svg import write_svg
from melanokine.report.html import report_html

if TYPE_CHECKING:
    from melanokine.trials import Result


def write_figures(result: Result, directory: str | Path, figures: list[Drawn] | None = None) -> list[Path]:
    """Write every figure of `result` as SVG into `directory`, which is made if need be; returns the paths."""
    directory = Path(directory)
    paths = []
    with _clear_errors(directory):
        directory.mkdir(parents=True, exist_ok=True)
        for one in drawn_figures(result) if figures is None else figures:
            path = directory / f"{one.name}.svg"
            write_svg(one.figure, path, one.caption)
            paths.append(path)
    return paths


def write_html(
    result: Result, path: str | Path, figures: list[Drawn] | None = None, *, command: str | None = None
) -> Path:
    """Write the self-contained report of `result` as one HTML file and return its path.

    `command` is the command line that made the result. Raises InputError when nothing can be written there.
    """
    path = Path(path)
    page = report_html(result, drawn_figures(result) if figures is None else figures, command)
    with _clear_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    return path


def write_report(result: Result, place: str | Path, *, command: str | None = None) -> Path:
    """Write the report of `result` and return the path of the HTML file.

    Where `place` ends in `.html`, that file alone is written; any other is a directory, which receives `report.html`
    and a folder `figures` of SVG files. Raises InputError when nothing can be written there.
    """
    place = Path(place)
    if place.suffix.lower() in (".html", ".htm"):
        return write_html(result, place, command=command)
    figures = drawn_figures(result)
    write_figures(result, place / "figures", figures)
    return write_html(result, place / "report.html", figures, command=command)


@contextmanager
def _clear_errors(place: Path) -> Iterator[None]:
    """Turns an operating system's refusal into an InputError that names the place."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot write to {place}: {reason}", remedy="name another place") from None
