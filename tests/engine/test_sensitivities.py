"""Derivatives against closed forms and against differences of very tight runs of their own."""

import numpy as np
import pytest

from melanokine.engine import (
    BOLUS,
    INFUSION,
    OK,
    STEP_TOO_SMALL,
    Area,
    FirstTime,
    Maximum,
    Minimum,
    Schedule,
    TimeOfMaximum,
    Value,
)
from melanokine.engine.driver.control import FIRST_STEP
from melanokine.engine.kernel import compile
from melanokine.engine.lowering.programs import LARGEST_GROWTH
from melanokine.errors import EngineError
from melanokine.network import Event

TIMES = np.array([0.0, 0.4, 1.0, 1.6, 2.5, 4.0])


@pytest.fixture(scope="module")
def doses():
    """Boluses and an infusion, two of them by weight, one withheld by a guard."""
    return Schedule(
        time=[0.0, 0.5, 1.0, 2.0, 2.2],
        kind=[BOLUS, INFUSION, BOLUS, BOLUS, BOLUS],
        target=[0, 0, 0, 1, 0],
        amount=[0.1, 4.0, 3.0, 1.0, 9.0],
        duration=[0.0, 1.0, 0.0, 0.0, 0.0],
        scale=[3, -1, -1, 3, -1],
        guard=[-1, -1, 0, -1, 1],
    )


def differences(system, name, patients, *, what="states", relative=1e-4, **options):
    """Central differences of independent runs at a tolerance at which they are smooth."""
    parameters, initial = patients
    names = list(system.equations.parameters)
    ends = []
    for sign in (1, -1):
        p, y = parameters.copy(), initial.copy()
        table, k = (p, names.index(name)) if name in names else (y, system.equations.state_index(name))
        table[:, k] += sign * relative * np.maximum(np.abs(table[:, k]), 0.1)
        result = system.kernel.integrate(p, y, **{**options, "rtol": 1e-12})
        ends.append((table[:, k], getattr(result, what)))
    (plus, above), (minus, below) = ends
    width = (plus - minus).reshape(-1, *(1,) * (above.ndim - 1))
    return (above - below) / width


@pytest.mark.parametrize("central", [False, True])
def test_growth_has_a_closed_form(logistic, central):
    times = np.linspace(0.0, 60.0, 13)
    parameters, initial = logistic.patients(9, 0.1)
    found = logistic.kernel.sensitivities(
        parameters,
        initial,
        with_respect_to=("rate", "plateau", "threshold", "size"),
        times=times,
        rtol=1e-9,
        central=central,
    )
    rate, plateau = parameters[:, :1], parameters[:, 1:2]
    start, decay = 1e-3, np.exp(-rate * times)
    bottom = start + (plateau - start) * decay
    size = plateau * start / bottom
    by_rate = size * (plateau - start) * decay * times / bottom
    by_plateau = start / bottom - size * decay / bottom
    by_start = plateau / bottom - size * (1 - decay) / bottom
    expected = np.stack([by_rate, by_plateau, 0.0 * size, by_start], axis=-1)
    weight = np.array([0.3, 10.0, 5.0, 1e-3])
    error = np.abs(found.states[:, :, 0] - expected) * weight / size[..., None]
    assert error.max() < (3e-7 if central else 3e-5)
    assert not found.states[..., 2].any()
    assert (found.status == OK).all()


def test_amounts_after_doses(two_compartments, doses):
    """Amounts that a parameter scales, an infusion, and doses that a guard gives or withholds."""
    patients = two_compartments.patients(6)
    options = {"schedule": doses, "times": TIMES}
    names = ("k10", "k12", "k21", "weight", "centre", "periphery")
    found = two_compartments.kernel.sensitivities(
        *patients, with_respect_to=names, central=True, rtol=1e-9, max_step=0.5, **options
    )
    assert not found.integration.given[:, 4].any()
    assert found.integration.given[:, 2].any()
    for k, name in enumerate(names):
        expected = differences(two_compartments, name, patients, **options)
        np.testing.assert_allclose(found.states[..., k], expected, rtol=1e-5, atol=1e-7, err_msg=name)


