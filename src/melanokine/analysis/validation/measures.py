"""What is read off courses of concentration or of an observable, one number per patient.

Every measure takes the `days` (times,), the `values` (patients, times) and its own argument, and returns (patients,).
Times are in days, areas in the unit of the values times days.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Measure = Callable[[Array, Array, str], Array]


def span(text: str, days: Array) -> tuple[float, float]:
    """`2-4` as two days; nothing as the whole course."""
    if not text:
        return float(days[0]), float(days[-1])
    low, _, high = text.partition("-")
    return float(low), float(high or low)


def within(days: Array, values: Array, at: str) -> tuple[Array, Array]:
    """The part of a course between two days."""
    low, high = span(at, days)
    part = (days >= low - 1e-9) & (days <= high + 1e-9)
    return days[part], values[:, part]


def level(days: Array, values: Array, at: str) -> Array:
    """The value on a day, or the mean over a span of days."""
    low, high = span(at, days)
    if low == high:
        return np.array([np.interp(low, days, row) for row in values])
    return area(days, values, at) / (high - low)


def peak(days: Array, values: Array, at: str) -> Array:
    """The highest value."""
    return within(days, values, at)[1].max(axis=1)


def lowest(days: Array, values: Array, at: str) -> Array:
    """The lowest value."""
    return within(days, values, at)[1].min(axis=1)


def fold(days: Array, values: Array, at: str) -> Array:
    """The value on a day relative to that before treatment."""
    return level(days, values, at) / values[:, 0]


def peak_fold(days: Array, values: Array, at: str) -> Array:
    """The highest value relative to that before treatment."""
    return peak(days, values, at) / values[:, 0]


def lowest_fold(days: Array, values: Array, at: str) -> Array:
    """The lowest value relative to that before treatment."""
    return lowest(days, values, at) / values[:, 0]


def change(days: Array, values: Array, at: str) -> Array:
    """The value on a day less that before treatment, relative to it."""
    return fold(days, values, at) - 1


def peak_change(days: Array, values: Array, at: str) -> Array:
    """The highest value less that before treatment, relative to it."""
    return peak_fold(days, values, at) - 1


def below(days: Array, values: Array, at: str) -> Array:
    """1 where the value falls below `at` at some time, else 0."""
    return (values.min(axis=1) < float(at)).astype(float)


def above(days: Array, values: Array, at: str) -> Array:
    """1 where the value rises above `at` at some time, else 0."""
    return (values.max(axis=1) > float(at)).astype(float)


def peak_time(days: Array, values: Array, at: str) -> Array:
    """Days from the beginning of the span to the highest value in it."""
    inside, course = within(days, values, at)
    return inside[course.argmax(axis=1)] - inside[0]


def lowest_time(days: Array, values: Array, at: str) -> Array:
    """Days from the beginning of the span to the lowest value in it."""
    inside, course = within(days, values, at)
    return inside[course.argmin(axis=1)] - inside[0]


def onset(days: Array, values: Array, at: str) -> Array:
    """Days from the beginning until a tenth of the greatest rise is reached."""
    inside, course = within(days, values, at)
    rise = course - course[:, :1]
    reached = rise >= 0.1 * rise.max(axis=1, keepdims=True)
    return inside[reached.argmax(axis=1)] - inside[0]


def crossing(days: Array, values: Array, at: str) -> Array:
    """Days until the value first exceeds `at`; missing where it never does."""
    exceeds = values > float(at)
    return np.where(exceeds.any(axis=1), days[exceeds.argmax(axis=1)], np.nan)


def area(days: Array, values: Array, at: str) -> Array:
    """The area under the course."""
    inside, course = within(days, values, at)
    return np.asarray(np.trapezoid(course, inside, axis=1))


def half_life(days: Array, values: Array, at: str) -> Array:
    """Half-life of the log-linear decline in the span."""
    inside, course = within(days, values, at)
    slope = np.polyfit(inside, np.log(np.maximum(course, 1e-300)).T, 1)[0]
    return np.log(2) / -slope


def first_half_life(days: Array, values: Array, at: str) -> Array:
    """Half-life in the span of what is left when the terminal decline, that of the last tenth, is subtracted."""
    begin = days[0] + 0.9 * (days[-1] - days[0])
    terminal = half_life(days, values, f"{begin}-{days[-1]}")
    rest = values - values[:, -1:] * 2.0 ** ((days[-1] - days)[None, :] / terminal[:, None])
    return half_life(days, np.maximum(rest, 1e-12), at)


def steady_volume(days: Array, values: Array, at: str) -> Array:
    """What a dose is divided by for the volume at steady state: the area squared over that of the first moment."""
    inside, course = within(days, values, at)
    return area(days, values, at) ** 2 / np.asarray(np.trapezoid(course * inside, inside, axis=1))


def rising(days: Array, values: Array, at: str) -> Array:
    """1 where the value rises by more than a half above that before treatment, else 0."""
    return (peak_fold(days, values, at) > 1.5).astype(float)


def second_over_first(days: Array, values: Array, at: str) -> Array:
    """Rise after the later of two doses relative to that after the first; `at` is the day of the later one."""
    day = float(at)
    base = values[:, :1]
    first, second = (values - base)[:, days < day], (values - base)[:, days >= day]
    return second.max(axis=1) / first.max(axis=1)


MEASURES: dict[str, Measure] = {
    function.__name__: function
    for function in (
        level, peak, lowest, fold, peak_fold, lowest_fold, change, peak_change, below, above, peak_time, lowest_time,
        onset, crossing, area, half_life, first_half_life, steady_volume, rising, second_over_first,
    )
}  # fmt: skip
