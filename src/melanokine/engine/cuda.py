"""The first CUDA device, through NVIDIA's own bindings of the driver (the extra `gpu`), loaded when first asked for.

Only the driver is needed, which comes with the device: it turns PTX into the device's machine code when a kernel is
loaded, and keeps that for the next time. The variable CUDA_VISIBLE_DEVICES chooses among several devices.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from melanokine.engine.code.machine import Machine, gpu
from melanokine.errors import EngineError

OUT_OF_MEMORY = 2
"""The driver's code for it."""
ELSEWHERE = "integrate with device='cpu'"


@cache
def first_device() -> Device:
    """The device, opened once; EngineError where there is no library, no driver or no device."""
    return Device()


class Device:
    """A CUDA device: loads kernels, launches them, and knows how much fits."""

    def __init__(self) -> None:
        try:
            self._driver = import_module("cuda.bindings.driver")
        except ImportError:
            remedy = f"install it with the extra melanokine[gpu], or {ELSEWHERE}"
            raise EngineError("a GPU needs the package cuda-bindings", remedy=remedy) from None
        try:
            error, *_ = self._driver.cuInit(0)
        except (OSError, RuntimeError):
            remedy = f"install the one that belongs to your device, or {ELSEWHERE}"
            raise EngineError("there is no NVIDIA driver on this machine", remedy=remedy) from None
        if int(error) or not self.call("cuDeviceGetCount"):
            raise EngineError("the NVIDIA driver finds no device", remedy=ELSEWHERE)
        self._device = self.call("cuDeviceGet", 0)
        self._context = self.call("cuDevicePrimaryCtxRetain", self._device)
        self.processors = self._attribute("MULTIPROCESSOR_COUNT")
        self.capability = self._attribute("COMPUTE_CAPABILITY_MAJOR"), self._attribute("COMPUTE_CAPABILITY_MINOR")

    @property
    def name(self) -> str:
        return self.call("cuDeviceGetName", 64, self._device).split(b"\0")[0].decode()

    def machine(self, threads: int) -> Machine:
        """What to compile for: PTX of sm_80, which every later device takes, or of an older device itself."""
        major, minor = min(self.capability, (8, 0))
        return gpu(f"sm_{major}{minor}", threads)

    def load(self, ptx: bytes, kernel: str) -> Any:
        """A kernel of a text of PTX; the module stays loaded as long as the process lives."""
        self.enter()
        text = np.frombuffer(ptx + b"\0", np.uint8)
        module = self.call("cuModuleLoadData", text.ctypes.data)
        return self.call("cuModuleGetFunction", module, kernel.encode())

    def resident_blocks(self, kernel: Any, threads: int) -> int:
        """How many blocks of so many threads are at work at the same time."""
        each = self.call("cuOccupancyMaxActiveBlocksPerMultiprocessor", kernel, threads, 0)
        return max(1, each) * self.processors

    def free_memory(self) -> int:
        """Bytes"""
        self.enter()
        free, _ = self.call("cuMemGetInfo")
        return free

    def launch(self, kernel: Any, blocks: int, threads: int, *arguments: int) -> None:
        """Run the kernel on 64-bit arguments, to its end."""
        packed = arguments, (ctypes.c_uint64,) * len(arguments)
        self.call("cuLaunchKernel", kernel, blocks, 1, 1, threads, 1, 1, 0, 0, packed, 0)
        self.call("cuCtxSynchronize")

    def enter(self) -> None:
        """Make the calling thread one that uses this device."""
        self.call("cuCtxSetCurrent", self._context)

    def call(self, function: str, *arguments: Any) -> Any:
        """What a function of the driver returns; EngineError where it fails."""
        error, *values = getattr(self._driver, function)(*arguments)
        if int(error):
            _, reason = self._driver.cuGetErrorString(error)
            remedy = "hand over fewer patients at once with chunk" if int(error) == OUT_OF_MEMORY else ELSEWHERE
            raise EngineError(f"{function} failed on the GPU: {(reason or b'unknown').decode()}", remedy=remedy)
        return values[0] if len(values) == 1 else values

    def _attribute(self, name: str) -> int:
        which = getattr(self._driver.CUdevice_attribute, f"CU_DEVICE_ATTRIBUTE_{name}")
        return self.call("cuDeviceGetAttribute", which, self._device)


class Memory:
    """Memory of a device for the length of a `with` block, at the end of which all of it is freed."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._held: list[Any] = []

    def __enter__(self) -> Memory:
        self._device.enter()
        return self

    def __exit__(self, *_: object) -> None:
        while self._held:
            with suppress(
                EngineError
            ):  # a device that has failed frees nothing either: its first error is the one to tell
                self._device.call("cuMemFree", self._held.pop())

    def allocate(self, size: int) -> int:
        """The address of so many bytes (one more than none)."""
        place = self._device.call("cuMemAlloc", max(size, 1))
        self._held.append(place)
        return int(place)

    def upload(self, array: np.ndarray) -> int:
        """The address of a copy on the device."""
        address = self.allocate(array.nbytes)
        if array.nbytes:
            self._device.call("cuMemcpyHtoD", address, array.ctypes.data, array.nbytes)
        return address

    def download(self, address: int, array: np.ndarray) -> None:
        """Fill an array from the device."""
        if array.nbytes:
            self._device.call("cuMemcpyDtoH", array.ctypes.data, address, array.nbytes)
