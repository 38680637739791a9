"""Whatever the doses, lags, events and divisions: a status, no hang, and the same bits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melanokine.engine import BOLUS, INFUSION, NOT_FINITE, NOT_TRIGGERED, OK, Schedule, status
from melanokine.network import Event

PATIENTS = 5


@pytest.fixture(scope="module")
def busy(build):
    """Two compartments with infusions and a guard, of which one spills over, and a trigger that some reach."""

    def rhs(g, s):
        out, back = g.mul(s.leaving, s.centre), g.mul(s.coming, s.side)
        return g.add(g.sub(back, g.mul(g.const(2.0), out)), s.infusion), g.add(g.sub(out, back), s.drip), s.centre

    return build(
        {"centre": 1.0, "side": 0.0, "area": 0.0},
        {"leaving": 3.0, "coming": 0.5, "lag": 0.1, "late": 0.0, "weight": 2.0},
        rhs,
        inputs=["infusion", "drip"],
        guards=lambda g, s: {"low": g.sub(g.const(4.0), s.centre)},
        events=lambda g, s: [
            Event("spill", g.sub(s.side, g.const(2.0)), {1: g.const(0.5), 0: g.add(s.centre, s.side)}),
            Event("full", g.sub(s.centre, g.const(6.0)), {0: g.mul(g.const(0.25), s.centre)}, initially=True),
        ],
        trigger=lambda g, s: g.sub(s.area, g.const(8.0)),
    )


@st.composite
def schedules(draw):
    """Up to 12 doses; times are often alike, lags often 0."""
    count = draw(st.integers(0, 12))

    def column(strategy):
        return draw(st.lists(strategy, min_size=count, max_size=count))

    kind = np.array(column(st.sampled_from([BOLUS, INFUSION])), int)
    duration = np.where(kind == INFUSION, column(st.sampled_from([1e-6, 0.25, 0.5, 3.0])), 0.0)
    time = column(st.sampled_from([0.0, 0.25, 0.5, 1.0]) | st.floats(0.0, 4.0))
    amount = column(st.sampled_from([0.0, 1.0, 9.0]) | st.floats(0.0, 20.0))
    optional = [column(st.sampled_from(choice)) for choice in ((-1, 4), (-1, 0), (-1, 2, 3))]
    targets = column(st.integers(0, 1))
    scale, guard, lag = (np.array(values, int) for values in optional)
    return Schedule(time, kind, np.array(targets, int), amount, duration, scale, guard, lag)


@settings(max_examples=40, deadline=None)
@given(schedules(), st.floats(0.0, 6.0), st.floats(0.0, 6.0), st.booleans())
def test_division_and_batch_change_no_bit(busy, schedule, first, second, stop):
    start = busy.patients(PATIENTS, 0.4)
    options = {"schedule": schedule, "stop_at_trigger": stop}
    whole = busy.kernel.integrate(*start, until=6.0, **options)
    part = busy.kernel.integrate(*start, until=min(first, second), keep_checkpoint=True, **options)
    part = busy.kernel.integrate(start[0], resume=part, until=max(first, second), keep_checkpoint=True, **options)
    last = busy.kernel.integrate(start[0], resume=part, until=6.0, chunk=2, **options)
    single = [busy.kernel.integrate(start[0][[i]], start[1][[i]], until=6.0, **options) for i in range(PATIENTS)]
    for name in ("final", "given", "status", "steps", "rejected", "stop_time", "events", "event_times"):
        np.testing.assert_array_equal(getattr(last, name), getattr(whole, name), err_msg=name)
        alone = np.concatenate([getattr(one, name) for one in single])
        np.testing.assert_array_equal(alone, getattr(whole, name), err_msg=name)
    assert set(whole.status.tolist()) <= {OK, NOT_TRIGGERED}


numbers = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-2.0, 50.0)


@settings(max_examples=60, deadline=None)
@given(schedules(), st.tuples(*[numbers] * 5), st.tuples(*[numbers] * 3))
def test_any_numbers_end_in_a_status(busy, schedule, parameters, initial):
    result = busy.kernel.integrate([parameters], [initial], schedule=schedule, until=6.0, work_limit=3000)
    assert 0 <= result.status[0] < len(status.NAMES)
    assert np.isfinite(result.final).all() == (result.status[0] == OK)
    found = busy.kernel.steady_state([parameters], [initial], work_limit=3000)
    assert np.isfinite(found.states).all() == (found.status[0] == OK)


def test_no_more_steps_for_a_dose_among_many_than_among_few(two_compartments):
    """Boluses, infusions, late and empty doses: the steps that each costs do not grow with their number."""

    def steps(count, **columns):
        plan = {
            "time": np.arange(count) * 0.01,
            "kind": np.zeros(count, int),
            "target": np.zeros(count, int),
            "amount": np.full(count, 0.03),
        }
        plan |= {name: np.full(count, value) for name, value in columns.items()}
        result = two_compartments.integrate(2, 0.0, schedule=Schedule(**plan), until=count * 0.01 + 1.0)
        assert (result.status == OK).all()
        assert result.given.all()
        return result.steps[0] + result.rejected[0]

    for columns in ({}, {"kind": INFUSION, "duration": 0.105}, {"lag": 2}, {"amount": 0.0}):
        assert steps(10_000, **columns) < 10.5 * steps(1000, **columns)


@pytest.mark.parametrize("gap", [5e-324, 3e-308, 1e-100, 1e-79, 1e-30])
def test_doses_a_moment_after_the_start(two_compartments, gap):
    parameters, initial = two_compartments.patients(3, 0.0)
    parameters[:, 3] = [0.0, gap, 1e-3]
    schedule = Schedule([0.0, gap, gap], [BOLUS] * 3, [0, 0, 1], [1.0, 2.0, 3.0], lag=[-1, 3, -1])
    result = two_compartments.kernel.integrate(parameters, initial, schedule=schedule, times=[1.0])
    plain = Schedule([0.0], [BOLUS], [0], [3.0]), Schedule([0.0], [BOLUS], [1], [3.0])
    one, other = (two_compartments.kernel.integrate(parameters, initial, schedule=s, times=[1.0]) for s in plain)
    np.testing.assert_allclose(result.states[:2], (one.states + other.states)[:2], rtol=1e-3)
    assert (result.status == OK).all()


def test_ten_thousand_doses_at_one_instant(two_compartments):
    schedule = Schedule(np.full(10_000, 1.0), np.zeros(10_000, int), np.zeros(10_000, int), np.full(10_000, 1e-3))
    many = two_compartments.integrate(3, schedule=schedule, times=[1.0, 2.0])
    one = two_compartments.integrate(3, schedule=Schedule([1.0], [BOLUS], [0], [10.0]), times=[1.0, 2.0])
    np.testing.assert_allclose(many.states, one.states, rtol=1e-9)
    np.testing.assert_array_equal(many.steps, one.steps)


@pytest.mark.parametrize("rate", [1e12, 1e-12, 1e200])
def test_stiffness(build, rate):
    """x follows y within 1 / rate, y approaches 1 within a day."""
    system = build(
        {"x": 1.0, "y": 0.0},
        {"rate": rate},
        lambda g, s: [g.neg(g.mul(s.rate, g.sub(s.x, s.y))), g.sub(g.const(1.0), s.y)],
    )
    result = system.integrate(3, times=[1.0, 100.0])
    assert (result.status == OK).all()
    expected = [1 - np.exp(-1.0), 1.0] if rate > 1 else [1.0, 1.0]
    np.testing.assert_allclose(result.states[:, :, 0], np.tile(expected, (3, 1)), rtol=1e-4)
    assert (result.steps < 200).all()


def test_a_work_limit_ends_endless_events_too(build):
    """Ever more events, but time moves on between them."""
    system = build(
        {"x": 0.0},
        {"rate": 1.0},
        lambda g, s: [s.rate],
        events=lambda g, s: [Event("back", g.sub(s.x, g.const(1e-6)), {0: g.const(0.0)})],
    )
    result = system.integrate(3, until=1.0, work_limit=500)
    assert (result.status == status.WORK_LIMIT).all()
    assert (result.steps + result.rejected == 500).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_parameters_that_only_doses_or_events_use(busy, bad):
    parameters, initial = busy.patients(2, 0.0)
    parameters[0, 4] = bad
    assert busy.kernel.integrate(parameters, initial, until=1.0).status.tolist() == [NOT_FINITE, OK]
