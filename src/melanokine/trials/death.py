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

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanokine.patients import streams
from melanokine.patients.calibrated import DESIGN, ERA, HAZARD, Calibrated
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

        `frailty` (patients,) is in standard deviations of first-line patients, `year` the year in which the trial
        began to enrol.
        """
        era = 1.0 if year >= self.era_change else self.mortality_before
        patient = np.exp(self.frailty_spread * frailty)
        size = (np.maximum(burden, 0.0) / self.reference_burden) ** self.burden_exponent
        rate = self.mortality_rate * era * patient[:, None] * size + self.background_rate
        return rate * np.minimum(days / self.selection_days, 1.0)


def log_mortality(
    calibrated: Calibrated, year: int, member: int = 0, effects: Mapping[str, float] | None = None
) -> float:
    """Logarithm of the factor on the hazard of death, by calibration, in a trial that began in `year`.

    It is that of the era, in a member of the ensemble, and of the trial itself, of whose `effects` those count that act
    on the hazard.
    """
    acting = [effect for effect in calibrated.trial_effects if effect.acts_on == HAZARD]
    own = sum((effects or {}).get(effect.name, 0.0) for effect in acting if effect.level == DESIGN)
    if not any(effect.level == ERA for effect in acting):
        return own
    when = "from" if year >= Mortality.from_table().era_change else "before"
    return own + next(value for name, value in calibrated.effects(member).items() if name.startswith(when))


def death_day(hazard: NDArray, days: NDArray, seed: int, patients: NDArray) -> NDArray[np.float64]:
    """Day of death, infinite if it lies beyond the grid `days`; `hazard` (patients, times) [1/d].

    The threshold of a patient is the same in every arm, so arms differ only by what they do to the hazard.
    """
    threshold = streams.exponential(seed, patients, "death", 1)[:, 0]
    return hazards.crossing_day(hazards.cumulative(hazard, days), days, threshold)
