"""Units as an exponent of each base dimension and a scale; enough to check every equation, and nothing more.

Base dimensions: day, litre^(1/3) (so that volumes and diameters agree), mole, cell, gram, millimetre of mercury, the
international unit and the degree Celsius (temperatures only add up; none is absolute). `parse("nmol/L/d")` reads
products, quotients, integer powers and the prefixes listed below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from melanokine.errors import UnitError

AVOGADRO = 6.02214076e23
"""Molecules per mole (exact by definition of the SI, 2019)."""

_BASES = ("d", "dm", "mol", "cell", "g", "mmHg", "IU", "degC")


@dataclass(frozen=True)
class Unit:
    """`scale` times the product of the base dimensions raised to `exponents`."""

    scale: float
    exponents: tuple[int, ...]
    text: str = ""

    def __mul__(self, other: Unit) -> Unit:
        exponents = tuple(a + b for a, b in zip(self.exponents, other.exponents, strict=True))
        return Unit(self.scale * other.scale, exponents)

    def __truediv__(self, other: Unit) -> Unit:
        return self * other.power(-1)

    def power(self, exponent: int) -> Unit:
        return Unit(self.scale**exponent, tuple(a * exponent for a in self.exponents))

    def root(self, degree: int) -> Unit:
        """The `degree`-th root; UnitError when an exponent does not divide."""
        if any(a % degree for a in self.exponents):
            raise UnitError(f"no root of degree {degree} of {self}")
        return Unit(self.scale ** (1 / degree), tuple(a // degree for a in self.exponents))

    @property
    def dimensionless(self) -> bool:
        return not any(self.exponents)

    def like(self, other: Unit) -> bool:
        """Whether both measure the same kind of quantity."""
        return self.exponents == other.exponents

    def factor_to(self, other: Unit) -> float:
        """The number that converts a value in this unit to one in `other`."""
        if not self.like(other):
            raise UnitError(f"cannot convert {self} to {other}")
        return 1.0 if self == other else self.scale / other.scale

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Unit):
            return NotImplemented
        same = abs(self.scale / other.scale - 1.0) < 1e-12
        return same and self.exponents == other.exponents

    def __hash__(self) -> int:
        return hash(self.exponents)

    def __str__(self) -> str:
        if self.text:
            return self.text
        parts = [f"{b}^{e}" if e != 1 else b for b, e in zip(_BASES, self.exponents, strict=True) if e]
        factor = "" if abs(self.scale - 1.0) < 1e-12 else f"{self.scale:g} "
        return factor + ("*".join(parts) or "1")


def _base(name: str, scale: float = 1.0, power: int = 1) -> Unit:
    return Unit(scale, tuple(power if b == name else 0 for b in _BASES))


ONE = Unit(1.0, (0,) * len(_BASES), "1")
DAY = _base("d")

_NAMED = {
    "1": ONE,
    "percent": Unit(0.01, ONE.exponents),
    "d": DAY,
    "h": _base("d", 1 / 24),
    "min": _base("d", 1 / 1440),
    "s": _base("d", 1 / 86400),
    "L": _base("dm", 1.0, 3),
    "dL": _base("dm", 0.1, 3),
    "mL": _base("dm", 1e-3, 3),
    "uL": _base("dm", 1e-6, 3),
    "cm": _base("dm", 0.1),
    "mm": _base("dm", 0.01),
    "um": _base("dm", 1e-5),
    "m2": _base("dm", 100.0, 2),
    "mol": _base("mol"),
    "molecule": _base("mol", 1 / AVOGADRO),
    "cell": _base("cell"),
    "Mcell": _base("cell", 1e6),
    "Gcell": _base("cell", 1e9),
    "kg": _base("g", 1e3),
    "g": _base("g"),
    "mg": _base("g", 1e-3),
    "ug": _base("g", 1e-6),
    "ng": _base("g", 1e-9),
    "pg": _base("g", 1e-12),
    "kDa": _base("g", 1e3) / _base("mol"),
    "mmHg": _base("mmHg"),
    "degC": _base("degC"),
    "IU": _base("IU"),
    "kIU": _base("IU", 1e3),
    "MIU": _base("IU", 1e6),
}
for _prefix, _scale in {"m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15}.items():
    _NAMED[_prefix + "mol"] = _base("mol", _scale)
    _NAMED[_prefix + "M"] = _base("mol", _scale) / _base("dm", 1.0, 3)

_FACTOR = re.compile(r"\s*([*/]?)\s*([A-Za-z0-9]+)(?:\^(-?\d+))?")


@cache
def parse(text: str) -> Unit:
    """The unit that `text` denotes; UnitError names the part that is not known."""
    unit, position = ONE, 0
    while position < len(text):
        match = _FACTOR.match(text, position)
        if match is None or (position > 0 and not match.group(1)):
            raise UnitError(f"cannot read the unit {text!r} at {text[position:]!r}")
        sign, name, exponent = match.groups()
        if name not in _NAMED:
            raise UnitError(f"unknown unit {name!r} in {text!r}", remedy="known: " + ", ".join(_NAMED))
        power = int(exponent or 1) * (-1 if sign == "/" else 1)
        unit = unit * _NAMED[name].power(power)
        position = match.end()
    if not text:
        raise UnitError("a unit is missing", remedy="write 1 for a dimensionless quantity")
    return Unit(unit.scale, unit.exponents, text)
