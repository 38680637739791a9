"""State-triggered events: where they happen, what they change, and how they end."""

import numpy as np
import pytest

from melanokine.engine import BOLUS, ENDLESS_EVENTS, NOT_FINITE, NOT_TRIGGERED, OK, Schedule
from melanokine.engine.kernel import compile
from melanokine.network import Event

TIGHT = {"rtol": 1e-9}


def clock(build, *events, rate=1.0, **more):
    """Time and a register in which events write; `events` are functions of graph and leaves."""
    return build(
        {"time": 0.0, "register": 0.0},
        {"rate": rate},
        lambda g, s: [s.rate, g.const(0.0)],
        events=lambda g, s: [event(g, s) for event in events],
        **more,
    )


def at(day, change, name="event", **options):
    """An event at a day, that sets the register to `change(graph, leaves)`."""
    return lambda g, s: Event(name, g.sub(s.time, g.const(day)), {1: change(g, s)}, **options)


def write(factor, term):
    """register := factor * register + term"""
    return lambda g, s: g.add(g.mul(g.const(factor), s.register), g.const(term))


def test_how_often_and_when(halving):
    result = halving.integrate(41, 0.2, until=20.0, **TIGHT)
    rate, threshold = result.parameters.T
    first, period = np.log(threshold) / rate, np.log(2) / rate
    count = np.floor((20.0 - first) / period).astype(int) + 1
    assert (result.status == OK).all()
    np.testing.assert_array_equal(result.events[:, 0], count)
    np.testing.assert_allclose(result.event_times[:, 0], first + (count - 1) * period, rtol=1e-7)
    assert np.isnan(result.stop_time).all()


def test_course_between_events(halving):
    times = np.linspace(0.0, 20.0, 301)
    result = halving.integrate(7, 0.2, times=times, **TIGHT)
    rate, threshold = (column[:, None] for column in result.parameters.T)
    free = np.log(1.0 / threshold) + rate * times
    expected = threshold * np.exp(np.where(free > 0, np.mod(free, np.log(2)) - np.log(2), free))
    np.testing.assert_allclose(result.states[:, :, 0], expected, rtol=1e-6)


def test_location_does_not_depend_on_the_tolerance_of_steps(halving):
    """However long the steps are, the size at the event is the threshold to the last bits."""
    result = halving.integrate(5, 0.2, until=20.0, rtol=1e-2)
    at_event = [
        halving.kernel.integrate(result.parameters[i : i + 1], [[1.0]], until=result.event_times[i, 0], rtol=1e-2)
        for i in range(5)
    ]
    np.testing.assert_allclose([r.final[0, 0] for r in at_event], result.parameters[:, 1], rtol=1e-14)


def test_first_step_after_an_event_is_learned(halving):
    """Most first steps after the event are accepted, and most are not the first ever tried."""
    result = halving.integrate(spread=0.0, until=100.0)
    assert result.events[0, 0] > 90
    assert result.rejected[0] < 10
    assert result.steps[0] < 10 * result.events[0, 0]


def test_bouncing_ball(ball):
    """Bounces at the times of free fall, none before the first and none missed."""
    result = ball.integrate(spread=0.0, until=3.0, rtol=1e-8)
    fall = np.sqrt(2 / 10.0)
    bounces = fall * (1 + 2 * np.cumsum([0, *0.8 ** np.arange(1, 30)]))
    before = bounces[bounces < 3.0]
    assert result.events[0, 0] == len(before)
    assert result.event_times[0, 0] == pytest.approx(before[-1], rel=1e-9)
    assert result.status[0] == OK


def test_events_that_come_ever_faster_end_in_a_status(ball):
    """All bounces happen before 2 sqrt(2 h / g) (1 + k) / (1 - k) / 2."""
    result = ball.integrate(3, 0.02, times=[1.0, 10.0])
    assert (result.status == ENDLESS_EVENTS).all()
    assert result.failed.all()
    assert np.isfinite(result.states[:, 0]).all()
    assert np.isnan(result.states[:, 1]).all()
    assert np.isnan(result.final).all()


