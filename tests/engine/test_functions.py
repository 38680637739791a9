"""Own exponential and logarithm, and what becomes of numbers that are none."""

import math

import numpy as np
import pytest

from melanokine.engine.kernel import compile


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
