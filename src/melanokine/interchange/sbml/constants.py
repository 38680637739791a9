"""The functions of MathML for plain numbers, with infinity and not-a-number where real arithmetic has no answer."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

LARGEST_FACTORIAL = 171
"""From there on n! is larger than any double."""


def power(a: float, b: float) -> float:
    """a**b; not-a-number for a negative base and an exponent that is no integer."""
    return float(np.power(np.float64(a), np.float64(b)))


def root(degree: float, a: float) -> float:
    """The real root: that of a negative number exists for odd degrees."""
    if a < 0 and degree % 2 == 1:
        return -power(-a, 1.0 / degree)
    return power(a, 1.0 / degree)


def factorial(a: float) -> float:
    """Gamma(a + 1); exact for integers as far as doubles go."""
    if a > LARGEST_FACTORIAL:
        return math.inf
    try:
        return float(math.factorial(int(a))) if a == int(a) and a >= 0 else math.gamma(a + 1.0)
    except (OverflowError, ValueError):
        return math.inf if a > 0 else math.nan


def quotient(a: float, b: float) -> float:
    """a / b without what is behind the point."""
    return float(np.trunc(np.float64(a) / np.float64(b)))


def rem(a: float, b: float) -> float:
    """What is left of a after `quotient` times b: it has the sign of a."""
    return float(np.fmod(np.float64(a), np.float64(b)))


FUNCTIONS: dict[str, Callable[..., float]] = {
    "divide": lambda a, b: np.float64(a) / np.float64(b),
    "power": power,
    "root": root,
    "exp": np.exp,
    "ln": np.log,
    "sqrt": np.sqrt,
    "factorial": factorial,
    "quotient": quotient,
    "rem": rem,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arctan": np.arctan,
    "arcsinh": np.arcsinh,
    "arccosh": np.arccosh,
    "arctanh": np.arctanh,
}
"""By MathML's name; `log` is made of `ln`, and the functions not listed here of those that are."""


def value_of(name: str, *arguments: float) -> float:
    """The function at these numbers."""
    with np.errstate(all="ignore"):
        return float(FUNCTIONS[name](*(np.float64(a) for a in arguments)))
