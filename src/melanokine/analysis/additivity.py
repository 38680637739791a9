"""What two drugs would do together if they did not interact: four answers, on a scale of effects from 0 to 1.

    highest single agent    E = max(E_a, E_b)                    nothing is gained by the second drug
    Bliss independence      1 - E = (1 - E_a)(1 - E_b)           each acts on what the other has left (Bliss 1939)
    Loewe additivity        a / D_a(E) + b / D_b(E) = 1          either is a dilution of the other (Loewe 1953)
    independent action      each patient has the better of the two single effects (Palmer & Sorger 2017, doi
                            10.1016/j.cell.2017.11.009); computed where patients are known, in synergy.py

D(E) is the dose of one drug alone that has the effect E, infinite where no dose has it. Loewe additivity alone calls a
drug combined with itself additive. Where one drug is without effect it expects what the other does by itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanokine.analysis.dose_response import DoseResponse

HALVINGS = 32
"""Bisections, after which an effect is known to ten digits."""


def highest_single_agent(first: NDArray, second: NDArray) -> NDArray:
    return np.maximum(first, second)


def bliss(first: NDArray, second: NDArray) -> NDArray:
    return 1 - (1 - first) * (1 - second)


def loewe(first: DoseResponse, second: DoseResponse, a: NDArray, b: NDArray) -> NDArray:
    """(curves, doses, doses): the effect that doses `a` of the first and `b` of the second drug have if they add up.

    The largest effect E with a / D_a(E) + b / D_b(E) >= 1, found by bisection: the sum falls as E rises.
    """
    a, b = np.asarray(a, float)[None, :, None], np.asarray(b, float)[None, None, :]
    low = np.zeros((len(first.effects), a.size, b.size))
    high = low + np.maximum(first.top, second.top)[:, None, None]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.where(a > 0, a / first.dose(middle), 0.0) + np.where(b > 0, b / second.dose(middle), 0.0)
        low, high = np.where(shares >= 1, middle, low), np.where(shares >= 1, high, middle)
    return low