def test_events_that_set_each_other_off_end_in_a_status(build):
    system = clock(
        build,
        at(1.0, write(0.0, 1.0)),
        lambda g, s: Event("down", s.register, {1: g.const(-1.0)}),
        lambda g, s: Event("up", g.neg(s.register), {1: g.const(1.0)}),
    )
    result = system.integrate(spread=0.0, times=[0.5, 2.0])
    assert result.status[0] == ENDLESS_EVENTS
    assert np.isfinite(result.states[0, 0]).all()
    assert np.isnan(result.states[0, 1]).all()


def test_order_of_declaration_at_one_instant(build):
    """Each looks at the state after the former: ((0 * 2 + 3) * 10 + 1), not ((0 * 10 + 1) * 2 + 3)."""
    system = clock(build, at(1.0, write(2.0, 3.0)), at(1.0, write(10.0, 1.0)), at(2.0, write(1.0, 0.5)))
    result = system.integrate(spread=0.0, times=[0.5, 1.5, 2.5])
    np.testing.assert_allclose(result.states[0, :, 1], [0.0, 31.0, 31.5], rtol=1e-12)
    assert result.events[0].tolist() == [1, 1, 1]
    np.testing.assert_allclose(result.event_times[0], [1.0, 1.0, 2.0], rtol=1e-12)


def test_one_event_sets_off_another(build):
    """The register jumps to 5, which sets off an earlier declared event, and that a later one."""
    system = clock(
        build,
        lambda g, s: Event("second", g.sub(s.register, g.const(4.0)), {1: g.const(-2.0)}),
        at(1.0, write(0.0, 5.0)),
        lambda g, s: Event("third", g.sub(g.const(-1.0), s.register), {1: g.const(3.0)}),
    )
    result = system.integrate(spread=0.0, times=[0.5, 2.0])
    assert result.states[0, :, 1].tolist() == [0.0, 3.0]
    assert result.events[0].tolist() == [1, 1, 1]


def test_due_event_happens_though_an_earlier_one_has_taken_its_trigger_down(build):
    system = clock(
        build,
        lambda g, s: Event("back", g.sub(s.time, g.const(1.0)), {0: g.const(0.0)}),
        at(1.0, write(1.0, 1.0)),
    )
    result = system.integrate(spread=0.0, until=4.5)
    assert result.events[0].tolist() == [4, 4]
    assert result.final[0] == pytest.approx([0.5, 4.0])


def test_changes_are_made_at_once(build):
    system = build(
        {"a": 1.0, "b": 2.0, "time": 0.0},
        {"rate": 1.0},
        lambda g, s: [g.const(0.0), g.const(0.0), s.rate],
        events=lambda g, s: [Event("swap", g.sub(s.time, g.const(1.0)), {0: s.b, 1: s.a})],
    )
    assert system.integrate(spread=0.0, times=[2.0]).states[0, 0, :2].tolist() == [2.0, 1.0]


@pytest.mark.parametrize(("initially", "count"), [(False, 0), (True, 1)])
def test_positive_at_the_start(build, initially, count):
    system = clock(build, at(-1.0, write(1.0, 2.0), initially=initially))
    result = system.integrate(spread=0.0, times=[0.0, 1.0])
    assert result.events[0, 0] == count
    assert result.states[0, :, 1].tolist() == [0.0, 2.0 * count]


def test_dose_that_makes_the_trigger_jump(build):
    """After the doses of the instant the event looks at the state; the output there is that before both."""
    system = clock(
        build, lambda g, s: Event("full", g.sub(s.register, g.const(2.0)), {1: g.mul(g.const(10.0), s.register)})
    )
    schedule = Schedule([0.0, 1.0, 1.0, 2.0], [BOLUS] * 4, [1] * 4, [1.0, 1.0, 1.5, 1.0])
    result = system.integrate(spread=0.0, schedule=schedule, times=[0.0, 0.5, 1.0, 1.5, 2.5])
    assert result.states[0, :, 1].tolist() == [0.0, 1.0, 1.0, 35.0, 36.0]
    assert result.events[0, 0] == 1
    assert result.event_times[0, 0] == 1.0


