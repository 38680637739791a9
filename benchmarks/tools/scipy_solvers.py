"""SciPy's LSODA and BDF, stopped at each dose, with the analytic Jacobian as a dense matrix.

Right-hand side and Jacobian are written as straight-line Python from the same graph, with what is constant in a patient
computed beforehand, and compiled by numba where it is installed (else they run as plain Python, ten times slower).
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np
from scipy.integrate import solve_ivp

from melanokine.network.evaluation import evaluate
from melanokine.network.graph import TINY
from problems import Problem
from sbml import Export, changes
from tools.outcome import Outcome, ToolFailed, cpu_time

_FORMS = {
    "add": "{} + {}", "sub": "{} - {}", "mul": "{} * {}", "neg": "-{}", "inv": "1.0 / {}", "exp": "math.exp({})",
    "sqrt": "math.sqrt({})", "log": f"math.log(max({{}}, {TINY}))", "pow": f"max({{}}, {TINY}) ** {{}}",
    "powslope": f"({{2}} / {{0}} if {{0}} > {TINY} else 0.0)", "max": "max({}, {})", "min": "min({}, {})",
    "step": "(1.0 if {} > {} else 0.0)",
}  # fmt: skip
_known: dict[str, tuple] = {}
"""Right-hand side and Jacobian of equations, each with the nodes it takes as constants, by digest"""


class SciPy:
    """`load_seconds` counts the compilation by numba (which the second method of the same equations finds done)."""

    def __init__(self, problem: Problem, method: str) -> None:
        self.name = f"SciPy {method}"
        self._method, self._problem = method, problem
        equations = problem.equations
        self._size = len(equations.states)
        if equations.digest not in _known:
            entries = [(i * self._size + j, a) for i, row in enumerate(equations.jacobian) for j, a in row.items()]
            _known[equations.digest] = *_function(problem, list(enumerate(equations.rhs))), *_function(problem, entries)
        self._rates, first, self._slopes, second = _known[equations.digest]
        self._constants = first, second
        self._export = Export(problem, events=False)
        self._start = self._export.start()
        began = time.perf_counter()
        parameters, y, inputs = problem.parameters[0], problem.initial[0], np.zeros(len(equations.inputs))
        self._rates(y, inputs, _values(problem, first, parameters), np.zeros(self._size))
        self._slopes(y, inputs, _values(problem, second, parameters), np.zeros(self._size**2))
        self.load_seconds = time.perf_counter() - began

    def run(self, patient: int, rtol: float, atol: float) -> Outcome:
        """States of one patient; `atol` is relative to each state's scale."""
        problem, size = self._problem, self._size
        parameters = problem.parameters[patient]
        constants = [_values(problem, nodes, parameters) for nodes in self._constants]
        inputs = np.zeros(len(problem.equations.inputs))
        columns = [problem.equations.inputs.index(name) for name in self._export.inputs]
        inputs[columns] = self._start[patient, size:]
        rates, matrix = np.zeros(size), np.zeros(size * size)

        def rhs(_, y):
            self._rates(y, inputs, constants[0], rates)
            return rates.copy()

        def jacobian(_, y):
            self._slopes(y, inputs, constants[1], matrix)
            return matrix.reshape(size, size).copy()

        times, rows, state, now = problem.times, [], self._start[patient, :size].copy(), 0.0
        later = [(t, parts) for t, parts in changes(problem).items() if t > 0.0]
        with cpu_time() as whole:
            if times[0] == 0.0:
                rows.append(state.copy())
            for end, parts in [*later, (times[-1], {})]:
                if end > now:
                    wanted = times[(times > now) & (times <= end)]
                    asked = wanted if len(wanted) and wanted[-1] == end else np.append(wanted, end)
                    found = solve_ivp(
                        rhs, (now, end), state, self._method, asked, jac=jacobian, rtol=rtol,
                        atol=atol * problem.scales,
                    )  # fmt: skip
                    if not found.success:
                        raise ToolFailed(f"{self.name}: {found.message}")
                    rows.extend(found.y.T[: len(wanted)])
                    state, now = found.y[:, -1].copy(), end
                self._give(parts, patient, state, inputs)
        return Outcome(np.array(rows), whole.seconds)

    def _give(self, parts, patient: int, state: np.ndarray, inputs: np.ndarray) -> None:
        equations = self._problem.equations
        for name, terms in parts.items():
            amount = self._export.amounts(terms)[patient]
            if name in equations.inputs:
                inputs[equations.inputs.index(name)] = amount
            else:
                state[equations.state_index(name)] += amount


def _function(problem: Problem, outputs: Sequence[tuple[int, int]]):
    """A compiled function (y, inputs, constants, result) that fills `result`, and the nodes that `constants` holds."""
    graph = problem.equations.graph
    reached = graph.reach([a for _, a in outputs])
    dynamic: dict[int, bool] = {}
    for a in reached:
        dynamic[a] = graph.op[a][0] in ("state", "input") or any(dynamic[b] for b in graph.arguments(a))
    needed = {a for _, a in outputs} | {b for a in reached if dynamic[a] for b in graph.arguments(a)}
    constants = sorted(a for a in needed if not dynamic[a] and not graph.is_const(a))
    held = {a: f"c[{k}]" for k, a in enumerate(constants)}

    def term(a: int) -> str:
        operation, *x = graph.op[a]
        if operation == "const":
            return f"({x[0]!r})"
        if operation in ("state", "input"):
            return f"{'y' if operation == 'state' else 'u'}[{x[0]}]"
        return held.get(a, f"v{a}")

    lines = [
        f"    v{a} = {_FORMS[graph.op[a][0]].format(*map(term, graph.arguments(a)))}"
        for a in reached
        if dynamic[a] and graph.arguments(a)
    ]
    lines += [f"    result[{place}] = {term(a)}" for place, a in outputs]
    space = {"math": math}
    exec("\n".join(["def function(y, u, c, result):", *lines]), space)
    return _compiled(space["function"]), constants


def _values(problem: Problem, nodes: list[int], parameters: np.ndarray) -> np.ndarray:
    return np.array(evaluate(problem.equations.graph, nodes, parameters=parameters), float)


def _compiled(function):
    try:
        import numba
    except ImportError:
        return function
    return numba.njit(function)
