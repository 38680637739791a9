"""MathML's function names on the arithmetic of nodes: how many arguments each takes, and what it makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from melanokine.interchange.sbml.arithmetic import Arithmetic

Nodes = Sequence[int]


class WrongArguments(Exception):
    """A function has been given arguments of which it can make nothing."""


def apply(arithmetic: Arithmetic, name: str, arguments: Nodes) -> int:
    """The node of a function at nodes; WrongArguments for a number of them that it does not take."""
    if name in _OF_ANY_NUMBER:
        return _OF_ANY_NUMBER[name](arithmetic, arguments)
    least, most, function = _OF_SOME[name]
    if not least <= len(arguments) <= most:
        raise WrongArguments(f"{name} has {len(arguments)} arguments")
    return function(arithmetic, *arguments)


def _chain(relation: Callable[[Arithmetic, int, int], int]) -> Callable[[Arithmetic, Nodes], int]:
    """a < b < c and so on."""

    def chained(arithmetic: Arithmetic, arguments: Nodes) -> int:
        return arithmetic.all([relation(arithmetic, a, b) for a, b in pairwise(arguments)])

    return chained


def _extreme(arithmetic: Arithmetic, arguments: Nodes, name: str) -> int:
    if not arguments:
        raise WrongArguments(f"{name} has no arguments")
    best, *others = arguments
    for a in others:
        best = arithmetic.graph.maximum(best, a) if name == "max" else arithmetic.graph.minimum(best, a)
    return best


def _minus(arithmetic: Arithmetic, a: int, b: int | None = None) -> int:
    return arithmetic.graph.neg(a) if b is None else arithmetic.graph.sub(a, b)


def _log(arithmetic: Arithmetic, *arguments: int) -> int:
    base = arguments[0] if len(arguments) > 1 else arithmetic.const(10.0)
    return arithmetic.log(base, arguments[-1])


def _root(arithmetic: Arithmetic, *arguments: int) -> int:
    degree = arguments[0] if len(arguments) > 1 else arithmetic.const(2.0)
    return arithmetic.root(degree, arguments[-1])


def _sin(m: Arithmetic, x: int) -> int:
    return m.graph.sin(x)


def _cos(m: Arithmetic, x: int) -> int:
    return m.graph.cos(x)


def _tan(m: Arithmetic, x: int) -> int:
    return m.divide(m.graph.sin(x), m.graph.cos(x))


def _sinh(m: Arithmetic, x: int) -> int:
    return m.mul(m.const(0.5), m.graph.sub(m.exp(x), m.exp(m.graph.neg(x))))


def _cosh(m: Arithmetic, x: int) -> int:
    return m.mul(m.const(0.5), m.graph.add(m.exp(x), m.exp(m.graph.neg(x))))


def _tanh(m: Arithmetic, x: int) -> int:
    """1 - 2 / (e^2x + 1), which has its limits on both sides."""
    grown = m.exp(m.mul(m.const(2.0), x))
    return m.graph.sub(m.one, m.divide(m.const(2.0), m.graph.add(grown, m.one)))


def _arcsin(m: Arithmetic, x: int) -> int:
    return m.graph.arctan(m.divide(x, m.sqrt(m.graph.sub(m.one, m.mul(x, x)))))


def _arccos(m: Arithmetic, x: int) -> int:
    """2 arctan(sqrt((1 - x) / (1 + x)))."""
    ratio = m.divide(m.graph.sub(m.one, x), m.graph.add(m.one, x))
    return m.mul(m.const(2.0), m.graph.arctan(m.sqrt(ratio)))


def _arcsinh(m: Arithmetic, x: int) -> int:
    """ln(|x| + sqrt(x^2 + 1)) with the sign of x."""
    size = m.absolute(x)
    value = m.ln(m.graph.add(size, m.sqrt(m.graph.add(m.mul(x, x), m.one))))
    return m.choose(m.gt(m.zero, x), m.graph.neg(value), value)


def _arccosh(m: Arithmetic, x: int) -> int:
    root = m.mul(m.sqrt(m.graph.sub(x, m.one)), m.sqrt(m.graph.add(x, m.one)))
    return m.ln(m.graph.add(x, root))


def _arctanh(m: Arithmetic, x: int) -> int:
    return m.mul(m.const(0.5), m.ln(m.divide(m.graph.add(m.one, x), m.graph.sub(m.one, x))))


def _folding(name: str, function: Callable[[Arithmetic, int], int]) -> Callable[[Arithmetic, int], int]:
    """The same, at a constant with the precision of NumPy's function of that name."""

    def folded(arithmetic: Arithmetic, x: int) -> int:
        constant = arithmetic.folded(name, x)
        return function(arithmetic, x) if constant is None else constant

    return folded


