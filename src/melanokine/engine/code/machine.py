"""The processor that kernels are compiled for, and the way from LLVM IR to callable machine code.

The number of lanes follows from the features that LLVM detects, not from the processor's name (virtual machines report
misleading ones): 8 doubles with AVX-512, 4 with AVX2, 2 otherwise. Without fused multiply-add in hardware every fused
operation becomes a product and a sum: the results then differ in the last digits from those of other machines.

A graphics processor is a machine as well. The LLVM that llvmlite ships compiles the same IR to PTX, so that the GPU
needs no second driver in CUDA C to be kept in step with this one, and no NVRTC. Its code has one lane; a block of
threads shares a tile of workspace in which their lanes lie side by side, so that memory is read in whole rows.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import llvmlite
import llvmlite.binding as llvm

from melanokine.errors import EngineError

BLOCK = 64
"""Threads in a block on a GPU: two warps, small enough for registers to be shared out evenly."""

_lock = threading.Lock()


@dataclass(frozen=True)
class Machine:
    """A target: lanes (doubles per vector), whether it fuses multiply-add, and LLVM's triple, cpu and features.

    `assembly` chooses our own assembly for straight-line programs (x86_emit.py) instead of LLVM's. `threads` is how
    many threads share one tile of workspace: 1 on a processor, a block of them in a grid.
    """

    lanes: int
    fused: bool
    triple: str
    cpu: str
    features: str
    assembly: bool = False
    threads: int = 1

    @property
    def stride(self) -> int:
        """Elements from one row of a workspace to the next."""
        return self.lanes * self.threads

    @property
    def is_grid(self) -> bool:
        """Whether code for it is entered by every thread of a grid (grid.py) instead of once per call."""
        return self.threads > 1

    @property
    def nvidia(self) -> bool:
        return self.triple.startswith("nvptx")

    @property
    def x86(self) -> bool:
        return self.triple.startswith(("x86_64", "i386", "i686"))

    @property
    def registers(self) -> int:
        """Vector registers that a program can use; 0 on a GPU, whose assembler orders instructions by itself, and
        spills less where it gets them as they were written."""
        if self.nvidia:
            return 0
        return 16 if self.x86 and self.lanes < 8 else 32

    @property
    def convention(self) -> str:
        """How straight-line programs are called: our assembly has the registers of System V on every system."""
        return "x86_64_sysvcc" if self.assembly else ""

    @property
    def symbol_prefix(self) -> str:
        """What the object format puts before the name of a function."""
        return "_" if "darwin" in self.triple or "macosx" in self.triple else ""

    @property
    def vector_bits(self) -> int:
        return 64 * self.lanes

    @property
    def attributes(self) -> tuple[str, ...]:
        """LLVM function attributes that make it use vectors of this width."""
        if self.nvidia:
            return ()
        width = max(self.vector_bits, 128)
        return f'"prefer-vector-width"="{width}"', f'"min-legal-vector-width"="{width}"'

    @property
    def data_layout(self) -> str:
        """How a GPU aligns what it reads, which LLVM must know before it reads IR text; empty for LLVM's default."""
        if not self.nvidia:
            return ""
        with _lock:
            return str(_target(self).target_data)

    @property
    def identity(self) -> str:
        """Everything about machine and compiler that decides on the generated code."""
        compiler = f"llvmlite {llvmlite.__version__}, LLVM {llvm.llvm_version_info}"
        code = (
            f"{self.triple}, {self.cpu}, {self.features}, {self.lanes}, {self.fused}, {self.assembly}, {self.threads}"
        )
        return f"{compiler}, {code}"


@cache
def host() -> Machine:
    """The machine that this process runs on."""
    triple = llvm.get_process_triple()
    try:
        features = llvm.get_host_cpu_features()
    except RuntimeError:
        features = {}
    if features.get("avx512f") and features.get("fma"):
        lanes = 8
    elif features.get("avx2") and features.get("fma"):
        lanes = 4
    else:
        lanes = 2
    fused = bool(features.get("fma")) or triple.startswith(("aarch64", "arm64"))
    flattened = features.flatten() if features else ""
    own = lanes == 4 and triple.startswith("x86_64")
    return Machine(lanes, fused, triple, llvm.get_host_cpu_name(), flattened, assembly=own)


def narrower(lanes: int) -> Machine:
    """An x86-64 machine with fewer lanes than the host may have: 4 (AVX2 and FMA) or 2 (SSE2 only)."""
    cpu, features, fused = {4: ("haswell", "+avx2,+fma", True), 2: ("x86-64", "", False)}[lanes]
    return Machine(lanes, fused, llvm.get_process_triple(), cpu, features, assembly=lanes == 4)


def gpu(architecture: str = "sm_80", threads: int = BLOCK) -> Machine:
    """A CUDA device of this architecture or a later one, with blocks of `threads` threads."""
    return Machine(1, True, "nvptx64-nvidia-cuda", architecture, "", threads=threads)


def assemble(machine: Machine, sources: Sequence[str]) -> bytes:
    """Object code of LLVM IR texts, linked into one module; for a GPU the text of its PTX."""
    with _lock:
        target = _target(machine)
        module = llvm.parse_assembly(sources[0])
        for source in sources[1:]:
            module.link_in(llvm.parse_assembly(source))
        module.verify()
        if machine.nvidia:
            return target.emit_assembly(module).encode()
        return target.emit_object(module)


class Code:
    """Object code loaded into this process; addresses stay valid as long as this object lives."""

    def __init__(self, machine: Machine, object_code: bytes) -> None:
        with _lock:
            self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target(machine))
            self._engine.add_object_file(llvm.ObjectFileRef.from_data(object_code))
            self._engine.finalize_object()

    def address(self, function: str) -> int:
        with _lock:
            return self._engine.get_function_address(function)


def _target(machine: Machine) -> llvm.TargetMachine:
    _initialise()
    if machine.nvidia:
        _initialise_others()
    try:
        target = llvm.Target.from_triple(machine.triple)
    except RuntimeError:
        remedy = "use the llvmlite of its own wheels, which has all of LLVM's targets"
        raise EngineError(f"this build of llvmlite cannot compile for {machine.triple}", remedy=remedy) from None
    return target.create_target_machine(cpu=machine.cpu, features=machine.features, opt=2, codemodel="jitdefault")


@cache
def _initialise() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    llvm.initialize_native_asmparser()


@cache
def _initialise_others() -> None:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
