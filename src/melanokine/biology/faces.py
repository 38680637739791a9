"""The two faces of each interleukin: by which paths of the model it acts for the tumour, and by which against it.

`faces.csv` holds one path a row:

| column      | meaning                                                                                          |
|-------------|--------------------------------------------------------------------------------------------------|
| interleukin | IL-2, IL-10, IL-12, IL-15 or IL-18                                                               |
| face        | `pro-tumour` or `anti-tumour`                                                                    |
| path        | what happens, in a clause                                                                        |
| mechanism   | the module that holds it                                                                         |
| change      | states that the interleukin changes in a diseased patient: `name=value`, parted by semicolons    |
| moves, sign | the rule, observable or state (its rate is meant) that follows, and in which direction: `+`, `-` |
| source      | DOI, PMID or NCT                                                                                 |

Every row is checked against the equations (tests/biology/test_faces.py).
"""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass
from pathlib import Path

from melanokine.network import split_sources

FACES = ("pro-tumour", "anti-tumour")
TABLE = Path(__file__).with_suffix(".csv")
SIGNS = {"+": 1, "-": -1}


@dataclass(frozen=True)
class Effect:
    """One path: `changes` of states move the quantity `moves` up (`sign` 1) or down (-1)."""

    interleukin: str
    face: str
    path: str
    mechanism: str
    changes: dict[str, float]
    moves: str
    sign: int
    sources: tuple[str, ...]

    def record(self) -> dict[str, object]:
        """The effect as plain data."""
        return {**asdict(self), "sources": list(self.sources)}


def effects() -> list[Effect]:
    """All rows of the table, sorted by interleukin and face, else in its order."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        found = [_effect(row) for row in csv.DictReader(file)]
    return sorted(found, key=lambda x: (int(x.interleukin.partition("-")[2]), FACES.index(x.face)))


def _effect(row: dict[str, str]) -> Effect:
    changes = (one.split("=") for one in row["change"].split(";"))
    return Effect(
        interleukin=row["interleukin"],
        face=row["face"],
        path=row["path"],
        mechanism=row["mechanism"],
        changes={name.strip(): float(value) for name, value in changes},
        moves=row["moves"],
        sign=SIGNS[row["sign"]],
        sources=tuple(split_sources(row["source"])),
    )
