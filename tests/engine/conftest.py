"""Small systems with known answers, and a plain interpreter of straight-line programs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest

from melanokine.engine import Kernel, compile
from melanokine.engine.code.machine import host, narrower
from melanokine.network import Equations, Event, Graph, State
from melanokine.network.differentiation import gradients


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MELANOKINE_CACHE", str(tmp_path_factory.mktemp("kernels")))
        yield


@dataclass(frozen=True)
class System:
    """Equations with parameters and initial states that suit them."""

    equations: Equations
    parameters: np.ndarray
    initial: np.ndarray

    @property
    def kernel(self) -> Kernel:
        return compile(self.equations)

    def patients(self, count: int, spread: float = 0.3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Parameters that vary log-normally, and the same initial state for all."""
        factors = np.exp(spread * np.random.default_rng(seed).standard_normal((count, len(self.parameters))))
        return self.parameters * factors, np.tile(self.initial, (count, 1))

    def integrate(self, count: int = 1, spread: float = 0.3, **options):
        return self.kernel.integrate(*self.patients(count, spread), **options)


def make(
    states: Mapping[str, float],
    parameters: Mapping[str, float],
    rhs: Callable[[Graph, SimpleNamespace], Sequence[int]],
    *,
    inputs: Sequence[str] = (),
    scales: Sequence[float] | None = None,
    observables: Callable[[Graph, SimpleNamespace], Mapping[str, int]] | None = None,
    guards: Callable[[Graph, SimpleNamespace], Mapping[str, int]] | None = None,
    trigger: Callable[[Graph, SimpleNamespace], int] | None = None,
    events: Callable[[Graph, SimpleNamespace], Sequence[Event]] | None = None,
) -> System:
    """A system written on the bare graph: callables get the graph and its leaves by name."""
    graph = Graph()
    names = SimpleNamespace(
        **{name: graph.state(i) for i, name in enumerate(states)},
        **{name: graph.parameter(i) for i, name in enumerate(parameters)},
        **{name: graph.input(i) for i, name in enumerate(inputs)},
    )
    roots = list(rhs(graph, names))
    parts = {
        "observables": observables(graph, names) if observables else {},
        "guards": guards(graph, names) if guards else {},
        "trigger": trigger(graph, names) if trigger else None,
        "events": tuple(events(graph, names)) if events else (),
    }
    scales = scales or [1.0] * len(states)
    table = tuple(State(name, "1", scale) for name, scale in zip(states, scales, strict=True))
    initial = tuple(graph.const(value) for value in states.values())
    equations = Equations(
        graph=graph,
        states=table,
        parameters=tuple(parameters),
        inputs=tuple(inputs),
        rhs=tuple(roots),
        jacobian=tuple(gradients(graph, roots)),
        initial=initial,
        digest=hashlib.sha256(repr((graph.op, roots, table, initial, parts)).encode()).hexdigest(),
        **parts,
    )
    return System(equations, np.array(list(parameters.values()), float), np.array(list(states.values()), float))


@pytest.fixture(scope="session")
def build():
    return make


@pytest.fixture(scope="session")
def robertson() -> System:
    """Three reactions over nine orders of magnitude (Robertson 1966)."""

    def rhs(g, s):
        first, second = g.mul(s.slow, s.a), g.mul(s.fast, g.mul(s.b, s.b))
        third = g.mul(s.middle, g.mul(s.b, s.c))
        return g.sub(third, first), g.sub(g.sub(first, third), second), second

    return make(
        {"a": 1.0, "b": 0.0, "c": 0.0},
        {"slow": 0.04, "fast": 3e7, "middle": 1e4},
        rhs,
        scales=[1.0, 1e-4, 1.0],
        observables=lambda g, s: {"total": g.add(g.add(s.a, s.b), s.c)},
    )


@pytest.fixture(scope="session")
def two_compartments() -> System:
    """Linear pharmacokinetics with two infusion inputs into the centre, and a guard on its level."""

    def rhs(g, s):
        out, back = g.mul(s.k12, s.centre), g.mul(s.k21, s.periphery)
        rates = g.add(s.infusion, s.second_infusion)
        centre = g.add(g.sub(back, g.add(g.mul(s.k10, s.centre), out)), rates)
        return centre, g.sub(out, back)

    return make(
        {"centre": 0.0, "periphery": 0.0},
        {"k10": 3.0, "k12": 2.0, "k21": 0.7, "weight": 80.0},
        rhs,
        inputs=["infusion", "second_infusion"],
        observables=lambda g, s: {"centre_per_weight": g.div(s.centre, s.weight)},
        guards=lambda g, s: {"low": g.sub(g.const(5.0), s.centre), "never": g.const(0.0)},
    )


