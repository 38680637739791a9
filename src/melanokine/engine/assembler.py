"""Straight-line programs: expressions of a graph flattened into instructions that each make one value.

An operand is the number of an earlier value, `("const", x)`, or an element of an array, `(array, index)`. A `store` has
an array element as its target. Products used once are fused into the sum that uses them.

| operation       | value                     | operation     | value                        |
|-----------------|---------------------------|---------------|------------------------------|
| add, sub, mul   | a + b, a - b, a b         | neg, inv      | -a, 1/a                      |
| fma             | a b + c                   | exp, ln, sqrt | of a (ln for a > 0 only)     |
| fnma, fms       | c - a b, a b - c          | max, min      | not a number if either is    |
| lesser, greater | of a and b, both numbers  | step          | 1 where a > b, else 0        |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from melanokine.network.graph import Graph

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
    will be asked for: a product that is used once among them is fused.
    """

    def __init__(self, graph: Graph, leaf: Callable[[int], Operand | None], roots: Iterable[int]) -> None:
        self.instructions: list[Instruction] = []
        self._graph = graph
        self._leaf = leaf
        self._operands: dict[int, Operand] = {}
        self._values = 0
        self._uses = self._count_uses(list(roots))

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
        if operation in ("add", "sub"):
            left, right = arguments
            if self._fusable(right):
                return ("fma" if operation == "add" else "fnma"), (*self._graph.arguments(right), left)
            if self._fusable(left):
                return ("fma" if operation == "add" else "fms"), (*self._graph.arguments(left), right)
        return operation, tuple(arguments)

    def _fusable(self, a: int) -> bool:
        return self._graph.op[a][0] == "mul" and self._uses[a] == 1 and self._leaf(a) is None

    def _count_uses(self, roots: list[int]) -> Counter:
        uses = Counter(roots)
        seen: set[int] = set()
        stack = list(roots)
        while stack:
            a = stack.pop()
            if a not in seen:
                seen.add(a)
                if self._leaf(a) is None:
                    arguments = self._graph.arguments(a)
                    uses.update(arguments)
                    stack.extend(arguments)
        return uses
