"""A hash-consed graph of scalar expressions, without units.

Every node is a tuple `(operation, *arguments)` with a stable integer identity; building the same expression twice gives
the same node, so common subexpressions are shared by construction. Arguments always have smaller identities than the
node that uses them, so ascending identity is a topological order.

| node                       | value                                                             |
|----------------------------|-------------------------------------------------------------------|
| ('const', v)               | v                                                                 |
| ('state', k)               | state k                                                           |
| ('parameter', k)           | parameter k, constant in a patient                                |
| ('input', k)               | input k, piecewise constant in time, changed by doses only        |
| ('add' 'sub' 'mul', a, b)  | a + b, a - b, a * b                                               |
| ('neg' 'inv', a)           | -a, 1/a                                                           |
| ('exp' 'log' 'sqrt', a)    | exp a, ln max(a, TINY), sqrt a                                    |
| ('pow', a, b)              | max(a, TINY)**b for an exponent that is no small integer          |
| ('powslope', a, b, p)      | p / a above TINY, else 0, where p is the node of pow(a, b)        |
| ('max' 'min', a, b)        | the larger, the smaller                                           |
| ('step', a, b)             | 1 where a > b, else 0: the slope of max and min                   |
| ('choose', c, a, b)        | a where c > 0, else b; what is not chosen counts for nothing      |
| ('floor', a)               | the largest integer that is not above a                           |
| ('sin' 'cos' 'arctan', a)  | of an angle in radians, and back to one                           |
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

TINY = 1e-40
"""Floor of the argument of ln and of the base of a power; solver and derivative use the same one."""

Node = tuple


class Graph:
    """Nodes, in the order in which they were built, with algebraic simplification on the way in."""

    def __init__(self) -> None:
        self.op: list[Node] = []
        self.varies: list[bool] = []
        """Whether a node depends on a state, and so changes within a step."""
        self._index: dict[Node, int] = {}

    def node(self, *key) -> int:
        """The identity of the node with this operation and these arguments."""
        index = self._index.get(key)
        if index is None:
            index = len(self.op)
            self._index[key] = index
            self.op.append(key)
            leaf = key[0] in ("const", "parameter", "input", "state")
            self.varies.append(key[0] == "state" if leaf else any(self.varies[a] for a in key[1:]))
        return index

    # leaves

    def const(self, value: float) -> int:
        return self.node("const", float(value))

    def state(self, index: int) -> int:
        return self.node("state", index)

    def parameter(self, index: int) -> int:
        return self.node("parameter", index)

    def input(self, index: int) -> int:
        return self.node("input", index)

    def is_const(self, a: int) -> bool:
        return self.op[a][0] == "const"

    def value(self, a: int) -> float:
        """The number held by a constant node."""
        return self.op[a][1]

    def _is(self, a: int, value: float) -> bool:
        return self.op[a] == ("const", value)

    # arithmetic

    def add(self, a: int, b: int) -> int:
        if self.is_const(a) and self.is_const(b):
            return self.const(self.value(a) + self.value(b))
        if self._is(a, 0.0):
            return b
        if self._is(b, 0.0):
            return a
        if self.op[b][0] == "neg":
            return self.sub(a, self.op[b][1])
        if self.op[a][0] == "neg":
            return self.sub(b, self.op[a][1])
        return self.node("add", min(a, b), max(a, b))

    def sub(self, a: int, b: int) -> int:
        if self.is_const(a) and self.is_const(b):
            return self.const(self.value(a) - self.value(b))
        if self._is(b, 0.0):
            return a
        if self._is(a, 0.0):
            return self.neg(b)
        if a == b:
            return self.const(0.0)
        if self.op[b][0] == "neg":
            return self.add(a, self.op[b][1])
        return self.node("sub", a, b)

    def neg(self, a: int) -> int:
        operation = self.op[a]
        if operation[0] == "const":
            return self.const(-operation[1])
        if operation[0] == "neg":
            return operation[1]
        if operation[0] == "sub":
            return self.node("sub", operation[2], operation[1])
        return self.node("neg", a)

    def mul(self, a: int, b: int) -> int:
        if self.is_const(a) and self.is_const(b):
            return self.const(self.value(a) * self.value(b))
        for u, v in ((a, b), (b, a)):
            if self._is(u, 0.0):
                return u
            if self._is(u, 1.0):
                return v
            if self._is(u, -1.0):
                return self.neg(v)
        if self.op[a][0] == "neg":
            return self.neg(self.mul(self.op[a][1], b))
        if self.op[b][0] == "neg":
            return self.neg(self.mul(a, self.op[b][1]))
        return self._gather(a, b)

    def _gather(self, a: int, b: int) -> int:
        """Collect factors that are constant in a patient, so that each product of them is computed once."""
        if self.varies[a] and not self.varies[b]:
            a, b = b, a
        if self.varies[b] and self.op[b][0] == "mul":
            u, v = self.op[b][1:]
            if not self.varies[u]:
                if not self.varies[a]:
                    return self.mul(self.mul(a, u), v)
                return self.mul(u, self.mul(a, v))
        if self.varies[a] and self.op[a][0] == "mul" and not self.varies[self.op[a][1]]:
            u, v = self.op[a][1:]
            return self.mul(u, self.mul(v, b))
        if self.varies[a] == self.varies[b] and a > b:
            a, b = b, a
        return self.node("mul", a, b)

    def inv(self, a: int) -> int:
        if self.is_const(a):
            if self.value(a) == 0.0:
                raise ZeroDivisionError("division by the constant 0")
            return self.const(1.0 / self.value(a))
        if self.op[a][0] == "inv":
            return self.op[a][1]
        return self.node("inv", a)

    def div(self, a: int, b: int) -> int:
        if self._is(a, 0.0):
            return a
        return self.const(1.0) if a == b else self.mul(a, self.inv(b))

    # functions

    def exp(self, a: int) -> int:
        return self.const(math.exp(self.value(a))) if self.is_const(a) else self.node("exp", a)

    def log(self, a: int) -> int:
        return self.const(math.log(max(self.value(a), TINY))) if self.is_const(a) else self.node("log", a)

    def sqrt(self, a: int) -> int:
        return self.const(math.sqrt(self.value(a))) if self.is_const(a) else self.node("sqrt", a)

    def pow(self, a: int, b: int) -> int:
        """a**b; integer exponents up to 8 become products."""
        if self.is_const(b):
            exponent = self.value(b)
            if exponent == int(exponent) and abs(exponent) <= 8:
                product = self._integer_power(a, int(abs(exponent)))
                return product if exponent >= 0 else self.inv(product)
            if exponent == 0.5:
                return self.sqrt(a)
            if self.is_const(a):
                return self.const(max(self.value(a), TINY) ** exponent)
        return self.node("pow", a, b)

    def _integer_power(self, a: int, exponent: int) -> int:
        if exponent == 0:
            return self.const(1.0)
        half = self._integer_power(a, exponent // 2)
        square = self.mul(half, half)
        return self.mul(square, a) if exponent % 2 else square

    def maximum(self, a: int, b: int) -> int:
        if self.is_const(a) and self.is_const(b):
            return self.const(max(self.value(a), self.value(b)))
        return a if a == b else self.node("max", a, b)

    def minimum(self, a: int, b: int) -> int:
        if self.is_const(a) and self.is_const(b):
            return self.const(min(self.value(a), self.value(b)))
        return a if a == b else self.node("min", a, b)

    def step(self, a: int, b: int) -> int:
        if self.is_const(a) and self.is_const(b):
            return self.const(float(self.value(a) > self.value(b)))
        return self.const(0.0) if a == b else self.node("step", a, b)

    def choose(self, condition: int, a: int, b: int) -> int:
        """a where the condition is positive, else b."""
        if self.is_const(condition):
            return a if self.value(condition) > 0.0 else b
        return a if a == b else self.node("choose", condition, a, b)

    def floor(self, a: int) -> int:
        return self.const(np.floor(self.value(a))) if self.is_const(a) else self.node("floor", a)

    def sin(self, a: int) -> int:
        return self.const(np.sin(self.value(a))) if self.is_const(a) else self.node("sin", a)

    def cos(self, a: int) -> int:
        return self.const(np.cos(self.value(a))) if self.is_const(a) else self.node("cos", a)

    def arctan(self, a: int) -> int:
        return self.const(np.arctan(self.value(a))) if self.is_const(a) else self.node("arctan", a)

    # reading

    def arguments(self, a: int) -> tuple[int, ...]:
        """The nodes that node `a` is computed from (none for a leaf)."""
        operation = self.op[a]
        return () if operation[0] in ("const", "state", "parameter", "input") else operation[1:]

    def reach(self, roots: Iterable[int]) -> list[int]:
        """All nodes needed to compute `roots`, in topological order."""
        seen: set[int] = set()
        stack = list(roots)
        while stack:
            a = stack.pop()
            if a not in seen:
                seen.add(a)
                stack.extend(self.arguments(a))
        return sorted(seen)