@pytest.fixture(scope="session")
def logistic() -> System:
    """Growth to a plateau, with a trigger at a size."""
    return make(
        {"size": 1e-3},
        {"rate": 0.3, "plateau": 10.0, "threshold": 5.0},
        lambda g, s: [g.mul(s.rate, g.mul(s.size, g.sub(g.const(1.0), g.div(s.size, s.plateau))))],
        trigger=lambda g, s: g.sub(s.size, s.threshold),
        scales=[1e-3],
    )


@pytest.fixture(scope="session")
def halving() -> System:
    """Exponential growth that is cut by half at a threshold: the period is ln 2 / rate."""
    return make(
        {"size": 1.0},
        {"rate": 0.7, "threshold": 3.0},
        lambda g, s: [g.mul(s.rate, s.size)],
        events=lambda g, s: [Event("cut", g.sub(s.size, s.threshold), {0: g.mul(g.const(0.5), s.size)})],
    )


@pytest.fixture(scope="session")
def ball() -> System:
    """A ball that bounces, and each time keeps a part of its speed."""
    return make(
        {"height": 1.0, "speed": 0.0},
        {"gravity": 10.0, "kept": 0.8},
        lambda g, s: [s.speed, g.neg(s.gravity)],
        events=lambda g, s: [Event("bounce", g.neg(s.height), {0: g.const(0.0), 1: g.neg(g.mul(s.kept, s.speed))})],
    )


@pytest.fixture(scope="session")
def every_operation() -> System:
    """Twelve coupled states whose rates use every operation of the graph, with rates from 0.1 to 1000 per day."""
    count = 12

    def rhs(g, s):
        x = [getattr(s, f"x{i}") for i in range(count)]
        rates = []
        for i in range(count):
            left, right = x[i - 1], x[(i + 1) % count]
            hill = g.pow(g.div(left, s.half), s.exponent)
            terms = [
                g.div(hill, g.add(g.const(1.0), hill)),
                g.exp(g.neg(g.mul(left, right))),
                g.log(g.add(g.const(2.0), left)),
                g.sqrt(g.add(right, s.half)),
                g.maximum(left, g.mul(g.const(0.01), right)),
                g.minimum(left, g.mul(g.const(100.0), right)),
            ]
            made = g.mul(s.made, terms[i % len(terms)])
            lost = g.mul(g.mul(s.lost, g.const(10.0 ** (i % 5 - 1))), x[i])
            rates.append(g.sub(g.mul(g.const(10.0 ** (i % 5 - 1)), made), lost))
        return rates

    return make(
        {f"x{i}": 0.1 * (i + 1) for i in range(count)},
        {"half": 0.5, "exponent": 1.3, "made": 1.0, "lost": 1.0},
        rhs,
        scales=[1.0] * count,
        observables=lambda g, s: {"sum": g.add(s.x0, s.x1), "power": g.pow(s.x2, s.exponent)},
    )


@pytest.fixture(scope="session")
def machines():
    """The host, and x86 machines with other lanes that the host can run, with our own assembly and with LLVM's."""
    if not host().x86:
        return [host()]
    others = [narrower(lanes) for lanes in (4, 2) if lanes < host().lanes]
    if host().lanes >= 4:
        four = narrower(4)
        others += [replace(four, assembly=False), replace(four, lanes=8, assembly=False)]
    return [host(), *others]


def interpret(program, arrays: Mapping[str, np.ndarray]) -> None:
    """Run a program of the assembler's operations on plain numbers; stores go into `arrays`."""
    operations = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "neg": lambda a: -a,
        "inv": lambda a: 1.0 / a,
        "fma": lambda a, b, c: a * b + c,
        "fnma": lambda a, b, c: c - a * b,
        "fms": lambda a, b, c: a * b - c,
        "exp": np.exp,
        "ln": np.log,
        "sqrt": np.sqrt,
        "max": np.maximum,
        "min": np.minimum,
        "greater": np.maximum,
        "lesser": np.minimum,
        "step": lambda a, b: float(a > b),
        "choose": lambda c, a, b: a if c > 0.0 else b,
    }
    values: dict = {}

    def read(operand):
        if isinstance(operand, int):
            return values[operand]
        kind, which = operand
        if kind == "const":
            return np.float64(which)
        return arrays[kind][which]

    for target, operation, arguments in program.instructions:
        result = [read(a) for a in arguments]
        if operation == "store":
            arrays[target[0]][target[1]] = result[0]
        else:
            values[target] = operations[operation](*result)


@pytest.fixture(scope="session")
def run_program():
    return interpret
