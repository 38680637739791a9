"""Equations to fast numbers: compiled once, then integrated for any number of patients.

    kernel = compile(equations)
    result = kernel.integrate(parameters, initial, schedule=schedule, times=times)

Equations are lowered to straight-line programs (primitives, assembler, programs) with a sparse LU unrolled in a static
order (ordering, factorisation), expanded (micro), scheduled (scheduling) and written as LLVM IR (llvm_emit). The method
(rodas5, step) and the loop over patients (lane, loading, dosing, control, results, driver) are generated too (routine,
layout), so that users need no compiler. Endpoints are reduced on the way (endpoints, reductions, watch, reduction,
extreme). One patient per SIMD lane (machine), or per thread of a GPU (grid, cuda, gpu); kernels are kept on disk
(cache).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from melanokine.engine.endpoints import Area, FirstTime, Maximum, Minimum, TimeOfMaximum, TimeOfMinimum, Value
from melanokine.engine.schedule import BOLUS, INFUSION, Schedule
from melanokine.engine.status import NOT_FINITE, NOT_TRIGGERED, OK, STEP_TOO_SMALL, WORK_LIMIT
from melanokine.lazy import on_first_use

if TYPE_CHECKING:
    from melanokine.engine.integration import Integration
    from melanokine.engine.kernel import Kernel, compile
else:  # what needs LLVM
    __getattr__, __dir__ = on_first_use(
        __name__,
        {
            "Integration": "melanokine.engine.integration.Integration",
            "Kernel": "melanokine.engine.kernel.Kernel",
            "compile": "melanokine.engine.kernel.compile",
        },
    )

__all__ = [
    "BOLUS",
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
    "TimeOfMaximum",
    "TimeOfMinimum",
    "Value",
    "compile",
]
