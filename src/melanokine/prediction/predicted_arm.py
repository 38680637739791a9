"""What is asked of a prediction: arms of designs, each as a trial would tell it, and which are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from melanokine.errors import InputError
from melanokine.trials.design import TrialDesign


@dataclass(frozen=True)
class PredictedArm:
    """An arm to predict: the names of its trial and of itself, its patients, and the arms of the design that simulate
    it, in equal parts."""

    trial_id: str
    arm: str
    n: int
    design: TrialDesign
    arms: tuple[str, ...]
    compared_within: str = ""
    note: str = ""


Pairs = Sequence[tuple[int, int]]
"""Positions of arms that are compared, the reference second."""


def arms_of(design: TrialDesign, patients: int | None = None) -> list[PredictedArm]:
    """Every arm of a design, of the design's size or of so many `patients`. InputError for a number below 1."""
    if patients is not None and patients < 1:
        raise InputError(f"{patients} is not a number of patients", remedy="give 1 or more")
    return [PredictedArm(design.name, arm, patients or design.patients(arm), design, (arm,)) for arm in design.arms]


def against_reference(rows: Sequence[PredictedArm]) -> Pairs:
    """Every arm of a design against its reference arm."""
    named = [row.arm for row in rows]
    reference = rows[0].design.reference_arm
    return [(i, named.index(reference)) for i, name in enumerate(named) if name != reference]


def within_trials(rows: Sequence[PredictedArm]) -> Pairs:
    """Every arm against every other with the same trial and `compared_within`, each both ways."""
    return [
        (i, j)
        for i, first in enumerate(rows)
        for j, second in enumerate(rows)
        if i != j
        and first.compared_within
        and (first.trial_id, first.compared_within) == (second.trial_id, second.compared_within)
    ]
