"""Nodes of a graph as a Python function of one patient: fast where NumPy's calls for each node would be slow."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from melanokine.network.graph import TINY, Graph

_LINES = {
    "state": "y[{0}]",
    "parameter": "p[{0}]",
    "neg": "-{0}",
    "inv": "1.0 / {0} if {0} else copysign(inf, {0})",
    "exp": "exp({0}) if {0} < 709.0 else real_exp({0})",
    "sqrt": "sqrt({0}) if 0.0 <= {0} else nan",
    "add": "{0} + {1}",
    "sub": "{0} - {1}",
    "mul": "{0} * {1}",
    "max": "{0} if {0} > {1} or {0} != {0} else {1}",
    "min": "{0} if {0} < {1} or {0} != {0} else {1}",
    "log": "log(TINY if {0} < TINY else {0})",
    "pow": "real_power(TINY if {0} < TINY else {0}, {1})",
    "powslope": "{2} / {0} if {0} > TINY else 0.0",
    "step": "1.0 if {0} > {1} else 0.0",
    "choose": "{1} if {0} > 0.0 else {2}",
    "floor": "{0} // 1.0 if {0} - {0} == 0.0 else {0}",
    "sin": "real_sin({0})",
    "cos": "real_cos({0})",
    "arctan": "atan({0})",
}
_REAL: dict[str, Callable] = {
    "real_exp": np.exp, "real_power": np.power, "real_sin": np.sin, "real_cos": np.cos,
}  # fmt: skip

Function = Callable[[Sequence[float], Sequence[float]], list[float]]


def write_out(graph: Graph, nodes: Sequence[int]) -> Function:
    """A function of states and parameters (sequences of floats) that returns the values of `nodes`."""
    lines, name = ["def values(y, p):"], {}
    for a in graph.reach(nodes):
        operation, *x = graph.op[a]
        if operation == "const":
            name[a] = repr(float(x[0])) if math.isfinite(x[0]) else f"({float(x[0])})"
            continue
        name[a] = f"v{a}"
        places = x if operation in ("state", "parameter") else [name[b] for b in x]
        lines.append(f" v{a} = {_LINES[operation].format(*places)}")
    lines.append(f" return [{', '.join(name[a] for a in nodes)}]")
    known: dict = {name: getattr(math, name) for name in ("atan", "copysign", "exp", "inf", "log", "nan", "sqrt")}
    known |= {"TINY": TINY, "float": float, "__builtins__": {}}
    known |= {name: _floating(function) for name, function in _REAL.items()}
    exec("\n".join(lines), known)
    return known["values"]


def _floating(function: Callable) -> Callable[..., float]:
    def of_floats(*arguments: float) -> float:
        with np.errstate(all="ignore"):
            return float(function(*(np.float64(a) for a in arguments)))

    return of_floats
