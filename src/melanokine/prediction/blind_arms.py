"""Which arms of the library stand for the blind arms that are to be predicted, from `blind_arms.csv`.

`trial_id`, `arm` and `n` are those of the list of blind designs, `arms` is an arm of `design` or `*`: all its arms in
equal parts, where the trial tells them together. Rows of a trial with the same `compared_within` are compared with one
another; those without are compared with none, for patients were not allotted between them.
"""

from __future__ import annotations

import csv
from pathlib import Path

from melanokine import trials
from melanokine.prediction.predicted_arm import PredictedArm
from melanokine.trials.design import TrialDesign

FILE = Path(__file__).parent / "blind_arms.csv"
ALL_ARMS = "*"


def blind_arms() -> list[PredictedArm]:
    """All rows of the table, in its order."""
    designs: dict[str, TrialDesign] = {}
    found = []
    with FILE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            name = row["design"]
            design = designs.setdefault(name, trials.load(name))
            arms = tuple(design.arms) if row["arms"] == ALL_ARMS else (row["arms"],)
            found.append(
                PredictedArm(
                    row["trial_id"], row["arm"], int(row["n"]), design, arms, row["compared_within"], row["note"]
                )
            )
    return found
