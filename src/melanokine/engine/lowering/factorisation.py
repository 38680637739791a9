"""Sparse LU factors of W = shift I - J, unrolled: no index is computed and no branch taken at run time.

Row by row (Doolittle), in a static order and without pivoting:

    L[i][k] = W[i][k] / U[k][k],    W[i][j] -= L[i][k] U[k][j]   for k < i, j > k

The smallest 1 / U[i][i] is stored as well: it is positive exactly when all pivots are positive and finite, which the
caller demands of a step. Signs that are known in advance (-J, and products of two negatives) ride along and cost no
instruction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from melanokine.engine.lowering.assembler import Assembler, Operand, Program


@dataclass(frozen=True)
class Pattern:
    """Where the factors are non-zero; rows and columns are counted in the order of elimination.

    `slot[(i, j)]` is the place of a factor in memory, in the order in which `solve` reads them; the diagonal holds
    1 / U[i][i].
    """

    order: tuple[int, ...]
    lower: tuple[tuple[int, ...], ...]
    upper: tuple[tuple[int, ...], ...]
    slot: Mapping[tuple[int, int], int]


def pattern(rows: Sequence[Mapping[int, int]], order: Sequence[int]) -> Pattern:
    """Symbolic elimination of a matrix with the given non-zeros (the diagonal is implied)."""
    size = len(rows)
    position = {original: i for i, original in enumerate(order)}
    filled: list[set[int]] = [{i} | {position[j] for j in rows[order[i]]} for i in range(size)]
    for i in range(size):
        done = -1
        while left := [k for k in filled[i] if done < k < i]:
            done = min(left)
            filled[i].update(j for j in filled[done] if j > done)
    lower = tuple(tuple(sorted(j for j in filled[i] if j < i)) for i in range(size))
    upper = tuple(tuple(sorted(j for j in filled[i] if j > i)) for i in range(size))
    forward = [(i, j) for i in range(size) for j in lower[i]]
    backward = [(i, j) for i in reversed(range(size)) for j in (*upper[i], i)]
    slot = {place: k for k, place in enumerate(forward + backward)}
    return Pattern(tuple(order), lower, upper, slot)


@dataclass(frozen=True)
class _Signed:
    """A value that stands for its negative where `negative` is set."""

    operand: Operand
    negative: bool = False


class Factorisation:
    """Writes the elimination into a program, one row at a time, and remembers the signs of the factors."""

    def __init__(self, pattern: Pattern, assembler: Assembler) -> None:
        self._pattern = pattern
        self._assembler = assembler
        self._position = {original: i for i, original in enumerate(pattern.order)}
        self._factors: dict[tuple[int, int], _Signed] = {}
        self._smallest: Operand | None = None

    def row(self, i: int, jacobian: Mapping[int, tuple[Operand, bool]]) -> None:
        """Eliminate row i, given the Jacobian's entries in it by original column, each with whether it is negated."""
        add, pattern, factors = self._assembler.append, self._pattern, self._factors
        row = {self._position[j]: _Signed(operand, not negated) for j, (operand, negated) in jacobian.items()}
        diagonal: Operand = ("diagonal", 0)
        if i in row:
            diagonal = add("sub" if row[i].negative else "add", diagonal, row[i].operand)
        row[i] = _Signed(diagonal)
        for k in pattern.lower[i]:
            inverse = factors[k, k].operand
            factor = _Signed(add("mul", row[k].operand, inverse), row[k].negative)
            self._keep(i, k, factor)
            for j in pattern.upper[k]:
                row[j] = self._subtract(row.get(j), factor, factors[k, j])
        for j in pattern.upper[i]:
            self._keep(i, j, row[j])
        inverse = add("inv", row[i].operand)
        self._smallest = inverse if self._smallest is None else add("lesser", self._smallest, inverse)
        self._keep(i, i, _Signed(inverse))

    def finish(self) -> dict[tuple[int, int], bool]:
        """Store the smallest inverse pivot; return which factors are stored with the opposite sign."""
        if self._smallest is not None:
            self._assembler.store("diagonal", 1, self._smallest)
        return {place: factor.negative for place, factor in self._factors.items()}

    def _keep(self, i: int, j: int, factor: _Signed) -> None:
        self._factors[i, j] = factor
        self._assembler.store("factor", self._pattern.slot[i, j], factor.operand)

    def _subtract(self, target: _Signed | None, left: _Signed, right: _Signed) -> _Signed:
        """target - left * right"""
        product_negative = left.negative != right.negative
        if target is None:
            product = self._assembler.append("mul", left.operand, right.operand)
            return _Signed(product, negative=not product_negative)
        operation = "fma" if product_negative != target.negative else "fnma"
        value = self._assembler.append(operation, left.operand, right.operand, target.operand)
        return _Signed(value, target.negative)


def solve(pattern: Pattern, negative: Mapping[tuple[int, int], bool], assembler: Assembler) -> Program:
    """Solve W x = b in place on the array `vector`, which is in the original order of the states.

    Each sum takes first what is known first, which nearly halves the longest chain of operations that wait for another.
    """
    size = len(pattern.order)
    value: list[Operand] = [("vector", original) for original in pattern.order]
    known = [0] * size
    """Operations in the longest chain that leads to a value"""

    def subtract(i: int, others: Sequence[int]) -> None:
        for j in sorted(others, key=lambda j: known[j]):
            operation = "fma" if negative[i, j] else "fnma"
            value[i] = assembler.append(operation, ("factor", pattern.slot[i, j]), value[j], value[i])
            known[i] = max(known[i], known[j]) + 1

    for i in range(size):
        subtract(i, pattern.lower[i])
    for i in reversed(range(size)):
        subtract(i, pattern.upper[i])
        value[i] = assembler.append("mul", value[i], ("factor", pattern.slot[i, i]))
        known[i] += 1
        assembler.store("vector", pattern.order[i], value[i])
    return assembler.program("solve", ("factor", "vector"))
