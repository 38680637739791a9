"""Plain NumPy evaluation of graph nodes: the reference that the compiled engine is checked against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from melanokine.network.graph import TINY, Graph

_UNARY = {
    "neg": np.negative, "inv": np.reciprocal, "exp": np.exp, "sqrt": np.sqrt,
    "floor": np.floor, "sin": np.sin, "cos": np.cos, "arctan": np.arctan,
}  # fmt: skip
_BINARY = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "max": np.maximum, "min": np.minimum}


def evaluate(
    graph: Graph,
    nodes: Sequence[int],
    states: np.ndarray | Sequence = (),
    parameters: np.ndarray | Sequence = (),
    inputs: np.ndarray | Sequence = (),
) -> list[np.ndarray | np.float64]:
    """Values of `nodes`, one array each.

    The last axis of `states`, `parameters` and `inputs` counts states, parameters and inputs; all leading axes
    (patients, times) broadcast against each other.
    """
    leaves = {"state": np.asarray(states, float), "parameter": np.asarray(parameters, float)}
    leaves["input"] = np.asarray(inputs, float)
    value: dict[int, np.ndarray | np.float64] = {}
    with np.errstate(all="ignore"):
        for a in graph.reach(nodes):
            operation, *x = graph.op[a]
            if operation == "const":
                value[a] = np.float64(x[0])
            elif operation in leaves:
                value[a] = leaves[operation][..., x[0]]
            elif operation in _UNARY:
                value[a] = _UNARY[operation](value[x[0]])
            elif operation in _BINARY:
                value[a] = _BINARY[operation](value[x[0]], value[x[1]])
            elif operation == "log":
                value[a] = np.log(np.maximum(value[x[0]], TINY))
            elif operation == "pow":
                value[a] = np.maximum(value[x[0]], TINY) ** value[x[1]]
            elif operation == "powslope":
                base = value[x[0]]
                value[a] = np.where(base > TINY, value[x[2]] / np.maximum(base, TINY), 0.0)
            elif operation == "choose":
                value[a] = np.where(value[x[0]] > 0.0, value[x[1]], value[x[2]])
            else:
                value[a] = np.where(value[x[0]] > value[x[1]], 1.0, 0.0)
    return [value[a] for a in nodes]
