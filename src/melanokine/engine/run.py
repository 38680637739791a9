"""One call of `integrate`: its arguments checked once, then chunks of patients run on them, in any thread."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from melanokine.engine.endpoints import Endpoint
from melanokine.engine.integration import Integration
from melanokine.engine.reductions import Reductions
from melanokine.engine.schedule import Instants, Schedule, instants
from melanokine.errors import EngineError

if TYPE_CHECKING:
    from melanokine.engine.kernel import Kernel

ABSOLUTE = 1e-3
"""The absolute tolerance of a state is this times the relative tolerance times the state's scale."""
WORK_LIMIT = 2_000_000
"""Steps, accepted or refused, after which a patient is given up."""

OUTPUTS = ("states", "final", "given", "status", "steps", "rejected", "stop_time")
"""The arrays that a driver writes; it reads the others."""
Simulate = Callable[[dict, dict[str, np.ndarray]], None]
"""Runs a driver on the numbers and the arrays of the record of a call (layout.py)."""


@dataclass(frozen=True, eq=False)
class Run:
    """What all chunks of a call share."""

    kernel: Kernel
    schedule: Schedule
    instants: Instants
    times: np.ndarray
    until: float
    tolerance: float
    absolute: np.ndarray
    longest_step: float
    stop_at_trigger: bool
    work_limit: int
    reductions: Reductions | None
    observed: tuple[str, ...]

    @classmethod
    def prepare(
        cls,
        kernel: Kernel,
        *,
        schedule: Schedule | None,
        times,
        rtol: float,
        max_step: float,
        stop_at_trigger: bool,
        until: float | None,
        work_limit: int,
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
            instants(schedule),
            times,
            float(until),
            float(rtol),
            rtol * ABSOLUTE * scales,
            float(max_step),
            bool(stop_at_trigger),
            int(work_limit),
            Reductions.prepare(kernel, endpoints, float(until)) if endpoints else None,
            observed,
        )

    def blank(self, parameters: np.ndarray) -> Integration:
        """Room for the results of these patients."""
        names = tuple(self.reductions.endpoints) if self.reductions else ()
        return Integration.blank(self.kernel, parameters, self.times, len(self.schedule), names, self.observed)

    def chunk(
        self, parameters: np.ndarray, initial: np.ndarray, result: Integration, simulate: Simulate | None = None
    ) -> None:
        """Integrate these patients, into `result`: in the calling thread, or by `simulate` elsewhere."""
        plan, states = self.instants, result.states
        if self.observed:
            states = np.full((len(parameters), len(self.times), states.shape[-1]), np.nan)
        arrays = {
            "parameters": parameters,
            "initial": initial,
            "times": np.append(self.times, np.inf),
            "absolute_tolerance": self.absolute,
            "instant_time": plan.time,
            "instant_start": plan.start,
            "instant_memory": plan.memory,
            "change_kind": plan.kind,
            "change_dose": plan.dose,
            "change_target": plan.target,
            "change_amount": plan.amount,
            "change_scale": plan.scale,
            "change_guard": plan.guard,
            "states": states,
            "final": result.final,
            "given": result.given,
            "status": result.status,
            "steps": result.steps,
            "rejected": result.rejected,
            "stop_time": result.stop_time,
        }
        numbers = {
            "patients": len(parameters),
            "outputs": len(self.times),
            "until": self.until,
            "relative_tolerance": self.tolerance,
            "longest_step": self.longest_step,
            "work_limit": self.work_limit,
            "stop_at_trigger": int(self.stop_at_trigger),
            "doses": len(self.schedule),
            "instants": len(plan.time) - 1,
            "memories": plan.memories,
        }
        if self.reductions:
            record = self.reductions.record(result.endpoints, self.kernel.machine.lanes)
            numbers |= {"endpoints": len(result.endpoint_names), "reduction": ctypes.addressof(record)}
        (simulate or self.kernel.simulate)(numbers, arrays)
        if self.reductions:
            self.reductions.complete(result, initial)
        if self.observed:
            result.values[...] = self.kernel.measure(parameters, states, self.observed)
