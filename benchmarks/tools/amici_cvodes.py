"""AMICI: the SBML document as a compiled C++ model, integrated by CVODES (BDF) with a sparse direct solver (KLU).

`solver_seconds` is AMICI's own figure, the CPU time of the simulation without its handling of results in Python.
Powers count as powers of positive numbers (without that some runs end in NaN). Compiled models are kept beside
the engine's kernels.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import time
from pathlib import Path

import numpy as np

from melanokine.engine.code import cache
from sbml import Export
from tools.outcome import Outcome, ToolFailed, cpu_time

MOST_STEPS = 10**6


class Amici:
    name = "AMICI"

    def __init__(self, export: Export) -> None:
        try:
            import amici
            import amici.sim.sundials as sundials
        except ImportError as error:
            raise ToolFailed(f"AMICI is not installed ({error})") from None
        self.version = amici.__version__
        logging.getLogger("amici").setLevel(logging.CRITICAL)  # failures are told by the status
        self._sundials = sundials
        self._model, self.load_seconds = _model(export, sundials)
        self._export = export
        values, start = export.constant_values(), export.start()
        names = list(export.constants)
        self._parameters = values[:, [names.index(name) for name in self._model.get_free_parameter_ids()]]
        self._order = list(self._model.get_state_ids())
        self._start = start[:, [export.states.index(name) for name in self._order]]
        self._states = [self._order.index(state.name) for state in export.problem.equations.states]
        self._model.set_timepoints(export.problem.times)
        self._solver = self._model.create_solver()
        self._solver.set_max_steps(MOST_STEPS)
        self._solver.set_return_data_reporting_mode(sundials.RDataReporting.full)

    def run(self, patient: int, rtol: float, atol: float) -> Outcome:
        self._solver.set_relative_tolerance(rtol)
        self._solver.set_absolute_tolerance(atol)
        self._prepare(patient)
        with cpu_time() as whole:
            result = self._sundials.run_simulation(self._model, self._solver)
        if result["status"] != 0:
            raise ToolFailed(f"AMICI ended with status {result['status']}")
        states = np.asarray(result["x"])[:, self._states]
        steps = int(np.asarray(result["numsteps"])[-1])
        return Outcome(states, whole.seconds, result["cpu_time"] / 1e3, steps)

    def derivative(self, patient: int, states: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """The model's own right-hand side at one state, to compare with the engine's."""
        self._model.set_free_parameters(self._parameters[patient])
        values = np.concatenate([states, inputs])
        names = self._export.states
        self._model.set_initial_state(values[[names.index(name) for name in self._order]])
        self._model.set_timepoints([0.0])
        found = np.asarray(self._sundials.run_simulation(self._model, self._solver)["xdot"])
        self._model.set_timepoints(self._export.problem.times)
        return found[self._states]

    def _prepare(self, patient: int) -> None:
        self._model.set_free_parameters(self._parameters[patient])
        self._model.set_initial_state(self._start[patient])


def _model(export: Export, sundials):
    """The compiled model of a document, from the folder of compiled models if it is there, and seconds it took then."""
    name = "benchmark_" + hashlib.sha256(export.text.encode()).hexdigest()[:16]
    folder = Path(cache.directory()).absolute() / "amici" / name
    finished = folder / "compile_seconds"
    if not finished.exists():
        began = time.perf_counter()
        try:
            _compile(export, name, folder)
        except Exception as error:  # a missing C++ compiler, BLAS or SWIG shows in many ways
            raise ToolFailed(f"AMICI could not compile the model: {error}") from error
        finished.write_text(f"{time.perf_counter() - began:.1f}")
    return sundials.import_model_module(name, folder).get_model(), float(finished.read_text())


def _compile(export: Export, name: str, folder: Path) -> None:
    from amici.importers.sbml import SbmlImporter

    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])  # swig, cmake
    SbmlImporter(export.text, from_file=False).sbml2amici(
        model_name=name,
        output_dir=folder,
        observation_model=[],
        generate_sensitivity_code=False,
        compute_conservation_laws=False,
        assume_pow_positivity=True,
    )
