"""One call of `integrate`: its arguments checked once, then chunks of patients run on them, in any thread."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from melanokine.engine.checkpoint import inherit
from melanokine.engine.driver.tape import Tape
from melanokine.engine.endpoints import Endpoint
from melanokine.engine.instants import Changes, changes, instants
from melanokine.engine.integration import Integration
from melanokine.engine.reductions import Reductions
from melanokine.engine.schedule import Schedule
from melanokine.errors import EngineError

if TYPE_CHECKING:
    from melanokine.engine.kernel import Kernel

ABSOLUTE = 1e-3
"""The absolute tolerance of a state is this times the relative tolerance times the state's scale."""
WORK_LIMIT = 2_000_000
"""Steps, accepted or refused, after which a patient is given up."""

OUTPUTS = (
    "states", "final", "given", "status", "steps", "rejected", "stop_time", "event_count", "event_time", "checkpoint",
)  # fmt: skip
"""The arrays that a driver writes; it reads the others, but for the tape of a run on the processor."""
Simulate = Callable[[dict, dict[str, np.ndarray]], None]
"""Runs a driver on the numbers and the arrays of the record of a call (layout.py)."""
_NOTHING = np.empty(0)


@dataclass(frozen=True, eq=False)
class Run:
    """What all chunks of a call share."""

    kernel: Kernel
    schedule: Schedule
    changes: Changes
    times: np.ndarray
    until: float
    tolerance: float
    absolute: np.ndarray
    longest_step: float
    stop_at_trigger: bool
    work_limit: int
    keep_checkpoint: bool
    reductions: Reductions | None
    observed: tuple[str, ...]
    horizon: float | None = None
    """Days, over the tolerance: stop where no state would move by more (see steady.py)"""

    @property
    def memories(self) -> int:
        """Kinds of beginnings of steps that a lane remembers: the start, each event, each kind of instant."""
        return self.changes.memories + len(self.kernel.equations.events)

    @classmethod
    def prepare(
        cls,
        kernel: Kernel,
        *,
        schedule: Schedule | None = None,
        times=(),
        rtol: float,
        max_step: float,
        stop_at_trigger: bool = False,
        until: float | None,
        work_limit: int,
        keep_checkpoint: bool = False,
        endpoints: Mapping[str, Endpoint] | None = None,
        observe: Sequence[str] = (),
    ) -> Run:
        """Check everything but the patients; EngineError says what does not fit."""
        equations = kernel.equations
        schedule = Schedule.empty() if schedule is None else schedule
        schedule.check(equations)
        times = np.array(times, float)
        if times.ndim != 1 or not np.all(np.isfinite(times)) or np.any(times < 0) or np.any(np.diff(times) <= 0):
            raise EngineError("times must be finite, not negative, and increase strictly")
        if until is None:
            if not len(times):
                raise EngineError("neither times nor until says how long to integrate")
            until = float(times[-1])
        if not 0.0 <= until < math.inf or (len(times) and times[-1] > until):
            raise EngineError(f"until is {until:g}", remedy="give a finite number of days, not before the last time")
        if not 1e-13 <= rtol <= 0.1:
            raise EngineError(f"rtol is {rtol:g}", remedy="choose it between 1e-13 and 0.1")
        if not max_step > 0.0:
            raise EngineError(f"max_step is {max_step:g}", remedy="give a positive number of days")
        if work_limit < 1:
            raise EngineError(f"work_limit is {work_limit}", remedy="allow at least one step")
        if stop_at_trigger and equations.trigger is None:
            raise EngineError("the equations have no trigger to stop at")
        observed = (observe,) if isinstance(observe, str) else tuple(observe)
        kernel.check_quantities(observed)
        scales = np.array([state.scale for state in equations.states])
        return cls(
            kernel,
            schedule,
            changes(schedule),
            times,
            float(until),
            float(rtol),
            rtol * ABSOLUTE * scales,
            float(max_step),
            bool(stop_at_trigger),
            int(work_limit),
            bool(keep_checkpoint),
            Reductions.prepare(kernel, endpoints, float(until)) if endpoints else None,
            observed,
        )

    def chunk(
        self,
        parameters: np.ndarray,
        start: np.ndarray | Integration,
        result: Integration,
        tape: Tape | None = None,
        simulate: Simulate | None = None,
    ) -> None:
        """Integrate these patients, from initial states or an earlier run, into `result`.

        It is done in the calling thread, or by `simulate` elsewhere. Their steps may be recorded on a tape, or follow
        one, together with the doses that `result.given` then holds.
        """
        tape = tape or Tape.none()
        plan, made = instants(self.changes, parameters), self.changes
        initial, earlier = _NOTHING, _NOTHING
        if isinstance(start, np.ndarray):
            initial = start
        else:
            earlier = inherit(self, result, start)
        kept = result.checkpoint.rows if result.checkpoint else _NOTHING
        states = result.states
        if self.observed:
            states = np.full((len(parameters), len(self.times), states.shape[-1]), np.nan)
        reduction = self.reductions.record(result.endpoints, self.kernel.machine.lanes) if self.reductions else None
        arrays = {
            "parameters": parameters,
            "initial": initial,
            "earlier": earlier,
            "checkpoint": kept,
            "times": np.append(self.times, np.inf),
            "absolute_tolerance": self.absolute,
            "drift_floor": self.absolute / self.tolerance,
            "instant_time": plan.time,
            "instant_start": plan.start,
            "instant_memory": plan.memory,
            "change_order": plan.order,
            "change_kind": made.kind,
            "change_dose": made.dose,
            "change_target": made.target,
            "change_amount": made.amount,
            "change_scale": made.scale,
            "change_guard": made.guard,
            "states": states,
            "final": result.final,
            "given": result.given,
            "status": result.status,
            "steps": result.steps,
            "rejected": result.rejected,
            "tape": tape.steps,
            "tape_count": tape.count,
            "tape_row": tape.row,
            "stop_time": result.stop_time,
            "event_count": result.events,
            "event_time": result.event_times,
        }
        numbers = {
            "patients": len(parameters),
            "outputs": len(self.times),
            "until": self.until,
            "relative_tolerance": self.tolerance,
            "longest_step": self.longest_step,
            "work_limit": self.work_limit,
            "stop_at_trigger": int(self.stop_at_trigger),
            "tape_mode": tape.mode,
            "tape_capacity": tape.steps.shape[1],
            "error_limit": tape.error_limit,
            "steady": int(self.horizon is not None),
            "horizon": self.horizon or 0.0,
            "doses": len(self.schedule),
            **plan.strides,
            "memories": self.memories,
            "watched": len(self.kernel.equations.events) + int(self.stop_at_trigger),
            "keeps": int(self.keep_checkpoint),
            "resumes": int(not isinstance(start, np.ndarray)),
            "endpoints": len(result.endpoint_names),
            "reduction": ctypes.addressof(reduction) if reduction else None,
        }
        (simulate or self.kernel.simulate)(numbers, arrays)
        if self.reductions:
            self.reductions.complete(result, initial)
        if self.observed:
            result.values[...] = self.kernel.measure(parameters, states, self.observed)


def taken(start: np.ndarray | Integration, patients: slice) -> np.ndarray | Integration:
    """What some of the patients start from."""
    return start[patients] if isinstance(start, np.ndarray) else start.part(patients)
