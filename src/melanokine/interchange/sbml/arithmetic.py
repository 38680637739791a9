"""Functions of MathML as nodes of an expression graph.

A truth value is a node that is 1 or 0, and any number other than 0 is true. Where arguments are constant the result
is a constant, computed as constants.py says. Where they are not, functions that the graph lacks are composed of those
it has:

- A negative base has a power where the exponent is an integer, and 0 has a power where the exponent is not
  negative. |a|^b itself is exp(b ln|a|), and a product where b is a small integer.
- ln has its true value above 1e-40, minus infinity at 0 and none below.
- `factorial` is Lanczos' approximation of Gamma (g = 7, nine terms; relative error below 1e-14).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from melanokine.interchange.sbml.constants import value_of
from melanokine.network.graph import Graph

_LANCZOS = (
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
)  # fmt: skip
"""G. R. Pugh, An analysis of the Lanczos Gamma approximation, PhD thesis, University of British Columbia, 2004."""


class Arithmetic:
    """Builds nodes in `graph`."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.zero, self.one = graph.const(0.0), graph.const(1.0)
        self._truths = {self.zero, self.one}

    def const(self, value: float) -> int:
        return self.graph.const(value)

    def folded(self, name: str, *arguments: int) -> int | None:
        """The constant that a function of constants is."""
        if all(self.graph.is_const(a) for a in arguments):
            return self.const(value_of(name, *(self.graph.value(a) for a in arguments)))
        return None

    # sums and products

    def total(self, terms: Sequence[int]) -> int:
        """The sum of any number of terms, added in pairs so that it is not deep."""
        return self._in_pairs(self.graph.add, list(terms), self.zero)

    def product(self, factors: Sequence[int]) -> int:
        return self._in_pairs(self.mul, list(factors), self.one)

    def _in_pairs(self, operation, parts: list[int], empty: int) -> int:
        while len(parts) > 1:
            paired = [operation(a, b) for a, b in zip(parts[0::2], parts[1::2], strict=False)]
            parts = paired + parts[len(parts) - len(parts) % 2 :]
        return parts[0] if parts else empty

    def mul(self, a: int, b: int) -> int:
        """a * b; 0 times what is infinite or not a number is not 0."""
        for u, v in ((a, b), (b, a)):
            if self.graph.is_const(u) and self.graph.is_const(v):
                return self.const(self.graph.value(u) * self.graph.value(v))
            if self.graph.is_const(u) and not math.isfinite(self.graph.value(u)):
                return self.graph.node("mul", min(a, b), max(a, b))
        return self.graph.mul(a, b)

    def divide(self, a: int, b: int) -> int:
        folded = self.folded("divide", a, b)
        if folded is not None:
            return folded
        if self.graph.is_const(b) and self.graph.value(b) == 0.0:
            return self.mul(a, self.const(math.copysign(math.inf, self.graph.value(b))))
        return self.graph.div(a, b)

    # powers and logarithms

    def exp(self, a: int) -> int:
        folded = self.folded("exp", a)
        return self.graph.exp(a) if folded is None else folded

    def sqrt(self, a: int) -> int:
        folded = self.folded("sqrt", a)
        return self.graph.sqrt(a) if folded is None else folded

    def ln(self, a: int) -> int:
        folded = self.folded("ln", a)
        if folded is not None:
            return folded
        if self.graph.op[a][0] == "exp":
            return self.graph.arguments(a)[0]
        at_most_zero = self.choose(self.gt(self.zero, a), self.const(math.nan), self.const(-math.inf))
        return self.choose(self.gt(a, self.zero), self.graph.log(a), at_most_zero)

    def log(self, base: int, a: int) -> int:
        if self.graph.is_const(base) and self.graph.value(base) == 10.0 and self.graph.is_const(a):
            return self.const(value_of("ln", self.graph.value(a)) / math.log(10.0))
        return self.divide(self.ln(a), self.ln(base))

    def power(self, a: int, b: int) -> int:
        folded = self.folded("power", a, b)
        if folded is not None:
            return folded
        graph = self.graph
        if graph.is_const(b):
            exponent = graph.value(b)
            if exponent == 0.5 or (exponent == round(exponent) and abs(exponent) <= 8):
                return graph.pow(a, b)
        if graph.op[a][0] == "exp":
            return self.exp(self.mul(graph.arguments(a)[0], b))
        if graph.is_const(a) and graph.value(a) > 0.0:
            return self.exp(self.mul(b, self.const(math.log(graph.value(a)))))
        size = graph.pow(self.absolute(a), b)
        even = self.eq(self.mul(b, self.const(0.5)), graph.floor(self.mul(b, self.const(0.5))))
        odd = self.choose(self.eq(b, graph.floor(b)), graph.neg(size), self.const(math.nan))
        of_zero = self.choose(b, a, self.choose(graph.neg(b), self.const(math.inf), self.one))
        below = self.choose(self.gt(self.zero, a), self.choose(even, size, odd), of_zero)
        return self.choose(self.gt(a, self.zero), graph.pow(a, b), below)

    def root(self, degree: int, a: int) -> int:
        folded = self.folded("root", degree, a)
        if folded is not None:
            return folded
        if self.graph.is_const(degree) and self.graph.value(degree) == 2.0:
            return self.sqrt(a)
        inverse = self.divide(self.one, degree)
        if self.graph.is_const(degree) and self.graph.value(degree) % 2 == 1:
            size = self.graph.pow(self.absolute(a), inverse)
            return self.choose(a, size, self.choose(self.graph.neg(a), self.graph.neg(size), self.zero))
        return self.power(a, inverse)

    def factorial(self, a: int) -> int:
        folded = self.folded("factorial", a)
        if folded is not None:
            return folded
        terms = [self.const(_LANCZOS[0])]
        for k, weight in enumerate(_LANCZOS[1:], 1):
            terms.append(self.divide(self.const(weight), self.graph.add(a, self.const(k))))
        base = self.graph.add(a, self.const(7.5))
        exponent = self.graph.sub(self.mul(self.graph.add(a, self.const(0.5)), self.ln(base)), base)
        return self.product([self.const(math.sqrt(2.0 * math.pi)), self.exp(exponent), self.total(terms)])

    # parts of numbers

    def absolute(self, a: int) -> int:
        return self.graph.maximum(a, self.graph.neg(a))

    def floor(self, a: int) -> int:
        return self.graph.floor(a)

    def ceiling(self, a: int) -> int:
        return self.graph.neg(self.graph.floor(self.graph.neg(a)))

    def quotient(self, a: int, b: int) -> int:
        folded = self.folded("quotient", a, b)
        if folded is not None:
            return folded
        ratio = self.divide(a, b)
        return self.choose(self.gt(self.zero, ratio), self.ceiling(ratio), self.floor(ratio))

    def rem(self, a: int, b: int) -> int:
        folded = self.folded("rem", a, b)
        return self.graph.sub(a, self.mul(b, self.quotient(a, b))) if folded is None else folded

    # truth

    def truth(self, a: int) -> int:
        """Whether a number counts as true."""
        return a if a in self._truths else self._not(self.eq(a, self.zero))

    def _true(self, a: int) -> int:
        self._truths.add(a)
        return a

    def _not(self, a: int) -> int:
        return self._true(self.graph.sub(self.one, a))

    def gt(self, a: int, b: int) -> int:
        return self._true(self.graph.step(a, b))

    def geq(self, a: int, b: int) -> int:
        if self.graph.is_const(a) and self.graph.is_const(b):
            return self.const(float(self.graph.value(a) >= self.graph.value(b)))
        return self._not(self.graph.step(b, a))

    def eq(self, a: int, b: int) -> int:
        return self._true(self.mul(self.geq(a, b), self.geq(b, a)))

    def all(self, truths: Sequence[int]) -> int:
        return self._true(self.product([self.truth(a) for a in truths]))

    def negation(self, a: int) -> int:
        return self._not(self.truth(a))

    def any(self, truths: Sequence[int]) -> int:
        return self._not(self._true(self.product([self.negation(a) for a in truths])))

    def exclusive(self, truths: Sequence[int]) -> int:
        """Whether an odd number of them is true."""
        odd = self.zero
        for a in truths:
            both = self.mul(odd, self.truth(a))
            odd = self._true(self.graph.sub(self.graph.add(odd, self.truth(a)), self.mul(self.const(2.0), both)))
        return odd

    def choose(self, condition: int, a: int, b: int) -> int:
        """a where the condition is positive."""
        return self.graph.choose(condition, a, b)

    # again

    def rebuilt(self, operation: str, *arguments: int) -> int:
        """The node of one of the graph's own operations at other arguments."""
        graph = self.graph
        if operation in ("powslope", "pow", "log"):
            return graph.node(operation, *arguments)
        functions: dict[str, Callable[..., int]] = {
            "add": graph.add, "sub": graph.sub, "neg": graph.neg, "mul": self.mul, "exp": self.exp, "sqrt": self.sqrt,
            "inv": lambda a: self.divide(self.one, a), "max": graph.maximum, "min": graph.minimum, "step": graph.step,
            "choose": graph.choose, "floor": graph.floor, "sin": graph.sin, "cos": graph.cos, "arctan": graph.arctan,
        }  # fmt: skip
        return functions[operation](*arguments)
