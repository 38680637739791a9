"""When and how doses act, against the exact solution of linear pharmacokinetics."""

import numpy as np
import pytest
from scipy.linalg import expm

from melanokine.engine import BOLUS, INFUSION, OK, Schedule

TIGHT = {"rtol": 1e-9}


def doses(*records):
    """A schedule of (time, kind, target, amount) or longer records with duration, scale and guard."""
    rows = [(*record, *(0.0, -1, -1)[len(record) - 4 :]) for record in records]
    return Schedule(*(list(column) for column in zip(*rows, strict=True)))


def exact(system, times, boluses=(), infusions=()):
    """Amounts in both compartments before anything given at that very time, by superposition."""
    k10, k12, k21, _ = system.parameters
    matrix = np.array([[-k10 - k12, k21], [k12, -k21]])
    inverse = np.linalg.inv(matrix)

    def after_infusion(rate, duration, elapsed):
        filled = (expm(matrix * min(elapsed, duration)) - np.eye(2)) @ inverse @ np.array([rate, 0.0])
        return expm(matrix * max(elapsed - duration, 0.0)) @ filled

    states = np.zeros((len(times), 2))
    for k, t in enumerate(times):
        for begin, target, amount in boluses:
            if t > begin:
                states[k] += expm(matrix * (t - begin))[:, target] * amount
        for begin, amount, duration in infusions:
            if t > begin:
                states[k] += after_infusion(amount / duration, duration, t - begin)
    return states


@pytest.fixture
def run(two_compartments):
    def run(schedule, times, **options):
        return two_compartments.integrate(spread=0.0, schedule=schedule, times=times, **{**TIGHT, **options})

    return run


def test_boluses_and_infusions_superpose(two_compartments, run):
    schedule = doses(
        (0.0, BOLUS, 0, 10.0),
        (0.4, INFUSION, 0, 3.0, 0.5),
        (0.6, INFUSION, 0, 8.0, 1.0),
        (1.0, BOLUS, 1, 2.0),
        (1.2, INFUSION, 1, 5.0, 0.25),
    )
    times = np.linspace(0.05, 4, 40)
    expected = exact(
        two_compartments,
        times,
        [(0.0, 0, 10.0), (1.0, 1, 2.0)],
        [(0.4, 3.0, 0.5), (0.6, 8.0, 1.0), (1.2, 5.0, 0.25)],
    )
    result = run(schedule, times)
    np.testing.assert_allclose(result.states[0], expected, rtol=1e-6, atol=1e-9)
    assert result.given.all()


def test_output_at_a_dose_is_the_trough(run):
    result = run(doses((0.0, BOLUS, 0, 10.0), (1.0, BOLUS, 0, 100.0)), [0.0, 1.0, 1.0 + 1e-9])
    centre = result.states[0, :, 0]
    assert centre[0] == 0.0
    assert centre[1] < 1.0
    assert centre[2] == pytest.approx(centre[1] + 100.0, rel=1e-6)


def test_final_state_is_before_the_doses_at_the_end(run):
    result = run(doses((1.0, BOLUS, 0, 10.0)), [], until=1.0)
    assert result.final[0].tolist() == [0.0, 0.0]
    assert not result.given.any()


def test_rate_is_exactly_zero_after_overlapping_infusions(run):
    """Nothing is made any more: with all the drug eliminated the amounts come to exactly 0."""
    schedule = doses((0.0, INFUSION, 0, 0.1, 0.3), (0.1, INFUSION, 0, 0.7, 0.9), (0.2, INFUSION, 0, 0.3, 0.1))
    result = run(schedule, [3000.0])
    assert abs(result.states[0, 0]).max() < 1e-12


def test_two_doses_at_one_instant(two_compartments, run):
    schedule = doses((0.5, BOLUS, 0, 1.0), (0.5, BOLUS, 0, 2.0), (0.5, BOLUS, 1, 4.0), (0.5, INFUSION, 0, 3.0, 0.5))
    times = [0.75, 2.0]
    expected = exact(two_compartments, times, [(0.5, 0, 3.0), (0.5, 1, 4.0)], [(0.5, 3.0, 0.5)])
    np.testing.assert_allclose(run(schedule, times).states[0], expected, rtol=1e-6)


def test_infusion_that_begins_where_another_ends(two_compartments, run):
    schedule = doses((0.0, INFUSION, 0, 1.0, 0.5), (0.5, INFUSION, 0, 2.0, 0.5))
    expected = exact(two_compartments, [0.7, 3.0], (), [(0.0, 1.0, 0.5), (0.5, 2.0, 0.5)])
    np.testing.assert_allclose(run(schedule, [0.7, 3.0]).states[0], expected, rtol=1e-6)


