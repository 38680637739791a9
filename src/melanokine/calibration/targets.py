"""Calibration targets: what the fitted arms found, and how closely a model can be asked to reproduce it.

The values are read from the tables of `evidence` (see `trials.published_values`); nothing is typed in here.
`targets.csv` is the list that the shipped calibration used, written by `melanokine calibrate`. Columns:

| column     | meaning                                                                                          |
|------------|--------------------------------------------------------------------------------------------------|
| design, arm| of the trial library                                                                             |
| endpoint   | ORR, CR, DCR, PFS, OS                                                                            |
| month      | of a survival fraction; empty for a response                                                     |
| value      | observed, percent of patients                                                                    |
| n          | patients in the arm                                                                              |
| sampling   | standard error of the observed value [percentage points]                                         |
| error      | with what trials of the same design differ by, and with what was recalled rather than read       |
| source     | DOI, PMID or NCT                                                                                 |
| verified   | `yes` for what was read in the publication                                                       |

A median of overall survival stands for half the patients alive at that month, where the arm has no survival fraction
and is large enough. Medians of progression-free survival say when the scans were, and are not fitted.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanokine import trials
from melanokine.calibration.designs import Chosen, fitted
from melanokine.trials.design import TrialDesign
from melanokine.trials.published_names import landmark_month

FILE = Path(__file__).parent / "targets.csv"

RESPONSES = ("ORR", "CR", "DCR")
BETWEEN_TRIALS = 2.0
"""What an endpoint differs by between trials of one design and population [percentage points], on top of sampling and
of the trial effects that are fitted (assumed; nivolumab in untreated patients had ORR 43 and 45)."""
RECALLED = 2.0
"""Error of a value that was recalled rather than read [percentage points]; assumed."""
SMALLEST_FOR_A_MEDIAN = 50
"""Patients in an arm whose median survival is taken as half alive at that month: in smaller ones it says little."""


@dataclass(frozen=True)
class Target:
    """One observed endpoint of a fitted arm; see the module."""

    design: str
    arm: str
    endpoint: str
    month: float | None
    value: float
    n: int
    sampling: float
    error: float
    source: str
    verified: str

    @property
    def name(self) -> str:
        """The endpoint as the trial layer spells it, such as `ORR` or `OS_12mo`."""
        return self.endpoint if self.month is None else f"{self.endpoint}_{self.month:g}mo"


def from_evidence(chosen: list[Chosen] | None = None) -> list[Target]:
    """The targets of all fitted arms, read from the published evidence, in the order of the designs."""
    return [
        target
        for each in (chosen or fitted())
        for target in _of(each.design, each.arms)
        if each.survival or target.endpoint != "OS"
    ]


def _of(design: TrialDesign, arms: tuple[str, ...]) -> list[Target]:
    found = trials.published(design)
    found = found[(found["reference"] == "") & found["arm"].isin(arms) & (found["unit"] != "ratio")]
    targets = []
    for arm in arms:
        rows = found[found["arm"] == arm].to_dict("records")
        with_landmarks = {row["endpoint"].split("_")[0] for row in rows if landmark_month(row["endpoint"])}
        for row in rows:
            month, value = landmark_month(row["endpoint"]), row["value"]
            endpoint = row["endpoint"].split("_")[0]
            if row["endpoint"] == "OS_median_months" and "OS" not in with_landmarks:
                if not math.isfinite(value) or design.patients(arm) < SMALLEST_FOR_A_MEDIAN:
                    continue
                month, value = value, 50.0
            elif month is None and row["endpoint"] not in RESPONSES:
                continue
            n = design.patients(arm)
            sampling = sampling_error(value, n)
            recalled = 0.0 if row["verified"] == "yes" else RECALLED
            error = math.hypot(sampling, BETWEEN_TRIALS, recalled)
            targets.append(
                Target(design.name, arm, endpoint, month, value, n, sampling, error, row["source"], row["verified"])
            )
    return targets


def sampling_error(percent: float, n: int) -> float:
    """Standard error [percentage points] of a fraction seen in `n` patients.

    One event and one non-event are added, so that none out of few says no more than it can (Agresti and Coull 1998,
    doi 10.1080/00031305.1998.10480550, halved).
    """
    share = (n * percent / 100.0 + 1.0) / (n + 2.0)
    return 100.0 * math.sqrt(share * (1.0 - share) / n)


def values(targets: list[Target]) -> NDArray[np.float64]:
    """Observed values as fractions, shape (targets,)."""
    return np.array([target.value for target in targets]) / 100.0


def errors(targets: list[Target]) -> NDArray[np.float64]:
    """Errors as fractions, shape (targets,)."""
    return np.array([target.error for target in targets]) / 100.0


def as_csv(targets: list[Target]) -> str:
    """The table as text."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([field.name for field in fields(Target)])
    for target in targets:
        writer.writerow(["" if cell is None else _written(cell) for cell in astuple(target)])
    return stream.getvalue()


def digest(targets: list[Target]) -> str:
    """SHA-256 of the table."""
    return hashlib.sha256(as_csv(targets).encode()).hexdigest()


def _written(cell: object) -> str:
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)
