"""Formulas of SBML as plain tuples, so that nothing after the reading needs libSBML.

| form                                   | meaning                                                       |
|----------------------------------------|---------------------------------------------------------------|
| ("number", x)                          | x; true is 1, false 0                                         |
| ("symbol", id)                         | what has this id, or an argument of a function                |
| ("time",)                              | time                                                          |
| ("rate", id)                           | the derivative of what has this id                            |
| ("call", id, arguments)                | a function that the model defines                             |
| ("apply", name, arguments)             | a function of MathML, by MathML's name                        |
| ("piecewise", ((value, condition), ...), otherwise) | the first value whose condition holds; otherwise may be None |
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

from melanokine.errors import InputError
from melanokine.interchange.sbml.refusals import Refusal

Formula = tuple
AVOGADRO = 6.02214179e23
"""1/mol, as SBML Level 3 fixes it (CODATA 2006), whatever has been measured since."""

_APPLIED = {
    "PLUS": "plus", "MINUS": "minus", "TIMES": "times", "DIVIDE": "divide", "POWER": "power",
    "FUNCTION_POWER": "power", "FUNCTION_ABS": "abs", "FUNCTION_CEILING": "ceiling", "FUNCTION_EXP": "exp",
    "FUNCTION_FACTORIAL": "factorial", "FUNCTION_FLOOR": "floor", "FUNCTION_LN": "ln", "FUNCTION_LOG": "log",
    "FUNCTION_ROOT": "root", "FUNCTION_MAX": "max", "FUNCTION_MIN": "min", "FUNCTION_REM": "rem",
    "FUNCTION_QUOTIENT": "quotient", "LOGICAL_AND": "and", "LOGICAL_OR": "or", "LOGICAL_XOR": "xor",
    "LOGICAL_NOT": "not", "LOGICAL_IMPLIES": "implies", "RELATIONAL_EQ": "eq", "RELATIONAL_NEQ": "neq",
    "RELATIONAL_GT": "gt", "RELATIONAL_GEQ": "geq", "RELATIONAL_LT": "lt", "RELATIONAL_LEQ": "leq",
    **{f"FUNCTION_{name.upper()}": name for name in (
        "sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "sech", "csch", "coth",
        "arcsin", "arccos", "arctan", "arcsec", "arccsc", "arccot",
        "arcsinh", "arccosh", "arctanh", "arcsech", "arccsch", "arccoth",
    )},
}  # fmt: skip
_CONSTANTS = {"CONSTANT_E": math.e, "CONSTANT_PI": math.pi, "CONSTANT_TRUE": 1.0, "CONSTANT_FALSE": 0.0}
_NUMBERS = ("INTEGER", "REAL", "REAL_E", "RATIONAL")


@cache
def _names() -> dict[int, str]:
    """Names of libSBML's kinds of node, without `AST_`."""
    import libsbml

    return {getattr(libsbml, name): name[4:] for name in dir(libsbml) if name.startswith("AST_") and name.isupper()}


def read_formula(node: Any, where: str, file: str, line: int | None) -> Formula:
    """The formula of a libSBML node; Refusal for `delay`, InputError for what is no formula of SBML.

    `where` names the element that the formula belongs to, for messages.
    """
    kind = _names().get(node.getType(), "UNKNOWN")

    def children() -> Formula:
        return tuple(read_formula(node.getChild(k), where, file, line) for k in range(node.getNumChildren()))

    if kind in _NUMBERS:
        value = node.getValue() if kind != "INTEGER" else float(node.getInteger())
        return "number", float(value)
    if kind in _CONSTANTS:
        return "number", _CONSTANTS[kind]
    if kind == "NAME":
        return "symbol", node.getName()
    if kind == "NAME_TIME":
        return ("time",)
    if kind == "NAME_AVOGADRO":
        return "number", AVOGADRO
    if kind == "FUNCTION":
        return "call", node.getName(), children()
    if kind == "FUNCTION_PIECEWISE":
        parts = children()
        pieces = tuple(zip(parts[0::2], parts[1::2], strict=False))
        return "piecewise", pieces, parts[-1] if len(parts) % 2 else None
    if kind == "FUNCTION_RATE_OF":
        target = node.getChild(0) if node.getNumChildren() == 1 else None
        if target is None or not target.isName() or not target.getName():
            raise InputError(f"rateOf in {where} is not given one id", file=file, line=line)
        return "rate", target.getName()
    if kind == "FUNCTION_DELAY":
        raise Refusal("delay()", where, "a model with delays is no system of ordinary equations", file, line)
    if kind in _APPLIED:
        return "apply", _APPLIED[kind], children()
    raise InputError(f"{where} has a formula with {node.getName() or kind.lower()!r}", file=file, line=line)


def symbols_in(formula: Formula) -> Iterator[str]:
    """Every id that a formula mentions, `rateOf` included."""
    stack: list[Any] = [formula]
    while stack:
        head, *rest = stack.pop()
        if head in ("symbol", "rate"):
            yield rest[0]
        elif head in ("call", "apply"):
            stack.extend(rest[1])
        elif head == "piecewise":
            stack.extend(part for piece in rest[0] for part in piece)
            if rest[1] is not None:
                stack.append(rest[1])
