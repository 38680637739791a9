"""Reaction networks without units, written with operators, as a benchmark needs them: names, numbers and rate laws."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from types import SimpleNamespace

from melanokine.network import Equations, Graph, State
from melanokine.network.differentiation import gradients


class Term:
    """A node of a graph that computes like a number."""

    def __init__(self, graph: Graph, node: int) -> None:
        self.graph, self.node = graph, node

    def _join(self, operation: str, left: Term | float, right: Term | float) -> Term:
        a, b = (x.node if isinstance(x, Term) else self.graph.const(x) for x in (left, right))
        return Term(self.graph, getattr(self.graph, operation)(a, b))

    def __add__(self, other: Term | float) -> Term:
        return self._join("add", self, other)

    def __radd__(self, other: float) -> Term:
        return self._join("add", other, self)

    def __sub__(self, other: Term | float) -> Term:
        return self._join("sub", self, other)

    def __rsub__(self, other: float) -> Term:
        return self._join("sub", other, self)

    def __mul__(self, other: Term | float) -> Term:
        return self._join("mul", self, other)

    def __rmul__(self, other: float) -> Term:
        return self._join("mul", other, self)

    def __truediv__(self, other: Term | float) -> Term:
        return self._join("div", self, other)

    def __rtruediv__(self, other: float) -> Term:
        return self._join("div", other, self)

    def __pow__(self, other: Term | float) -> Term:
        return self._join("pow", self, other)

    def __rpow__(self, other: float) -> Term:
        return self._join("pow", other, self)


def log(x: Term) -> Term:
    return Term(x.graph, x.graph.log(x.node))


def sqrt(x: Term) -> Term:
    return Term(x.graph, x.graph.sqrt(x.node))


def hill(x: Term, half: Term | float, exponent: Term) -> Term:
    """x^n / (half^n + x^n)"""
    power = x**exponent
    return power / (half**exponent + power)


def saturation(x: Term, half: Term | float) -> Term:
    """x / (half + x)"""
    return x / (half + x)


class ReactionNetwork:
    """Species and reactions are added one by one; parameters and inputs are known from the start, by name."""

    def __init__(self, parameters: Sequence[str], inputs: Sequence[str] = ()) -> None:
        self.graph = Graph()
        self._parameters, self._inputs = tuple(parameters), tuple(inputs)
        leaves = {name: Term(self.graph, self.graph.parameter(i)) for i, name in enumerate(parameters)}
        leaves |= {name: Term(self.graph, self.graph.input(i)) for i, name in enumerate(inputs)}
        self.known = SimpleNamespace(**leaves)
        """Parameters and inputs, as attributes"""
        self.initial: dict[str, float] = {}
        self._change: dict[str, int] = {}
        self._terms: dict[str, Term] = {}

    def species(self, name: str, initial: float = 0.0) -> Term:
        """Declare a species."""
        self._terms[name] = Term(self.graph, self.graph.state(len(self.initial)))
        self.initial[name] = initial
        self._change[name] = self.graph.const(0.0)
        return self._terms[name]

    def __getitem__(self, name: str) -> Term:
        return self._terms[name]

    def reaction(self, consumed: Iterable[str], made: Iterable[str], rate: Term) -> None:
        """One of each consumed species is lost, and one of each made species gained, `rate` times per day."""
        for name in consumed:
            self._change[name] = self.graph.sub(self._change[name], rate.node)
        for name in made:
            self._change[name] = self.graph.add(self._change[name], rate.node)

    def make(self, name: str, rate: Term) -> None:
        self.reaction((), (name,), rate)

    def lose(self, name: str, rate: Term) -> None:
        self.reaction((name,), (), rate)

    def move(self, source: str, target: str, rate: Term) -> None:
        self.reaction((source,), (target,), rate)

    def equations(self) -> Equations:
        """All reactions collected, every state with the scale 1."""
        graph, rhs = self.graph, tuple(self._change.values())
        states = tuple(State(name, "1", 1.0) for name in self.initial)
        initial = tuple(graph.const(value) for value in self.initial.values())
        names = (states, self._parameters, self._inputs)
        digest = hashlib.sha256(repr((names, graph.op, rhs, initial)).encode()).hexdigest()
        return Equations(
            graph=graph,
            states=states,
            parameters=self._parameters,
            inputs=self._inputs,
            rhs=rhs,
            jacobian=tuple(gradients(graph, list(rhs))),
            initial=initial,
            observables={},
            guards={},
            trigger=None,
            digest=digest,
        )
