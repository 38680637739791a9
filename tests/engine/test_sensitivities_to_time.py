"""Derivatives where what is changed moves an event or a dose in time."""

import numpy as np
import pytest

from melanokine.engine import BOLUS, INFUSION, OK, WORK_LIMIT, Schedule
from melanokine.engine.driver.control import FIRST_STEP
from melanokine.engine.kernel import compile
from melanokine.engine.lowering.programs import LARGEST_GROWTH
from melanokine.network import Event


@pytest.fixture(scope="module")
def halving(build):
    """Exponential growth, cut by half at a threshold; a second event of the same trigger counts the cuts."""
    return build(
        {"size": 1.0, "cuts": 0.0},
        {"rate": 0.7, "threshold": 3.0},
        lambda g, s: [g.mul(s.rate, s.size), g.const(0.0)],
        events=lambda g, s: [
            Event("count", g.sub(s.size, s.threshold), {1: g.add(s.cuts, g.const(1.0))}),
            Event("cut", g.sub(s.size, s.threshold), {0: g.mul(g.const(0.5), s.size)}),
        ],
    )


@pytest.mark.parametrize("central", [False, True])
def test_events_happen_again(halving, central):
    patients = halving.patients(41, 0.2)
    found = halving.kernel.sensitivities(
        *patients, with_respect_to=("rate", "threshold", "size"), times=[10.0, 20.0], rtol=1e-9, central=central
    )
    rate, threshold = patients[0].T
    size, last = found.integration.states[..., 0], found.integration.event_times
    assert (found.status == OK).all()
    np.testing.assert_array_equal(found.integration.events[:, 0], found.integration.events[:, 1])
    relative = found.states[:, :, 0] / size[..., None] * np.stack([rate, threshold, np.ones(41)], axis=-1)[:, None]
    expected = np.stack(np.broadcast_arrays(rate[:, None] * [10.0, 20.0], 0.0, 1.0), axis=-1)
    np.testing.assert_allclose(relative, expected, rtol=1e-6, atol=1e-7 if central else 3e-4)
    for k in (0, 1):
        expected = np.stack([-last[:, k] / rate, 1 / (threshold * rate), -1 / rate], axis=-1)
        np.testing.assert_allclose(found.event_times[:, k], expected, rtol=1e-6 if central else 1e-4)


def test_same_bits_in_any_company_with_events(halving, machines):
    patients, options = halving.patients(11, 0.2), {"with_respect_to": ("rate", "threshold"), "times": [5.0, 20.0]}
    whole = halving.kernel.sensitivities(*patients, **options)
    pieces = [halving.kernel.sensitivities(*patients, **options, chunk=size, workers=2) for size in (1, 4)]
    others = [machine for machine in machines if machine.fused == machines[0].fused]
    lanes = [compile(halving.equations, machine).sensitivities(*patients, **options) for machine in others]
    for found in (*pieces, *lanes):
        np.testing.assert_array_equal(found.states, whole.states)
        np.testing.assert_array_equal(found.event_times, whole.event_times)


def test_event_at_the_end_of_a_step(build):
    """The cut comes at a known end of a step; the copies' cuts just beyond it."""
    system = build(
        {"x": 0.0},
        {"slope": 1.0, "level": 2.0},
        lambda g, s: [s.slope],
        events=lambda g, s: [Event("cut", g.sub(s.x, s.level), {0: g.const(0.0)})],
    )
    ends = np.cumsum(FIRST_STEP * LARGEST_GROWTH ** np.arange(1.0, 6.0))
    ends = np.concatenate([(ends + FIRST_STEP) * (1 - 1e-9), (ends + FIRST_STEP) * (1 + 1e-9)])
    parameters = np.column_stack([np.ones(len(ends)), ends])
    found = system.kernel.sensitivities(
        parameters, np.zeros((len(ends), 1)), with_respect_to=("level", "slope"), until=1.2
    )
    count = found.integration.events[:, 0]
    assert (found.status == OK).all()
    np.testing.assert_allclose(found.event_times[:, 0, 0], count, rtol=1e-5)
    np.testing.assert_allclose(found.final[:, 0, 0], -count, rtol=1e-5)
    np.testing.assert_allclose(found.final[:, 0, 1], 1.2, rtol=1e-5)


@pytest.fixture(scope="module")
def decay(build):
    return build(
        {"x": 0.0},
        {"loss": 0.5, "lag": 0.3, "other_lag": 0.2},
        lambda g, s: [g.sub(s.infusion, g.mul(s.loss, s.x))],
        inputs=["infusion"],
    )


def test_lags(decay):
    """A dose moves with its lag, and so do its steps."""
    schedule = Schedule(
        [0.0, 1.0, 1.5],
        [BOLUS, INFUSION, BOLUS],
        [0, 0, 0],
        [3.0, 2.0, 1.0],
        duration=[0.0, 0.25, 0.0],
        lag=[1, 2, -1],
    )
    times = np.array([0.2, 0.9, 1.3, 2.0])
    found = decay.kernel.sensitivities(
        decay.parameters[None], np.zeros((1, 1)), with_respect_to=("lag", "other_lag", "loss"), schedule=schedule,
        times=times, rtol=1e-9, central=True,
    )  # fmt: skip
    assert (found.status == OK).all()
    bolus = np.where(times > 0.3, 3.0 * np.exp(-0.5 * (times - 0.3)), 0.0)
    np.testing.assert_allclose(found.states[0, :, 0, 0], 0.5 * bolus, atol=1e-7)
    begun, ended = (np.where(times > t, np.exp(-0.5 * (times - t)), 0.0) for t in (1.2, 1.45))
    np.testing.assert_allclose(found.states[0, :, 0, 1], 8.0 * (ended - begun), atol=1e-6)


def test_doses_that_a_lag_brings_together(decay):
    """Two doses come at one instant, but not in the copies: there is no derivative, and that is told."""
    schedule = Schedule([0.0, 0.25], [BOLUS, BOLUS], [0, 0], [3.0, 2.0], lag=[1, -1])
    parameters = np.array([[0.5, 0.25, 0.2]])
    found = decay.kernel.sensitivities(
        parameters, np.zeros((1, 1)), with_respect_to=("lag", "loss"), schedule=schedule, times=[1.0]
    )
    assert found.status[0].tolist() == [WORK_LIMIT, OK]
    assert np.isnan(found.states[0, 0, 0, 0])
    assert np.isfinite(found.states[0, 0, 0, 1])
