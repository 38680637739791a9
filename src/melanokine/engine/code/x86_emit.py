"""x86-64 assembly of straight-line programs for AVX2 with fused multiply-add: four lanes, sixteen registers.

A compiler treats a function of five thousand instructions without a branch badly: it takes a second and spills many
values. Here one pass gives out the registers (x86_registers.py). Such code does not fit the cache of decoded
instructions, and then its speed is limited by its length: some 16 bytes are decoded per cycle, and of instructions of
nine bytes and more only one (measured on AMD Zen 3). So addresses are kept short (x86_addresses.py).

LLVM assembles the text. Every operation is the same IEEE operation as in llvm_emit.py: the bits are the same.
"""

from __future__ import annotations

from melanokine.engine.code.x86_addresses import SAVED, VECTOR, Addresses
from melanokine.engine.code.x86_registers import Allocation
from melanokine.engine.code.x86_select import select
from melanokine.engine.lowering.assembler import Program


def emit(programs: list[Program], prefix: str = "") -> str:
    """Assembly of one function per program, with the C calling convention of System V on every system.

    `prefix` is what the object format puts before the names of functions.
    """
    return "\n".join([".text", *(line for program in programs for line in _function(program, prefix + program.name))])


def _function(program: Program, name: str) -> list[str]:
    selected = select(program)
    body: list[str] = []
    pool = f".L{name}_constants"
    addresses = Addresses(program.arrays, selected, pool, body.append)
    prologue = addresses.prologue()
    spilled = Allocation(selected, addresses, body.append).spilled
    constants = [f".quad {', '.join([str(bits)] * (VECTOR // 8))}" for bits in addresses.constants]
    return [
        f".globl {name}", ".p2align 6", f"{name}:",
        *(f"pushq %{register}" for register in SAVED),
        "movq %rsp, %r11", f"subq ${spilled * VECTOR}, %rsp", "andq $-64, %rsp",
        *prologue,
        *body,
        "movq %r11, %rsp", *(f"popq %{register}" for register in reversed(SAVED)), "retq",
        ".p2align 5", f"{pool}:", *constants,
    ]  # fmt: skip