def _of_inverse(function: Callable[[Arithmetic, int], int]) -> Callable[[Arithmetic, int], int]:
    return lambda m, x: function(m, m.divide(m.one, x))


def _inverse_of(function: Callable[[Arithmetic, int], int]) -> Callable[[Arithmetic, int], int]:
    return lambda m, x: m.divide(m.one, function(m, x))


_CIRCULAR: dict[str, Callable[[Arithmetic, int], int]] = {
    name: _folding(name, function)
    for name, function in {
        "sin": _sin, "cos": _cos, "tan": _tan, "sinh": _sinh, "cosh": _cosh, "tanh": _tanh,
        "arcsin": _arcsin, "arccos": _arccos, "arctan": lambda m, x: m.graph.arctan(x),
        "arcsinh": _arcsinh, "arccosh": _arccosh, "arctanh": _arctanh,
    }.items()
}  # fmt: skip
for _name, _reciprocal in {
    "sec": "cos",
    "csc": "sin",
    "cot": "tan",
    "sech": "cosh",
    "csch": "sinh",
    "coth": "tanh",
}.items():
    _CIRCULAR[_name] = _inverse_of(_CIRCULAR[_reciprocal])
    _CIRCULAR[f"arc{_name}"] = _of_inverse(_CIRCULAR[f"arc{_reciprocal}"])

_OF_ANY_NUMBER: dict[str, Callable[[Arithmetic, Nodes], int]] = {
    "plus": lambda m, x: m.total(x),
    "times": lambda m, x: m.product(x),
    "and": lambda m, x: m.all(x),
    "or": lambda m, x: m.any(x),
    "xor": lambda m, x: m.exclusive(x),
    "max": lambda m, x: _extreme(m, x, "max"),
    "min": lambda m, x: _extreme(m, x, "min"),
    "eq": _chain(lambda m, a, b: m.eq(a, b)),
    "gt": _chain(lambda m, a, b: m.gt(a, b)),
    "lt": _chain(lambda m, a, b: m.gt(b, a)),
    "geq": _chain(lambda m, a, b: m.geq(a, b)),
    "leq": _chain(lambda m, a, b: m.geq(b, a)),
}
_OF_SOME: dict[str, tuple[int, int, Callable[..., int]]] = {
    "minus": (1, 2, _minus),
    "divide": (2, 2, lambda m, a, b: m.divide(a, b)),
    "power": (2, 2, lambda m, a, b: m.power(a, b)),
    "root": (1, 2, _root),
    "log": (1, 2, _log),
    "exp": (1, 1, lambda m, x: m.exp(x)),
    "ln": (1, 1, lambda m, x: m.ln(x)),
    "abs": (1, 1, lambda m, x: m.absolute(x)),
    "floor": (1, 1, lambda m, x: m.floor(x)),
    "ceiling": (1, 1, lambda m, x: m.ceiling(x)),
    "factorial": (1, 1, lambda m, x: m.factorial(x)),
    "quotient": (2, 2, lambda m, a, b: m.quotient(a, b)),
    "rem": (2, 2, lambda m, a, b: m.rem(a, b)),
    "not": (1, 1, lambda m, x: m.negation(x)),
    "implies": (2, 2, lambda m, a, b: m.any([m.negation(a), b])),
    "neq": (2, 2, lambda m, a, b: m.negation(m.eq(a, b))),
    **{name: (1, 1, function) for name, function in _CIRCULAR.items()},
}
