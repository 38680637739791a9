"""What an integration returns: states or quantities at the times asked for, endpoints, and how each patient fared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from melanokine.engine import status
from melanokine.engine.checkpoint import Checkpoint
from melanokine.errors import EngineError, nearest

if TYPE_CHECKING:
    from melanokine.engine.kernel import Kernel
    from melanokine.engine.run import Run


@dataclass(frozen=True, eq=False)
class Integration:
    """Arrays over n patients, T times, X states, m doses, E endpoints and K quantities observed.

    What a patient did not reach is NaN: everything from a failure on, and outputs later than `stop_time`.
    """

    kernel: Kernel
    parameters: np.ndarray
    """(n, P) as given"""
    times: np.ndarray
    """(T,) days"""
    states: np.ndarray
    """(n, T, X) just before the doses of that time; (n, 0, X) where quantities were observed instead"""
    final: np.ndarray
    """(n, X) at `until`, or where the trigger stopped the patient"""
    given: np.ndarray
    """(n, m) whether each dose, in the order of the sorted schedule, was given (or begun)"""
    status: np.ndarray
    """(n,) codes of melanokine.engine.status"""
    steps: np.ndarray
    """(n,) accepted steps"""
    rejected: np.ndarray
    """(n,) refused steps"""
    stop_time: np.ndarray
    """(n,) days; NaN where no trigger and no terminal event stopped the patient"""
    events: np.ndarray
    """(n, E) how often each event of the equations has happened"""
    event_times: np.ndarray
    """(n, E) days, when each happened last; NaN if never"""
    endpoint_names: tuple[str, ...]
    endpoints: np.ndarray
    """(n, E) in that order; NaN where the patient failed, or as endpoints.py says"""
    observed: tuple[str, ...]
    values: np.ndarray
    """(n, T, K) of the observed quantities, just before the doses of that time"""
    checkpoint: Checkpoint | None = None
    """What a later run needs to go on here; None unless it was asked for"""

    def endpoint(self, name: str) -> np.ndarray:
        """(n,) of one endpoint."""
        return self.endpoints[:, _position(name, self.endpoint_names, "endpoint")]

    def value(self, name: str) -> np.ndarray:
        """(n, T) of one observed quantity."""
        return self.values[..., _position(name, self.observed, "observed quantity")]

    @cached_property
    def observables(self) -> np.ndarray:
        """(n, T, O) in the order of `kernel.observable_names`; computed from the states when first asked for."""
        self._check_stored()
        return self.kernel.observe(self.parameters, self.states)

    def observable(self, name: str) -> np.ndarray:
        """(n, T) of one observable."""
        return self.observables[..., self.kernel.observable_index(name)]

    def state(self, name: str) -> np.ndarray:
        """(n, T) of one state."""
        self._check_stored()
        return self.states[..., self.kernel.equations.state_index(name)]

    def _check_stored(self) -> None:
        if self.observed:
            remedy = "observe the quantity, and read it with `value`"
            raise EngineError("states are not stored where quantities are observed", remedy=remedy)

    @property
    def failed(self) -> np.ndarray:
        """(n,) whether the patient ended by an error."""
        return ~np.isin(self.status, (status.OK, status.NOT_TRIGGERED))

    def part(self, patients: slice | np.ndarray) -> Integration:
        """The same for some of the patients, in that order; arrays are views where `patients` is a slice."""
        return Integration(
            self.kernel,
            self.parameters[patients],
            self.times,
            self.states[patients],
            self.final[patients],
            self.given[patients],
            self.status[patients],
            self.steps[patients],
            self.rejected[patients],
            self.stop_time[patients],
            self.events[patients],
            self.event_times[patients],
            self.endpoint_names,
            self.endpoints[patients],
            self.observed,
            self.values[patients],
            self.checkpoint and self.checkpoint.part(patients),
        )

    @classmethod
    def blank(cls, run: Run, parameters: np.ndarray) -> Integration:
        """Room for the results of these patients: all NaN and nothing given."""
        kernel, times, doses, observed = run.kernel, run.times, len(run.schedule), run.observed
        patients, states, events = len(parameters), len(kernel.equations.states), len(kernel.equations.events)
        endpoints = tuple(run.reductions.endpoints) if run.reductions else ()
        stored = (patients, 0 if observed else len(times), states)
        seen = (patients, len(times), len(observed))
        try:
            room, values = np.full(stored, np.nan), np.full(seen, np.nan)
        except MemoryError:
            size = (math.prod(stored) + math.prod(seen)) * 8 / 2**30
            remedy = "ask for endpoints or fewer times, or pass on_chunk to take the results piece by piece"
            raise EngineError(f"no memory for {size:.1f} GiB of results", remedy=remedy) from None
        return cls(
            kernel,
            parameters,
            times,
            room,
            np.full((patients, states), np.nan),
            np.zeros((patients, doses), bool),
            np.full(patients, status.OK, np.int8),
            np.zeros(patients, np.int64),
            np.zeros(patients, np.int64),
            np.full(patients, np.nan),
            np.zeros((patients, events), np.int64),
            np.full((patients, events), np.nan),
            endpoints,
            np.full((patients, len(endpoints)), np.nan),
            observed,
            values,
            Checkpoint.blank(run, patients) if run.keep_checkpoint else None,
        )


def _position(name: str, known: tuple[str, ...], what: str) -> int:
    if name not in known:
        raise EngineError(f"there is no {what} {name!r}", remedy=nearest(name, known))
    return known.index(name)
