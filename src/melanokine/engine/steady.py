"""States at which a patient stands still: found by integrating until nothing would move any more.

Without doses, steps may become as long as the error allows. With h -> infinity the Rosenbrock step is one of Newton's
method, so near the steady state a few steps suffice, whereas far from it the course is followed, and the state that is
found is the one that the patient really comes to. A state y counts as steady when for every i

    |f_i(y)| horizon <= tolerance (|y_i| + FLOOR scale_i),

that is when at its present rate none would move by more than the tolerance within the horizon.

Under doses at regular intervals the like of it is a trough that comes back (SS=1 of NONMEM). Intervals are repeated,
and what is left to the limit is judged from how fast successive troughs approach each other: with d_k the largest
change of a state from trough k - 1 to k, scaled as above, and r = d_k / d_(k-1), it is d_k r / (1 - r) of a geometric
series.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from melanokine.engine import status
from melanokine.engine.run import Run
from melanokine.engine.schedule import INFUSION, Schedule
from melanokine.errors import EngineError

if TYPE_CHECKING:
    from melanokine.engine.kernel import Kernel

FLOOR = 1e-3
"""What moves is compared with the state, or with this times its scale if that is larger."""


@dataclass(frozen=True, eq=False)
class SteadyState:
    """What was found for n patients; NaN for a patient whose status is not OK."""

    states: np.ndarray
    """(n, X)"""
    status: np.ndarray
    """(n,) codes of melanokine.engine.status; NOT_STEADY where the limit of time, intervals or work came first"""
    time: np.ndarray
    """(n,) days that it took to come there"""
    steps: np.ndarray
    """(n,) steps made on the way, accepted or refused"""

    @classmethod
    def of(cls, states: np.ndarray, code: np.ndarray, time: np.ndarray, steps: np.ndarray) -> SteadyState:
        found = code == status.OK
        return cls(np.where(found[:, None], states, np.nan), code, np.where(found, time, np.nan), steps)


def steady_state(
    kernel: Kernel,
    parameters: np.ndarray,
    initial: np.ndarray | None = None,
    *,
    tolerance: float = 1e-6,
    horizon: float = 365.0,
    within: float = 1e8,
    rtol: float = 1e-5,
    work_limit: int = 20_000,
    workers: int = 1,
) -> SteadyState:
    """Where n patients come to rest without doses, from `initial` (n, X) or from the initial states of `parameters`.

    At rest no state would move, at its present rate, by more than `tolerance` times itself (or FLOOR times its scale)
    within `horizon` days. A patient who is not at rest by day `within`, or after `work_limit` steps, or who is stopped
    by a terminal event, has the status NOT_STEADY. Events happen on the way. Raises EngineError as `integrate` does.
    """
    _check(tolerance, "horizon", horizon)
    start = kernel.initial(parameters) if initial is None else initial
    run = Run.prepare(kernel, until=within, rtol=rtol, max_step=np.inf, work_limit=work_limit)
    found = kernel.execute(replace(run, horizon=horizon / tolerance), parameters, start, workers=workers)
    return SteadyState.of(found.final, found.status, found.stop_time, found.steps + found.rejected)


def dosing_steady_state(
    kernel: Kernel,
    parameters: np.ndarray,
    initial: np.ndarray | None = None,
    *,
    schedule: Schedule,
    interval: float,
    tolerance: float = 1e-4,
    intervals: int = 1000,
    rtol: float = 1e-6,
    workers: int = 1,
) -> SteadyState:
    """The troughs (n, X) to which n patients come when `schedule` is repeated every `interval` days.

    They are estimated to be within `tolerance` of the limit, relative to each state (or to FLOOR times its scale). A
    patient for whom that takes more than so many `intervals`, or who is stopped by an event, has the status NOT_STEADY.
    Raises EngineError where a dose has a lag, or is not over within the interval.
    """
    _check(tolerance, "interval", interval)
    _check_interval(schedule, interval)
    parameters = np.asarray(parameters, float)
    states = np.array(kernel.initial(parameters) if initial is None else initial, float)
    patients = len(parameters)
    code, steps = np.full(patients, status.NOT_STEADY, np.int8), np.zeros(patients, np.int64)
    time, previous = np.full(patients, np.nan), np.full(patients, np.nan)
    floor = FLOOR * np.array([state.scale for state in kernel.equations.states])
    left = np.arange(patients)
    for count in range(1, intervals + 1):
        done = kernel.integrate(
            parameters[left], states[left], schedule=schedule, until=interval, rtol=rtol, workers=workers
        )
        assert done is not None
        steps[left] += done.steps + done.rejected
        stopped = np.isfinite(done.stop_time)
        code[left[done.failed]] = done.status[done.failed]
        moved = (np.abs(done.final - states[left]) / (np.abs(done.final) + floor)).max(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = moved / previous[left]
            rest = np.where(moved == 0.0, 0.0, moved * ratio / (1.0 - ratio))
        steady = (rest >= 0.0) & (rest <= tolerance) & ~stopped
        code[left[steady]], time[left[steady]] = status.OK, count * interval
        states[left], previous[left] = done.final, moved
        left = left[~(steady | stopped | done.failed)]
        if not len(left):
            break
    return SteadyState.of(states, code, time, steps)


def _check(tolerance: float, name: str, days: float) -> None:
    if not 0.0 < tolerance < 1.0:
        raise EngineError(f"tolerance is {tolerance:g}", remedy="choose it between 0 and 1")
    if not 0.0 < days < np.inf:
        raise EngineError(f"{name} is {days:g}", remedy="give a positive number of days")


def _check_interval(schedule: Schedule, interval: float) -> None:
    if np.any(schedule.lag >= 0):
        raise EngineError("a dose of the interval has a lag", remedy="repeat doses with their lag in an ordinary run")
    if np.any(schedule.time >= interval):
        raise EngineError(f"a dose is due after the interval of {interval:g} days")
    infusion = schedule.kind == INFUSION
    if np.any((schedule.time + schedule.duration)[infusion] > interval):
        raise EngineError(f"an infusion lasts beyond the interval of {interval:g} days")
