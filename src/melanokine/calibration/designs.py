"""Which arms of the trial library are fitted, in `designs.csv`: a name and a reason each, and no number.

An arm with `fit` is fitted in all its endpoints, one with `fit responses` in all but overall survival, where later
therapy makes that no effect of treatment which the model could know; `check`, or no line, means that an arm is compared
with the model and never fitted. A blind design is refused: its outcomes choose nothing.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from melanokine import trials
from melanokine.errors import InputError, nearest
from melanokine.trials.design import TrialDesign

FILE = Path(__file__).parent / "designs.csv"
ALL_ARMS = "*"
FIT, RESPONSES_ONLY, CHECK = USES = "fit", "fit responses", "check"


@dataclass(frozen=True)
class Chosen:
    """A design of the library, those of its arms that are fitted, and whether its overall survival is."""

    design: TrialDesign
    arms: tuple[str, ...]
    survival: bool = True


def fitted(file: Path = FILE) -> list[Chosen]:
    """The designs with fitted arms, in the order of the table.

    Raises InputError, naming the line, for a design or an arm that does not exist, a blind design or an unknown use.
    """
    arms: dict[str, list[str]] = {}
    designs: dict[str, TrialDesign] = {}
    without_survival: set[str] = set()
    with file.open(encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), 2):
            name = row["design"]
            if name not in designs:
                designs[name] = trials.load(name)
            if designs[name].blind:
                remedy = "take the line out: blind trials are predicted, never fitted"
                raise InputError(f"{name} is blind", file=file, line=line, remedy=remedy)
            if row["use"] not in USES:
                raise InputError(f"use {row['use']!r}", file=file, line=line, remedy=nearest(row["use"], USES))
            named = list(designs[name].arms) if row["arm"] == ALL_ARMS else [row["arm"]]
            for arm in named:
                if arm not in designs[name].arms:
                    remedy = nearest(arm, designs[name].arms)
                    raise InputError(f"{name} has no arm {arm!r}", file=file, line=line, remedy=remedy)
            if row["use"] != CHECK:
                arms.setdefault(name, []).extend(named)
            if row["use"] == RESPONSES_ONLY:
                without_survival.add(name)
    return [
        Chosen(designs[name], tuple(dict.fromkeys(own)), name not in without_survival) for name, own in arms.items()
    ]
