"""A course in many short legs: what is the same for all of them is checked and laid out once.

For callers who change the states between one leg and the next, thousands of times. A leg does what
`Kernel.integrate` does without doses and endpoints, and its numbers are the same to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from melanokine.engine import status
from melanokine.engine.integration import Integration
from melanokine.engine.run import WORK_LIMIT, Run

if TYPE_CHECKING:
    from melanokine.engine.kernel import Kernel


class Leg(NamedTuple):
    """Of n patients, as in `Integration`, times being counted from the start of the leg. All but `states` is
    overwritten by the next leg.
    """

    states: np.ndarray
    """(n, T, X)"""
    final: np.ndarray
    """(n, X)"""
    status: np.ndarray
    """(n,)"""
    stop_time: np.ndarray
    """(n,)"""
    event_times: np.ndarray
    """(n, E)"""


class Legs:
    """Legs of patients with the parameters (n, P), or of some of them; in one thread at a time."""

    def __init__(self, kernel: Kernel, parameters: np.ndarray, *, rtol: float, max_step: float) -> None:
        """EngineError where an argument does not fit."""
        patients, width = len(parameters), len(kernel.equations.states)
        self._all, self._initial = kernel._starts(parameters, np.zeros((patients, width)))
        self._parameters = self._all.copy()
        run = Run.prepare(kernel, until=0.0, rtol=rtol, max_step=max_step, work_limit=WORK_LIMIT)
        self._result = Integration.blank(run, self._parameters)
        run.chunk(self._parameters, self._initial, self._result, simulate=self._lay_out)
        self._prepared = kernel.prepared(self._numbers, self._arrays)
        self._members = list(range(patients))
        self._unseen = self._result.states, self._arrays["times"].ctypes.data, self._result.states.ctypes.data

    def _lay_out(self, numbers: dict, arrays: dict[str, np.ndarray]) -> None:
        self._numbers, self._arrays = numbers, arrays

    def go(self, members: list[int], initial: Sequence, *, times: np.ndarray, until: float) -> Leg:
        """Integrate these m patients from time 0 and states (m, X) to `until`, which no one of `times` exceeds."""
        count, result, call = len(members), self._result, self._prepared.call
        if len(times):
            states = np.full((count, len(times), self._initial.shape[1]), np.nan)
            due = np.append(times, np.inf)
            call.times, call.states = due.ctypes.data, states.ctypes.data
        else:
            states, call.times, call.states = self._unseen
        call.patients, call.next_patient, call.outputs, call.until = count, 0, len(times), until
        if members != self._members:
            self._parameters[:count], self._members = self._all[members], list(members)
        self._initial[:count] = initial
        result.status.fill(status.OK)
        result.events.fill(0)
        result.final.fill(np.nan)
        result.stop_time.fill(np.nan)
        result.event_times.fill(np.nan)
        self._prepared.run()
        stopped, happened = result.stop_time[:count], result.event_times[:count]
        return Leg(states[:count], result.final[:count], result.status[:count], stopped, happened)
