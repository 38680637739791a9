"""Arguments that do not fit, and small cases."""

import numpy as np
import pytest

from melanokine.engine import compile
from melanokine.errors import EngineError


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"times": [1.0, 1.0]}, "increase"),
        ({"times": [-1.0]}, "not negative"),
        ({"times": [np.nan]}, "finite"),
        ({"times": [[1.0]]}, "times"),
        ({}, "neither times nor until"),
        ({"times": [1.0], "until": 0.5}, "until"),
        ({"until": np.inf}, "until"),
        ({"until": -1.0}, "until"),
        ({"times": [1.0], "rtol": 0.0}, "rtol"),
        ({"times": [1.0], "rtol": np.nan}, "rtol"),
        ({"times": [1.0], "max_step": 0.0}, "max_step"),
        ({"times": [1.0], "max_step": np.nan}, "max_step"),
        ({"times": [1.0], "workers": 0}, "workers"),
        ({"times": [1.0], "chunk": 0}, "chunk"),
        ({"times": [1.0], "work_limit": 0}, "work_limit"),
    ],
)
def test_options_that_do_not_fit(two_compartments, options, message):
    with pytest.raises(EngineError, match=message):
        two_compartments.integrate(**options)


def test_shapes_that_do_not_fit(two_compartments):
    kernel = two_compartments.kernel
    with pytest.raises(EngineError, match=r"parameters have the shape \(3, 5\)"):
        kernel.integrate(np.zeros((3, 5)), np.zeros((3, 2)), times=[1.0])
    with pytest.raises(EngineError, match="3 rows of parameters but 2"):
        kernel.integrate(np.zeros((3, 4)), np.zeros((2, 2)), times=[1.0])
    with pytest.raises(EngineError, match="states have the shape"):
        kernel.observe(np.zeros((3, 4)), np.zeros((2, 2)))
    with pytest.raises(EngineError, match="centre_per_weight"):
        kernel.observable_index("centre_per_wieght")


def test_no_patients(two_compartments):
    result = two_compartments.kernel.integrate(np.empty((0, 4)), np.empty((0, 2)), times=[1.0])
    assert result.states.shape == (0, 1, 2)
    assert result.observables.shape == (0, 1, 1)


def test_no_time(two_compartments):
    parameters, initial = two_compartments.patients(10)
    result = two_compartments.kernel.integrate(parameters, initial + 1.0, times=[0.0])
    np.testing.assert_array_equal(result.states[:, 0], initial + 1.0)
    np.testing.assert_array_equal(result.final, initial + 1.0)
    assert (result.steps == 0).all()


def test_arrays_of_any_layout(two_compartments):
    parameters, initial = two_compartments.patients(6)
    expected = two_compartments.kernel.integrate(parameters, initial, times=[1.0]).states
    transposed = np.asfortranarray(parameters)
    np.testing.assert_array_equal(
        two_compartments.kernel.integrate(transposed, initial[::1].tolist(), times=[1.0]).states, expected
    )


def test_longest_step_is_respected(two_compartments):
    free = two_compartments.integrate(spread=0.0, until=1000.0, max_step=1e9)
    bounded = two_compartments.integrate(spread=0.0, until=1000.0, max_step=10.0)
    assert bounded.steps[0] >= 100 > free.steps[0]


def test_kernels_are_shared(two_compartments):
    assert compile(two_compartments.equations) is compile(two_compartments.equations)


def test_observables_of_inputs_are_refused(build):
    system = build(
        {"x": 1.0}, {}, lambda g, s: [s.rate], inputs=["rate"], observables=lambda g, s: {"seen": g.neg(s.rate)}
    )
    with pytest.raises(EngineError, match="observable seen depends on an input"):
        compile(system.equations)


@pytest.mark.parametrize("scale", [0.0, -1.0, np.inf, np.nan])
def test_scales_must_be_positive(build, scale):
    system = build({"x": 1.0}, {}, lambda g, s: [g.neg(s.x)], scales=[scale])
    with pytest.raises(EngineError, match="state x has the scale"):
        compile(system.equations)


def test_states_that_do_not_change(build):
    system = build({"still": 3.0, "x": 1.0}, {"k": 1.0}, lambda g, s: [g.const(0.0), g.neg(g.mul(s.k, s.x))])
    result = system.integrate(spread=0.0, times=[1.0], rtol=1e-8)
    assert result.states[0, 0, 0] == 3.0
    assert result.states[0, 0, 1] == pytest.approx(np.exp(-1.0), rel=1e-7)