def test_the_tolerance_changes_little(two_compartments, doses):
    patients = two_compartments.patients(6)
    options = {"schedule": doses, "times": TIMES, "with_respect_to": ("k10", "weight")}
    tight = two_compartments.kernel.sensitivities(*patients, rtol=1e-10, central=True, **options)
    usual = two_compartments.kernel.sensitivities(*patients, **options)
    scale = np.abs(tight.states).max(axis=1, keepdims=True)
    assert (np.abs(usual.states - tight.states) / scale).max() < 2e-4


def test_patients_are_those_of_a_plain_run(two_compartments, doses):
    patients = two_compartments.patients(5)
    plain = two_compartments.kernel.integrate(*patients, schedule=doses, times=TIMES)
    found = two_compartments.kernel.sensitivities(*patients, with_respect_to="k10", schedule=doses, times=TIMES)
    for name in ("states", "final", "given", "status", "steps", "rejected"):
        np.testing.assert_array_equal(getattr(found.integration, name), getattr(plain, name), err_msg=name)


def test_guard_that_is_nearly_undecided(build):
    """The copy would decide otherwise; the dose stays given, and the derivative that of the dose given."""
    system = build(
        {"x": 1.0},
        {"loss": 0.5, "limit": 1.0},
        lambda g, s: [g.neg(g.mul(s.loss, s.x))],
        guards=lambda g, s: {"low": g.sub(s.limit, g.mul(s.x, g.exp(s.loss)))},
    )
    parameters = np.array([[0.5, 1.0 + 1e-9]])
    schedule = Schedule([1.0], [BOLUS], [0], [3.0], guard=[0])
    found = system.kernel.sensitivities(
        parameters, np.array([[1.0]]), with_respect_to=("loss",), schedule=schedule, times=[2.0], rtol=1e-10
    )
    assert found.integration.given.all()
    np.testing.assert_allclose(found.states[0, 0, 0, 0], -2 * np.exp(-1.0) - 3 * np.exp(-0.5), rtol=1e-5)


def test_stop_at_the_trigger(logistic):
    patients = logistic.patients(21, 0.1)
    names = ("rate", "plateau", "threshold", "size")
    options = {"stop_at_trigger": True, "until": 1000.0}
    found = logistic.kernel.sensitivities(*patients, with_respect_to=names, central=True, rtol=1e-9, **options)
    rate, plateau, threshold = patients[0].T
    start, stop = 1e-3, found.integration.stop_time
    expected = np.stack(
        [
            -stop / rate,
            (1 / (plateau - start) - 1 / (plateau - threshold)) / rate,
            (1 / threshold + 1 / (plateau - threshold)) / rate,
            (-1 / (plateau - start) - 1 / start) / rate,
        ],
        axis=-1,
    )
    np.testing.assert_allclose(found.stop_time, expected, rtol=1e-5)
    np.testing.assert_allclose(found.final[:, 0], np.tile([0.0, 0.0, 1.0, 0.0], (21, 1)), atol=1e-6)


def test_stop_at_the_end_of_a_step(build):
    """Where the error is 0 the ends of steps are known: there the patient stops, copies just beyond."""
    system = build(
        {"x": 0.0}, {"slope": 1.0, "level": 2.0}, lambda g, s: [s.slope], trigger=lambda g, s: g.sub(s.x, s.level)
    )
    ends = np.cumsum(FIRST_STEP * LARGEST_GROWTH ** np.arange(7.0))
    ends = np.concatenate([ends * (1 - 1e-9), ends * (1 + 1e-9)])
    parameters = np.column_stack([np.ones(len(ends)), ends])
    options = {"with_respect_to": ("level",), "stop_at_trigger": True, "until": 1e3}
    for central in (False, True):
        found = system.kernel.sensitivities(parameters, np.zeros((len(ends), 1)), central=central, **options)
        np.testing.assert_allclose(found.stop_time[:, 0], 1.0, rtol=1e-6)
        np.testing.assert_allclose(found.final[:, 0, 0], 1.0, rtol=1e-6)
    assert set(found.integration.steps) == set(range(1, 9))