def test_amount_scales_with_a_parameter(two_compartments):
    parameters = np.tile(two_compartments.parameters, (3, 1))
    parameters[:, 3] = [40.0, 80.0, 120.0]
    schedule = doses((0.0, BOLUS, 0, 0.5, 0.0, 3), (0.2, INFUSION, 0, 0.25, 0.5, 3))
    result = two_compartments.kernel.integrate(parameters, np.zeros((3, 2)), schedule=schedule, times=[1.0], **TIGHT)
    per_weight = result.states[:, 0] / parameters[:, 3:]
    np.testing.assert_allclose(per_weight, np.tile(per_weight[0], (3, 1)), rtol=1e-6)
    expected = exact(two_compartments, [1.0], [(0.0, 0, 40.0)], [(0.2, 20.0, 0.5)])
    np.testing.assert_allclose(result.states[1], expected, rtol=1e-6)


def test_guard_withholds_doses(run):
    """`low` allows a dose while the centre holds less than 5; `never` does not."""
    schedule = doses(
        (0.0, BOLUS, 0, 10.0, 0.0, -1, 0),
        (0.01, BOLUS, 0, 10.0, 0.0, -1, 0),
        (0.02, INFUSION, 0, 10.0, 0.5, -1, 1),
        (3.0, BOLUS, 0, 10.0, 0.0, -1, 0),
    )
    result = run(schedule, [0.03, 3.0], until=3.5)
    assert result.given[0].tolist() == [True, False, False, True]
    alone = run(doses((0.0, BOLUS, 0, 10.0)), [0.03, 3.0])
    np.testing.assert_allclose(result.states, alone.states, rtol=1e-7)


def test_guard_sees_the_state_before_any_dose_of_the_instant(run):
    schedule = doses((1.0, BOLUS, 0, 10.0), (1.0, BOLUS, 0, 7.0, 0.0, -1, 0))
    assert run(schedule, [2.0]).given[0].tolist() == [True, True]


def test_withheld_doses_cost_no_restart(run):
    """A guarded dose that is not given leaves the step size as it was."""
    times = np.arange(1.0, 200.0)
    withheld = doses(*((t, BOLUS, 0, 1.0, 0.0, -1, 1) for t in times))
    given = doses(*((t, BOLUS, 0, 1.0) for t in times))
    loose = {"rtol": 1e-4}
    assert run(withheld, [250.0], **loose).steps[0] < 0.5 * run(given, [250.0], **loose).steps[0]


def test_doses_beyond_the_end_are_not_given_and_change_nothing(run):
    schedule = doses((0.0, BOLUS, 0, 10.0), (5.0, BOLUS, 0, 10.0), (5.5, INFUSION, 0, 1.0, 1.0))
    result = run(schedule, [1.0, 2.0])
    assert result.given[0].tolist() == [True, False, False]
    shorter = doses((0.0, BOLUS, 0, 10.0), (5.0, BOLUS, 0, 10.0))
    np.testing.assert_array_equal(result.states, run(shorter, [1.0, 2.0]).states)


def test_infusion_that_outlasts_the_run(two_compartments, run):
    expected = exact(two_compartments, [2.0], (), [(1.0, 8.0, 4.0)])
    np.testing.assert_allclose(run(doses((1.0, INFUSION, 0, 8.0, 4.0)), [2.0]).states[0], expected, rtol=1e-6)


def test_given_follows_the_sorted_schedule(run):
    schedule = doses((2.0, BOLUS, 0, 1.0, 0.0, -1, 1), (1.0, BOLUS, 0, 1.0), (0.0, BOLUS, 0, 1.0, 0.0, -1, 1))
    assert schedule.time.tolist() == [0.0, 1.0, 2.0]
    assert run(schedule, [3.0]).given[0].tolist() == [False, True, False]


def test_ten_thousand_doses(run):
    """Infusions that overlap tenfold; the steady state is dose rate over clearance."""
    times = np.arange(10_000) * 0.01
    schedule = Schedule(
        times, np.full(10_000, INFUSION), np.zeros(10_000, int), np.full(10_000, 0.03), np.full(10_000, 0.1)
    )
    result = run(schedule, [99.0], rtol=1e-4)
    assert result.status[0] == OK
    assert result.states[0, 0, 0] == pytest.approx(1.0, rel=1e-3)


def test_first_step_after_a_dose_is_learned(run):
    """Two kinds of dose each keep their own first step, so that most first steps are accepted."""
    records = [(float(t), BOLUS, 0, 100.0) for t in range(60)]
    records += [(t + 0.5, INFUSION, 1, 0.01, 0.1) for t in range(60)]
    result = run(doses(*sorted(records)), [60.0], rtol=1e-5)
    assert result.rejected[0] < 60
