"""A static elimination order that keeps the LU factors of a sparse matrix sparse.

Markowitz's criterion on the diagonal: eliminate next the index with the smallest product of the other entries in its
row and in its column, which bounds the fill that it creates. On networks of reactions this saves nearly two orders of
magnitude of work. H. M. Markowitz, Management Science 3 (1957) 255, doi:10.1287/mnsc.3.3.255.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def markowitz(rows: Sequence[Iterable[int]]) -> list[int]:
    """The order in which to eliminate, given the columns of the non-zeros of each row (the diagonal is implied).

    Ties go to the index with fewer entries altogether, then to the smaller index.
    """
    size = len(rows)
    in_row = [set(columns) | {i} for i, columns in enumerate(rows)]
    in_column: list[set[int]] = [set() for _ in range(size)]
    for i, columns in enumerate(in_row):
        for j in columns:
            in_column[j].add(i)

    def cost(i: int) -> tuple[int, int, int]:
        row, column = len(in_row[i]), len(in_column[i])
        return (row - 1) * (column - 1), row + column, i

    left = set(range(size))
    order = []
    while left:
        pivot = min(left, key=cost)
        left.remove(pivot)
        order.append(pivot)
        columns = in_row[pivot] - {pivot}
        for i in in_column[pivot] - {pivot}:
            in_row[i].discard(pivot)
            for j in columns - in_row[i]:
                in_row[i].add(j)
                in_column[j].add(i)
        for j in columns:
            in_column[j].discard(pivot)
    return order
