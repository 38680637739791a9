"""A dataset as a file: Parquet, Dataset-JSON 1.1 or XPT."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from melanokine.errors import InputError, nearest
from melanokine.interchange.clinical.dataset import Dataset


@dataclass(frozen=True)
class Study:
    """The study that a dataset belongs to, the program that made it, and when."""

    identifier: str
    version: str
    created: datetime

    @classmethod
    def now(cls, identifier: str, version: str) -> Study:
        """A study whose files are made now, or at the time that SOURCE_DATE_EPOCH gives (seconds since 1970)."""
        return cls(identifier, version, time_of_making())


def time_of_making() -> datetime:
    """Now, to the second, or the time in SOURCE_DATE_EPOCH, for files that are the same on another day."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError):
        message = f"SOURCE_DATE_EPOCH is {given!r}"
        raise InputError(message, remedy="give the seconds since 1970 as a whole number, or unset it") from None


def check_format(form: str) -> None:
    """InputError where `form` is none of FORMATS, or needs a package that is not installed."""
    _writer(form)
    if form == "xpt":
        from melanokine.interchange.clinical.xpt import writer

        writer()


def file_name(dataset: str, form: str) -> str:
    """The name of the file of a dataset, such as `adsl.xpt`."""
    return f"{dataset.lower()}.{_writer(form)[0]}"


def write_dataset(dataset: Dataset, study: Study, form: str, path: str | Path) -> None:
    """Write a dataset to `path` as `form`, one of FORMATS. InputError where the format cannot hold it."""
    _writer(form)[1](dataset, study, Path(path))


def _parquet(dataset: Dataset, study: Study, path: Path) -> None:
    from melanokine.interchange.clinical.parquet import write

    write(dataset, study.identifier, path)


def _json(dataset: Dataset, study: Study, path: Path) -> None:
    from melanokine.interchange.clinical.dataset_json import document

    text = document(dataset, study.identifier, study.version, study.created)
    path.write_text(text, encoding="utf-8", newline="\n")


def _xpt(dataset: Dataset, study: Study, path: Path) -> None:
    from melanokine.interchange.clinical.xpt import write

    write(dataset, study.created, path)


Writer = Callable[[Dataset, Study, Path], None]
FORMATS: dict[str, tuple[str, Writer]] = {
    "parquet": ("parquet", _parquet),
    "json": ("json", _json),
    "xpt": ("xpt", _xpt),
}
"""Ending and writer of each format."""


def _writer(form: str) -> tuple[str, Writer]:
    if form not in FORMATS:
        raise InputError(f"no format of clinical data is called {form!r}", remedy=nearest(form, FORMATS))
    return FORMATS[form]
