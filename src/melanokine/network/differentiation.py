"""Exact partial derivatives of a graph's nodes with respect to the states (forward mode, sparse).

What varies through one node only, as x^n / (x^n + k^n) does through x, gets its slope against that node first, and is
multiplied once with the node's derivatives, of which there may be several. The derivative of a choice is the chosen
derivative: a slope of 0 would not do, because what is not chosen may be infinite.
"""

from __future__ import annotations

from melanokine.network.graph import TINY, Graph


def gradients(graph: Graph, roots: list[int]) -> list[dict[int, int]]:
    """For each root the non-zero derivatives, as {state index: node of the derivative}."""
    return _Gradients(graph).of(roots)


class _Gradients:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known: dict[int, dict[int, int]] = {}
        self._chain: dict[int, tuple[int, int]] = {}
        """For what varies through one other node only: that node, and the slope against it"""

    def of(self, roots: list[int]) -> list[dict[int, int]]:
        for a in self._graph.reach(roots):
            if self._graph.varies[a]:
                self._enter(a)
        return [dict(self._gradient(root)) for root in roots]

    def _enter(self, a: int) -> None:
        operation, *arguments = self._graph.op[a]
        if operation == "state":
            self._known[a] = {arguments[0]: self._graph.const(1.0)}
            return
        if operation == "choose":
            return
        graph = self._graph
        inner = {b: self._chain.get(b, (b, graph.const(1.0))) for b in arguments if graph.varies[b]}
        origins = {origin for origin, _ in inner.values()}
        if len(origins) == 1:
            total = graph.const(0.0)
            for argument, slope in zip(arguments, _slopes(graph, a), strict=False):
                if argument in inner:
                    total = graph.add(total, graph.mul(slope, inner[argument][1]))
            self._chain[a] = origins.pop(), total

    def _gradient(self, a: int) -> dict[int, int]:
        if not self._graph.varies[a]:
            return {}
        if a not in self._known and self._graph.op[a][0] == "choose":
            self._known[a] = self._choice(*self._graph.op[a][1:])
        if a not in self._known:
            if a in self._chain:
                origin, slope = self._chain[a]
                terms = [(slope, origin)]
            else:
                terms = list(zip(_slopes(self._graph, a), self._graph.op[a][1:], strict=False))
            total: dict[int, int] = {}
            for slope, argument in terms:
                for state, inner in self._gradient(argument).items():
                    term = self._graph.mul(slope, inner)
                    total[state] = self._graph.add(total[state], term) if state in total else term
            self._known[a] = {state: node for state, node in total.items() if self._graph.op[node] != ("const", 0.0)}
        return self._known[a]

    def _choice(self, condition: int, a: int, b: int) -> dict[int, int]:
        of_a, of_b, zero = self._gradient(a), self._gradient(b), self._graph.const(0.0)
        states = sorted({*of_a, *of_b})
        return {k: self._graph.choose(condition, of_a.get(k, zero), of_b.get(k, zero)) for k in states}


def _slopes(graph: Graph, a: int) -> list[int]:
    """d(node)/d(argument) for each argument of the node, as nodes."""
    operation, *x = graph.op[a]
    one, zero = graph.const(1.0), graph.const(0.0)
    match operation:
        case "add":
            return [one, one]
        case "sub":
            return [one, graph.const(-1.0)]
        case "neg":
            return [graph.const(-1.0)]
        case "mul":
            return [x[1], x[0]]
        case "inv":
            return [graph.neg(graph.mul(a, a))]
        case "exp":
            return [a]
        case "log":
            floor = graph.const(TINY)
            return [graph.mul(graph.node("step", x[0], floor), graph.inv(graph.maximum(x[0], floor)))]
        case "sqrt":
            return [graph.mul(graph.const(0.5), graph.inv(a))]
        case "pow":
            by_base = graph.mul(x[1], graph.node("powslope", x[0], x[1], a))
            return [by_base, graph.mul(a, graph.log(x[0]))]
        case "powslope":
            floor = graph.const(TINY)
            above, inverse = graph.node("step", x[0], floor), graph.inv(graph.maximum(x[0], floor))
            return [graph.neg(graph.mul(a, inverse)), zero, graph.mul(above, inverse)]
        case "max":
            first = graph.node("step", x[0], x[1])
            return [first, graph.sub(one, first)]
        case "min":
            first = graph.node("step", x[1], x[0])
            return [first, graph.sub(one, first)]
        case "step":
            return [zero, zero]
        case "floor":
            return [zero]
        case "sin":
            return [graph.cos(x[0])]
        case "cos":
            return [graph.neg(graph.sin(x[0]))]
        case "arctan":
            return [graph.inv(graph.add(one, graph.mul(x[0], x[0])))]
    raise AssertionError(f"no derivative of {operation!r}")
