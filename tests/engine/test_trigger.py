"""The terminal event of logistic growth, whose time is known."""

import numpy as np
import pytest

from melanokine.engine import NOT_TRIGGERED, OK
from melanokine.errors import EngineError


def crossing(parameters, start):
    rate, plateau, threshold = parameters.T
    return np.log(threshold / (plateau - threshold) * (plateau - start) / start) / rate


def test_stop_time_and_state(logistic):
    result = logistic.integrate(41, 0.1, stop_at_trigger=True, until=1000.0, rtol=1e-9)
    assert (result.status == OK).all()
    np.testing.assert_allclose(result.stop_time, crossing(result.parameters, 1e-3), rtol=1e-7)
    np.testing.assert_allclose(result.final[:, 0], result.parameters[:, 2], rtol=1e-12)
    assert (result.final[:, 0] >= result.parameters[:, 2] * (1 - 1e-15)).all()


def test_location_does_not_depend_on_the_tolerance_of_steps(logistic):
    """The state at the stop is on the threshold however long the steps are."""
    result = logistic.integrate(9, 0.1, stop_at_trigger=True, until=1000.0, rtol=1e-3)
    np.testing.assert_allclose(result.final[:, 0], result.parameters[:, 2], rtol=1e-12)


def test_outputs_after_the_stop_are_nan(logistic):
    times = np.arange(0.0, 60.0, 1.0)
    result = logistic.integrate(7, 0.1, stop_at_trigger=True, times=times)
    seen = np.isfinite(result.states[:, :, 0])
    np.testing.assert_array_equal(seen, times[None, :] <= result.stop_time[:, None])
    free = logistic.integrate(7, 0.1, times=times)
    np.testing.assert_array_equal(result.states[seen], free.states[seen])
    assert np.isnan(free.stop_time).all()


def test_too_late(logistic):
    result = logistic.integrate(3, 0.0, stop_at_trigger=True, until=10.0)
    assert (result.status == NOT_TRIGGERED).all()
    assert not result.failed.any()
    assert np.isnan(result.stop_time).all()
    free = logistic.integrate(3, 0.0, until=10.0)
    np.testing.assert_array_equal(result.final, free.final)


def test_end_in_the_step_of_the_crossing_but_before_it(logistic):
    at = crossing(logistic.parameters[None], 1e-3)[0]
    early = logistic.integrate(spread=0.0, stop_at_trigger=True, until=at - 1e-3, rtol=1e-9)
    late = logistic.integrate(spread=0.0, stop_at_trigger=True, until=at + 1e-3, rtol=1e-9)
    assert early.status[0] == NOT_TRIGGERED
    assert late.status[0] == OK


def test_positive_from_the_start(logistic):
    parameters, initial = logistic.patients(2, 0.0)
    result = logistic.kernel.integrate(parameters, initial + 7.0, stop_at_trigger=True, times=[0.0, 1.0])
    assert result.stop_time.tolist() == [0.0, 0.0]
    np.testing.assert_array_equal(result.final, initial + 7.0)
    np.testing.assert_array_equal(result.states[:, 0], initial + 7.0)
    assert np.isnan(result.states[:, 1]).all()
    assert (result.status == OK).all()


def test_dose_that_crosses(logistic):
    from melanokine.engine import BOLUS, Schedule

    schedule = Schedule([3.0], [BOLUS], [0], [6.0])
    result = logistic.integrate(spread=0.0, stop_at_trigger=True, schedule=schedule, times=[1.0, 3.0, 4.0])
    assert result.stop_time[0] == 3.0
    assert result.final[0, 0] > 6.0
    assert result.states[0, 1, 0] < 1.0
    assert np.isnan(result.states[0, 2, 0])


def test_nothing_to_stop_at(robertson):
    with pytest.raises(EngineError, match="no trigger"):
        robertson.integrate(stop_at_trigger=True, until=1.0)
