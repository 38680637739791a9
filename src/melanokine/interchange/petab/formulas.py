"""Mathematics of PEtab as formulas of the SBML reader: parsed by the library `petab` into SymPy, then plain tuples."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from melanokine.errors import InputError
from melanokine.interchange.sbml.mathml import Formula

_FUNCTIONS = {
    "exp": "exp", "Abs": "abs", "floor": "floor", "ceiling": "ceiling", "Max": "max", "Min": "min",
    "sin": "sin", "cos": "cos", "tan": "tan", "sec": "sec", "csc": "csc", "cot": "cot",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "sech": "sech", "csch": "csch", "coth": "coth",
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asec": "arcsec", "acsc": "arccsc", "acot": "arccot",
    "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh", "asech": "arcsech", "acsch": "arccsch",
    "acoth": "arccoth", "Add": "plus", "Mul": "times", "Pow": "power", "And": "and", "Or": "or", "Not": "not",
    "Equality": "eq", "Unequality": "neq", "StrictGreaterThan": "gt", "GreaterThan": "geq", "StrictLessThan": "lt",
    "LessThan": "leq",
}  # fmt: skip


def formula_of(text: Any, where: str, file: str) -> Formula:
    """The formula of a text, a number or a SymPy expression; InputError says where it stands."""
    if isinstance(text, (int, float)):
        return "number", float(text)
    import sympy
    from petab.v1.math import sympify_petab

    try:
        if isinstance(text, sympy.Basic):
            return _converted(text, where, file)
        with suppress(ValueError):
            return "number", float(text)
        if str(text).strip().isidentifier() and str(text).strip() not in ("time", "true", "false"):
            return "symbol", str(text).strip()
        return _converted(sympify_petab(str(text)), where, file)
    except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{where} is no formula of PEtab: {text!r} ({reason})", file=file) from None


def _converted(node: Any, where: str, file: str) -> Formula:
    import sympy

    if node.is_Symbol:
        return ("time",) if node.name == "time" else ("symbol", node.name)
    if node is sympy.true or node is sympy.false:
        return "number", float(bool(node))
    if node.is_number and not node.is_Function and node.is_real is not False and (node.is_Atom or node.is_comparable):
        return "number", float(node)
    kind = type(node).__name__

    def parts() -> tuple:
        return tuple(_converted(part, where, file) for part in node.args)

    if kind == "Piecewise":
        pieces = tuple((_converted(v, where, file), _converted(c, where, file)) for v, c in node.args)
        if pieces[-1][1] == ("number", 1.0):
            return "piecewise", pieces[:-1], pieces[-1][0]
        return "piecewise", pieces, None
    if kind == "log":
        first, *base = parts()
        return ("apply", "log", (base[0], first)) if base else ("apply", "ln", (first,))
    if kind == "Pow" and node.exp == -1:
        return "apply", "divide", (("number", 1.0), _converted(node.base, where, file))
    if kind == "Xor":
        return "apply", "xor", parts()
    if kind == "sign":
        (x,) = parts()
        zero, one = ("number", 0.0), ("number", 1.0)
        pieces = ((one, ("apply", "gt", (x, zero))), (("number", -1.0), ("apply", "lt", (x, zero))))
        return "piecewise", pieces, zero
    if kind in _FUNCTIONS:
        return "apply", _FUNCTIONS[kind], parts()
    raise InputError(f"{where} uses {kind}, which is no function of PEtab", file=file)
