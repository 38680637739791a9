"""How each published value is answered: by which regimen, on which observable, read how.

A plan is a CSV table with the columns of the evidence table that identify a row, and

| column     | meaning                                                                                              |
|------------|------------------------------------------------------------------------------------------------------|
| regimen    | sentences joined by ` + `; empty for no treatment                                                    |
| days       | how long patients are followed                                                                       |
| observable | an observable of the model, two of them joined by ` / ` for their ratio, or `exposure` (first drug)  |
| measure    | a function of measures.py                                                                            |
| at         | its argument: a day or a span of days                                                                |
| per        | `dose` divides the dose by the measure; `again A-B` divides by the same over another span,           |
|            | `instead REGIMEN` by the same under another regimen                                                  |
| take       | over patients: `median` (if empty), `mean`, or `highest`                                             |
| factor     | converts what the model says to the unit of the evidence; empty where the unit says it all           |
| reason     | why the model does not answer the row; then the other columns are empty                              |
| note       | what is known of a miss                                                                              |
| blind      | `yes` where the row belongs to a trial that is predicted and was never fitted                        |
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent

KEYS = {
    "pharmacokinetics": ("pk", ("agent_id", "parameter", "dose", "route")),
    "pharmacodynamics": ("pd", ("agent_id", "dose", "schedule", "readout", "time")),
    "toxicity": ("toxicity", ("agent", "trial_id", "arm", "endpoint")),
}
"""Plan: the evidence table that it answers, and the columns that identify a row there."""


@dataclass(frozen=True)
class Question:
    """One row of a plan; see the module."""

    key: tuple[str, ...]
    regimen: tuple[str, ...]
    days: float
    observable: str
    measure: str
    at: str
    per: str
    take: str
    factor: float | None
    reason: str
    note: str
    blind: bool


def questions(plan: str) -> list[Question]:
    """All rows of a plan, in its order."""
    _, keys = KEYS[plan]
    with (FOLDER / f"{plan}.csv").open(encoding="utf-8", newline="") as stream:
        return [
            Question(
                key=tuple(row[name] for name in keys),
                regimen=tuple(filter(None, row["regimen"].split(" + "))),
                days=float(row["days"] or 0),
                observable=row["observable"],
                measure=row["measure"],
                at=row["at"],
                per=row["per"],
                take=row["take"] or "median",
                factor=float(row["factor"]) if row["factor"] else None,
                reason=row["reason"],
                note=row["note"],
                blind=row["blind"] == "yes",
            )
            for row in csv.DictReader(stream)
        ]
