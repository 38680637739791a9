"""NVIDIA's driver as far as cuda.py uses it, on this processor: a launch runs every thread of every block.

Threads run the IR of the GPU with the GPU's layout of the workspace, compiled for the host. Memory comes filled with
bytes that are not a number, between fences that must be whole when it is freed.
"""

from __future__ import annotations

import ctypes
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from melanokine.engine.code.machine import Code, host
from melanokine.engine.compiler import compile_object
from melanokine.engine.driver.grid import KERNEL, THREAD
from melanokine.engine.driver.layout import CALL, record_type
from melanokine.network import Equations

_Call = record_type(CALL)
_Thread = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64)
FENCE = np.arange(64, dtype=np.uint8)


class EmulatedDriver:
    """One device for one set of equations.

    Threads run one after the other, each on its share of the patients, or with `together` all at once, where each takes
    the next patient when it is free.
    """

    CUdevice_attribute = SimpleNamespace(
        CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT="processors",
        CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR="major",
        CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR="minor",
    )

    def __init__(self, equations: Equations, *, together=False, memory=2**28, processors=3, devices=1) -> None:
        self.equations, self.together, self.memory, self.devices = equations, together, memory, devices
        self.attributes = {"processors": processors, "major": 9, "minor": 0}
        self.held: dict[int, np.ndarray] = {}
        self.launches: list[tuple[int, int]] = []

    # each function as the bindings have it: an error code, then values

    def cuInit(self, flags):
        return (0 if self.devices else 100,)

    def cuDeviceGetCount(self):
        return 0, self.devices

    def cuDeviceGet(self, ordinal):
        return 0, ordinal

    def cuDeviceGetName(self, length, device):
        return 0, b"emulated".ljust(length, b"\0")

    def cuDeviceGetAttribute(self, attribute, device):
        return 0, self.attributes[attribute]

    def cuDevicePrimaryCtxRetain(self, device):
        return 0, "context"

    def cuCtxSetCurrent(self, context):
        return (0,)

    def cuCtxSynchronize(self):
        return (0,)

    def cuGetErrorString(self, error):
        return 0, b"out of memory"

    def cuModuleLoadData(self, address):
        return 0, ctypes.string_at(address).decode()

    def cuModuleGetFunction(self, module, name):
        assert name == KERNEL.encode()
        assert f".visible .entry {KERNEL}(" in module
        return 0, "kernel"

    def cuOccupancyMaxActiveBlocksPerMultiprocessor(self, kernel, threads, shared):
        return 0, 2

    def cuMemGetInfo(self):
        return 0, self.memory - sum(map(len, self.held.values())), self.memory

    def cuMemAlloc(self, size):
        room = np.full(size + 2 * len(FENCE), 0xFF, np.uint8)
        if room.nbytes > self.cuMemGetInfo()[1]:
            return 2, None
        room[: len(FENCE)] = room[-len(FENCE) :] = FENCE
        address = room.ctypes.data + len(FENCE)
        self.held[address] = room
        return 0, address

    def cuMemFree(self, address):
        room = self.held.pop(int(address))
        assert (room[: len(FENCE)] == FENCE).all()
        assert (room[-len(FENCE) :] == FENCE).all()
        return (0,)

    def cuMemcpyHtoD(self, target, source, size):
        ctypes.memmove(target, source, size)
        return (0,)

    def cuMemcpyDtoH(self, target, source, size):
        ctypes.memmove(target, source, size)
        return (0,)

    def cuLaunchKernel(self, kernel, gx, gy, gz, threads, by, bz, shared, stream, packed, extra):
        assert (gy, gz, by, bz, shared, stream, extra) == (1, 1, 1, 1, 0, 0, 0)
        (call, workspace, rows), kinds = packed
        assert kinds == (ctypes.c_uint64,) * 3
        self.launches.append((gx, threads))
        machine = replace(host(), lanes=1, threads=threads, assembly=False)
        code = Code(machine, compile_object(self.equations, machine).object_code)
        run = _Thread(code.address(THREAD))
        places = [(block, thread) for block in range(gx) for thread in range(threads)]
        if self.together:
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(lambda place: run(call, workspace, rows, *place), places))
        else:
            self._run_in_turn(run, call, workspace, rows, places)
        return (0,)

    def _run_in_turn(self, run, call, workspace, rows, places):
        """Each thread may change nothing but its own element of each row of its block's tile."""
        record = _Call.from_address(call)
        patients, (last_block, last_thread) = record.patients, places[-1]
        shape = last_block + 1, rows, last_thread + 1
        tiles = np.ctypeslib.as_array((ctypes.c_uint64 * int(np.prod(shape))).from_address(workspace)).reshape(shape)
        for k, (block, thread) in enumerate(places):
            record.next_patient = patients * k // len(places)
            record.patients = patients * (k + 1) // len(places)
            before = tiles.copy()
            run(call, workspace, rows, block, thread)
            changed = tiles != before
            assert changed[block, :, thread].any()
            changed[block, :, thread] = False
            assert not changed.any()
