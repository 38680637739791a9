"""Equations to fast numbers: compiled once, then integrated for any number of patients.

    kernel = compile(equations)
    result = kernel.integrate(parameters, initial, schedule=schedule, times=times)

Equations are lowered to straight-line programs (primitives, assembler, programs) with a sparse LU unrolled in a static
order (ordering, factorisation), expanded (micro), scheduled (scheduling) and written as LLVM IR (llvm_emit). The method
(rodas5, step) and the loop over patients (lane, loading, dosing, control, results, driver) are generated too (routine,
layout), so that users need no compiler. One patient per SIMD lane (machine); kernels are kept on disk (cache).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from melanokine.engine.schedule import BOLUS, INFUSION, Schedule
from melanokine.engine.status import NOT_FINITE, NOT_TRIGGERED, OK, STEP_TOO_SMALL, WORK_LIMIT

if TYPE_CHECKING:
    from melanokine.engine.integration import Integration
    from melanokine.engine.kernel import Kernel, compile

__all__ = [
    "BOLUS",
    "INFUSION",
    "NOT_FINITE",
    "NOT_TRIGGERED",
    "OK",
    "STEP_TOO_SMALL",
    "WORK_LIMIT",
    "Integration",
    "Kernel",
    "Schedule",
    "compile",
]

_HOMES = {"Integration": "integration", "Kernel": "kernel", "compile": "kernel"}


def __getattr__(name: str) -> object:
    """What needs LLVM is imported when first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
