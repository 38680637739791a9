"""The tables of a problem as text: what is wrong in them is said with file and line, before the library reads them."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from melanokine.errors import InputError, nearest

NEEDED = {
    1: {
        "condition_files": ("conditionId",),
        "observable_files": ("observableId", "observableFormula"),
        "measurement_files": ("observableId", "simulationConditionId", "time", "measurement"),
        "parameter_file": ("parameterId", "estimate"),
    },
    2: {
        "condition_files": ("conditionId", "targetId", "targetValue"),
        "experiment_files": ("experimentId", "time", "conditionId"),
        "observable_files": ("observableId", "observableFormula"),
        "measurement_files": ("observableId", "time", "measurement"),
        "parameter_files": ("parameterId", "estimate"),
    },
}
"""By version and key of the YAML file, the columns without which nothing can be read."""
NUMBERS = ("measurement", "lowerBound", "upperBound", "nominalValue")


def check_tables(path: Path, version: int, settings: Mapping[str, Any]) -> None:
    """InputError for a table that is missing, empty or no text, lacks a column, or has no number where one belongs."""
    for kind, columns in NEEDED[version].items():
        for file in _files(path, kind, settings):
            _check(file, columns)


def _files(path: Path, kind: str, settings: Mapping[str, Any]) -> Iterator[Path]:
    names = settings.get(kind) or ()
    for name in names if isinstance(names, (list, tuple)) else [names]:
        if not isinstance(name, str):
            raise InputError(f"{kind} holds {name!r}, which is no file name", file=path)
        if "://" not in name:
            yield path.parent / name


def _check(file: Path, columns: tuple[str, ...]) -> None:
    rows = csv.reader(_text(file).splitlines(), delimiter="\t")
    try:
        header = next(rows, [])
        if not header:
            raise InputError("the table is empty", file=file, remedy="its first line names the columns")
        for column in columns:
            if column not in header:
                remedy = nearest(column, header) if len(header) > 1 else "columns are separated by tabulators"
                raise InputError(f"there is no column {column!r}", file=file, line=1, remedy=remedy)
        for cells in rows:
            if len(cells) > len(header):
                message = f"{len(cells)} cells where the header has {len(header)}"
                raise InputError(message, file=file, line=rows.line_num, remedy="remove what is too much")
            for name, cell in zip(header, cells, strict=False):
                value = _number(cell) if name in NUMBERS else 0.0
                if name == "measurement" and value is not None and not math.isfinite(value):
                    message = f"measurement is {cell!r}"
                    raise InputError(message, file=file, line=rows.line_num, remedy="leave out what was not measured")
                if value is None:
                    raise InputError(f"{name} is {cell!r}, which is no number", file=file, line=rows.line_num)
    except csv.Error as error:
        raise InputError(f"is no table: {error}", file=file, line=rows.line_num) from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"the table cannot be read: {reason.lower()}", file=file) from None


def _number(cell: str) -> float | None:
    """What is not given is not a number, but no mistake either; None for anything else."""
    try:
        return float(cell or "nan")
    except ValueError:
        return None
