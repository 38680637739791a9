"""Numbers that a designer chose."""

from __future__ import annotations

import math
from typing import Any

from melanokine.drugs.value import Value

OPEN_RANGE = 2.0
"""A designed number is taken to be uncertain by this factor either way."""


def designed(number: float, unit: str, like: Value | None = None) -> Value:
    """A number that a designer chose, with the (log-normal) spread between patients of `like`."""
    deviation = 0.0 if like is None else like.deviation
    width = max(OPEN_RANGE, math.exp(4 * deviation))
    return Value(
        value=number,
        unit=unit,
        distribution="lognormal" if deviation else "fixed",
        spread=deviation or None,
        low=number / width,
        high=number * width,
        how="assumed",
        grade="D",
        note="a designed property, not measured",
    )


def is_number(value: Any, low: float, high: float) -> bool:
    """Whether `value` is a number from `low` to `high`; True and False are none."""
    return not isinstance(value, bool) and isinstance(value, int | float) and low <= value <= high
