"""libRoadRunner: the SBML document compiled by its own LLVM backend, integrated by CVODE (BDF) with a dense solver.

Two ways, since neither is always the faster: the doses as events in the document, or the document without events and
the simulation stopped at each dose, whose effect is then written into the model.
"""

from __future__ import annotations

import os
import time

import numpy as np

from sbml import Export, changes
from tools.outcome import Outcome, ToolFailed, cpu_time

MOST_STEPS = 10**6


class RoadRunner:
    def __init__(self, export: Export) -> None:
        os.environ.setdefault("SUNLOGGER_WARNING_FILENAME", os.devnull)  # CVODE's remarks on small steps
        try:
            import roadrunner
        except ImportError as error:
            raise ToolFailed(f"libRoadRunner is not installed ({error})") from None
        self.name = "libRoadRunner, events" if export.events else "libRoadRunner, segments"
        self.version = roadrunner.__version__
        roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
        began = time.perf_counter()
        self._runner = roadrunner.RoadRunner(export.text)
        self.load_seconds = time.perf_counter() - began
        self._export = export
        known = list(self._runner.model.getGlobalParameterIds())
        self._constants = [known.index(name) for name in export.constants]
        self._states = [known.index(name) for name in export.states]
        self._values, self._start = export.constant_values(), export.start()
        self._changes = [(t, parts) for t, parts in changes(export.problem).items() if t > 0.0]
        self._amounts = [
            [(export.states.index(name), name in export.inputs, export.amounts(terms)) for name, terms in parts.items()]
            for _, parts in self._changes
        ]
        self._runner.timeCourseSelections = [state.name for state in export.problem.equations.states]
        self._integrator = self._runner.getIntegrator()
        self._integrator.setValue("stiff", True)
        self._integrator.setValue("maximum_num_steps", MOST_STEPS)

    def run(self, patient: int, rtol: float, atol: float) -> Outcome:
        self._integrator.setValue("relative_tolerance", rtol)
        self._integrator.setValue("absolute_tolerance", atol)
        self._prepare(patient)
        try:
            with cpu_time() as whole:
                states = self._whole() if self._export.events else self._segments(patient)
        except RuntimeError as error:
            raise ToolFailed(f"libRoadRunner: {error}") from None
        return Outcome(states, whole.seconds)

    def derivative(self, patient: int, states: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """The model's own right-hand side at one state, to compare with the engine's."""
        self._prepare(patient)
        model = self._runner.model
        model.setGlobalParameterValues(self._states, np.concatenate([states, inputs]))
        names = [state.name for state in self._export.problem.equations.states]
        return np.array([self._runner.getValue(f"{name}'") for name in names])

    def _prepare(self, patient: int) -> None:
        self._runner.resetAll()
        self._runner.model.setGlobalParameterValues(self._constants, self._values[patient])
        self._runner.model.setGlobalParameterValues(self._states, self._start[patient])

    def _whole(self) -> np.ndarray:
        times = self._export.problem.times
        asked = times if times[0] == 0.0 else np.concatenate([[0.0], times])
        return np.array(self._runner.simulate(times=list(asked)))[-len(times) :]

    def _segments(self, patient: int) -> np.ndarray:
        times = self._export.problem.times
        rows = []
        if times[0] == 0.0:
            rows.append(self._start[patient][: len(self._export.problem.equations.states)])
        now = 0.0
        for k, end in enumerate([t for t, _ in self._changes] + [times[-1]]):
            wanted = [t for t in times if now < t <= end]
            asked = [now, *wanted] if wanted and wanted[-1] == end else [now, *wanted, end]
            if end > now:
                rows.extend(np.array(self._runner.simulate(times=asked))[1 : 1 + len(wanted)])
            if k < len(self._changes):
                self._give(self._amounts[k], patient)
            now = end
        return np.array(rows)

    def _give(self, amounts, patient: int) -> None:
        model = self._runner.model
        for position, replaces, amount in amounts:
            index = [self._states[position]]
            before = 0.0 if replaces else model.getGlobalParameterValues(index)[0]
            model.setGlobalParameterValues(index, [before + amount[patient]])
