"""What an integration returns: states at the times asked for, and how each patient fared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from melanokine.engine import status
from melanokine.engine.checkpoint import Checkpoint
from melanokine.errors import EngineError

if TYPE_CHECKING:
    from melanokine.engine.kernel import Kernel
    from melanokine.engine.run import Run


@dataclass(frozen=True, eq=False)
class Integration:
    """Arrays over n patients, T times, X states and m doses.

    What a patient did not reach is NaN: everything from a failure on, and outputs later than `stop_time`.
    """

    kernel: Kernel
    parameters: np.ndarray
    """(n, P) as given"""
    times: np.ndarray
    """(T,) days"""
    states: np.ndarray
    """(n, T, X) just before the doses of that time"""
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
    checkpoint: Checkpoint | None = None
    """What a later run needs to go on here; None unless it was asked for"""

    @cached_property
    def observables(self) -> np.ndarray:
        """(n, T, O) in the order of `kernel.observable_names`; computed from the states when first asked for."""
        return self.kernel.observe(self.parameters, self.states)

    def observable(self, name: str) -> np.ndarray:
        """(n, T) of one observable."""
        return self.observables[..., self.kernel.observable_index(name)]

    def state(self, name: str) -> np.ndarray:
        """(n, T) of one state."""
        return self.states[..., self.kernel.equations.state_index(name)]

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
            self.checkpoint and self.checkpoint.part(patients),
        )

    @classmethod
    def blank(cls, run: Run, parameters: np.ndarray) -> Integration:
        """Room for the results of these patients: all NaN and nothing given."""
        kernel, times, doses = run.kernel, run.times, len(run.schedule)
        patients, states, events = len(parameters), len(kernel.equations.states), len(kernel.equations.events)
        try:
            room = np.full((patients, len(times), states), np.nan)
        except MemoryError:
            size = patients * len(times) * states * 8 / 2**30
            remedy = "ask for fewer times, or pass on_chunk to take the results piece by piece"
            raise EngineError(f"no memory for {size:.1f} GiB of states", remedy=remedy) from None
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
            Checkpoint.blank(run, patients) if run.keep_checkpoint else None,
        )
