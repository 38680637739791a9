"""The unit of every node of an expression graph, and units as SBML writes them.

A graph holds plain numbers, so units are found again from those of states, parameters, inputs and named expressions:
sums have the unit of their terms, products the product of units, until nothing new follows. What remains are
conversions between named quantities; a constant that nothing else decides is dimensionless. Two answers for one node
would be an error of the model, and are one here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from melanokine.errors import ModelError
from melanokine.interchange.sbml_export.xml import element, list_of
from melanokine.network import Graph, Unit
from melanokine.network.units import ONE

KINDS = (
    ("second", 86400.0),
    ("metre", 0.1),
    ("mole", 1.0),
    ("item", 1.0),
    ("gram", 1.0),
    ("pascal", 133.322387415),
    ("dimensionless", 1.0),
    ("kelvin", 1.0),
)
"""The base dimensions of `network.units`, in their order, as units of SBML: kind and multiplier. SBML has no
international unit; degrees Celsius are differences, as in the network."""

_ALIKE = ("add", "sub", "max", "min")


class NodeUnits:
    """Units of the nodes needed for `roots`, by node; constants have none of their own."""

    def __init__(self, graph: Graph, roots: Iterable[int], known: Mapping[int, Unit]) -> None:
        self._graph = graph
        self._order = [a for a in graph.reach(roots) if not graph.is_const(a)]
        self.of: dict[int, Unit] = {}
        for a in self._order:
            if a in known:
                self.of[a] = known[a]
        self._propagate()
        for a in self._order:  # what is left are products with a constant, or follows from one
            if a not in self.of:
                self._assume(a)
                self._propagate()

    def _propagate(self) -> None:
        before = -1
        while before < len(self.of):
            before = len(self.of)
            for a in self._order:
                self._upwards(a)
            for a in reversed(self._order):
                self._downwards(a)

    def _assume(self, a: int) -> None:
        """The constant factor of a product is dimensionless."""
        operation, *x = self._graph.op[a]
        variable = [b for b in x if b in self.of]
        if operation == "mul" and variable:
            self._set(a, self.of[variable[0]])

    def _set(self, a: int, unit: Unit) -> None:
        if self._graph.is_const(a):
            return
        if a in self.of and self.of[a] != unit:
            raise ModelError(f"an expression is in {self.of[a]} and in {unit} at once: {self._graph.op[a]}")
        self.of.setdefault(a, unit)

    def _upwards(self, a: int) -> None:
        operation, *x = self._graph.op[a]
        units = [self.of.get(b) for b in x] if self._graph.arguments(a) else []
        if operation in _ALIKE:
            for b, unit in zip(x, units, strict=True):
                if unit is not None and not self._graph.is_const(b):
                    self._set(a, unit)
        elif operation == "mul" and units[0] is not None and units[1] is not None:
            self._set(a, units[0] * units[1])
        elif operation == "neg" and units[0] is not None:
            self._set(a, units[0])
        elif operation == "inv" and units[0] is not None:
            self._set(a, units[0].power(-1))
        elif operation == "sqrt" and units[0] is not None:
            self._set(a, units[0].root(2))
        elif operation == "pow" and units[0] is not None:
            self._set(a, self._power(units[0], x[1]))
        elif operation in ("exp", "log", "step"):
            self._set(a, ONE)

    def _power(self, base: Unit, exponent: int) -> Unit:
        if base.dimensionless:
            return ONE
        return base.root(round(1.0 / self._graph.value(exponent)))

    def _downwards(self, a: int) -> None:
        operation, *x = self._graph.op[a]
        if operation in ("exp", "log"):
            self._set(x[0], ONE)
        unit = self.of.get(a)
        if unit is None:
            return
        if operation in (*_ALIKE, "neg"):
            for b in x:
                self._set(b, unit)
        elif operation == "inv":
            self._set(x[0], unit.power(-1))
        elif operation == "mul":
            for b, other in ((x[0], x[1]), (x[1], x[0])):
                if b in self.of and other not in self.of:
                    self._set(other, unit / self.of[b])


class UnitTable:
    """Gives every unit an identifier, and writes the definitions of those that were asked for."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, ...], list[tuple[Unit, str]]] = {}
        self._taken: set[str] = set()

    def identifier(self, unit: Unit) -> str:
        if unit == ONE:
            return "dimensionless"
        alike = self._known.setdefault(unit.exponents, [])
        for other, identifier in alike:
            if other == unit:
                return identifier
        wanted = unit_name(unit) or f"unit_{len(self._taken) + 1}"
        identifier = wanted
        for n in range(2, 1000):
            if identifier not in self._taken:
                break
            identifier = f"{wanted}_{n}"
        self._taken.add(identifier)
        alike.append((unit, identifier))
        return identifier

    def definitions(self) -> str:
        """`listOfUnitDefinitions`, by identifier."""
        every = sorted((identifier, unit) for alike in self._known.values() for unit, identifier in alike)
        return list_of("UnitDefinitions", (_definition(identifier, unit) for identifier, unit in every))


def unit_name(unit: Unit) -> str:
    """An identifier that reads like the unit, per_pM_per_d; empty for a unit that was never written."""
    words = []
    for sign, name, exponent in re.findall(r"([*/]?)([A-Za-z0-9]+)(?:\^(-?\d+))?", unit.text):
        power = int(exponent or 1) * (-1 if sign == "/" else 1)
        if name != "1":
            words.append(("per_" if power < 0 else "") + name + (str(abs(power)) if abs(power) > 1 else ""))
    return "_".join(words)


def _definition(identifier: str, unit: Unit) -> str:
    parts = [] if unit.scale == 1.0 and any(unit.exponents) else [("dimensionless", 1, unit.scale)]
    for (kind, multiplier), exponent in zip(KINDS, unit.exponents, strict=True):
        if exponent:
            parts.append((kind, exponent, multiplier))
    units = [
        element("unit", {"kind": kind, "exponent": exponent, "scale": 0, "multiplier": multiplier})
        for kind, exponent, multiplier in parts
    ]
    attributes = {"id": identifier, "name": str(unit)}
    return element("unitDefinition", attributes, element("listOfUnits", {}, "".join(units)))
