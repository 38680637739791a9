"""Exact partial derivatives of a graph's nodes with respect to the states (forward mode, sparse)."""

from __future__ import annotations

from melanokine.network.graph import TINY, Graph


def gradients(graph: Graph, roots: list[int]) -> list[dict[int, int]]:
    """For each root the non-zero derivatives, as {state index: node of the derivative}."""
    known: dict[int, dict[int, int]] = {}
    for a in graph.reach(roots):
        known[a] = _gradient(graph, a, known) if graph.varies[a] else {}
    return [dict(known[root]) for root in roots]


def _gradient(graph: Graph, a: int, known: dict[int, dict[int, int]]) -> dict[int, int]:
    operation, *arguments = graph.op[a]
    if operation == "state":
        return {arguments[0]: graph.const(1.0)}
    total: dict[int, int] = {}
    for argument, slope in zip(arguments, _slopes(graph, a), strict=False):
        for state, inner in known[argument].items():
            term = graph.mul(slope, inner)
            total[state] = graph.add(total[state], term) if state in total else term
    return {state: node for state, node in total.items() if graph.op[node] != ("const", 0.0)}


def _slopes(graph: Graph, a: int) -> list[int]:
    """d(node)/d(argument) for each argument of the node, as nodes."""
    operation, *x = graph.op[a]
    one = graph.const(1.0)
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
        case "max":
            first = graph.node("step", x[0], x[1])
            return [first, graph.sub(one, first)]
        case "min":
            first = graph.node("step", x[1], x[0])
            return [first, graph.sub(one, first)]
    raise AssertionError(f"no derivative of {operation!r}")
