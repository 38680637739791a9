"""What an arm would show in endlessly many patients, given their weights and a factor on mortality, and in a few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanokine.prediction.arm_outcomes import ArmOutcomes

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Expected:
    """Of one arm: `rates` by endpoint, fractions `progression_free` and `alive` by month, shape (months,)."""

    rates: Mapping[str, float]
    progression_free: Array
    alive: Array


def expected(arm: ArmOutcomes, weights: Array, log_hazard: float) -> Expected:
    """One arm under `weights` (patients,) and the logarithm of a factor on the hazard of death."""
    known = arm.known
    share = weights[known] / weights[known].sum()
    survival = np.exp(-np.exp(log_hazard) * arm.hazards[:, known])
    return Expected(
        rates={name: float(share @ values[known]) for name, values in arm.rates.items()},
        progression_free=_falling(share @ arm.progression_free[known]),
        alive=_falling(np.einsum("o,p,opm->m", arm.shares, share, survival, optimize=True)),
    )


def pooled(arms: Sequence[Expected]) -> Expected:
    """Several arms in equal parts."""
    return Expected(
        rates={name: float(np.mean([arm.rates[name] for arm in arms])) for name in arms[0].rates},
        progression_free=np.mean([arm.progression_free for arm in arms], axis=0),
        alive=np.mean([arm.alive for arm in arms], axis=0),
    )


def observed(arm: Expected, patients: int, rng: np.random.Generator) -> Expected:
    """What a trial of so many `patients` might observe, if all are followed to the last month."""
    return Expected(
        rates={name: rng.binomial(patients, min(rate, 1.0)) / patients for name, rate in arm.rates.items()},
        progression_free=_sampled(arm.progression_free, patients, rng),
        alive=_sampled(arm.alive, patients, rng),
    )


def _falling(curve: Array) -> Array:
    return np.clip(np.minimum.accumulate(curve), 0.0, 1.0)


def _sampled(curve: Array, patients: int, rng: np.random.Generator) -> Array:
    events = np.clip(-np.diff(curve, prepend=1.0), 0.0, 1.0)
    every = np.append(events, max(1.0 - events.sum(), 0.0))
    return 1.0 - np.cumsum(rng.multinomial(patients, every / every.sum())[:-1]) / patients
