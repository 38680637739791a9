"""Nodes of an expression graph as MathML, with the values that `network.evaluation` gives them.

Floors of ln and of powers are written out as `max`, which SBML has since Level 3 Version 2 together with `min`: from a
`piecewise` some simulators make root functions, which cost them time at every step and end some runs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from melanokine.interchange.sbml_export.xml import apply, name, number, where
from melanokine.network import Graph, Unit
from melanokine.network.graph import TINY
from melanokine.network.units import ONE

_ELEMENTS = {"add": "plus", "sub": "minus", "neg": "minus", "exp": "exp", "sqrt": "root", "max": "max", "min": "min"}
_SAME_UNIT = ("add", "sub", "max", "min", "neg", "step")


class Formulas:
    """Writes nodes of `graph`; those in `names` appear by name.

    With `units` (of every node but constants) and `unit_id` each number says its own unit. Nodes of `zero` that have no
    name are 0: inputs that nothing changes.
    """

    def __init__(
        self,
        graph: Graph,
        names: Mapping[int, str],
        units: Mapping[int, Unit] | None = None,
        unit_id: Callable[[Unit], str] | None = None,
        zero: Collection[int] = (),
    ) -> None:
        self._graph = graph
        self._names = names
        self._units = units or {}
        self._unit_id = unit_id
        self._zero = zero

    def of(self, a: int, unit: Unit | None = None) -> str:
        """A node, which has `unit` if it is a constant."""
        return name(self._names[a]) if a in self._names else self.inside(a, unit)

    def inside(self, a: int, unit: Unit | None = None) -> str:
        """What a node is computed from, even if it has a name."""
        operation, *x = self._graph.op[a]
        if operation == "const":
            return self.number(x[0], unit)
        if a in self._zero:
            return self.number(0.0, unit)
        if operation == "mul":
            return self._product(a, *x)
        if operation == "inv":
            return apply("divide", self.number(1.0), self.of(x[0]))
        if operation in ("log", "pow"):
            return self._floored(operation, x)
        if operation == "powslope":
            floor, base = self.number(TINY, self._units.get(x[0])), self.of(x[0])
            slope = apply("divide", self.of(x[2]), base)
            return where(slope, apply("gt", base, floor), self.number(0.0, self._units.get(a)))
        same = self._common(x) if operation in _SAME_UNIT else None
        arguments = [self.of(b, same) for b in x]
        if operation == "step":
            return where(self.number(1.0), apply("gt", *arguments), self.number(0.0))
        return apply(_ELEMENTS[operation], *arguments)

    def number(self, value: float, unit: Unit | None = None) -> str:
        """A number in `unit` (None: dimensionless, if units are written at all)."""
        if self._unit_id is None:
            return number(value)
        return number(value, self._unit_id(unit or ONE))

    def _common(self, nodes: list[int]) -> Unit | None:
        """The unit of those of like quantities that are no constants."""
        return next((self._units[b] for b in nodes if b in self._units), None)

    def _product(self, product: int, a: int, b: int) -> str:
        """A quotient where one factor is an inverse that has no name."""
        for numerator, inverse in ((a, b), (b, a)):
            if self._graph.op[inverse][0] == "inv" and inverse not in self._names:
                below = self._graph.arguments(inverse)[0]
                return apply("divide", self._factor(product, numerator, inverse), self.of(below))
        return apply("times", self._factor(product, a, b), self._factor(product, b, a))

    def _factor(self, product: int, a: int, other: int) -> str:
        """A factor; the unit of a constant one follows from those of the product and of the other."""
        if self._graph.is_const(a) and product in self._units and other in self._units:
            return self.of(a, self._units[product] / self._units[other])
        return self.of(a)

    def _floored(self, operation: str, x: list[int]) -> str:
        base = apply("max", self.of(x[0]), self.number(TINY, self._units.get(x[0])))
        return apply("ln", base) if operation == "log" else apply("power", base, self.of(x[1]))
