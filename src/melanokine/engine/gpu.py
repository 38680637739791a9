"""Patients on a GPU: copied there, integrated by a grid of threads (grid.py), and their results copied back.

Only as many threads are started as the device keeps at work at the same time; each takes the next patient when it is
done with one, so that the workspace does not grow with the number of patients.

Every operation rounds as on a processor, so that results have the same bits as those of a processor that fuses
multiply-add; but for numbers below 2e-308, which an x86 processor is told to treat as zero and a GPU keeps.
"""

from __future__ import annotations

import ctypes
import threading

import numpy as np

from melanokine.engine.compiler import compile_object
from melanokine.engine.cuda import ELSEWHERE, Device, Memory
from melanokine.engine.grid import KERNEL
from melanokine.engine.integration import Integration
from melanokine.engine.machine import BLOCK
from melanokine.engine.run import Run
from melanokine.errors import EngineError
from melanokine.network import Equations

USABLE = 0.9
"""Of the device's free memory: the driver takes some of its own for each thread's stack."""
WORKSPACE = 0.25
"""The largest part of the usable memory that workspace may take; the rest is for patients."""


class Grid:
    """The kernel of one set of equations on one device. Threads of the process take turns."""

    def __init__(self, equations: Equations, device: Device, threads: int = BLOCK) -> None:
        self.device, self.threads = device, threads
        self.compiled = compile_object(equations, device.machine(threads))
        self._kernel = device.load(self.compiled.object_code, KERNEL)
        self._turn = threading.Lock()

    def capacity(self, run: Run) -> int:
        """How many patients fit on the device at once; EngineError if none does."""
        usable = int(self.device.free_memory() * USABLE)
        one, two = (_bytes(run, patients) for patients in (1, 2))
        each, shared = two - one, 2 * one - two
        workspace = self._blocks(run, usable) * self._tile(run)
        fit = (usable - workspace - shared) // each
        if workspace == 0 or fit < 1:
            remedy = f"ask for fewer times, or {ELSEWHERE}"
            raise EngineError(f"not one patient fits into {usable / 2**20:.0f} MiB of the GPU", remedy=remedy)
        return fit

    def chunk(self, run: Run, parameters: np.ndarray, initial: np.ndarray, result: Integration) -> None:
        """Integrate these patients, into `result`."""
        patients = len(parameters)
        inputs, outputs = run.inputs(parameters, initial), run.outputs(result)
        with self._turn, Memory(self.device) as memory:
            blocks = self._blocks(run, int(self.device.free_memory() * USABLE))
            blocks = max(1, min(blocks, -(-patients // self.threads)))
            address = {name: memory.upload(array) for name, array in (inputs | outputs).items()}
            call = np.frombuffer(bytes(run.record(patients, address)), np.uint8)
            workspace = memory.allocate(blocks * self._tile(run))
            rows = self.compiled.simulation_rows + run.instants.memories
            self.device.launch(self._kernel, blocks, self.threads, memory.upload(call), workspace, rows)
            for name, array in outputs.items():
                memory.download(address[name], array)

    def _blocks(self, run: Run, usable: int) -> int:
        resident = self.device.resident_blocks(self._kernel, self.threads)
        return min(resident, int(usable * WORKSPACE) // self._tile(run))

    def _tile(self, run: Run) -> int:
        """Bytes of workspace that a block needs."""
        rows = self.compiled.simulation_rows + run.instants.memories
        return rows * self.threads * ctypes.sizeof(ctypes.c_double)


def _bytes(run: Run, patients: int) -> int:
    """What so many patients take on a device, with what they share."""
    equations = run.kernel.equations
    parameters, initial = (np.empty((patients, len(names))) for names in (equations.parameters, equations.states))
    result = Integration.blank(run.kernel, parameters, run.times, len(run.schedule))
    arrays = run.inputs(parameters, initial) | run.outputs(result)
    return sum(array.nbytes for array in arrays.values())
