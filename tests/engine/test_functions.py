"""Own exponential and logarithm, and what becomes of numbers that are none."""

import math

import numpy as np
import pytest

from melanokine.engine.kernel import compile
from melanokine.network import Graph
from melanokine.network import evaluate as graph_values
from melanokine.network.differentiation import gradients


@pytest.fixture(scope="module")
def functions(build):
    """A kernel that observes functions of two states."""

    def observables(g, s):
        return {
            "exp": g.exp(s.x),
            "log": g.log(s.x),
            "sqrt": g.sqrt(s.x),
            "power": g.pow(s.x, s.y),
            "max": g.maximum(s.x, s.y),
            "min": g.minimum(s.x, s.y),
            "max_const": g.maximum(g.const(1.0), s.x),
            "min_const": g.minimum(g.const(1.0), s.x),
            "inverse": g.inv(s.x),
        }

    return build({"x": 1.0, "y": 1.0}, {}, lambda g, s: [g.neg(s.x), g.neg(s.y)], observables=observables)


def evaluate(system, x, y=1.0, machine=None):
    kernel = compile(system.equations, machine)
    x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
    values = kernel.observe(np.empty((x.size, 0)), np.stack([x, y], axis=1))
    return dict(zip(kernel.observable_names, values.T, strict=True))


def test_exponential_is_accurate(functions, machines):
    x = np.concatenate([np.linspace(-700, 705, 20011), np.linspace(-1, 1, 4001)])
    exact = np.array([math.exp(v) for v in x])
    for machine in machines:
        np.testing.assert_allclose(evaluate(functions, x, machine=machine)["exp"], exact, rtol=4e-16)


def test_logarithm_is_accurate(functions, machines):
    x = np.concatenate([np.logspace(-39, 300, 20011), np.linspace(0.5, 2, 4001)])
    exact = np.array([math.log(v) for v in x])
    for machine in machines:
        np.testing.assert_allclose(evaluate(functions, x, machine=machine)["log"], exact, rtol=4e-16, atol=1e-18)


def test_power_is_accurate_and_floored(functions):
    x, y = np.meshgrid(np.logspace(-30, 5, 200), [0.3, 1.35, 2.7])
    np.testing.assert_allclose(evaluate(functions, x.ravel(), y.ravel())["power"], (x**y).ravel(), rtol=5e-14)
    assert evaluate(functions, [-3.0], [0.5])["power"][0] == pytest.approx(1e-20, rel=1e-13)


def test_extremes_of_the_exponential(functions):
    exp = evaluate(functions, [-1e9, -np.inf, -709.5, 709.5, 1e9, np.inf])["exp"]
    assert exp.tolist() == [0, 0, 0, np.inf, np.inf, np.inf]


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "power", "max", "min", "max_const", "min_const", "inverse"])
def test_nan_is_never_swallowed(functions, name):
    payload = np.frombuffer(np.array([0x7FF8000000ABCDEF], np.uint64).tobytes())[0]
    for nan in (np.nan, -np.nan, payload):
        assert np.isnan(evaluate(functions, [nan, nan])[name]).all()


@pytest.mark.parametrize("name", ["power", "max", "min"])
def test_nan_in_the_second_argument_is_never_swallowed(functions, name):
    assert np.isnan(evaluate(functions, [0.5], [np.nan])[name][0])


def test_root_and_logarithm_of_what_has_none(functions):
    values = evaluate(functions, [-1.0, np.inf])
    assert np.isnan(values["sqrt"][0])
    assert values["log"][0] == pytest.approx(math.log(1e-40))
    assert values["log"][1] == np.inf


@pytest.fixture(scope="module")
def circular(build):
    """A kernel that observes sine, cosine, arc tangent, floor and a choice."""

    def observables(g, s):
        return {
            "sin": g.sin(s.x),
            "cos": g.cos(s.x),
            "arctan": g.arctan(s.x),
            "floor": g.floor(s.x),
            "choose": g.choose(s.x, s.y, g.const(2.0)),
        }

    return build({"x": 1.0, "y": 1.0}, {}, lambda g, s: [g.neg(s.x), g.neg(s.y)], observables=observables)


def test_trigonometry_is_accurate(circular, machines):
    x = np.concatenate([np.linspace(-20, 20, 20011), np.linspace(-1e5, 1e5, 4001), np.pi / 4 * np.arange(-50, 50)])
    for machine in machines:
        values = evaluate(circular, x, machine=machine)
        np.testing.assert_allclose(values["sin"], np.sin(x), rtol=0, atol=4e-16)
        np.testing.assert_allclose(values["cos"], np.cos(x), rtol=0, atol=4e-16)
        np.testing.assert_allclose(values["arctan"], np.arctan(x), rtol=4e-16, atol=1e-30)
        assert values["floor"].tolist() == np.floor(x).tolist()


def test_arc_tangent_of_the_infinite(circular):
    assert evaluate(circular, [np.inf, -np.inf])["arctan"] == pytest.approx([np.pi / 2, -np.pi / 2])


@pytest.mark.parametrize("name", ["sin", "cos", "arctan", "floor"])
def test_nan_passes_through_circular_functions(circular, name):
    assert np.isnan(evaluate(circular, [np.nan])[name]).all()


def test_what_is_not_chosen_counts_for_nothing(circular, machines):
    for machine in machines:
        chosen = evaluate(circular, [1.0, 0.0, -1.0, np.nan, -1.0], [5.0, 5.0, np.nan, 5.0, np.inf], machine)["choose"]
        assert chosen.tolist() == [5.0, 2.0, 2.0, 2.0, 2.0]


def test_slopes_of_new_functions():
    graph = Graph()
    x = graph.state(0)
    nodes = [graph.sin(x), graph.cos(x), graph.arctan(x), graph.choose(x, graph.inv(x), graph.mul(x, x))]
    slopes = [row[0] for row in gradients(graph, nodes)]
    at = np.array([0.7])
    assert graph_values(graph, slopes, at) == pytest.approx([np.cos(0.7), -np.sin(0.7), 1 / 1.49, -1 / 0.49])
    assert graph_values(graph, slopes[3:], np.array([-0.5])) == pytest.approx([-1.0])
    assert graph_values(graph, slopes[3:], np.array([0.0])) == [0.0]
    assert gradients(graph, [graph.floor(x), graph.step(x, graph.const(1.0))]) == [{}, {}]
