"""Quantities: graph nodes with a unit and a name, which combine as they do on paper.

Sums convert between units of one dimension and refuse unlike ones, naming both sides. A bare number other than 0, 1 and
2 is refused: every number in an equation is a declared parameter.
"""

from __future__ import annotations

from dataclasses import dataclass

from melanokine.errors import ModelError, UnitError
from melanokine.network.graph import Graph
from melanokine.network.units import ONE, Unit

STRUCTURAL = (0, 1, 2)
"""Numbers that may stand in an equation; all others are parameters with a source."""


@dataclass(frozen=True, eq=False)
class Quantity:
    """A node of a graph with its unit; `name` says what it is in error messages."""

    graph: Graph
    node: int
    unit: Unit
    name: str

    def _lift(self, other: Quantity | float, unit: Unit) -> Quantity:
        if isinstance(other, Quantity):
            if other.graph is not self.graph:
                raise ModelError(f"{self.name} and {other.name} belong to different networks")
            return other
        if other not in STRUCTURAL:
            raise ModelError(
                f"bare number {other!r} beside {self.name}",
                remedy="declare it as a parameter with a unit and a source",
            )
        return Quantity(self.graph, self.graph.const(other), unit, str(other))

    def to(self, unit: Unit) -> Quantity:
        """The same quantity expressed in `unit`; UnitError when the dimensions differ."""
        if not self.unit.like(unit):
            raise UnitError(f"{self.name} [{self.unit}] is not a quantity in {unit}")
        factor = self.unit.factor_to(unit)
        node = self.graph.mul(self.graph.const(factor), self.node)
        return Quantity(self.graph, node, unit, self.name)

    def _sum(self, other: Quantity | float, symbol: str, swap: bool = False) -> Quantity:
        other = self._lift(other, self.unit if other == 0 else ONE)
        left, right = (other, self) if swap else (self, other)
        if not left.unit.like(right.unit):
            verb = {"+": "add", "-": "subtract"}[symbol]
            raise UnitError(
                f"cannot {verb} {right.name} [{right.unit}] and {left.name} [{left.unit}]: unlike dimensions"
            )
        right = right.to(left.unit)
        combine = self.graph.add if symbol == "+" else self.graph.sub
        name = f"({left.name} {symbol} {right.name})"
        return Quantity(self.graph, combine(left.node, right.node), left.unit, name)

    def __add__(self, other):
        return self._sum(other, "+")

    def __radd__(self, other):
        return self._sum(other, "+", swap=True)

    def __sub__(self, other):
        return self._sum(other, "-")

    def __rsub__(self, other):
        return self._sum(other, "-", swap=True)

    def __neg__(self):
        return Quantity(self.graph, self.graph.neg(self.node), self.unit, f"-{self.name}")

    def __mul__(self, other):
        other = self._lift(other, ONE)
        node = self.graph.mul(self.node, other.node)
        return Quantity(self.graph, node, self.unit * other.unit, f"{self.name}*{other.name}")

    def __rmul__(self, other):
        return self._lift(other, ONE) * self

    def __truediv__(self, other):
        other = self._lift(other, ONE)
        node = self.graph.div(self.node, other.node)
        return Quantity(self.graph, node, self.unit / other.unit, f"{self.name}/{other.name}")

    def __rtruediv__(self, other):
        return self._lift(other, ONE) / self

    def __pow__(self, exponent):
        """Integer powers 0, 1, 2 of anything; other exponents are dimensionless quantities on a dimensionless base."""
        if not isinstance(exponent, Quantity):
            if exponent not in STRUCTURAL:
                raise ModelError(f"bare exponent {exponent!r} of {self.name}", remedy="declare it as a parameter")
            node = self.graph.pow(self.node, self.graph.const(exponent))
            return Quantity(self.graph, node, self.unit.power(exponent), f"{self.name}^{exponent}")
        base = _dimensionless(self, "the base of a power")
        power = _dimensionless(exponent, "an exponent")
        node = self.graph.pow(base.node, power.node)
        return Quantity(self.graph, node, ONE, f"{self.name}^{exponent.name}")


def _dimensionless(x: Quantity, role: str) -> Quantity:
    if not x.unit.dimensionless:
        raise UnitError(f"{role} must be dimensionless, but {x.name} is in {x.unit}")
    return x.to(ONE)


def exp(x: Quantity) -> Quantity:
    """e to the dimensionless `x`."""
    x = _dimensionless(x, "the argument of exp")
    return Quantity(x.graph, x.graph.exp(x.node), ONE, f"exp({x.name})")


def log(x: Quantity) -> Quantity:
    """Natural logarithm of the dimensionless `x` (floored at 1e-40)."""
    x = _dimensionless(x, "the argument of log")
    return Quantity(x.graph, x.graph.log(x.node), ONE, f"log({x.name})")


def cube_root(x: Quantity) -> Quantity:
    """The real cube root; a volume gives a length."""
    third = x.graph.const(1 / 3)
    return Quantity(x.graph, x.graph.pow(x.node, third), x.unit.root(3), f"cbrt({x.name})")


def square_root(x: Quantity) -> Quantity:
    """The square root of a quantity that is not negative."""
    half = x.graph.const(0.5)
    return Quantity(x.graph, x.graph.pow(x.node, half), x.unit.root(2), f"sqrt({x.name})")


def saturation(x: Quantity, half: Quantity) -> Quantity:
    """x / (x + half): the fraction of the maximum, one half at `half`."""
    return x / (x + half)


def hill(x: Quantity, half: Quantity, exponent: Quantity) -> Quantity:
    """x^n / (x^n + half^n) for x >= 0."""
    power = (x / half) ** exponent
    return power / (1 + power)


def maximum(x: Quantity, y: Quantity | float) -> Quantity:
    """The larger of two like quantities."""
    return _extreme(x, y, "max")


def minimum(x: Quantity, y: Quantity | float) -> Quantity:
    """The smaller of two like quantities."""
    return _extreme(x, y, "min")


def _extreme(x: Quantity, y: Quantity | float, which: str) -> Quantity:
    y = x._lift(y, x.unit if y == 0 else ONE)
    if not x.unit.like(y.unit):
        raise UnitError(f"cannot compare {x.name} [{x.unit}] and {y.name} [{y.unit}]: unlike dimensions")
    combine = x.graph.maximum if which == "max" else x.graph.minimum
    return Quantity(x.graph, combine(x.node, y.to(x.unit).node), x.unit, f"{which}({x.name}, {y.name})")
