"""States of a population in the course of time: by the engine alone, or event by event.

Without events one call of the engine does it. With events the engine integrates to where a condition in some trigger
changes (where that waits for a time, the time is known beforehand), or to where an event is due; what happens there is
decided here (instant.py), for each patient by itself; then the engine goes on from the new states. Patients who stand
at the same time go on together.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from melanokine.engine import status
from melanokine.engine.kernel import Kernel
from melanokine.engine.legs import Legs
from melanokine.interchange.sbml.building import Built
from melanokine.interchange.sbml.instant import SAME_TIME, EndlessEvents, Pending, happen
from melanokine.interchange.sbml.patient import Patient, acts
from melanokine.network import evaluate

MOST_STOPS = 100_000
"""Times that a patient may be stopped by conditions and events; more are taken to be without end."""


@dataclass(frozen=True)
class Accuracy:
    rtol: float
    max_step: float
    workers: int = 1


@dataclass(eq=False)
class Trajectory:
    """`states` (n, T, X) at `times` (T,), after the events of each time; `status` (n,) as the engine's."""

    times: np.ndarray
    states: np.ndarray
    status: np.ndarray


def trajectory(
    built: Built, kernel: Kernel | None, rows: np.ndarray, times: np.ndarray, accuracy: Accuracy
) -> Trajectory:
    """Integrate n patients with these parameters (n, P) from time 0; `times` are increasing and not negative."""
    initial = built.equations.initial_states(rows)
    if kernel is None:
        return _at_rest(built, initial, times)
    if not built.happenings:
        return _without_events(built, kernel, finite(rows), initial, times, accuracy)
    return Events(built, kernel, rows, initial, times, accuracy).run()


def finite(rows: np.ndarray) -> np.ndarray:
    """Parameters for the engine, which takes none that is not finite: what is left open counts for nothing there."""
    return np.where(np.isfinite(rows), rows, 0.0)


def _at_rest(built: Built, initial: np.ndarray, times: np.ndarray) -> Trajectory:
    states = np.repeat(initial[:, None, :], len(times), axis=1)
    if built.counts_time:
        states[..., -1] = times
    return Trajectory(times, states, np.zeros(len(initial), np.int8))


def _without_events(built, kernel, rows, initial, times, accuracy) -> Trajectory:
    course = kernel.integrate(
        rows, initial, times=times, rtol=accuracy.rtol, max_step=accuracy.max_step, workers=accuracy.workers
    )
    if built.counts_time:
        course.states[..., -1] = np.where(np.isnan(course.states[..., -1]), np.nan, times)
    return Trajectory(times, course.states, course.status)


def waiting(built: Built, patients: int) -> list[Pending]:
    """What the events of patients wait for at the start."""
    return [Pending([h.initial_value for h in built.happenings]) for _ in range(patients)]


def known_instants(built: Built, rows: np.ndarray) -> list[np.ndarray]:
    """Of each patient (n, P), increasing, the times at which a trigger may change because of the time alone."""
    if not built.instants:
        return [np.empty(0)] * len(rows)
    nodes = [each.when for each in built.instants]
    values = evaluate(built.equations.graph, nodes, parameters=rows)
    times = np.stack([np.broadcast_to(value, len(rows)) for value in values], axis=-1)
    follows = np.array([each.follows for each in built.instants])
    times = np.where(follows, np.nextafter(times, np.inf), times)
    return [np.unique(row[np.isfinite(row)]) for row in times]


