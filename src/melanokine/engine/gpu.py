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

from melanokine.engine.code.machine import BLOCK
from melanokine.engine.compiler import compile_object
from melanokine.engine.cuda import ELSEWHERE, Device, Memory
from melanokine.engine.driver.grid import KERNEL
from melanokine.engine.driver.layout import CALL, record_type
from melanokine.engine.integration import Integration
from melanokine.engine.run import OUTPUTS, Run, taken
from melanokine.errors import EngineError
from melanokine.network import Equations

_Call = record_type(CALL)
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

    def capacity(self, run: Run, parameters: np.ndarray, start: np.ndarray | Integration) -> int:
        """How many patients like the first two fit on the device at once; EngineError if none does."""
        patients = len(parameters)
        if patients < 2:
            return 1
        usable = int(self.device.free_memory() * USABLE)
        one, two = (_Size(run, parameters[:n], taken(start, slice(n))) for n in (1, 2))
        each, shared = two.arrays - one.arrays, 2 * one.arrays - two.arrays
        workspace = self._blocks(one.memories, usable) * self._tile(one.memories)
        fit = (usable - workspace - shared) // each
        if workspace == 0 or fit < 1:
            remedy = f"ask for fewer times, or {ELSEWHERE}"
            raise EngineError(f"not one patient fits into {usable / 2**20:.0f} MiB of the GPU", remedy=remedy)
        return fit

    def simulate(self, numbers: dict, arrays: dict[str, np.ndarray]) -> None:
        """Run the compiled driver on the device, on what the record of the call holds."""
        memories = numbers["memories"]
        with self._turn, Memory(self.device) as memory:
            blocks = self._blocks(memories, int(self.device.free_memory() * USABLE))
            blocks = max(1, min(blocks, -(-numbers["patients"] // self.threads)))
            address = {name: memory.upload(array) for name, array in arrays.items()}
            call = memory.upload(np.frombuffer(bytes(_Call(**numbers, **address)), np.uint8))
            workspace = memory.allocate(blocks * self._tile(memories))
            self.device.launch(self._kernel, blocks, self.threads, call, workspace, self._rows(memories))
            for name in OUTPUTS:
                memory.download(address[name], arrays[name])

    def _blocks(self, memories: int, usable: int) -> int:
        resident = self.device.resident_blocks(self._kernel, self.threads)
        return min(resident, int(usable * WORKSPACE) // self._tile(memories))

    def _tile(self, memories: int) -> int:
        """Bytes of workspace that a block needs."""
        return self._rows(memories) * self.threads * ctypes.sizeof(ctypes.c_double)

    def _rows(self, memories: int) -> int:
        return self.compiled.simulation_rows + memories


class _Size:
    """Bytes of all arrays of a call for some patients, and its number of memories."""

    def __init__(self, run: Run, parameters: np.ndarray, start: np.ndarray | Integration) -> None:
        run.chunk(parameters, start, Integration.blank(run, parameters), simulate=self._note)

    def _note(self, numbers: dict, arrays: dict[str, np.ndarray]) -> None:
        self.arrays, self.memories = sum(array.nbytes for array in arrays.values()), numbers["memories"]
