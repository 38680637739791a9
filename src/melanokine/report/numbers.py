"""Numbers as people read them."""

from __future__ import annotations

import math


def plain(value: float, *, least: float = 0.0) -> str:
    """Three significant digits, thousands separated, a real minus sign; a dash for what is not a number.

    What is smaller than `least` in size is written as 0.
    """
    if math.isnan(value):
        return "–"
    if value == 0 or abs(value) < least:
        return "0"
    if abs(value) >= 999.5:  # three digits would be written as 1e+03
        return f"{value:,.0f}".replace("-", "−")
    text = f"{value:.3g}"
    return (f"{value:.1e}" if "e" in text else text).replace("-", "−")


def span(low: float, high: float, *, least: float = 0.0) -> str:
    """A range from `low` to `high`; nothing where there is none."""
    if math.isnan(low) or math.isnan(high):
        return ""
    first, last = plain(low, least=least), plain(high, least=least)
    return f"{first} to {last}" if "−" in first + last else f"{first}–{last}"
