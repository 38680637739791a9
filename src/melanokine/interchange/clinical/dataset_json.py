"""CDISC Dataset-JSON 1.1 (specification of 5 December 2024): one dataset per file, attributes in the order it gives.

Dates are ISO 8601 texts that are to become whole numbers (`targetDataType`), as the specification asks of ADaM.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from melanokine.interchange.clinical.dataset import Dataset, Variable

VERSION = "1.1.0"
DATE_FORMAT = "E8601DA."
TYPES: dict[str, dict[str, str]] = {
    "text": {"dataType": "string"},
    "integer": {"dataType": "integer"},
    "float": {"dataType": "float"},
    "date": {"dataType": "date", "targetDataType": "integer"},
}


def document(dataset: Dataset, study: str, version: str, created: datetime) -> str:
    """The text of the file; a row per line."""
    head = {
        "datasetJSONCreationDateTime": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "datasetJSONVersion": VERSION,
        "fileOID": f"{study}.{dataset.name}",
        "originator": "melanokine",
        "sourceSystem": {"name": "melanokine", "version": version},
        "studyOID": study,
        "itemGroupOID": f"IG.{dataset.name}",
        "records": len(dataset.frame),
        "name": dataset.name,
        "label": dataset.label,
        "columns": [_column(dataset, variable) for variable in dataset.variables],
    }
    columns = [_values(dataset, variable) for variable in dataset.variables]
    rows = ",\n  ".join(_plain(list(row)) for row in zip(*columns, strict=True))
    lines = [f"{_plain(name)}: {_plain(value)}" for name, value in head.items()]
    lines.append('"rows": [' + (f"\n  {rows}\n ]" if rows else "]"))
    return "{\n " + ",\n ".join(lines) + "\n}\n"


def _column(dataset: Dataset, variable: Variable) -> dict[str, Any]:
    column: dict[str, Any] = {
        "itemOID": f"IT.{dataset.name}.{variable.name}",
        "name": variable.name,
        "label": variable.label,
        **TYPES[variable.kind],
    }
    if variable.kind == "text":
        column["length"] = max([1, *(len(value) for value in dataset.frame[variable.name])])
    if variable.kind == "date":
        column["displayFormat"] = DATE_FORMAT
    if variable.key:
        column["keySequence"] = variable.key
    return column


def _values(dataset: Dataset, variable: Variable) -> list[Any]:
    values = dataset.frame[variable.name]
    if variable.kind == "text":
        return [value or None for value in values]
    known = values.notna()
    if variable.kind == "date":
        return [value if here else None for value, here in zip(values.dt.strftime("%Y-%m-%d"), known, strict=True)]
    convert = int if variable.kind == "integer" else float
    return [convert(value) if here else None for value, here in zip(values, known, strict=True)]


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
