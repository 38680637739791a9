"""Recorded steps, and runs that follow them."""

import numpy as np
import pytest

from melanokine.engine import BOLUS, INFUSION, NOT_FINITE, OK, WORK_LIMIT, Schedule
from melanokine.engine.driver.tape import Tape
from melanokine.engine.integration import Integration
from melanokine.engine.run import Run

TIMES = np.array([0.0, 0.3, 1.0, 1.7, 3.0, 6.5])
RESULTS = ("states", "final", "given", "status", "steps", "stop_time")


def prepare(system, **options):
    settings = {"times": TIMES, "rtol": 1e-5, "max_step": 30.0, "until": None, "work_limit": 10_000}
    return Run.prepare(system.kernel, **{**settings, **options})


def record(run, parameters, initial):
    tape, result = Tape.recording(len(parameters), 10_000), Integration.blank(run, parameters)
    run.chunk(parameters, initial, result, tape)
    return tape, result


def follow(run, parameters, initial, tape, row, given):
    result = Integration.blank(run, parameters)
    result.given[:] = given
    run.chunk(parameters, initial, result, tape.followed_by(row))
    return result


@pytest.fixture(scope="module")
def doses():
    return Schedule(
        time=[0.0, 0.5, 1.0, 3.0],
        kind=[BOLUS, INFUSION, BOLUS, BOLUS],
        target=[0, 0, 1, 0],
        amount=[10.0, 4.0, 3.0, 1.0],
        duration=[0.0, 1.0, 0.0, 0.0],
        guard=[-1, -1, 0, 0],
    )


def test_recording_changes_nothing(two_compartments, doses):
    patients = two_compartments.patients(9)
    run = prepare(two_compartments, schedule=doses)
    plain = Integration.blank(run, patients[0])
    run.chunk(*patients, plain)
    tape, result = record(run, *patients)
    for name in (*RESULTS, "rejected"):
        np.testing.assert_array_equal(getattr(result, name), getattr(plain, name), err_msg=name)
    np.testing.assert_array_equal(tape.count, result.steps)


def test_steps_and_doses(two_compartments, doses):
    """The steps add up to the whole time; as many end on a dose as there are instants, but for the one at the start."""
    patients = two_compartments.patients(9)
    tape, _ = record(prepare(two_compartments, schedule=doses), *patients)
    for steps, count in zip(tape.steps, tape.count, strict=True):
        ended_on_dose = steps[:count, 0] < 0
        assert ended_on_dose.sum() == 4
        assert not steps[:count, 1].any()
        ends = np.cumsum(np.abs(steps[:count, 0]))
        np.testing.assert_allclose(ends[ended_on_dose], [0.5, 1.0, 1.5, 3.0], rtol=1e-12)
        assert ends[-2] < TIMES[-1] <= ends[-1]


def test_unchanged_followers_have_the_same_bits(two_compartments, every_operation, doses):
    for system, options in ((two_compartments, {"schedule": doses}), (every_operation, {})):
        patients = system.patients(9)
        run = prepare(system, **options)
        tape, result = record(run, *patients)
        row = np.array([3, 3, 0, 8, 1])
        found = follow(run, patients[0][row], patients[1][row], tape, row, result.given[row])
        for name in RESULTS:
            np.testing.assert_array_equal(getattr(found, name), getattr(result, name)[row], err_msg=name)
        assert not found.rejected.any()


def test_the_trigger_is_found_again(logistic):
    patients = logistic.patients(9, 0.1)
    run = prepare(logistic, times=(), until=100.0, stop_at_trigger=True)
    tape, result = record(run, *patients)
    found = follow(run, *patients, tape, np.arange(9), result.given)
    np.testing.assert_array_equal(found.steps, result.steps)
    np.testing.assert_array_equal(found.status, OK)
    np.testing.assert_allclose(found.stop_time, result.stop_time, rtol=1e-14)


def test_followers_decide_nothing(two_compartments, doses):
    """Guards are not asked: what is said to be given is given."""
    patients = two_compartments.patients(3)
    run = prepare(two_compartments, schedule=doses)
    tape, result = record(run, *patients)
    decided = result.given.copy()
    decided[:, 2] = ~decided[:, 2]
    found = follow(run, *patients, tape, np.arange(3), decided)
    np.testing.assert_array_equal(found.given, decided)
    sign = np.where(decided[:, 2], 1.0, -1.0)
    assert ((found.final - result.final)[:, 1] * sign > 0).all()


def test_short_tape(two_compartments):
    """Who needs one step more repeats the last; who needs two leaves."""
    patients = two_compartments.patients(2)
    patients[1][:] = 1.0
    run = prepare(two_compartments)
    tape, result = record(run, *patients)
    tape.count[:] -= [1, 3]
    found = follow(run, *patients, tape, np.arange(2), result.given)
    assert found.status[1] == WORK_LIMIT
    assert np.isnan(found.final[1]).all()
    assert found.steps[1] == tape.count[1] + 1
    assert found.steps[0] == tape.count[0] + 1


def test_follower_whose_numbers_fail(build):
    system = build({"x": 1.0}, {"floor": 0.5}, lambda g, s: [g.sqrt(g.sub(g.const(1.0), s.floor))])
    run = prepare(system)
    tape, result = record(run, system.parameters[None], system.initial[None])
    found = follow(run, np.array([[2.0]]), system.initial[None], tape, np.zeros(1, int), result.given)
    assert found.status[0] == NOT_FINITE
    assert found.steps[0] == 0


def test_follower_without_the_trigger(logistic):
    """The threshold is out of its reach: it ends where the tape does, and says so."""
    patients = logistic.patients(1, 0.0)
    run = prepare(logistic, times=(), until=100.0, stop_at_trigger=True)
    tape, result = record(run, *patients)
    changed = patients[0].copy()
    changed[:, 2] = 20.0
    found = follow(run, changed, patients[1], tape, np.zeros(1, int), result.given)
    assert found.status[0] == WORK_LIMIT
    assert np.isnan(found.stop_time[0])
