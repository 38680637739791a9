"""A run in parts has the bits of the whole, wherever it is divided."""

from dataclasses import replace

import numpy as np
import pytest

from melanokine.engine import BOLUS, INFUSION, NOT_FINITE, NOT_TRIGGERED, OK, Area, Maximum, Schedule, Value, compile
from melanokine.errors import EngineError
from melanokine.network import Event

TIMES = np.array([0.0, 0.3, 0.5, 0.8, 1.0, 1.7, 3.0, 3.05, 6.5, 12.0])
COUNT = 23
AT_THE_END = ("final", "given", "status", "steps", "rejected", "stop_time", "events", "event_times")


@pytest.fixture(scope="module")
def schedule():
    """Boluses and overlapping infusions, one of them guarded, in the two-compartment model."""
    return Schedule(
        time=[0.0, 0.5, 1.0, 1.25, 3.0, 7.0, 20.0],
        kind=[BOLUS, INFUSION, INFUSION, BOLUS, INFUSION, BOLUS, BOLUS],
        target=[0, 0, 0, 1, 1, 0, 0],
        amount=[10.0, 4.0, 6.0, 1.0, 2.0, 5.0, 5.0],
        duration=[0.0, 1.0, 2.0, 0.0, 0.1, 0.0, 0.0],
        scale=[-1, 3, -1, -1, 3, -1, -1],
        guard=[-1, -1, 0, -1, -1, 0, -1],
    )


def in_parts(kernel, start, ends, times, **options):
    """The states of all parts together, and the last part."""
    parameters, initial = start
    begins = {"initial": initial}
    states, after = [], -1.0
    for end in ends:
        due = times[(times > after) & (times <= end)]
        part = kernel.integrate(parameters, times=due, until=end, keep_checkpoint=True, **begins, **options)
        states.append(part.states)
        begins, after = {"resume": part}, end
    return np.concatenate(states, axis=1), part


def same(states, part, whole):
    np.testing.assert_array_equal(states, whole.states)
    for name in AT_THE_END:
        np.testing.assert_array_equal(getattr(part, name), getattr(whole, name), err_msg=name)


@pytest.mark.parametrize(
    "ends",
    [
        (1.0, 12.0),
        (3.0, 12.0),
        (1.1, 12.0),
        (1.7, 12.0),
        (2.0, 12.0),
        (0.0, 12.0),
        (1e-5, 12.0),
        (12.0, 12.0),
        (0.5, 3.02, 12.0),
        (0.0, 0.5, 0.5, 0.7, 1.25, 3.1, 7.0, 11.99, 12.0),
    ],
)
def test_any_division(two_compartments, schedule, ends):
    """At doses, between them, within infusions, at outputs, at the start, at the end, and in many parts."""
    start = two_compartments.patients(COUNT)
    whole = two_compartments.kernel.integrate(*start, schedule=schedule, times=TIMES)
    same(*in_parts(two_compartments.kernel, start, ends, TIMES, schedule=schedule), whole)


def test_division_where_steps_are_refused(build):
    """Van der Pol's oscillator, in so many parts that some end in a step that was tried before at another length."""

    def rhs(g, s):
        damping = g.mul(s.mu, g.mul(g.sub(g.const(1.0), g.mul(s.x, s.x)), s.v))
        return s.v, g.sub(damping, s.x)

    oscillator = build({"x": 2.0, "v": 0.0}, {"mu": 20.0}, rhs)
    start = oscillator.patients(9)
    ends = [*np.linspace(0.5, 39.5, 60), 40.0]
    times = np.array([1.0, 15.0, 30.0, 40.0])
    whole = oscillator.kernel.integrate(*start, times=times)
    assert whole.rejected.any()
    same(*in_parts(oscillator.kernel, start, ends, times), whole)


def test_division_in_other_batches_orders_and_lanes(two_compartments, schedule, machines):
    start = two_compartments.patients(COUNT)
    options = {"schedule": schedule}
    whole = two_compartments.kernel.integrate(*start, times=TIMES, **options)
    first = two_compartments.kernel.integrate(*start, until=2.0, keep_checkpoint=True, **options)
    order = np.random.default_rng(3).permutation(COUNT)
    for machine in machines:
        if machine.fused == machines[0].fused:
            later = compile(two_compartments.equations, machine).integrate(
                start[0][order], resume=first.part(order), times=[3.0, 12.0], workers=2, chunk=3, **options
            )
            np.testing.assert_array_equal(later.states, whole.states[order][:, [6, 9]])
            np.testing.assert_array_equal(later.given, whole.given[order])
            np.testing.assert_array_equal(later.steps, whole.steps[order])


def test_pieces_handed_over_can_be_resumed(two_compartments, schedule):
    start = two_compartments.patients(COUNT)
    whole = two_compartments.kernel.integrate(*start, schedule=schedule, until=12.0)

    def go_on(piece, part):
        later = two_compartments.kernel.integrate(part.parameters, resume=part, schedule=schedule, until=12.0)
        np.testing.assert_array_equal(later.final, whole.final[piece])

    two_compartments.kernel.integrate(
        *start, schedule=schedule, until=1.0, keep_checkpoint=True, chunk=10, on_chunk=go_on
    )


