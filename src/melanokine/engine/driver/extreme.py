"""The extreme of a quantity within a step: where the quartic through five nodes has one.

s in [0, 1] counts through a part of a step, and u_0 to u_4 are the values at its nodes (nodes.py). The quartic

    p(s) = u_0 + s (c_1 + s (c_2 + s (c_3 + s c_4))),    c = M (u_1 - u_0, ..., u_4 - u_0)

has M, the inverse of the matrix of the powers of the nodes. From the highest node one follows the slope p' towards the
next node, and halves that interval.
"""

from __future__ import annotations

import math

import numpy as np
from llvmlite import ir

from melanokine.engine.code.routine import POINTER, Routine, Term
from melanokine.engine.driver.lane import Plan
from melanokine.engine.driver.layout import Frame
from melanokine.engine.driver.nodes import LAST, NODES

_POWERS = np.array([[node**power for power in range(1, len(NODES))] for node in NODES[1:]])
_COEFFICIENTS = tuple(tuple(float(x) for x in row) for row in np.linalg.inv(_POWERS))
"""The matrix M."""
_HALVINGS = 50


def write_peak(module: ir.Module, plan: Plan) -> None:
    """Add `find_peak`: the maximum of the quartic through `shape`, the values at the nodes.

    Writes its place s into `peak` and its height into `height`, which is -inf where no node is exceeded and in lanes
    that are not `live`; and into `lower` and `upper` the places of the nodes that enclose it.
    """
    routine = Routine(module, plan.machine, "find_peak", {"call": POINTER, "workspace": POINTER})
    frame = Frame(routine, plan.layout)
    lower, upper, height = (frame.vectors(name) for name in ("lower", "upper", "height"))
    values = [frame.vectors("shape")[n] for n in range(len(NODES))]
    best, place, left, right = _highest(routine, values)
    coefficients = _quartic(routine, values)

    slopes = [coefficient * float(k) for k, coefficient in enumerate(coefficients)][1:]
    upwards = _polynomial(routine, slopes, place) > 0.0
    first, second = routine.select(upwards, place, left), routine.select(upwards, right, place)
    inside = (second > first) & (frame.vectors("live")[0] > 0.5)
    height[0] = routine.all_lanes(-math.inf)
    with routine.when(routine.any(inside)):
        lower[0], upper[0] = first, second
        with routine.each(_HALVINGS):
            middle = (lower[0] + upper[0]) * 0.5
            ascending = _polynomial(routine, slopes, middle) > 0.0
            lower[0] = routine.select(ascending, middle, lower[0])
            upper[0] = routine.select(ascending, upper[0], middle)
        peak = (lower[0] + upper[0]) * 0.5
        top = _polynomial(routine, coefficients, peak)
        frame.vectors("peak")[0] = peak
        height[0] = routine.select(inside & (top > best), top, -math.inf)
    lower[0], upper[0] = first, second
    routine.finish()


def _highest(routine: Routine, values: list[Term]) -> tuple[Term, Term, Term, Term]:
    """The largest value, its node (the first of equals), and the nodes on either side of it."""
    nodes = [routine.all_lanes(node) for node in NODES]
    best, place, left, right = values[0], nodes[0], nodes[0], nodes[1]
    for n in range(1, len(NODES)):
        better = values[n] > best
        best = routine.select(better, values[n], best)
        place = routine.select(better, nodes[n], place)
        left = routine.select(better, nodes[n - 1], left)
        right = routine.select(better, nodes[min(n + 1, LAST)], right)
    return best, place, left, right


def _quartic(routine: Routine, values: list[Term]) -> list[Term]:
    """The coefficients of p, from the constant one on."""
    rises = [value - values[0] for value in values[1:]]
    coefficients = [values[0]]
    for weights in _COEFFICIENTS:
        total = rises[0] * weights[0]
        for rise, weight in zip(rises[1:], weights[1:], strict=True):
            total = routine.fma(rise, weight, total)
        coefficients.append(total)
    return coefficients


def _polynomial(routine: Routine, coefficients: list[Term], s: Term) -> Term:
    value = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        value = routine.fma(s, value, coefficient)
    return value