def test_dose_at_the_start_that_makes_the_trigger_jump(build):
    system = clock(build, lambda g, s: Event("full", g.sub(s.register, g.const(2.0)), {1: g.const(0.0)}))
    schedule = Schedule([0.0, 1.0], [BOLUS] * 2, [1] * 2, [3.0, 1.0])
    result = system.integrate(spread=0.0, schedule=schedule, times=[0.5, 2.0])
    assert result.states[0, :, 1].tolist() == [0.0, 1.0]
    assert result.event_times[0, 0] == 0.0


@pytest.mark.parametrize(("before", "register"), [(1e-13, 5.0), (1e-9, 5.0), (-1e-9, 14.0), (-1e-13, 14.0)])
def test_event_beside_a_dose(build, before, register):
    """10 * 0 + 4 and then 1 more where the event comes first, else 10 * 1 + 4."""
    system = clock(build, at(2.0 - before, write(10.0, 4.0)))
    schedule = Schedule([2.0], [BOLUS], [1], [1.0])
    result = system.integrate(spread=0.0, schedule=schedule, times=[3.0])
    assert result.states[0, 0, 1] == pytest.approx(register, rel=1e-12)
    assert result.given.all()


def test_terminal_event(build):
    """Its changes are made, what is declared after it does not happen, and outputs later than it are NaN."""
    system = clock(
        build,
        at(1.5, write(0.0, 6.0), terminal=True),
        at(1.5, write(0.0, 7.0)),
        at(1.0, write(0.0, 1.0)),
    )
    result = system.integrate(spread=0.0, times=[0.5, 1.25, 1.75])
    assert result.status[0] == OK
    assert result.stop_time[0] == pytest.approx(1.5, rel=1e-12)
    assert result.final[0] == pytest.approx([1.5, 6.0])
    assert result.states[0, :2, 1].tolist() == [0.0, 1.0]
    assert np.isnan(result.states[0, 2]).all()
    assert result.events[0].tolist() == [1, 0, 1]


def test_nothing_happens_at_the_very_end(build):
    system = clock(build, lambda g, s: Event("full", g.sub(s.register, g.const(2.0)), {1: g.const(0.0)}))
    schedule = Schedule([1.0], [BOLUS], [1], [3.0])
    result = system.integrate(spread=0.0, schedule=schedule, until=1.0)
    assert result.final[0, 1] == 0.0
    assert result.events[0, 0] == 0


def test_event_beyond_the_end_changes_nothing(halving):
    at_event = np.log(3.0) / 0.7
    before = halving.integrate(spread=0.0, until=at_event - 1e-3, **TIGHT)
    after = halving.integrate(spread=0.0, until=at_event + 1e-3, **TIGHT)
    assert (before.events[0, 0], after.events[0, 0]) == (0, 1)
    assert before.final[0, 0] == pytest.approx(3.0, rel=1e-2)
    assert after.final[0, 0] == pytest.approx(1.5, rel=1e-2)


def test_events_before_the_trigger_to_stop_at(build):
    """An event sets off the trigger; a run that is not told to stop goes on."""
    system = clock(build, at(1.0, write(0.0, 9.0)), trigger=lambda g, s: g.sub(s.register, g.const(5.0)))
    stopped = system.integrate(spread=0.0, until=3.0, stop_at_trigger=True)
    free = system.integrate(spread=0.0, until=3.0)
    assert stopped.stop_time[0] == pytest.approx(1.0, rel=1e-12)
    assert stopped.final[0] == pytest.approx([1.0, 9.0])
    assert np.isnan(free.stop_time[0])
    assert free.final[0] == pytest.approx([3.0, 9.0])
    late = system.integrate(spread=0.0, until=0.5, stop_at_trigger=True)
    assert late.status[0] == NOT_TRIGGERED


