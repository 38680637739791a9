"""What goes wrong in a patient ends in NaN and a status, and nobody else notices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melanokine.engine import BOLUS, NOT_FINITE, OK, STEP_TOO_SMALL, WORK_LIMIT, Schedule, status

TIMES = [0.0, 0.5, 2.0]


@pytest.fixture(scope="module")
def explosion(build):
    """x' = rate x^2 is infinite at 1 / (rate x0)."""
    return build({"x": 1.0}, {"rate": 1.0}, lambda g, s: [g.mul(s.rate, g.mul(s.x, s.x))])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", ["parameters", "initial"])
def test_what_is_not_finite_is_told_at_once(two_compartments, bad, where):
    parameters, initial = two_compartments.patients(20)
    healthy = two_compartments.kernel.integrate(parameters, initial, times=TIMES)
    {"parameters": parameters, "initial": initial}[where][3, 0] = bad
    result = two_compartments.kernel.integrate(parameters, initial, times=TIMES)
    assert result.status[3] == NOT_FINITE
    assert result.steps[3] == 0
    assert np.isnan(result.states[3]).all()
    assert np.isnan(result.final[3]).all()
    assert result.failed.tolist() == [i == 3 for i in range(20)]
    others = np.arange(20) != 3
    np.testing.assert_array_equal(result.states[others], healthy.states[others])


def test_every_patient_may_be_bad(two_compartments):
    result = two_compartments.kernel.integrate(np.full((9, 4), np.nan), np.zeros((9, 2)), times=TIMES)
    assert (result.status == NOT_FINITE).all()


def test_explosion(explosion):
    rates = np.array([[1.0], [0.1], [4.0]])
    result = explosion.kernel.integrate(rates, np.ones((3, 1)), times=TIMES, rtol=1e-6)
    assert result.status[1] == OK
    assert set(result.status[[0, 2]]) <= {STEP_TOO_SMALL, NOT_FINITE}
    assert result.states[0, 1, 0] == pytest.approx(2.0, rel=1e-5)
    assert np.isnan(result.states[[0, 2], 2]).all()
    assert np.isnan(result.final[[0, 2]]).all()


def test_rates_that_become_nan(build):
    """sqrt(x) of a state that is driven below zero."""
    system = build({"x": 0.01}, {"pull": 2.0}, lambda g, s: [g.sub(g.sqrt(s.x), s.pull)])
    result = system.integrate(times=[1.0])
    assert result.status[0] in (NOT_FINITE, STEP_TOO_SMALL)
    assert np.isnan(result.final).all()


def test_infinite_slope_is_no_equilibrium(build):
    """1 + sqrt(x) at x = 0: the Jacobian is infinite, and standing still there would be wrong."""
    system = build({"x": 0.0}, {"one": 1.0}, lambda g, s: [g.add(s.one, g.sqrt(s.x))])
    assert system.integrate(times=[1.0]).status[0] in (NOT_FINITE, STEP_TOO_SMALL)


def test_division_by_zero(build):
    system = build({"x": 1.0}, {"zero": 0.0}, lambda g, s: [g.neg(g.div(s.x, s.zero))])
    assert system.integrate(spread=0.0, times=[1.0]).status[0] == NOT_FINITE


def test_zero_pivot_is_refused_and_survived(build):
    """The first step, 1e-4 days, makes 1/(gamma h) equal to the growth rate: the pivot is zero or nearly so."""
    from melanokine.engine.rodas5 import GAMMA

    rate = 1.0 / (GAMMA * 1e-4)
    system = build({"x": 1.0}, {"rate": rate}, lambda g, s: [g.mul(s.rate, s.x)])
    result = system.integrate(spread=0.0, times=[1e-4], rtol=1e-6)
    assert result.status[0] == OK
    assert result.rejected[0] > 0
    assert result.states[0, 0, 0] == pytest.approx(np.exp(rate * 1e-4), rel=1e-4)


def test_work_limit(two_compartments):
    result = two_compartments.integrate(5, times=[100.0], work_limit=7)
    assert (result.status == WORK_LIMIT).all()
    assert (result.steps + result.rejected == 7).all()
    assert np.isnan(result.final).all()


def test_guard_that_is_nan(build):
    system = build(
        {"x": 1.0}, {"k": 1.0}, lambda g, s: [g.neg(g.mul(s.k, s.x))], guards=lambda g, s: {"root": g.sqrt(g.neg(s.x))}
    )
    schedule = Schedule([0.5], [BOLUS], [0], [1.0], guard=[0])
    result = system.integrate(schedule=schedule, times=[0.5, 1.0])
    assert result.status[0] == NOT_FINITE
    assert np.isfinite(result.states[0, 0, 0])
    assert np.isnan(result.states[0, 1, 0])


def test_trigger_that_is_nan(build):
    system = build({"x": 1.0}, {"k": 1.0}, lambda g, s: [g.neg(s.k)], trigger=lambda g, s: g.neg(g.sqrt(s.x)))
    result = system.integrate(spread=0.0, stop_at_trigger=True, times=[0.5, 3.0], rtol=1e-6)
    assert result.status[0] == NOT_FINITE


def test_dose_that_overflows(two_compartments):
    parameters, initial = two_compartments.patients(1, 0.0)
    parameters[0, 3] = 1e300
    schedule = Schedule([0.5], [BOLUS], [0], [1e300], scale=[3])
    result = two_compartments.kernel.integrate(parameters, initial, schedule=schedule, times=[1.0])
    assert result.status[0] == NOT_FINITE


def test_caller_keeps_denormals(two_compartments):
    """The driver flushes denormals to zero, and restores the caller's arithmetic afterwards."""
    two_compartments.integrate(3, times=[1.0]).observables  # noqa: B018
    assert np.float64(1e-310) / np.float64(2.0) > 0.0
    assert np.array([1e-310])[0] * 1.0 == 1e-310


def test_names_of_all_codes():
    for code, name in enumerate(status.NAMES):
        assert getattr(status, name) == code


numbers = st.floats(allow_nan=True, allow_infinity=True) | st.floats(0.0, 10.0)


@settings(max_examples=60, deadline=None)
@given(
    parameters=st.lists(st.tuples(*[numbers] * 4), min_size=1, max_size=9),
    initial=st.tuples(numbers, numbers),
    amount=st.floats(0.0, 1e308),
    until=st.floats(0.0, 1e6),
)
def test_any_numbers_end_in_a_status(two_compartments, parameters, initial, amount, until):
    count = len(parameters)
    result = two_compartments.kernel.integrate(
        np.array(parameters),
        np.tile(initial, (count, 1)),
        schedule=Schedule([0.0, 1.0], [BOLUS, BOLUS], [0, 1], [amount, amount], scale=[3, -1]),
        until=until,
        work_limit=2000,
    )
    assert set(result.status.tolist()) <= {OK, STEP_TOO_SMALL, WORK_LIMIT, NOT_FINITE}
    np.testing.assert_array_equal(np.isfinite(result.final).all(axis=1), result.status == OK)
