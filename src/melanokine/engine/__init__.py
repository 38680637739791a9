"""Equations to fast numbers: compiled once, then integrated for any number of patients.

    kernel = compile(equations)
    result = kernel.integrate(parameters, initial, schedule=schedule, times=times)
    slopes = kernel.sensitivities(parameters, initial, with_respect_to=["clearance"], schedule=schedule, times=times)

Equations are lowered to straight-line programs (`lowering`), which become machine code (`code`) together with the
method (rodas5) and the loop over patients (`driver`): users need no compiler. One patient runs in each SIMD lane, or in
each thread of a GPU (gpu, cuda). A call is checked once (run, schedule, instants, endpoints, reductions) and answered
with arrays (integration, status). Steady states are found by the same steps (steady), and derivatives are differences
between a patient and copies that repeat its steps (sensitivities).

What a patient goes through, in this order at any one time t:

1. the output at t, which so is the trough; at the end of the run that is all;
2. events whose trigger rises through zero at t by itself (driver/events);
3. the doses of t, guards seeing the state before the first of them (schedule, instants);
4. events that these doses set off.

The bits of a patient's numbers depend on equations, parameters, initial state, schedule, `rtol` and `max_step`; not on
output times, observables, batch, order, lanes, threads, nor on where a run is divided. A patient who fails has NaN from
there on and a code (status).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from melanokine.engine.endpoints import Area, FirstTime, Maximum, Minimum, TimeOfMaximum, TimeOfMinimum, Value
from melanokine.engine.schedule import BOLUS, INFUSION, Schedule
from melanokine.engine.status import (
    ENDLESS_EVENTS,
    NOT_FINITE,
    NOT_STEADY,
    NOT_TRIGGERED,
    OK,
    STEP_TOO_SMALL,
    WORK_LIMIT,
)
from melanokine.lazy import on_first_use

if TYPE_CHECKING:
    from melanokine.engine.integration import Integration
    from melanokine.engine.kernel import Kernel, compile
    from melanokine.engine.sensitivities import Sensitivities
    from melanokine.engine.steady import SteadyState
else:  # what needs LLVM
    __getattr__, __dir__ = on_first_use(
        __name__,
        {
            "Integration": "melanokine.engine.integration.Integration",
            "SteadyState": "melanokine.engine.steady.SteadyState",
            "Kernel": "melanokine.engine.kernel.Kernel",
            "Sensitivities": "melanokine.engine.sensitivities.Sensitivities",
            "compile": "melanokine.engine.kernel.compile",
        },
    )

__all__ = [
    "BOLUS",
    "ENDLESS_EVENTS",
    "INFUSION",
    "NOT_FINITE",
    "NOT_STEADY",
    "NOT_TRIGGERED",
    "OK",
    "STEP_TOO_SMALL",
    "WORK_LIMIT",
    "Area",
    "FirstTime",
    "Integration",
    "Kernel",
    "Maximum",
    "Minimum",
    "Schedule",
    "Sensitivities",
    "SteadyState",
    "TimeOfMaximum",
    "TimeOfMinimum",
    "Value",
    "compile",
]