def test_trigger_that_becomes_nan(build):
    system = clock(build, lambda g, s: Event("bad", g.neg(g.sqrt(g.sub(g.const(1.0), s.time))), {1: s.time}))
    result = system.integrate(spread=0.0, times=[0.5, 2.0])
    assert result.status[0] == NOT_FINITE
    assert np.isfinite(result.states[0, 0]).all()
    assert np.isnan(result.states[0, 1]).all()
    assert np.isnan(result.final).all()
    assert system.integrate(spread=0.0, times=[0.5, 0.99]).status[0] == OK


def test_change_that_is_nan(build):
    system = clock(build, at(1.0, lambda g, s: g.sqrt(g.neg(s.time))))
    result = system.integrate(spread=0.0, times=[0.5, 2.0])
    assert result.status[0] == NOT_FINITE
    assert np.isfinite(result.states[0, 0]).all()
    assert np.isnan(result.states[0, 1]).all()


def test_an_earlier_event_may_prevent_a_value_that_is_not_a_number(build):
    """The clock is set back at 1, before the root of 1.5 - time is out of reach."""
    system = clock(
        build,
        lambda g, s: Event("back", g.sub(s.time, g.const(1.0)), {0: g.const(0.0)}),
        lambda g, s: Event("bad", g.neg(g.sqrt(g.sub(g.const(1.5), s.time))), {1: s.time}),
    )
    result = system.integrate(spread=0.0, until=10.5)
    assert result.status[0] == OK
    assert result.events[0].tolist() == [10, 0]


def test_an_event_that_never_happens_changes_no_bit(build, two_compartments):
    def rhs(g, s):
        out, back = g.mul(s.k12, s.centre), g.mul(s.k21, s.periphery)
        return g.sub(back, g.add(g.mul(s.k10, s.centre), out)), g.sub(out, back)

    names = {"centre": 5.0, "periphery": 0.0}, {"k10": 3.0, "k12": 2.0, "k21": 0.7}
    plain = build(*names, rhs)
    watched = build(*names, rhs, events=lambda g, s: [Event("never", g.sub(s.centre, g.const(1e9)), {0: s.k10})])
    a, b = (system.integrate(13, times=[0.1, 1.0, 5.0]) for system in (plain, watched))
    for name in ("states", "final", "steps", "rejected"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


RESULTS = ("states", "final", "status", "steps", "rejected", "events", "event_times")


@pytest.mark.parametrize("name", ["halving", "ball"])
def test_batch_order_outputs_and_lanes_change_no_bit(name, request, machines):
    system = request.getfixturevalue(name)
    parameters, initial = system.patients(23, 0.1)
    times = [0.3, 1.0, 2.0]
    whole = system.kernel.integrate(parameters, initial, times=times)
    assert len(set(whole.events[:, 0].tolist())) > 1
    order = np.random.default_rng(2).permutation(23)
    shuffled = system.kernel.integrate(parameters[order], initial, times=times, workers=2, chunk=3)
    dense = system.kernel.integrate(parameters, initial, times=np.unique([*times, *np.linspace(0, 2, 200)]))
    for result in RESULTS:
        np.testing.assert_array_equal(getattr(shuffled, result)[np.argsort(order)], getattr(whole, result))
        if result != "states":
            np.testing.assert_array_equal(getattr(dense, result), getattr(whole, result))
    for machine in machines[1:]:
        narrow = compile(system.equations, machine).integrate(parameters, initial, times=times)
        for result in RESULTS if machine.fused == machines[0].fused else ("status", "events"):
            np.testing.assert_array_equal(getattr(narrow, result), getattr(whole, result))
        np.testing.assert_allclose(narrow.event_times, whole.event_times, rtol=1e-6)
