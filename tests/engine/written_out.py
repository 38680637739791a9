"""The equations of a model written out as plain Python, for one patient: what SciPy integrates as a reference.

Each node of the graph is one line of ordinary floating-point arithmetic, which shares nothing with the engine that is
checked against it, and is fifty times as fast as the evaluation node by node that NumPy does for a single patient.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from melanokine.network import Equations
from melanokine.network.graph import TINY

LINES = {
    "state": "y[{0}]",
    "parameter": "p[{0}]",
    "input": "u[{0}]",
    "neg": "-{0}",
    "inv": "1.0 / {0} if {0} else copysign(inf, {0})",
    "exp": "exp({0}) if {0} < 709.0 else inf",
    "sqrt": "sqrt({0}) if {0} >= 0.0 else nan",
    "add": "{0} + {1}",
    "sub": "{0} - {1}",
    "mul": "{0} * {1}",
    "max": "{0} if {0} > {1} else {1}",
    "min": "{0} if {0} < {1} else {1}",
    "log": "log({0} if {0} > TINY else TINY)",
    "pow": "({0} if {0} > TINY else TINY) ** {1}",
    "powslope": "{2} / {0} if {0} > TINY else 0.0",
    "step": "1.0 if {0} > {1} else 0.0",
    "choose": "{1} if {0} > 0.0 else {2}",
    "floor": "float(floor({0}))",
    "sin": "sin({0})",
    "cos": "cos({0})",
    "arctan": "atan({0})",
}
MATHEMATICS = ("atan", "copysign", "cos", "exp", "floor", "inf", "log", "nan", "sin", "sqrt")
LEAVES = ("state", "parameter", "input")


@dataclass(frozen=True)
class WrittenOut:
    """`rates(y, p, u)` and `jacobian(y, p, u)` of one patient's states, parameters and inputs, as lists of floats."""

    states: int
    rates: Callable[[list, list, list], list]
    entries: Callable[[list, list, list], list]
    places: tuple[np.ndarray, np.ndarray]

    def jacobian(self, y: list, p: list, u: list) -> np.ndarray:
        matrix = np.zeros((self.states, self.states))
        matrix[self.places] = self.entries(y, p, u)
        return matrix


def write_out(equations: Equations) -> WrittenOut:
    entries = [(i, j, node) for i, row in enumerate(equations.jacobian) for j, node in row.items()]
    rows, columns, nodes = zip(*entries, strict=True)
    places = np.array(rows), np.array(columns)
    return WrittenOut(
        len(equations.states), function(equations.graph, equations.rhs), function(equations.graph, nodes), places
    )


def function(graph, nodes: Sequence[int]) -> Callable[[list, list, list], list]:
    """A Python function of states, parameters and inputs that returns the values of `nodes`."""
    lines = ["def values(y, p, u):"]
    for a in graph.reach(nodes):
        operation, *x = graph.op[a]
        if operation == "const":
            right = repr(float(x[0]))
        else:
            right = LINES[operation].format(*(x if operation in LEAVES else [f"v{b}" for b in x]))
        lines.append(f" v{a} = {right}")
    lines.append(f" return [{', '.join(f'v{a}' for a in nodes)}]")
    known = {name: getattr(math, name) for name in MATHEMATICS} | {"TINY": TINY}
    exec("\n".join(lines), known)
    return known["values"]
