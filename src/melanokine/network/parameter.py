"""Parameters are data: a CSV table beside the module that uses them, one row each, with unit, spread and source.

| column         | meaning                                                                                     |
|----------------|---------------------------------------------------------------------------------------------|
| name           | unique in the whole model                                                                   |
| value, unit    | the median (the mean for `exponential`) and its unit                                        |
| distribution   | between patients: `fixed`, `lognormal`, `logitnormal`, `normal` or `exponential`            |
| spread         | standard deviation of ln(x), logit(x) or x; empty for `fixed` and `exponential`             |
| low, high      | draws are confined to this range; for a `fixed` value, the range that its sources leave open |
| level          | `patient`, or `lesion`: every lesion has its own, drawn independently                       |
| how            | `measured`, `derived` (computed from measured ones), `fitted` or `assumed`                  |
| source         | DOI, PMID or NCT; may be empty only where `how` is `assumed`                                |
| note           | what was seen, or why it was assumed                                                        |
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from melanokine.errors import InputError, nearest

COLUMNS = (
    "name", "value", "unit", "distribution", "spread", "low", "high", "level", "how", "source", "note",
)  # fmt: skip
DISTRIBUTIONS = ("fixed", "lognormal", "logitnormal", "normal", "exponential")
LEVELS = ("patient", "lesion")
ORIGINS = ("measured", "derived", "fitted", "assumed")


@dataclass(frozen=True)
class Parameter:
    """A number of the model, how it varies between patients, and where it comes from (see the table above)."""

    name: str
    value: float
    unit: str
    distribution: str = "fixed"
    spread: float = 0.0
    low: float = -math.inf
    high: float = math.inf
    level: str = "patient"
    how: str = "assumed"
    source: str = ""
    note: str = ""
    module: str = ""


def split_sources(text: str) -> list[str]:
    """The single sources in a source column, which parts them by semicolons."""
    return [part.strip() for part in text.split(";") if part.strip()]


def read_parameters(path: str | Path, module: str = "") -> list[Parameter]:
    """All rows of a parameter table; InputError names file, line and column of what cannot be read."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot read the parameter table: {error.strerror}", file=path) from None
    rows = csv.reader(text.splitlines())
    header = next(rows, [])
    for column in header:
        if column not in COLUMNS:
            raise InputError(f"unknown column {column!r}", file=path, line=1, remedy=nearest(column, COLUMNS))
    parameters = []
    for cells in rows:
        if not cells:
            continue
        if len(cells) != len(header):
            message = f"{len(cells)} cells where the header has {len(header)}"
            raise InputError(message, file=path, line=rows.line_num, remedy="quote cells that hold a comma")
        row = dict(zip(header, cells, strict=True))
        parameters.append(_parameter(row, path, rows.line_num, module))
    return parameters


def _parameter(row: dict[str, str], path: Path, line: int, module: str) -> Parameter:
    def number(column: str, default: float) -> float:
        text = row.get(column, "").strip()
        if not text:
            return default
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if math.isnan(value):
            raise InputError(f"{row['name']}: {column} is {text!r}, not a number", file=path, line=line)
        return value

    def choice(column: str, known: tuple[str, ...], default: str) -> str:
        text = row.get(column, "").strip() or default
        if text not in known:
            message = f"{row['name']}: unknown {column} {text!r}"
            raise InputError(message, file=path, line=line, remedy=nearest(text, known))
        return text

    parameter = Parameter(
        name=row["name"].strip(),
        value=number("value", math.nan),
        unit=row["unit"].strip(),
        distribution=choice("distribution", DISTRIBUTIONS, "fixed"),
        spread=number("spread", 0.0),
        low=number("low", -math.inf),
        high=number("high", math.inf),
        level=choice("level", LEVELS, "patient"),
        how=choice("how", ORIGINS, "assumed"),
        source=row.get("source", "").strip(),
        note=row.get("note", "").strip(),
        module=module,
    )
    if math.isnan(parameter.value):
        raise InputError(f"{parameter.name}: the value is missing", file=path, line=line)
    return parameter
