"""Steady states: without doses, and under doses that are repeated."""

import numpy as np
import pytest
from scipy.linalg import expm

from melanokine.engine import BOLUS, INFUSION, NOT_FINITE, NOT_STEADY, OK, STEP_TOO_SMALL, Schedule
from melanokine.engine.kernel import compile
from melanokine.errors import EngineError
from melanokine.network import Event


@pytest.fixture(scope="module")
def turnover(build):
    """Production and loss, slow and fast, the second fed by the first: made / lost, and so on."""

    def rhs(g, s):
        return (
            g.sub(s.made, g.mul(s.lost, s.slow)),
            g.sub(g.mul(s.slow, s.gain), g.mul(g.mul(s.lost, g.const(1e6)), s.fast)),
        )

    return build({"slow": 100.0, "fast": 0.0}, {"made": 2.0, "lost": 0.01, "gain": 5.0}, rhs, scales=[1.0, 1e-4])


@pytest.fixture(scope="module")
def oscillator(build):
    """Predator and prey, which never come to rest but where both are in balance."""

    def rhs(g, s):
        met = g.mul(s.prey, s.predator)
        return g.sub(g.mul(s.born, s.prey), met), g.sub(met, s.predator)

    return build({"prey": 2.0, "predator": 1.0}, {"born": 1.0}, rhs)


def test_turnover(turnover):
    parameters, initial = turnover.patients(21)
    found = turnover.kernel.steady_state(parameters, initial)
    made, lost, gain = parameters.T
    expected = np.stack([made / lost, made * gain / (lost**2 * 1e6)], axis=1)
    assert (found.status == OK).all()
    np.testing.assert_allclose(found.states, expected, rtol=1e-5)
    assert (found.steps < 200).all()
    assert (found.time > 100.0).all()


def test_it_starts_from_the_initial_states_of_the_equations(turnover):
    parameters, initial = turnover.patients(5)
    a, b = turnover.kernel.steady_state(parameters), turnover.kernel.steady_state(parameters, initial)
    np.testing.assert_array_equal(a.states, b.states)


def test_tolerance_is_kept(turnover):
    """At its present rate no state moves by more than the tolerance within the horizon."""
    parameters, initial = turnover.patients(9)
    for tolerance, horizon in ((1e-2, 10.0), (1e-5, 10.0), (1e-5, 1000.0)):
        found = turnover.kernel.steady_state(parameters, initial, tolerance=tolerance, horizon=horizon)
        rates = turnover.equations.derivative(found.states, parameters, np.empty((9, 0)))
        floor = 1e-3 * np.array([1.0, 1e-4])
        assert (np.abs(rates) * horizon <= tolerance * (found.states + floor) * (1 + 1e-9)).all()


def test_at_rest_from_the_start(turnover):
    parameters, initial = turnover.patients(3)
    rest = turnover.kernel.steady_state(parameters, initial, tolerance=1e-8)
    again = turnover.kernel.steady_state(parameters, rest.states, tolerance=1e-7)
    np.testing.assert_array_equal(again.states, rest.states)
    assert again.steps.tolist() == [0, 0, 0]
    assert again.time.tolist() == [0.0, 0.0, 0.0]


def test_what_is_found_is_where_the_patient_comes_to(robertson):
    """Mass is conserved, so the steady state depends on the start; all of it ends as the last species."""
    parameters, initial = robertson.patients(5)
    found = robertson.kernel.steady_state(parameters, initial, within=1e15)
    assert (found.status == OK).all()
    np.testing.assert_allclose(found.states.sum(axis=1), 1.0, rtol=1e-5)
    np.testing.assert_allclose(found.states[:, 2], 1.0, rtol=0.05)


@pytest.mark.parametrize("limit", [{"within": 500.0}, {"work_limit": 300}])
def test_oscillator(oscillator, limit):
    """One patient starts where both are in balance, the others go round for ever."""
    parameters, initial = oscillator.patients(4, 0.0)
    initial[2] = 1.0
    found = oscillator.kernel.steady_state(parameters, initial, **limit)
    assert found.status.tolist() == [NOT_STEADY, NOT_STEADY, OK, NOT_STEADY]
    assert found.states[2].tolist() == [1.0, 1.0]
    assert np.isnan(found.states[[0, 1, 3]]).all()
    assert np.isnan(found.time[[0, 1, 3]]).all()


def test_growth_without_end_and_numbers_that_are_none(build):
    system = build({"x": 1.0}, {"rate": 1.0}, lambda g, s: [g.mul(s.rate, s.x)])
    parameters = np.array([[1.0], [-1.0], [np.nan]])
    found = system.kernel.steady_state(parameters, np.ones((3, 1)))
    assert found.status[0] in (STEP_TOO_SMALL, NOT_FINITE, NOT_STEADY)
    assert found.status[1:].tolist() == [OK, NOT_FINITE]
    assert np.isnan(found.states[[0, 2]]).all()


def test_growth_by_the_same_every_day(build):
    system = build({"x": 1.0}, {"rate": 1.0}, lambda g, s: [s.rate])
    assert system.kernel.steady_state([[1.0]]).status[0] == NOT_STEADY


