"""melanokine's own engine: all patients in one call, on one thread."""

from __future__ import annotations

import time

from melanokine import engine
from problems import Problem
from tools.outcome import ToolFailed, cpu_time


class Melanokine:
    name = "melanokine"

    def __init__(self, problem: Problem) -> None:
        began = time.perf_counter()
        self._kernel = engine.compile(problem.equations)
        self.load_seconds = time.perf_counter() - began
        self.compile_seconds = self._kernel.compiled.seconds
        self._problem = problem

    def run(self, rtol: float):
        """The integration of all patients, and CPU seconds per patient."""
        problem = self._problem
        with cpu_time() as whole:
            result = self._kernel.integrate(
                problem.parameters, problem.initial, schedule=problem.schedule, times=problem.times, rtol=rtol
            )
        if result.failed.any():
            raise ToolFailed(f"{int(result.failed.sum())} patients failed")
        return result, whole.seconds / len(problem.parameters)
