"""Patients chosen by what an earlier therapy did not do for them.

Who is enrolled after a checkpoint inhibitor is whose disease progressed under it. `selections.csv` names, for a
population, the therapy that failed and by when; how likely that is for each patient comes from simulating the patient
under that therapy, as in an arm of a trial. The probability is a factor of the patient's prevalence in that population,
so responsiveness after failure follows from the model and has no parameter of its own.

A patient is taken in the state of diagnosis, with the burden of the later population: what the failed therapy did to
tumour and immune cells is forgotten. Who progressed although the therapy still worked in part is overrated by that.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from melanokine.trials.design import TrialDesign

FILE = Path(__file__).parent / "selections.csv"
ARM = "failed therapy"


@dataclass(frozen=True)
class Selection:
    """Patients of `population` have progressed under `regimen` within `months`."""

    population: str
    regimen: tuple[str, ...]
    months: float

    @property
    def design(self) -> TrialDesign:
        """The therapy as a trial of one arm, with the scans of everyday practice."""
        return TrialDesign.build(
            name=f"before {self.population}",
            population=self.population,
            arms={ARM: list(self.regimen)},
            patients_per_arm=1,
            scans="every 12 weeks",
            subsequent_therapy="none",
        )


def selections() -> list[Selection]:
    """All rows of the table."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return [
            Selection(row["population"], tuple(row["regimen"].split(" + ")), float(row["months"]))
            for row in csv.DictReader(stream)
        ]
