"""Predictions of trials for reading: one line per arm, and one per comparison, for terminal and Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

ARMS = {
    "ORR": "ORR, %", "CR": "CR, %", "PFS_12mo": "PFS 12 mo, %", "OS_12mo": "OS 12 mo, %", "OS_24mo": "OS 24 mo, %",
    "grade3plus_TRAE": "grade 3+, %",
}  # fmt: skip
CONTRASTS = {"ORR_difference": "ORR difference, points", "PFS_HR": "PFS HR", "OS_HR": "OS HR"}
Record = Mapping[str, Any]


def print_tables(records: Sequence[Record], console: Console) -> None:
    """Value and 95 % interval of the main endpoints."""
    from rich import box
    from rich.table import Table

    for title, columns in (("Arm", ARMS), ("Comparison", CONTRASTS)):
        lines = _lines(records, columns)
        if lines:
            drawn = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
            drawn.add_column("Trial")
            drawn.add_column(title, overflow="fold")
            drawn.add_column("n", justify="right")
            for name in columns.values():
                drawn.add_column(name, justify="right")
            for line in lines:
                drawn.add_row(*line)
            console.print(drawn)
    console.print("Values with 95 % intervals for what will be observed in n patients.")


def markdown(records: Sequence[Record], made_by: str) -> str:
    """Those of blind trials as a document; `made_by` says with what it was made."""
    parts = [
        "# Blind predictions",
        made_by,
        "What is predicted of every trial whose outcome chose no parameter, before anyone scores it: the best value, "
        "and in brackets the interval that holds what will be observed in n patients with 95 %. It carries what the "
        "calibration leaves open of the parameters, what trials of one design differ by, the finite number of virtual "
        "patients, and chance in n patients. All endpoints with 50, 80 and 95 % intervals and the four parts are in "
        "`blind-predictions.json`.",
    ]
    for title, columns in (("Arm", ARMS), ("Comparison", CONTRASTS)):
        header = ["Trial", title, "n", *columns.values()]
        lines = [header, ["---"] * len(header), *_lines(records, columns)]
        parts.append("\n".join(f"| {' | '.join(line)} |" for line in lines))
    return "\n\n".join(parts) + "\n"


def _lines(records: Sequence[Record], columns: Mapping[str, str]) -> list[list[str]]:
    found: dict[tuple[str, str, int], dict[str, Record]] = {}
    for record in records:
        if record["endpoint"] in columns:
            key = (record["trial_id"], record["arm"], record["n"])
            found.setdefault(key, {})[record["endpoint"]] = record
    return [
        [trial, arm, str(n), *(_cell(own.get(name), name) for name in columns)]
        for (trial, arm, n), own in found.items()
    ]


def _cell(record: Record | None, endpoint: str) -> str:
    if record is None:
        return "–"
    digits = 2 if endpoint.endswith("_HR") else 0
    value, low, high = (_number(record[key], digits) for key in ("value", "low95", "high95"))
    return f"{value} ({low} to {high})"


def _number(value: float, digits: int) -> str:
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")  # no minus before a zero
