"""Integrations against SciPy's Radau at tight tolerance, and against exact solutions."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from melanokine.engine import OK

from .written_out import write_out

STIFF = {"robertson": np.array([0.4, 4.0, 40.0, 400.0, 4e4]), "every_operation": np.linspace(0.5, 10, 8)}


def radau(system, parameters, times, inputs=()):
    written, p, u = write_out(system.equations), parameters.tolist(), list(inputs)
    scales = np.array([state.scale for state in system.equations.states])
    solution = solve_ivp(
        lambda t, y: written.rates(y.tolist(), p, u),
        (0.0, times[-1]),
        system.initial,
        method="Radau",
        rtol=1e-10,
        atol=1e-14 * scales,
        jac=lambda t, y: written.jacobian(y.tolist(), p, u),
        t_eval=times,
    )
    return solution.y.T


@pytest.mark.parametrize("name", STIFF)
def test_agrees_with_scipy(name, request):
    system, times = request.getfixturevalue(name), STIFF[name]
    result = system.integrate(3, times=times, rtol=1e-9, max_step=np.inf)
    assert (result.status == OK).all()
    for k, parameters in enumerate(result.parameters):
        np.testing.assert_allclose(result.states[k], radau(system, parameters, times), rtol=3e-7, atol=1e-13)


@pytest.mark.parametrize("name", STIFF)
def test_error_follows_the_tolerance(name, request):
    """Scaled errors stay within a small multiple of rtol, down four decades."""
    system, times = request.getfixturevalue(name), STIFF[name]
    reference = system.integrate(4, times=times, rtol=1e-11, max_step=np.inf).states
    scale = np.abs(reference) + 1e-3 * np.array([state.scale for state in system.equations.states])
    for rtol in (1e-4, 1e-6, 1e-8):
        states = system.integrate(4, times=times, rtol=rtol, max_step=np.inf).states
        assert (np.abs(states - reference) / scale).max() < 30 * rtol


def test_kinks_cost_accuracy_but_not_convergence(build):
    """A fast state follows |sin t|, whose slope jumps; the error still shrinks with the tolerance."""

    def rhs(g, s):
        distance = g.sub(g.maximum(s.sine, g.neg(s.sine)), s.x)
        return s.cosine, g.neg(s.sine), g.mul(s.rate, distance)

    system = build({"sine": 0.0, "cosine": 1.0, "x": 0.0}, {"rate": 100.0}, rhs)
    reference = system.integrate(spread=0.0, times=[5.0, 10.0, 20.0], rtol=1e-12, max_step=1e-3).states
    errors = [
        np.abs(system.integrate(spread=0.0, times=[5.0, 10.0, 20.0], rtol=rtol).states - reference).max()
        for rtol in (1e-4, 1e-6, 1e-8)
    ]
    assert errors[0] < 1e-2
    assert errors[2] < 1e-2 * errors[0]


@pytest.mark.parametrize("half", [1e-2, 1e-6])
def test_state_that_only_counts_days(build, half):
    """Its rate jumps from 0 to 1 as soon as there is some drug: a kink that the estimate by k_8 alone does not see."""
    system = build(
        {"drug": 0.0, "days": 0.0},
        {"given": 40.0, "half": half},
        lambda g, s: [s.given, g.div(s.drug, g.add(s.drug, s.half))],
    )
    result = system.integrate(spread=0.0, times=[0.1, 1.0, 5.0], rtol=1e-5)
    drug = 40.0 * result.times
    np.testing.assert_allclose(result.state("drug")[0], drug, rtol=1e-9)
    exact = result.times - half / 40.0 * np.log1p(drug / half)
    np.testing.assert_allclose(result.state("days")[0], exact, atol=2e-5)


def test_conserved_mass_is_conserved(robertson):
    result = robertson.integrate(9, times=[1.0, 1e3, 1e6], rtol=1e-4, max_step=np.inf)
    np.testing.assert_allclose(result.observable("total"), 1.0, rtol=1e-12)


def test_stiffness_of_twelve_decades(build):
    """A fast state follows a slow one."""
    system = build(
        {"fast": 0.0, "slow": 1.0},
        {"rate": 1e12},
        lambda g, s: [g.mul(s.rate, g.sub(s.slow, s.fast)), g.neg(s.slow)],
    )
    result = system.integrate(times=[1.0, 2.0], rtol=1e-8)
    np.testing.assert_allclose(result.states[0], np.exp([[-1, -1], [-2, -2]]), rtol=1e-7)
    assert result.steps[0] < 200


def test_relaxation_oscillation(build):
    """Van der Pol with mu = 1000, whose Jacobian has growing modes; value at 2000 from E. Hairer's test set."""

    def rhs(g, s):
        damping = g.mul(s.mu, g.mul(g.sub(g.const(1.0), g.mul(s.x, s.x)), s.v))
        return s.v, g.sub(damping, s.x)

    system = build({"x": 2.0, "v": 0.0}, {"mu": 1000.0}, rhs)
    result = system.integrate(spread=0.0, times=[2000.0], rtol=1e-7, max_step=np.inf)
    np.testing.assert_allclose(result.states[0, 0], [1.706167732170469, -8.928097010248125e-4], rtol=1e-5)
    assert result.steps[0] < 2000


@pytest.mark.parametrize("start", [0.0, -1e-12])
def test_power_below_one_leaves_zero(build, start):
    """x' = 1 - x^0.5 from where the slope of the power is infinite; with s = x^0.5, -2 (s + ln(1 - s)) = t."""
    system = build({"x": start}, {"exponent": 0.5}, lambda g, s: [g.sub(g.const(1.0), g.pow(s.x, s.exponent))])
    result = system.integrate(spread=0.0, times=[0.1, 1.0, 20.0], rtol=1e-6)
    root = np.sqrt(result.states[0, :, 0])
    np.testing.assert_allclose(-2 * (root + np.log1p(-root)), [0.1, 1.0, 20.0], rtol=1e-4)


def test_growth_from_below_the_tolerance_is_not_lost(build):
    """A few cells, far below the absolute tolerance, grow out exponentially instead of being damped away."""
    system = build({"cells": 1e-12}, {"rate": 2.0}, lambda g, s: [g.mul(s.rate, s.cells)])
    result = system.integrate(spread=0.0, times=[5.0, 15.0], rtol=1e-6)
    np.testing.assert_allclose(result.states[0, :, 0], 1e-12 * np.exp([10.0, 30.0]), rtol=0.05)


def test_initial_states_are_compiled_too(build):
    system = build({"x": 2.5, "y": -1.0}, {"rate": 1.0}, lambda g, s: [g.mul(s.rate, s.y), g.neg(s.x)])
    parameters, _ = system.patients(11)
    np.testing.assert_array_equal(system.kernel.initial(parameters), np.tile([2.5, -1.0], (11, 1)))
