"""Predictive distributions: what a trial of a given size will observe, and what its uncertainty is made of.

A draw takes a member of the ensemble, effects of the trial, a bootstrap of the simulated patients, and patients at
random. All arms of a design share the draw but for its last part, so a contrast varies less than its arms do. Each part
is also varied alone, the others being at their best; its standard deviation is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from melanokine.patients.calibrated import DESIGN, PATIENTS, Calibrated, score
from melanokine.prediction.arm_outcomes import ArmOutcomes, Sample
from melanokine.prediction.expected import Expected, expected, observed, pooled
from melanokine.trials.death import log_mortality
from melanokine.trials.design import TrialDesign

Array = NDArray[np.float64]
DRAWS = 1000
ALONE = 200
"""Draws of a part that is varied alone."""
LEVELS = {"50": 0.5, "80": 0.8, "95": 0.95}
PARTS = "patients", "parameters", "sampling", "between_trials"
Row = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class DesignPrediction:
    """A design with its simulated arms (by name), ready to be asked under any draw."""

    design: TrialDesign
    sample: Sample
    arms: Mapping[str, ArmOutcomes]
    calibrated: Calibrated

    def weights(self, member: int, effects: Mapping[str, float], bootstrap: Array | None) -> Array:
        """How much each simulated patient counts, shape (patients,)."""
        exponent = self._log_weights[member]
        for name, own in self._scores.items():
            exponent = exponent + effects.get(name, 0.0) * own
        weights = self.sample.times_drawn * np.exp(exponent - exponent.max())
        return weights if bootstrap is None else weights * bootstrap

    def log_hazard(self, member: int, effects: Mapping[str, float]) -> float:
        """Logarithm of the factor on mortality: of the era, as the member has it, and of the trial."""
        return log_mortality(self.calibrated, self.design.year, member, effects)

    def expected(
        self, member: int = 0, effects: Mapping[str, float] | None = None, bootstrap: Array | None = None
    ) -> dict[str, Expected]:
        """Every arm under a draw."""
        effects = effects or {}
        weights, log_hazard = self.weights(member, effects, bootstrap), self.log_hazard(member, effects)
        return {name: expected(arm, weights, log_hazard) for name, arm in self.arms.items()}

    def effects(self, rng: np.random.Generator) -> dict[str, float]:
        """Effects of a new trial, drawn."""
        own = [effect for effect in self.calibrated.trial_effects if effect.level == DESIGN]
        return {effect.name: float(rng.normal(0.0, effect.sd)) for effect in own}

    @cached_property
    def _scores(self) -> dict[str, Array]:
        """Score of each simulated patient in each effect that acts on patients."""
        acting = [effect for effect in self.calibrated.trial_effects if effect.acts_on == PATIENTS]
        numbers = self.calibrated.numbers[self.sample.rows]
        return {effect.name: score(effect.parameters, self.calibrated.seed, numbers) for effect in acting}

    @cached_property
    def _log_weights(self) -> Array:
        """Of each member, relative to the best fit, shape (members + 1, patients)."""
        logs = self.calibrated.log_weights.astype(np.float64)[:, self.sample.rows]
        return logs - logs[0]


@dataclass(frozen=True)
class Asked:
    """A row to predict: the arms that stand for it, pooled, and its number of patients."""

    arms: tuple[str, ...]
    patients: int

    def of(self, every: Mapping[str, Expected]) -> Expected:
        return pooled([every[arm] for arm in self.arms])


Quantities = Callable[[list[Expected]], dict[tuple[int, str], float]]
"""Endpoints by position and name, of the rows of one design in their order."""


@dataclass(frozen=True, eq=False)
class Predictive:
    """Of one endpoint: its `value` at the best, draws of what is observed, and the standard deviation of each part."""

    value: float
    draws: Array
    parts: dict[str, float]

    def quantile(self, share: float) -> float:
        return float(np.quantile(self.draws[np.isfinite(self.draws)], share))

    def limits(self) -> dict[str, tuple[float, float]]:
        """Limits of the intervals for what is observed, by level in percent."""
        return {
            name: (self.quantile(0.5 - level / 2), self.quantile(0.5 + level / 2)) for name, level in LEVELS.items()
        }


def predictive(
    prediction: DesignPrediction, asked: Sequence[Asked], quantities: Quantities, seed: int, draws: int = DRAWS
) -> dict[tuple[int, str], Predictive]:
    """Predictive distributions of the `quantities` of the rows that are `asked` of one design."""
    rng = np.random.default_rng(seed)
    members, patients = prediction.calibrated.members, len(prediction.sample.rows)

    def each(every: Mapping[str, Expected], sampled: bool) -> dict[tuple[int, str], float]:
        rows = [row.of(every) for row in asked]
        if sampled:
            rows = [observed(row, own.patients, rng) for row, own in zip(rows, asked, strict=True)]
        return quantities(rows)

    def bootstrap() -> Array:
        return rng.poisson(1.0, patients).astype(float)

    best = prediction.expected()
    value = each(best, False)
    whole = [
        each(prediction.expected(1 + i % members, prediction.effects(rng), bootstrap()), True) for i in range(draws)
    ]
    alone = {
        "patients": [each(prediction.expected(bootstrap=bootstrap()), False) for _ in range(ALONE)],
        "parameters": [each(prediction.expected(1 + i), False) for i in range(members)],
        "sampling": [each(best, True) for _ in range(ALONE)],
        "between_trials": [each(prediction.expected(effects=prediction.effects(rng)), False) for _ in range(ALONE)],
    }
    return {
        key: Predictive(
            value[key],
            np.array([draw[key] for draw in whole]),
            {part: float(np.nanstd([draw[key] for draw in alone[part]])) for part in PARTS},
        )
        for key in value
    }
