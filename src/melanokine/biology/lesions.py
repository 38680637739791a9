"""Sums over the lesions of a patient."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add

from melanokine.network import Quantity


def total(quantities: Iterable[Quantity]) -> Quantity:
    """The sum of at least one quantity, as of `lesion.treg for lesion in net.lesions`."""
    return reduce(add, quantities)