def test_events_and_checkpoints(build):
    """Divided between events, at one, and where the step that is made again holds one."""
    system = build(
        {"size": 1.0, "cuts": 0.0},
        {"rate": 0.7, "threshold": 3.0},
        lambda g, s: [g.mul(s.rate, s.size), g.const(0.0)],
        events=lambda g, s: [
            Event("cut", g.sub(s.size, s.threshold), {0: g.mul(g.const(0.5), s.size), 1: g.add(s.cuts, g.const(1.0))}),
            Event("end", g.sub(s.cuts, g.const(11.5)), {}, terminal=True),
        ],
    )
    start = system.patients(COUNT, 0.2)
    times = np.linspace(0.0, 14.0, 29)
    schedule = Schedule([0.0, 2.0], [BOLUS] * 2, [0, 0], [1.0, 0.5])
    whole = system.kernel.integrate(*start, times=times, schedule=schedule)
    assert np.isfinite(whole.stop_time).any()
    assert np.isnan(whole.stop_time).any()
    event = whole.event_times[0, 0]
    for ends in ([2.0, 14.0], [1.9, 5.3, 14.0], [event, 14.0], [np.nextafter(event, 0.0), 14.0], [event + 1e-9, 14.0]):
        same(*in_parts(system.kernel, start, ends, times, schedule=schedule), whole)


def test_trigger_to_stop_at(logistic):
    """Patients who have stopped stay as they are, the others go on to their own stop."""
    start = logistic.patients(COUNT, 0.2)
    whole = logistic.kernel.integrate(*start, until=60.0, stop_at_trigger=True)
    first = logistic.kernel.integrate(*start, until=30.0, stop_at_trigger=True, keep_checkpoint=True)
    assert set(first.status.tolist()) == {OK, NOT_TRIGGERED}
    later = logistic.kernel.integrate(start[0], resume=first, until=60.0, stop_at_trigger=True)
    for name in AT_THE_END:
        np.testing.assert_array_equal(getattr(later, name), getattr(whole, name), err_msg=name)


def test_who_has_failed_stays_failed(two_compartments):
    parameters, initial = two_compartments.patients(5)
    parameters[2, 0] = np.nan
    first = two_compartments.kernel.integrate(parameters, initial, until=1.0, keep_checkpoint=True)
    later = two_compartments.kernel.integrate(parameters, resume=first, times=[2.0])
    assert later.status.tolist() == [OK, OK, NOT_FINITE, OK, OK]
    assert np.isnan(later.states[2]).all()
    assert np.isnan(later.final[2]).all()
    assert np.isfinite(later.states[[0, 1, 3, 4]]).all()


@pytest.mark.parametrize("end", [1.0, 2.0, 2.6])
def test_later_doses_may_differ(two_compartments, schedule, end):
    """A plan that is changed at a visit gives the numbers of the plan that was like that from the start."""
    begun = schedule.time < end
    columns = {name: getattr(schedule, name)[begun] for name in schedule.__dataclass_fields__}
    more = {"time": [2.7, 4.0], "kind": [BOLUS, INFUSION], "target": [1, 1], "amount": [9.0, 1.0], "duration": [0, 0.5]}
    changed = Schedule(**{k: [*column, *more.get(k, [-1, -1])] for k, column in columns.items()})
    start = two_compartments.patients(COUNT)
    whole = two_compartments.kernel.integrate(*start, schedule=changed, times=[5.0], max_step=0.05)
    first = two_compartments.kernel.integrate(*start, schedule=schedule, until=end, keep_checkpoint=True, max_step=0.05)
    later = two_compartments.kernel.integrate(start[0], resume=first, schedule=changed, times=[5.0], max_step=0.05)
    np.testing.assert_allclose(later.states, whole.states, rtol=1e-4)
    np.testing.assert_array_equal(later.given, whole.given)


def test_what_cannot_be_resumed(two_compartments, robertson, logistic, schedule):
    kernel, (parameters, initial) = two_compartments.kernel, two_compartments.patients(4)
    plain = kernel.integrate(parameters, initial, until=2.0, schedule=schedule)
    first = kernel.integrate(parameters, initial, until=2.0, schedule=schedule, keep_checkpoint=True)
    other = replace(schedule, amount=schedule.amount * 2)

    def refused(message, kernel=kernel, parameters=parameters, **options):
        with pytest.raises(EngineError, match=message):
            kernel.integrate(parameters, **{"resume": first, "schedule": schedule, "until": 3.0, **options})

    refused("kept no checkpoint", resume=plain)
    refused("other equations", robertson.kernel, robertson.patients(4)[0], schedule=None)
    refused("4 patients instead of 3", parameters=parameters[:3])
    refused("parameters are not those", parameters=parameters[::-1])
    refused("day 1 is before day 2", until=1.0)
    refused("day 1.5 is before day 2", times=[1.5, 3.0])
    refused("doses before day 2 are not those", schedule=other)
    refused("doses before day 2 are not those", schedule=None)
    refused("give one of them", initial=initial)
    refused("give one of them", resume=None)
    stopping = logistic.integrate(2, until=1.0, stop_at_trigger=True, keep_checkpoint=True)
    refused("stop_at_trigger was True", logistic.kernel, stopping.parameters, resume=stopping, schedule=None)


def test_endpoints_after_the_division(two_compartments, schedule):
    start = two_compartments.patients(COUNT)
    later = {"peak": Maximum("centre", start=1.7), "area": Area("centre", start=3.0), "at": Value("centre", at=6.5)}
    whole = two_compartments.kernel.integrate(*start, schedule=schedule, until=12.0, endpoints=later)
    first = two_compartments.kernel.integrate(*start, schedule=schedule, until=1.7, keep_checkpoint=True)
    options = {"resume": first, "schedule": schedule, "until": 12.0}
    rest = two_compartments.kernel.integrate(start[0], endpoints=later, **options)
    np.testing.assert_array_equal(rest.endpoints, whole.endpoints)
    for endpoint in (Maximum("centre", start=1.0), Value("centre", at=1.7)):
        with pytest.raises(EngineError, match=r"endpoint 'early' begins before .*day 1\.7"):
            two_compartments.kernel.integrate(start[0], endpoints={"early": endpoint}, **options)
