"""x86-64 assembly of straight-line programs for AVX2 with fused multiply-add: four lanes, sixteen registers.

A compiler treats a function of five thousand instructions without a branch badly: it takes a second and spills many
values. Here one pass gives out the registers (x86_registers.py).

Long code does not fit the cache of decoded instructions, and then instructions of nine bytes and more are decoded one
per cycle (measured on AMD Zen 3). So base registers are those that need no extra byte and point 128 bytes into their
array, and a multiply-add takes an operand from memory only where a one-byte distance reaches it.

LLVM assembles the text. Every operation is the same IEEE operation as in llvm_emit.py: the bits are the same.
"""

from __future__ import annotations

from collections.abc import Hashable

from melanokine.engine.assembler import Program
from melanokine.engine.micro import expand
from melanokine.engine.scheduling import schedule
from melanokine.engine.x86_registers import Allocation
from melanokine.engine.x86_select import select

_BASES = ("rdi", "rsi", "rdx", "rcx", "rbx", "rbp")
_SPILLS = "rax"
BIAS, VECTOR = 128, 32
"""Bytes from the start of an array to where its base register points; bytes of one vector."""


def emit(programs: list[Program], prefix: str = "") -> str:
    """Assembly of one function per program, with the C calling convention of System V on every system."""
    lines = [".text"]
    for number, program in enumerate(programs):
        lines += _function(program, number, prefix)
    return "\n".join(lines)


def _function(program: Program, number: int, prefix: str) -> list[str]:
    base = dict(zip(program.arrays, _BASES, strict=False))
    constants: dict[int, int] = {}

    def place(where: Hashable) -> str:
        array, row = where
        if array == "const":
            return f".Lc{number}_{constants.setdefault(row, len(constants))}(%rip)"
        register = _SPILLS if array == "spill" else base[array]
        return f"{row * VECTOR - BIAS}(%{register})"

    def near(where: Hashable) -> bool:
        array, row = where
        return array != "const" and row * VECTOR - BIAS < 128

    selected = select(schedule(expand(program)))
    allocation = Allocation(selected, place, near)
    bias = [f"subq $-{BIAS}, %{base[name]}" for name in program.arrays]
    name = prefix + program.name
    return [
        f".globl {name}", ".p2align 6", f"{name}:",
        "pushq %rbx", "pushq %rbp", "movq %rsp, %r11",
        "movq %r8, %rbx", "movq %r9, %rbp",
        f"subq ${allocation.spilled * VECTOR}, %rsp", "andq $-64, %rsp", f"leaq {BIAS}(%rsp), %rax",
        *bias,
        *allocation.lines,
        "movq %r11, %rsp", "popq %rbp", "popq %rbx", "retq",
        *([".p2align 5"] if constants else []),
        *(line for key, k in constants.items() for line in (f".Lc{number}_{k}:", f".quad {key}, {key}, {key}, {key}")),
    ]  # fmt: skip
