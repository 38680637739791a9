"""Predicted beside measured, row by row of the evidence: in the laboratory, and in patients."""

from __future__ import annotations

from melanokine.analysis.validation.findings import Finding, Progress, planned
from melanokine.analysis.validation.laboratory import laboratory
from melanokine.analysis.validation.plan import KEYS, questions

PARTS = ("laboratory", *KEYS)

CRITERIA = {
    "laboratory": "within 3-fold",
    "pharmacokinetics": "within the published range or 30 %",
    "pharmacodynamics": "within the published range or 2-fold",
    "toxicity": "within 2-fold",
}
"""When a prediction agrees."""

__all__ = ["CRITERIA", "KEYS", "PARTS", "Finding", "findings", "questions"]


def findings(part: str, *, patients: int = 60, seed: int = 1, progress: Progress | None = None) -> list[Finding]:
    """Everything asked in a part; `patients` and `seed` are those of the cohort that answers where one is needed."""
    if part == "laboratory":
        return laboratory()
    return planned(part, patients=patients, seed=seed, progress=progress)
