"""Equations to fast numbers: compiled once, then integrated for any number of patients.

    kernel = compile(equations)
    result = kernel.integrate(parameters, initial, schedule=schedule, times=times)
    slopes = kernel.sensitivities(parameters, initial, with_respect_to=["clearance"], schedule=schedule, times=times)

Equations are lowered to straight-line programs (primitives, assembler, programs) with a sparse LU unrolled in a static
order (ordering, factorisation), expanded (micro), scheduled (scheduling) and written as LLVM IR (llvm_emit). The method
(rodas5, step) and the loop over patients (lane, loading, dosing, control, results, driver) are generated too (routine,
layout), so that users need no compiler. Endpoints are reduced on the way (endpoints, reductions, watch, reduction,
extreme). One patient per SIMD lane (machine); kernels are kept on disk (cache). Derivatives are differences between a
patient and copies that repeat its steps (tape, sensitivities).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from melanokine.engine.endpoints import Area, FirstTime, Maximum, Minimum, TimeOfMaximum, TimeOfMinimum, Value
from melanokine.engine.schedule import BOLUS, INFUSION, Schedule
from melanokine.engine.status import ENDLESS_EVENTS, NOT_FINITE, NOT_TRIGGERED, OK, STEP_TOO_SMALL, WORK_LIMIT
from melanokine.lazy import on_first_use

if TYPE_CHECKING:
    from melanokine.engine.integration import Integration
    from melanokine.engine.kernel import Kernel, compile
    from melanokine.engine.sensitivities import Sensitivities
else:  # what needs LLVM
    __getattr__, __dir__ = on_first_use(
        __name__,
        {
            "Integration": "melanokine.engine.integration.Integration",
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
    "TimeOfMaximum",
    "TimeOfMinimum",
    "Value",
    "compile",
]
