"""Patients who repeat the steps of others, with any parameters and initial states (tape.py says what that is for)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from melanokine.engine import status
from melanokine.engine.driver.tape import Tape
from melanokine.engine.integration import Integration
from melanokine.engine.run import WORK_LIMIT, Run
from melanokine.errors import EngineError

if TYPE_CHECKING:
    from melanokine.engine.kernel import Kernel

_CAPACITY = 4096
"""Steps for which a tape has room to begin with."""


def integrate_tied(
    kernel: Kernel,
    parameters: np.ndarray,
    initial: np.ndarray,
    leaders: int,
    *,
    times: np.ndarray,
    until: float,
    rtol: float,
    max_step: float,
    work_limit: int = WORK_LIMIT,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Integrate patients, of whom the first `leaders` choose their steps; patient k repeats those of k % leaders.

    Returns states (n, T, X) at `times`, final states (n, X) and codes of status (n,). A follower of whom the leader
    failed, or to whom other events happen, has failed (WORK_LIMIT). Raises EngineError as `Kernel.integrate` does.
    """
    if leaders < 1 or len(parameters) % leaders:
        raise EngineError(f"{len(parameters)} patients cannot follow {leaders}")
    parameters, initial = kernel._starts(parameters, initial)
    run = Run.prepare(kernel, times=times, until=until, rtol=rtol, max_step=max_step, work_limit=work_limit)
    base, tape = _recorded(run, parameters[:leaders], initial[:leaders])
    others = len(parameters) // leaders - 1
    if not others:
        return base.states, base.final, base.status
    part = Integration.blank(run, parameters[leaders:])
    run.chunk(parameters[leaders:], initial[leaders:], part, tape.followed_by(np.tile(np.arange(leaders), others)))
    strayed = (part.events != np.tile(base.events, (others, 1))).any(axis=1) | np.tile(base.failed, others)
    codes = np.where(strayed & (part.status == status.OK), np.int8(status.WORK_LIMIT), part.status)
    return (
        np.concatenate([base.states, part.states]),
        np.concatenate([base.final, part.final]),
        np.concatenate([base.status, codes]),
    )


def _recorded(run: Run, parameters: np.ndarray, initial: np.ndarray) -> tuple[Integration, Tape]:
    """Leaders, with their steps; once more with a longer tape where it was too short."""
    capacity = _CAPACITY
    while True:
        base, tape = Integration.blank(run, parameters), Tape.recording(len(parameters), capacity)
        run.chunk(parameters, initial, base, tape)
        longest = int(tape.count.max(initial=0))
        if longest <= capacity:
            return base, tape
        capacity = longest