def test_bounces(build):
    ball = build(
        {"height": 1.0, "speed": 0.0},
        {"gravity": 10.0, "kept": 0.8},
        lambda g, s: [s.speed, g.neg(s.gravity)],
        events=lambda g, s: [Event("bounce", g.neg(s.height), {0: g.const(0.0), 1: g.neg(g.mul(s.kept, s.speed))})],
    )
    patients, options = ball.patients(3, 0.1), {"times": [0.3, 1.0, 1.35, 2.0]}
    names = ("gravity", "kept", "height")
    found = ball.kernel.sensitivities(*patients, with_respect_to=names, central=True, **options)
    assert (found.integration.events > 2).all()
    for k, name in enumerate(names):
        expected = differences(ball, name, patients, relative=1e-5, **options)
        np.testing.assert_allclose(found.states[..., k], expected, rtol=1e-4, atol=1e-5, err_msg=name)


ENDPOINTS = {
    "level": Value("centre", at=1.6),
    "exposure": Area("centre", stop=4.0),
    "peak": Maximum("periphery"),
    "peak_time": TimeOfMaximum("periphery", start=0.6, stop=2.0),
    "trough": Minimum("centre", start=1.0, stop=2.0),
    "low": FirstTime("centre_per_weight", below=0.05),
    "never": FirstTime("centre", above=1e9),
}


def test_endpoints(two_compartments, doses):
    patients = two_compartments.patients(7, 0.1)
    options = {"schedule": doses, "endpoints": ENDPOINTS, "until": 4.0}
    names = ("k10", "k12", "k21", "weight", "centre")
    found = two_compartments.kernel.sensitivities(
        *patients, with_respect_to=names, central=True, rtol=1e-10, max_step=0.1, **options
    )
    assert (found.status == OK).all()
    assert np.isfinite(found.integration.endpoints[:, :-1]).all()
    assert np.isnan(found.endpoints[:, -1]).all()
    for k, name in enumerate(names):
        expected = differences(two_compartments, name, patients, what="endpoints", max_step=0.1, **options)[:, :-1]
        size = np.abs(expected).max(axis=0) + 1e-6
        assert (np.abs(found.endpoints[:, :-1, k] - expected) / size).max() < 1e-3, name


def test_endpoints_and_observed_quantities_have_the_derivatives_of_states(two_compartments, doses):
    """The same bits, whatever else is asked for."""
    patients = two_compartments.patients(5)
    options = {"with_respect_to": ("k10", "weight"), "schedule": doses}
    whole = two_compartments.kernel.sensitivities(*patients, times=TIMES, **options)
    some = two_compartments.kernel.sensitivities(
        *patients, times=TIMES, observe=("centre",), endpoints={"level": Value("centre", at=TIMES[3])}, **options
    )
    assert some.states.shape == (5, 0, 2, 2)
    np.testing.assert_array_equal(some.values[:, :, 0], whole.states[:, :, 0])
    np.testing.assert_array_equal(some.endpoints[:, 0], whole.states[:, 3, 0])


def test_stiff_system(robertson):
    patients = robertson.patients(3, 0.1)
    options = {"times": [0.1, 40.0, 400.0], "max_step": 1e3}
    names = ("slow", "fast", "middle")
    found = robertson.kernel.sensitivities(*patients, with_respect_to=names, central=True, rtol=1e-9, **options)
    for k, name in enumerate(names):
        expected = differences(robertson, name, patients, relative=1e-3, **options)
        scale = np.abs(expected).max(axis=1, keepdims=True)
        assert (np.abs(found.states[..., k] - expected) / scale).max() < 1e-5, name


@pytest.fixture(scope="module")
def many(every_operation):
    return every_operation.patients(13)


@pytest.fixture(scope="module")
def whole(every_operation, many):
    return every_operation.kernel.sensitivities(*many, with_respect_to=("half", "made", "x3"), times=TIMES)


def test_every_operation(every_operation, many, whole):
    for k, name in enumerate(whole.with_respect_to):
        expected = differences(every_operation, name, many, times=TIMES)
        scale = np.abs(expected).max(axis=1, keepdims=True) + 1e-3
        assert (np.abs(whole.states[..., k] - expected) / scale).max() < 1e-3, name


