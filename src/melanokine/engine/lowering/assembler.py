"""Straight-line programs: expressions of a graph flattened into instructions that each make one value.

An operand is the number of an earlier value, `("const", x)`, or an element of an array, `(array, index)`. A `store` has
an array element as its target. Products that are only added are fused into the sums that use them.

| operation       | value                     | operation     | value                        |
|-----------------|---------------------------|---------------|------------------------------|
| add, sub, mul   | a + b, a - b, a b         | neg, inv      | -a, 1/a                      |
| fma             | a b + c                   | exp, ln, sqrt | of a (ln for a > 0 only)     |
| fnma, fms       | c - a b, a b - c          | max, min      | not a number if either is    |
| div             | a / b                     |               |                              |
| lesser, greater | of a and b, both numbers  | step          | 1 where a > b, else 0        |
| choose          | b where a > 0, else c     |               |                              |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from melanokine.network.graph import Graph

SUMS = ("add", "sub")
Operand = int | tuple
Element = tuple


class Instruction(NamedTuple):
    target: int | Element
    operation: str
    arguments: tuple[Operand, ...]


@dataclass(frozen=True)
class Program:
    """Instructions over named arrays of lanes."""

    name: str
    arrays: tuple[str, ...]
    instructions: tuple[Instruction, ...]


class Assembler:
    """Collects instructions; graph nodes are computed on first use, in the order in which they are asked for.

    `leaf` gives the operand of a node that is not to be computed here, None for one that is. `roots` are all nodes that
    will be asked for.
    """

    def __init__(self, graph: Graph, leaf: Callable[[int], Operand | None], roots: Iterable[int]) -> None:
        self.instructions: list[Instruction] = []
        self._graph = graph
        self._leaf = leaf
        self._operands: dict[int, Operand] = {}
        self._values = 0
        roots = list(roots)
        self._fusable = self._products_in_sums(roots)
        self._quotients = self._single_inverses(roots)

    def append(self, operation: str, *arguments: Operand) -> int:
        """Add an instruction and return the number of its value."""
        self._values += 1
        self.instructions.append(Instruction(self._values, operation, arguments))
        return self._values

    def store(self, array: str, index: int, operand: Operand) -> None:
        self.instructions.append(Instruction((array, index), "store", (operand,)))

    def operand(self, node: int) -> Operand:
        """The operand that holds a node, after adding the instructions that it still needs."""
        stack = [(node, False)]
        while stack:
            a, ready = stack.pop()
            if a in self._operands:
                continue
            leaf = self._leaf(a)
            if leaf is not None:
                self._operands[a] = leaf
                continue
            operation, arguments = self._fused(a)
            if ready:
                self._operands[a] = self.append(operation, *(self._operands[b] for b in arguments))
            else:
                stack.append((a, True))
                stack.extend((b, False) for b in arguments)
        return self._operands[node]

    def program(self, name: str, arrays: tuple[str, ...]) -> Program:
        return Program(name, arrays, tuple(self.instructions))

    def _fused(self, a: int) -> tuple[str, tuple[int, ...]]:
        operation, *arguments = self._graph.op[a]
        if operation in SUMS:
            left, right = arguments
            if right in self._fusable:
                return ("fma" if operation == "add" else "fnma"), (*self._graph.arguments(right), left)
            if left in self._fusable:
                return ("fma" if operation == "add" else "fms"), (*self._graph.arguments(left), right)
        if operation == "mul" and a not in self._fusable:
            left, right = arguments
            if right in self._quotients:
                return "div", (left, *self._graph.arguments(right))
            if left in self._quotients:
                return "div", (right, *self._graph.arguments(left))
        return operation, tuple(arguments)

    def _single_inverses(self, roots: list[int]) -> set[int]:
        """Inverses that one product needs, unless that is fused into a sum: product and inverse are one division."""
        graph, reached = self._graph, self._reach(roots)
        uses = Counter(roots)
        for a in reached:
            uses.update(graph.arguments(a))
        factors = {b for a in reached if graph.op[a][0] == "mul" and a not in self._fusable for b in graph.arguments(a)}
        return {b for b in factors if graph.op[b][0] == "inv" and uses[b] == 1 and self._leaf(b) is None}

    def _products_in_sums(self, roots: list[int]) -> set[int]:
        """Products that are only ever added or subtracted: fused into each sum, they cost no instruction at all.

        Of two products in one sum only one can be fused; the other, the one with more such rivals, is computed.
        """
        graph, reached = self._graph, self._reach(roots)
        sums = [graph.arguments(a) for a in reached if graph.op[a][0] in SUMS]
        alone = set(roots)
        for a in reached:
            if graph.op[a][0] not in SUMS:
                alone.update(graph.arguments(a))
        products = {a for a in reached if graph.op[a][0] == "mul"}
        rivals = Counter(a for pair in sums if products.issuperset(pair) for a in pair)
        for pair in sums:
            fused = min((a for a in pair if a in products - alone), key=lambda a: (rivals[a], -a), default=None)
            alone.update(a for a in pair if a != fused)
        return products - alone

    def _reach(self, roots: list[int]) -> list[int]:
        """The nodes that have to be computed for `roots`, ascending."""
        seen: set[int] = set()
        stack = [a for a in roots if self._leaf(a) is None]
        while stack:
            a = stack.pop()
            if a not in seen:
                seen.add(a)
                stack.extend(b for b in self._graph.arguments(a) if self._leaf(b) is None)
        return sorted(seen)