class Events:
    """Patients from `start` to `end`. With `leave_end` what happens at the very end is left to who goes on from there,
    with `pending` and the states of `patients`.
    """

    def __init__(
        self,
        built: Built,
        kernel: Kernel,
        rows: np.ndarray,
        initial: np.ndarray,
        times: np.ndarray,
        accuracy: Accuracy,
        *,
        start: float = 0.0,
        end: float | None = None,
        pending: list[Pending] | None = None,
        leave_end: bool = False,
    ) -> None:
        self.built = built
        safe = finite(rows)
        self.legs = Legs(kernel, safe, rtol=accuracy.rtol, max_step=accuracy.max_step)
        self.times, self.start, self.leave_end = times, start, leave_end
        self._listed: list[float] = times.tolist()
        self.end = end if end is not None else float(times[-1]) if len(times) else start
        functions = [acts(built, happening) for happening in built.happenings]
        self.patients = [Patient(built, functions, row, first) for row, first in zip(rows, initial, strict=True)]
        self.pending = waiting(built, len(rows)) if pending is None else pending
        self.instants = known_instants(built, safe)
        self.stops = np.zeros(len(rows), int)
        self.states = np.full((len(rows), len(times), initial.shape[1]), np.nan)
        self.status = np.zeros(len(rows), np.int8)

    def run(self) -> Trajectory:
        going = {k: self.start for k in range(len(self.patients)) if self._happen(k, self.start)}
        if self.end <= self.start:
            going = {}
        while going:
            for time, until, members in self._groups(going):
                for k in members:
                    del going[k]
                for k, reached in self._advance(time, until, members):
                    if self.leave_end and reached >= self.end - SAME_TIME * max(1.0, abs(self.end)):
                        continue
                    if self._happen(k, reached) and reached < self.end:
                        going[k] = reached
        return Trajectory(self.times, self.states, self.status)

    def _groups(self, going: dict[int, float]) -> list[tuple[float, float, list[int]]]:
        """Patients at one time, who go on until one time."""
        groups: dict[tuple[float, float], list[int]] = {}
        for k, time in going.items():
            until = min(self.end, self.pending[k].next_due, *self._next_instant(k, time))
            groups.setdefault((time, until), []).append(k)
        return [(*key, members) for key, members in groups.items()]

    def _next_instant(self, k: int, time: float) -> tuple[float, ...]:
        own = self.instants[k]
        return tuple(own[np.searchsorted(own, time, side="right") :][:1])

    def _advance(self, time: float, until: float, members: list[int]) -> Iterable[tuple[int, float]]:
        """Integrate; yields who goes on, with the time reached."""
        within = slice(bisect_right(self._listed, time), bisect_right(self._listed, until))
        states = [self.patients[k].states for k in members]
        leg = self.legs.go(members, states, times=self.times[within] - time, until=until - time)
        for row, k in enumerate(members):
            patient, stop, code = self.patients[k], float(leg.stop_time[row]), int(leg.status[row])
            stopped = not math.isnan(stop)
            reached = time + stop if stopped else until
            if within.stop > within.start:
                self.states[k, within] = leg.states[row]
                if self.built.counts_time:
                    self.states[k, within, -1] = self.times[within]
            self.status[k] = code
            self.stops[k] += 1
            if self.stops[k] > MOST_STOPS:
                self._fail(k, status.ENDLESS_EVENTS, reached)
            elif code == status.OK:
                patient.states[:] = leg.final[row].tolist()
                if stopped:
                    patient.cross((leg.event_times[row] >= stop).nonzero()[0].tolist())
                elif self.built.counts_time:
                    patient.states[-1] = until
                yield k, reached

    def _happen(self, k: int, time: float) -> bool:
        """The events of one patient at one time, and the outputs of that time; whether the patient goes on."""
        patient = self.patients[k]
        try:
            happen(self.pending[k], patient.rules, time)
        except EndlessEvents:
            self._fail(k, status.ENDLESS_EVENTS, time)
            return False
        near = SAME_TIME * max(1.0, abs(time))
        now = slice(bisect_left(self._listed, time - near), bisect_right(self._listed, time + near))
        if now.stop > now.start:
            self.states[k, now] = patient.states
            if self.built.counts_time:
                self.states[k, now, -1] = self.times[now]
        return True

    def _fail(self, k: int, code: int, time: float) -> None:
        self.status[k] = code
        self.states[k, self.times >= time] = np.nan
