"""Patients of the engine from period to period: integrated as they are, or along the steps of others.

A row is one parameter vector in one experiment; rows of the first vector come first. With `tied` the rows of all
other vectors repeat its steps, so that differences between vectors are smooth (engine/tied.py).
"""

from __future__ import annotations

import numpy as np

from melanokine.engine import status
from melanokine.engine.tied import integrate_tied
from melanokine.interchange.sbml.model import SbmlModel
from melanokine.interchange.sbml.trajectory import Accuracy, Events, finite, waiting
from melanokine.network.evaluation import evaluate

LOOK = 1e3
"""A steady state is looked for only after this many times the duration of the experiment."""
LONGEST = 1e15
STEADY = 1e-8
"""At rest no state would move, at its rate, by more than this fraction within the time that has passed."""
FLOOR = 1e-3
WORK_LIMIT = 500_000


class Passage:
    """States of `rows` (N, P) that go on from one time to the next; `failed` (N,) are those the engine gave up."""

    def __init__(self, model: SbmlModel, states: np.ndarray, *, vectors: int, tied: bool, rtol: float) -> None:
        self.model, self.states, self.rtol = model, states, rtol
        self.built = model._built
        self.tied = tied and vectors > 1 and not self.built.happenings
        self.each = len(states) // vectors
        self.pending = waiting(self.built, len(states))
        self.failed = np.zeros(len(states), bool)

    def set_time(self, time: float) -> None:
        if self.built.counts_time:
            self.states[:, -1] = time

    def advance(self, rows: np.ndarray, start: float, end: float, times: np.ndarray, *, last: bool) -> np.ndarray:
        """(N, T, X) at `times`, of start <= t <= end; then `states` are those of `end`.

        Unless it is the `last` period, what events do at `end` is left to the next.
        """
        if not self.model.moves:
            return self._at_rest(end, times)
        if self.built.happenings:
            return self._with_events(rows, start, end, times, last)
        if end <= start:
            return np.repeat(self.states[:, None], len(times), axis=1)
        safe, after = finite(rows), times - start
        if self.tied:
            course, final, code = integrate_tied(
                self.model.kernel, safe, self.states, self.each, times=after, until=end - start, rtol=self.rtol,
                max_step=np.inf, work_limit=WORK_LIMIT,
            )  # fmt: skip
        else:
            done = self.model.kernel.integrate(
                safe, self.states, times=after, until=end - start, rtol=self.rtol, max_step=np.inf,
                work_limit=WORK_LIMIT,
            )  # fmt: skip
            assert done is not None
            course, final, code = done.states, done.final, done.status
        self.failed |= code != status.OK
        self.states = final.copy()
        if self.built.counts_time:
            course[..., -1] = times
            self.states[:, -1] = end
        return course

    def _at_rest(self, end: float, times: np.ndarray) -> np.ndarray:
        course = np.repeat(self.states[:, None], len(times), axis=1)
        if self.built.counts_time:
            course[..., -1] = times
        self.set_time(end)
        return course

    def _with_events(self, rows, start, end, times, last) -> np.ndarray:
        run = Events(
            self.built, self.model.kernel, rows, self.states, times, Accuracy(self.rtol, np.inf),
            start=start, end=end, pending=self.pending, leave_end=not last,
        )  # fmt: skip
        done = run.run()
        self.failed |= done.status != status.OK
        self.states = np.array([patient.states for patient in run.patients])
        return done.states

    def to_rest(self, rows: np.ndarray, start: float, duration: float) -> None:
        """Go on until nothing moves; who never comes to rest has failed."""
        if not self.model.moves:
            return
        time = start
        passed = LOOK * max(duration, 1.0)
        while True:
            self.advance(rows, time, start + passed, np.empty(0), last=True)
            time = start + passed
            moving = self._moving(rows, passed)
            if not (moving & ~self.failed).any():
                return
            passed *= 10.0
            if passed > LONGEST:
                self.failed |= moving
                return

    def _moving(self, rows: np.ndarray, passed: float) -> np.ndarray:
        equations = self.model.equations
        shape = self.states.shape[:-1]
        rates = np.stack(
            [np.broadcast_to(r, shape) for r in evaluate(equations.graph, equations.rhs, self.states, rows)], axis=-1
        )
        if self.built.counts_time:
            rates[:, -1] = 0.0
        scale = np.array([state.scale for state in equations.states])
        room = STEADY * (np.abs(self.states) + FLOOR * scale)
        return (np.abs(rates) * passed > room).any(axis=-1)
