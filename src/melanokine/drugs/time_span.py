"""Lengths of time as people write them: a number and a word, kept as written, exact in days."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from melanokine.errors import InputError, nearest

DAYS = {
    "minute": Fraction(1, 1440),
    "hour": Fraction(1, 24),
    "day": Fraction(1),
    "week": Fraction(7),
    "month": Fraction(36525, 1200),
    "year": Fraction(36525, 100),
}
"""Length of each unit in days; a year has 365.25 days and twelve equal months."""

WORDS = {
    **{word: word for word in DAYS},
    **{word + "s": word for word in DAYS},
    "min": "minute",
    "mins": "minute",
    "h": "hour",
    "hr": "hour",
    "hrs": "hour",
    "d": "day",
    "wk": "week",
    "wks": "week",
    "w": "week",
    "mo": "month",
    "yr": "year",
    "yrs": "year",
}
"""All spellings of the units."""


LONGEST = DAYS["year"] * 100
"""No treatment, interval or half-life is longer than a century."""


@dataclass(frozen=True)
class TimeSpan:
    """`count` of a `unit` (a key of DAYS). Raises InputError unless the count is finite, not negative and sensible."""

    count: float
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in DAYS:
            raise InputError(f"unknown unit of time {self.unit!r}", remedy=nearest(str(self.unit), DAYS))
        if not math.isfinite(self.count) or self.count < 0:
            raise InputError(f"a time cannot be {self.count:g} {self.unit}s", remedy="give a positive number")
        if self.exact > LONGEST:
            raise InputError(f"{self} is longer than a century", remedy="give a shorter time")

    @property
    def exact(self) -> Fraction:
        """Length in days as a fraction: three times 8 hours are exactly one day."""
        return Fraction(self.count) * DAYS[self.unit]

    @property
    def days(self) -> float:
        """Length in days."""
        return float(self.exact)

    def __str__(self) -> str:
        return f"{number(self.count)} {self.unit}{'' if self.count == 1 else 's'}"


def number(value: float) -> str:
    """The shortest text that reads back as `value`."""
    return repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def read_span(text: str) -> TimeSpan:
    """The time span in text such as `20 h`; InputError says what cannot be read."""
    match = re.fullmatch(r"\s*(\S+?)\s*([A-Za-z]+)\s*", text) if isinstance(text, str) else None
    if match is None:
        raise InputError(f"{text!r} is not a length of time", remedy="write a number and a unit, such as 20 h")
    try:
        count = float(match.group(1))
    except ValueError:
        raise InputError(f"{match.group(1)!r} in {text!r} is not a number", remedy="write for example 20 h") from None
    if match.group(2).lower() not in WORDS:
        message = f"unknown unit of time {match.group(2)!r} in {text!r}"
        raise InputError(message, remedy=nearest(match.group(2).lower(), WORDS))
    return TimeSpan(count, WORDS[match.group(2).lower()])