def test_events_on_the_way(build):
    """A gift at 5 and no end; then a terminal event, which is no rest."""

    def events(terminal):
        return lambda g, s: [Event("gift", g.sub(s.x, g.const(5.0)), {1: g.const(3.0)}, terminal=terminal)]

    def rhs(g, s):
        return g.sub(g.const(10.0), g.mul(s.rate, s.x)), g.const(0.0)

    found, stopped = (
        build({"x": 0.0, "mark": 0.0}, {"rate": 1.0}, rhs, events=events(terminal)).kernel.steady_state([[1.0]])
        for terminal in (False, True)
    )
    np.testing.assert_allclose(found.states, [[10.0, 3.0]], rtol=1e-6)
    assert found.status[0] == OK
    assert stopped.status[0] == NOT_STEADY
    assert np.isnan(stopped.states).all()


def test_batch_and_lanes_change_no_bit(turnover, machines):
    parameters, initial = turnover.patients(13)
    whole = turnover.kernel.steady_state(parameters, initial)
    single = turnover.kernel.steady_state(parameters[4:5], initial[:1])
    np.testing.assert_array_equal(single.states, whole.states[4:5])
    for machine in machines[1:]:
        if machine.fused == machines[0].fused:
            narrow = compile(turnover.equations, machine).steady_state(parameters, initial, workers=2)
            np.testing.assert_array_equal(narrow.states, whole.states)
            np.testing.assert_array_equal(narrow.steps, whole.steps)


def test_troughs_of_repeated_doses(two_compartments):
    """x = e^(A tau) (x + bolus) + (infusion alone): solved for x."""
    parameters, initial = two_compartments.patients(7)
    schedule = Schedule([0.0, 0.25], [BOLUS, INFUSION], [0, 0], [10.0, 4.0], [0.0, 0.25], scale=[3, -1])
    found = two_compartments.kernel.dosing_steady_state(parameters, initial, schedule=schedule, interval=0.5)
    assert (found.status == OK).all()
    for (k10, k12, k21, weight), trough in zip(parameters, found.states, strict=True):
        matrix = np.array([[-k10 - k12, k21], [k12, -k21]])
        over = expm(matrix * 0.5)
        infused = np.linalg.solve(matrix, (expm(matrix * 0.25) - np.eye(2)) @ [16.0, 0.0])
        expected = np.linalg.solve(np.eye(2) - over, over @ [10.0 * weight, 0.0] + infused)
        np.testing.assert_allclose(trough, expected, rtol=3e-4)
    assert (found.time > 2.0).all()
    np.testing.assert_allclose(found.time % 0.5, 0.0)


def test_troughs_that_are_approached_slowly(build):
    """Each interval comes nearer by 1 %, so that successive troughs are alike long before the limit."""
    system = build({"x": 0.0}, {"rate": 0.01}, lambda g, s: [g.neg(g.mul(s.rate, s.x))])
    schedule = Schedule([0.0], [BOLUS], [0], [1.0])
    found = system.kernel.dosing_steady_state([[0.01]], schedule=schedule, interval=1.0, intervals=2000)
    assert found.states[0, 0] == pytest.approx(1.0 / np.expm1(0.01), rel=2e-4)
    few = system.kernel.dosing_steady_state([[0.01]], schedule=schedule, interval=1.0, intervals=20)
    assert few.status[0] == NOT_STEADY
    assert np.isnan(few.states).all()


def test_troughs_of_patients_who_fail(two_compartments):
    parameters, initial = two_compartments.patients(3)
    parameters[1, 1] = np.nan
    schedule = Schedule([0.0], [BOLUS], [0], [1.0])
    found = two_compartments.kernel.dosing_steady_state(parameters, initial, schedule=schedule, interval=1.0)
    assert found.status.tolist() == [OK, NOT_FINITE, OK]
    assert np.isnan(found.states[1]).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tolerance": 0.0}, "tolerance is 0"),
        ({"horizon": -1.0}, "horizon is -1"),
        ({"horizon": np.nan}, "horizon is nan"),
        ({"within": np.inf}, "until is inf"),
        ({"workers": 0}, "workers is 0"),
    ],
)
def test_options_that_do_not_fit(turnover, options, message):
    with pytest.raises(EngineError, match=message):
        turnover.kernel.steady_state(*turnover.patients(1), **options)


@pytest.mark.parametrize(
    ("dose", "message"),
    [
        (Schedule([1.0], [BOLUS], [0], [1.0]), "after the interval of 1 days"),
        (Schedule([0.5], [INFUSION], [0], [1.0], [0.75]), "infusion lasts beyond the interval"),
        (Schedule([0.5], [BOLUS], [0], [1.0], lag=[3]), "has a lag"),
    ],
)
def test_doses_that_do_not_fit_into_the_interval(two_compartments, dose, message):
    with pytest.raises(EngineError, match=message):
        two_compartments.kernel.dosing_steady_state(*two_compartments.patients(1), schedule=dose, interval=1.0)
