"""What this processor can do at most, measured with small kernels in LLVM IR (no C compiler is needed).

| kernel    | loop body                                            | tells                                          |
|-----------|------------------------------------------------------|------------------------------------------------|
| clock     | one chain of integer additions and exclusive ors     | cycles per ns: each takes one cycle everywhere |
| fma       | independent chains of vector fused multiply-adds     | peak FLOP/s, and instructions of that kind     |
| mixed     | as many chains of fma as of vector additions         | whether additions have units of their own      |
| divide    | independent chains of vector divisions               | throughput of the divider                      |
"""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass

from melanokine.engine.code.machine import Code, Machine, assemble

CHAINS = 12
"""Enough to hide a latency of four cycles at two or three a cycle, few enough for sixteen registers"""
CLOCK_LENGTH = 64
SECONDS, REPEATS = 0.02, 7


@dataclass(frozen=True)
class Peak:
    """Per ns, of vectors as wide as the engine's; the best of several measurements."""

    clock: float
    fma: float
    mixed: float
    divide: float
    lanes: int

    @property
    def gflops(self) -> float:
        return 2 * self.lanes * self.fma


def measure(machine: Machine) -> Peak:
    """Run all kernels; a fraction of a second each."""
    bodies = {
        "clock": _chain(),
        "fma": _vectors(machine, ["fma"] * CHAINS),
        "mixed": _vectors(machine, ["fma", "add"] * (CHAINS // 2)),
        "divide": _vectors(machine, ["divide"] * CHAINS),
    }
    vector = _vector(machine)
    head = [
        f"declare {vector} @llvm.fma.v{machine.lanes}f64({vector}, {vector}, {vector})",
        f"attributes #0 = {{ noinline nounwind {' '.join(machine.attributes)} }}",
    ]
    code = Code(machine, assemble(machine, ["\n".join(head + [_loop(k, *body) for k, body in bodies.items()])]))
    done = {"clock": CLOCK_LENGTH, "fma": CHAINS, "mixed": CHAINS, "divide": CHAINS}
    rates = {kernel: count / time_of(code.address(kernel)) for kernel, count in done.items()}
    return Peak(lanes=machine.lanes, **rates)


def time_of(address: int, *arguments: int) -> float:
    """Nanoseconds of CPU time of one pass of a kernel (passes, arguments ...): the best of several measurements."""
    function = ctypes.CFUNCTYPE(None, ctypes.c_int64, *[ctypes.c_void_p] * max(1, len(arguments)))(address)
    room = (ctypes.c_double * 256)()
    arguments = arguments or (ctypes.addressof(room) + -ctypes.addressof(room) % 64,)
    passes, best = 1000, float("inf")
    for _ in range(REPEATS):
        while True:
            began = time.process_time_ns()
            function(passes, *arguments)
            taken = time.process_time_ns() - began
            if taken >= SECONDS * 1e9:
                break
            passes *= 2
        best = min(best, taken / passes)
    return best


def _vector(machine: Machine) -> str:
    return f"<{machine.lanes} x double>"


def _loop(name: str, kind: str, start: str, lines: list[str], carried: list[tuple[str, str]]) -> str:
    """A counted loop around `lines`; each of `carried` (first and last value) goes round and is stored at the end."""
    phis = [f"  {first} = phi {kind} [ {start}, %entry ], [ {last}, %body ]" for first, last in carried]
    stores = [
        f"  %p{k} = getelementptr {kind}, ptr %out, i64 {k}\n  store {kind} {last}, ptr %p{k}"
        for k, (_, last) in enumerate(carried)
    ]
    return "\n".join(
        [
            f"define void @{name}(i64 %passes, ptr %out) #0 {{", "entry:", "  br label %body", "body:",
            "  %i = phi i64 [ 0, %entry ], [ %next, %body ]", *phis, *lines,
            "  %next = add i64 %i, 1", "  %more = icmp slt i64 %next, %passes",
            "  br i1 %more, label %body, label %after", "after:", *stores, "  ret void", "}",
        ]
    )  # fmt: skip


def _chain() -> tuple[str, str, list[str], list[tuple[str, str]]]:
    lines = [f"  %c{k + 1} = {'add' if k % 2 else 'xor'} i64 %c{k}, %passes" for k in range(CLOCK_LENGTH)]
    return "i64", "1", lines, [("%c0", f"%c{CLOCK_LENGTH}")]


def _vectors(machine: Machine, operations: list[str]) -> tuple[str, str, list[str], list[tuple[str, str]]]:
    vector, splat = _vector(machine), lambda x: "<" + ", ".join([f"double {x}"] * machine.lanes) + ">"
    factor, term = splat("5.000000e-01"), splat("1.000000e+00")
    form = {
        "fma": f"call {vector} @llvm.fma.v{machine.lanes}f64({vector} {{}}, {vector} {factor}, {vector} {term})",
        "add": f"fadd {vector} {{}}, {term}",
        "divide": f"fdiv {vector} {{}}, {splat('1.250000e+00')}",
    }
    lines = [f"  %b{k} = {form[operation].format(f'%a{k}')}" for k, operation in enumerate(operations)]
    return vector, splat("1.000000e+00"), lines, [(f"%a{k}", f"%b{k}") for k in range(len(operations))]
