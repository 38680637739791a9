"""A dose-response curve that never falls: what was observed at some doses, made monotone and interpolated.

Observed effects are replaced by the nearest that do not fall with dose (isotonic least squares) and do not lie below
that of no dose, and joined by monotone cubic Hermite pieces (PCHIP; Fritsch & Carlson 1980, doi 10.1137/0717021), which
put no bump between two doses. An effect above the largest observed is reached by no dose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.optimize import isotonic_regression

POINTS = 1025
"""Doses at which a curve is tabulated to be read in both directions."""
STEEPER = 1e-9
"""Added from point to point, so that a curve can be read backwards where it is flat."""
APART = 2.0
"""Distance between the effects of one curve and the next when all are read at once; effects lie between 0 and 1."""


@dataclass(frozen=True, eq=False)
class DoseResponse:
    """Tabulated curves of one drug, one per resample: `doses` (points) from 0 on, `effects` (curves, points)."""

    doses: NDArray
    effects: NDArray

    @property
    def top(self) -> NDArray:
        """The largest effect of each curve."""
        return self.effects[:, -1]

    def effect(self, doses: NDArray) -> NDArray:
        """(curves, doses) effects; of doses beyond the highest, that of the highest."""
        return np.array([np.interp(doses, self.doses, curve) for curve in self.effects])

    def dose(self, effect: NDArray) -> NDArray:
        """The least dose with an effect, for effects (curves, ...); infinite above the largest effect of a curve."""
        shift = APART * np.arange(len(self.effects))
        known = (self.effects + shift[:, None]).ravel()
        doses = np.tile(self.doses, len(self.effects))
        beside = (len(shift),) + (1,) * (effect.ndim - 1)
        found = np.interp(effect + shift.reshape(beside), known, doses)
        return np.where(effect <= self.top.reshape(beside), found, np.inf)


def dose_response(doses: NDArray, effects: NDArray) -> DoseResponse:
    """Curves through the effects (curves, doses) observed at increasing `doses`; the first is 0 and has no effect."""
    rising = np.maximum([isotonic_regression(curve).x for curve in effects], 0.0)
    rising[:, 0] = 0.0
    table = np.linspace(0.0, doses[-1], POINTS)
    curves = np.maximum.accumulate(PchipInterpolator(doses, rising, axis=1)(table), axis=1)
    return DoseResponse(table, curves + STEEPER * np.arange(POINTS))
