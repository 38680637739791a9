"""Doses that come later by a parameter of the patient."""

import numpy as np
import pytest

from melanokine.engine import BOLUS, INFUSION, NOT_FINITE, OK, Schedule

COUNT = 19
LAG = 3
"""The parameter of the two-compartment model that nothing else uses here."""
TIMES = np.array([0.0, 0.25, 1.0, 1.5, 3.0, 6.0])


def schedule(lag, delay=0.0):
    """Boluses and infusions that overlap, of which some have the given lag; or come later by `delay`."""
    late = np.array([0, 1, 1, 0, 1])
    return Schedule(
        time=np.array([0.0, 0.0, 0.5, 1.0, 1.0]) + delay * late,
        kind=[BOLUS, INFUSION, BOLUS, BOLUS, INFUSION],
        target=[0, 0, 1, 0, 1],
        amount=[10.0, 4.0, 6.0, 1.0, 2.0],
        duration=[0.0, 0.75, 0.0, 0.0, 0.5],
        guard=[-1, -1, 0, -1, -1],
        lag=np.where(late, lag, -1),
    )


@pytest.fixture(scope="module")
def start(two_compartments):
    """Lags are multiples of 1/64, so that sums of times are exact, and some patients have none."""
    parameters, initial = two_compartments.patients(COUNT)
    parameters[:, LAG] = np.random.default_rng(4).integers(0, 80, COUNT) / 64
    parameters[[2, 7], LAG] = 0.0
    return parameters, initial


@pytest.fixture(scope="module")
def whole(two_compartments, start):
    return two_compartments.kernel.integrate(*start, schedule=schedule(LAG), times=TIMES)


def same(a, b):
    for name in ("states", "final", "status", "steps", "rejected"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


def test_each_patient_as_if_alone_with_doses_at_its_own_times(two_compartments, start, whole):
    assert (whole.status == OK).all()
    for i in range(COUNT):
        own = schedule(-1, start[0][i, LAG])
        alone = two_compartments.kernel.integrate(start[0][i : i + 1], start[1][:1], schedule=own, times=TIMES)
        np.testing.assert_allclose(alone.states, whole.states[i : i + 1], rtol=1e-4, atol=1e-6)
        if len(np.unique(own.time)) == 5:
            same(alone, whole.part(slice(i, i + 1)))


def test_no_lag_is_a_lag_of_zero(two_compartments, start):
    parameters = start[0].copy()
    parameters[:, LAG] = 0.0
    lagged, plain = (
        two_compartments.kernel.integrate(parameters, start[1], schedule=schedule(lag), times=TIMES)
        for lag in (LAG, -1)
    )
    np.testing.assert_allclose(lagged.states, plain.states, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(lagged.given, plain.given)
    uniform = (
        Schedule([0.0, 1.0], [BOLUS, INFUSION], [0, 1], [3.0, 2.0], [0.0, 0.5], lag=[lag, lag]) for lag in (LAG, -1)
    )
    same(*(two_compartments.kernel.integrate(parameters, start[1], schedule=s, times=TIMES) for s in uniform))


def test_batch_order_and_threads_change_no_bit(two_compartments, start, whole):
    order = np.random.default_rng(5).permutation(COUNT)
    shuffled = two_compartments.kernel.integrate(
        start[0][order], start[1], schedule=schedule(LAG), times=TIMES, workers=2, chunk=3
    )
    same(shuffled, whole.part(order))
    single = two_compartments.kernel.integrate(start[0][:1], start[1][:1], schedule=schedule(LAG), times=TIMES)
    same(single, whole.part(slice(0, 1)))


@pytest.mark.parametrize("end", [0.0, 0.25, 0.9, 1.0, 1.6])
def test_division(two_compartments, start, whole, end):
    options = {"schedule": schedule(LAG)}
    first = two_compartments.kernel.integrate(*start, until=end, keep_checkpoint=True, **options)
    later = two_compartments.kernel.integrate(start[0], resume=first, times=[3.0, 6.0], chunk=4, **options)
    np.testing.assert_array_equal(later.states, whole.states[:, -2:])
    for name in ("final", "given", "steps", "rejected"):
        np.testing.assert_array_equal(getattr(later, name), getattr(whole, name))


def test_what_is_due_after_the_end_is_not_given(two_compartments):
    parameters, initial = two_compartments.patients(2, 0.0)
    parameters[:, LAG] = [0.5, 2.0]
    plan = Schedule([0.0], [BOLUS], [0], [1.0], lag=[LAG])
    result = two_compartments.kernel.integrate(parameters, initial, schedule=plan, times=[0.5, 1.0])
    assert result.given[:, 0].tolist() == [True, False]
    assert result.states[0, 0, 0] == 0.0
    assert result.final[0, 0] > 0.0
    assert result.final[1, 0] == 0.0


@pytest.mark.parametrize("lag", [-1e-9, np.nan, np.inf, 1e300])
def test_lag_that_is_none(two_compartments, start, whole, lag):
    """1e300 days swallow the length of the infusions."""
    parameters = start[0].copy()
    parameters[3, LAG] = lag
    result = two_compartments.kernel.integrate(parameters, start[1], schedule=schedule(LAG), times=TIMES)
    assert result.status[3] == NOT_FINITE
    assert np.isnan(result.states[3]).all()
    others = np.arange(COUNT) != 3
    same(result.part(others), whole.part(others))