@pytest.mark.parametrize("options", [{"chunk": 1}, {"chunk": 5}, {"workers": 2}, {"workers": 2, "chunk": 3}])
def test_same_bits_in_any_pieces(every_operation, many, whole, options):
    names = whole.with_respect_to
    found = every_operation.kernel.sensitivities(*many, with_respect_to=names, times=TIMES, **options)
    np.testing.assert_array_equal(found.states, whole.states)


def test_same_bits_in_any_order_and_company(every_operation, many, whole):
    order = np.random.default_rng(0).permutation(13)
    rows = [array[order] for array in many]
    found = every_operation.kernel.sensitivities(*rows, with_respect_to=("x3", "half"), times=TIMES[[0, 2, 5]])
    np.testing.assert_array_equal(found.states, whole.states[order][:, [0, 2, 5]][..., [2, 0]])


def test_same_bits_on_any_number_of_lanes(every_operation, many, whole, machines):
    for machine in machines:
        if machine.fused == machines[0].fused:
            kernel = compile(every_operation.equations, machine)
            found = kernel.sensitivities(*many, with_respect_to=whole.with_respect_to, times=TIMES)
            np.testing.assert_array_equal(found.states, whole.states)


def test_long_tapes_and_little_room_change_nothing(every_operation, many, whole, monkeypatch):
    monkeypatch.setattr("melanokine.engine.sensitivities._FIRST_CAPACITY", 3)
    monkeypatch.setattr("melanokine.engine.sensitivities._COPIES_ROOM", 1)
    found = every_operation.kernel.sensitivities(*many, with_respect_to=whole.with_respect_to, times=TIMES)
    np.testing.assert_array_equal(found.states, whole.states)
    assert (found.integration.steps > 3).all()


def test_patient_who_fails(build):
    """x' = x^2 explodes at 1/x(0)."""
    system = build({"x": 1.0}, {"rate": 1.0}, lambda g, s: [g.mul(s.rate, g.mul(s.x, s.x))])
    found = system.kernel.sensitivities(
        np.array([[1.0], [0.1]]), np.array([[1.0], [1.0]]), with_respect_to=("rate", "x"), times=[0.5, 2.0]
    )
    assert found.status[0].tolist() == [STEP_TOO_SMALL] * 2
    assert np.isnan(found.states[0]).all()
    assert np.isnan(found.final[0]).all()
    np.testing.assert_allclose(
        found.states[1, :, 0, 0], np.array([0.5, 2.0]) / (1 - 0.1 * np.array([0.5, 2.0])) ** 2, rtol=1e-4
    )


def test_copy_that_fails_is_told(build):
    """The square root exists at the patient's own value and not below it."""
    system = build({"x": 1.0}, {"floor": 1.0}, lambda g, s: [g.sqrt(g.sub(g.const(1.0), s.floor))])
    found = system.kernel.sensitivities(np.ones((1, 1)), np.ones((1, 1)), with_respect_to=("floor", "x"), times=[1.0])
    assert found.integration.status[0] == OK
    assert found.status[0, 0] != OK
    assert np.isnan(found.states[0, 0, 0, 0])
    assert found.states[0, 0, 0, 1] == pytest.approx(1.0)


def test_nobody_and_nothing(logistic):
    nobody = logistic.kernel.sensitivities(np.empty((0, 3)), np.empty((0, 1)), with_respect_to=("rate",), times=[1.0])
    assert nobody.states.shape == (0, 1, 1, 1)
    nothing = logistic.kernel.sensitivities(*logistic.patients(2), with_respect_to=(), times=[1.0])
    assert nothing.states.shape == (2, 1, 1, 0)
    assert np.isfinite(nothing.integration.states).all()


def test_what_is_refused(logistic):
    patients = logistic.patients(2)
    with pytest.raises(EngineError, match="no parameter or state is named 'plato'; did you mean 'plateau'"):
        logistic.kernel.sensitivities(*patients, with_respect_to=("plato",), times=[1.0])
    with pytest.raises(EngineError, match="'rate' twice"):
        logistic.kernel.sensitivities(*patients, with_respect_to=("rate", "size", "rate"), times=[1.0])
    patients[0][1, 1] = 0.0
    with pytest.raises(EngineError, match="parameter plateau is 0 in patient 1"):
        logistic.kernel.sensitivities(*patients, with_respect_to=("plateau",), times=[1.0])
