"""SAS transport files of version 5 (SAS technical support TS-140), written by pyreadstat (extra `interchange`).

Version 5 is what authorities take. It knows ASCII only, texts of at most 200 characters, and keeps the time of writing
in its headers, which here is that of the study, so that the same table gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from melanokine.errors import InputError
from melanokine.interchange.clinical.dataset import Dataset

LONGEST_TEXT = 200
DATE, EPOCH = "DATE9", "1960-01-01"
"""How SAS shows a date, and its day 0."""

FIRST_RECORD = b"HEADER RECORD*******OBS "
"""What the part with the rows begins with."""

TIME = re.compile(rb"\d\d[A-Z]{3}\d\d:\d\d:\d\d:\d\d")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def write(dataset: Dataset, created: datetime, path: Path) -> None:
    """Write a dataset. InputError where a text is too long or not ASCII, or pyreadstat is not installed."""
    import pandas as pd

    write_xport = writer()
    frame = dataset.frame.copy()
    for variable in dataset.variables:
        values = frame[variable.name]
        if variable.kind == "text":
            _check(dataset.name, variable.name, values)
        elif variable.kind == "date":
            frame[variable.name] = (values - pd.Timestamp(EPOCH)) / pd.Timedelta(days=1)
        else:
            frame[variable.name] = values.astype("float64")
    write_xport(
        frame,
        str(path),
        file_label=dataset.label,
        column_labels=[variable.label for variable in dataset.variables],
        table_name=dataset.name,
        file_format_version=5,
        variable_format={variable.name: DATE for variable in dataset.variables if variable.kind == "date"},
    )
    _set_time(path, created)


def writer() -> Callable[..., None]:
    """pyreadstat's function; InputError where the package is not installed."""
    try:
        from pyreadstat import write_xport
    except ImportError:
        remedy = 'install "melanokine[interchange]", or choose parquet or json'
        raise InputError("XPT files need pyreadstat", remedy=remedy) from None
    return write_xport


def _check(dataset: str, variable: str, values: Iterable[str]) -> None:
    for value in values:
        if not value.isascii() or len(value) > LONGEST_TEXT:
            what = "is not ASCII" if not value.isascii() else f"is longer than {LONGEST_TEXT} characters"
            message = f"{dataset}.{variable} {what}: {value[:60]!r}"
            raise InputError(message, remedy="rename it in the design, or choose parquet or json")


def _set_time(path: Path, created: datetime) -> None:
    """Put the time of making into the headers, before the first row."""
    content = path.read_bytes()
    head, mark, rows = content.partition(FIRST_RECORD)
    time = f"{created.day:02d}{MONTHS[created.month - 1]}{created:%y:%H:%M:%S}".encode()
    path.write_bytes(TIME.sub(time, head) + mark + rows)
