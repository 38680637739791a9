"""Numbers as people read them."""

from __future__ import annotations

import math


def plain(value: float, digits: int = 3) -> str:
    """Three significant digits, thousands separated, a real minus sign; a dash for what is not a number."""
    if math.isnan(value):
        return "–"
    if abs(value) >= 10**digits:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.{digits}g}"
        if "e" in text:
            text = f"{value:.0e}" if value else "0"
    return text.replace("-", "−")


def span(low: float, high: float) -> str:
    """A range from `low` to `high`; nothing where there is none."""
    return "" if math.isnan(low) or math.isnan(high) else f"{plain(low)} to {plain(high)}"
