"""Death: a hazard that rises with tumour burden, on top of the mortality of people of that age.

    hazard = (rate * era * exp(frailty_spread * z) * (SLD / reference_burden) ** burden_exponent + background)
             * min(day / selection_days, 1)

SLD is the sum of lesion diameters [mm] now, z the patient's frailty (standard normal in first-line patients; other
populations may be fitter or frailer as a whole). `era` is 1 for trials that enrolled from `era_change` on and
`mortality_before` earlier: burden for burden, patients of early trials died sooner, which stands for supportive care,
staging and selection. Earlier lines of therapy act through burden and frailty. Trials admit patients who are expected
to live for three months or more; so hardly anyone dies at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanokine.patients import streams
from melanokine.trials import hazards, tables


@dataclass(frozen=True)
class Mortality:
    """Parameters of the hazard above; `mortality_rate` and `background_rate` [1/d], `reference_burden` [mm]."""

    mortality_rate: float
    burden_exponent: float
    reference_burden: float
    frailty_spread: float
    background_rate: float
    era_change: float
    mortality_before: float
    selection_days: float

    @classmethod
    def from_table(cls) -> Mortality:
        return cls(**tables.values("death"))

    def hazard(self, burden: NDArray, days: NDArray, frailty: NDArray, year: int) -> NDArray[np.float64]:
        """Hazard [1/d], shape (patients, times) as `burden` (SLD, mm) on the `days` since randomisation.

        `frailty` (patients,) is in standard deviations of first-line patients, `line` (patients,) the line of therapy
        (1 is the first), `year` the year in which the trial began to enrol.
        """
        era = 1.0 if year >= self.era_change else self.mortality_before
        patient = np.exp(self.frailty_spread * frailty)
        size = (np.maximum(burden, 0.0) / self.reference_burden) ** self.burden_exponent
        rate = self.mortality_rate * era * patient[:, None] * size + self.background_rate
        return rate * np.minimum(days / self.selection_days, 1.0)


def death_day(hazard: NDArray, days: NDArray, seed: int, patients: NDArray) -> NDArray[np.float64]:
    """Day of death, infinite if it lies beyond the grid `days`; `hazard` (patients, times) [1/d].

    The threshold of a patient is the same in every arm, so arms differ only by what they do to the hazard.
    """
    threshold = streams.exponential(seed, patients, "death", 1)[:, 0]
    return hazards.crossing_day(hazards.cumulative(hazard, days), days, threshold)
