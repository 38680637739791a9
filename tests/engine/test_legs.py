"""Many short legs: the same bits as single integrations, whatever legs came before and whoever takes part."""

import numpy as np
import pytest

from melanokine.engine.legs import Legs
from melanokine.errors import EngineError
from melanokine.network import Event

TIGHT = {"rtol": 1e-9, "max_step": 0.7}


@pytest.fixture
def decay(build):
    """Two states, of which the first ends a run where it falls through a threshold."""
    return build(
        {"size": 1.0, "trace": 0.0},
        {"rate": 0.4, "threshold": 0.3},
        lambda g, s: [g.neg(g.mul(s.rate, s.size)), s.size],
        events=lambda g, s: [Event("low", g.sub(s.threshold, s.size), {}, terminal=True)],
    )


def same(leg, whole):
    for name in ("states", "final", "status", "stop_time", "event_times"):
        np.testing.assert_array_equal(getattr(leg, name), getattr(whole, name), err_msg=name)


def test_each_leg_is_an_integration(decay):
    parameters, initial = decay.patients(6)
    legs = Legs(decay.kernel, parameters, **TIGHT)
    everyone, states = list(range(6)), initial
    for members, until, times in [
        (everyone, 2.0, [0.5, 2.0]), (everyone, 8.0, []), ([4], 0.1, [0.1]), ([1, 3], 20.0, [0.0, 5.0, 20.0]),
        ([3, 1], 20.0, []), (everyone, 0.0, []),
    ]:  # fmt: skip
        leg = legs.go(members, states[members], times=np.array(times), until=until)
        same(leg, decay.kernel.integrate(parameters[members], states[members], times=times, until=until, **TIGHT))
        states = states.copy()
        states[members] = leg.final * 1.01


def test_states_of_a_leg_are_kept(decay):
    parameters, initial = decay.patients(2)
    legs = Legs(decay.kernel, parameters, **TIGHT)
    first = legs.go([0, 1], initial, times=np.array([0.5]), until=0.5).states
    before = first.copy()
    legs.go([0, 1], 2.0 * initial, times=np.array([0.5]), until=0.5)
    np.testing.assert_array_equal(first, before)


def test_what_does_not_fit_is_refused(decay):
    parameters, _ = decay.patients(2)
    with pytest.raises(EngineError, match="rtol"):
        Legs(decay.kernel, parameters, rtol=1.0, max_step=1.0)
    with pytest.raises(EngineError, match="shape"):
        Legs(decay.kernel, parameters[:, :1], **TIGHT)
