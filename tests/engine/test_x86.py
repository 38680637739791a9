"""Our assembly of straight-line programs against LLVM's code for the same, bit for bit, on programs made to spill."""

from __future__ import annotations

import ctypes
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from melanokine.engine.code import llvm_emit, x86_emit
from melanokine.engine.code.machine import Code, assemble, host, narrower
from melanokine.engine.lowering.assembler import Instruction, Program
from melanokine.engine.lowering.micro import expand
from melanokine.engine.lowering.scheduling import schedule

pytestmark = pytest.mark.skipif(not host().x86 or host().lanes < 4, reason="needs a processor with AVX2")

ROWS = {"state": 40, "hoisted": 90, "rate": 40, "factor": 150, "diagonal": 2}
ONE = ("neg", "inv", "exp", "ln", "sqrt")
TWO = ("add", "sub", "mul", "div", "max", "min", "lesser", "greater", "step")
THREE = ("fma", "fnma", "fms", "choose")
INSTRUCTIONS = 250


def run(program: Program, arrays: dict[str, np.ndarray], *, assembly: bool) -> None:
    """Execute the program on arrays (rows, 4) by our own assembly or by LLVM's."""
    machine = replace(narrower(4), assembly=assembly)
    names = ", ".join(f"ptr %{name}" for name in program.arrays)
    if assembly:
        lines = x86_emit.emit([program], machine.symbol_prefix).splitlines()
        text = "\n".join(f'module asm "{line}"' for line in lines)
        text += f"\ndeclare {machine.convention} void @{program.name}({names})\n"
    else:
        text = llvm_emit.emit([program], machine)
    text += f"\ndefine void @enter({names}) {{\n  call {machine.convention} void @{program.name}({names})\n"
    text += "  ret void\n}"
    code = Code(machine, assemble(machine, [text]))
    function = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * len(program.arrays))(code.address("enter"))
    function(*(arrays[name].ctypes.data for name in program.arrays))


def fresh() -> dict[str, np.ndarray]:
    """Arrays of positive and negative numbers, with a lane that holds zeros and one that holds not-a-numbers."""
    generator = np.random.default_rng(0)
    arrays = {}
    for name, rows in ROWS.items():
        memory = np.empty(rows * 4 + 8)
        aligned = memory[-memory.ctypes.data % 64 // 8 :][: rows * 4].reshape(rows, 4)
        aligned[:] = generator.standard_normal((rows, 4)) * 3
        aligned[::7, 1] = 0.0
        aligned[::11, 2] = np.nan
        arrays[name] = aligned
    return arrays


@st.composite
def written(draw) -> Program:
    """Instructions whose operands reach far back, so that many values are alive, and elements read and stored."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    far = draw(st.sampled_from([3, 30, INSTRUCTIONS]))
    instructions: list[Instruction] = []
    stored: set[tuple[str, int]] = set()

    def operand():
        kind = generator.integers(10)
        if kind < 6 and instructions:
            values = [i.target for i in instructions[-far:] if isinstance(i.target, int)]
            if values:
                return int(generator.choice(values))
        if kind == 9:
            return "const", float(generator.choice([0.0, 1.0, -2.5, 1e-40, 7.0]))
        array = str(generator.choice(["state", "hoisted"]))
        return array, int(generator.integers(ROWS[array]))

    for value in range(1, INSTRUCTIONS):
        names, count = ((ONE, 1), (TWO, 2), (THREE, 3))[generator.integers(3)]
        name = str(generator.choice(names))
        instructions.append(Instruction(value, name, tuple(operand() for _ in range(count))))
        if generator.random() < 0.3:
            array = str(generator.choice(["rate", "factor"]))
            place = array, int(generator.integers(ROWS[array]))
            if place not in stored:
                stored.add(place)
                instructions.append(Instruction(place, "store", (int(generator.integers(1, value + 1)),)))
    return Program("written", tuple(ROWS), tuple(instructions))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(written(), st.booleans())
def test_the_same_bits_as_llvm(program, ordered):
    program = expand(program)
    if ordered:
        program = schedule(program, 16)
    ours, theirs = fresh(), fresh()
    run(program, ours, assembly=True)
    run(program, theirs, assembly=False)
    for name in ROWS:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)
    assert any(not np.array_equal(ours[name], before) for name, before in fresh().items())


def test_an_array_read_from_front_to_back_and_once_more():
    """A base that moves along still finds what lies behind it."""
    reads = [("hoisted", row) for row in (*range(90), 3, 41, 89)]
    sums = [Instruction(k + 1, "add", (k if k else ("const", 0.0), place)) for k, place in enumerate(reads)]
    program = Program("sums", tuple(ROWS), (*sums, Instruction(("rate", 39), "store", (len(reads),))))
    arrays = fresh()
    for array in arrays.values():
        array[np.isnan(array)] = 1.0
    run(program, arrays, assembly=True)
    total = np.zeros(4)
    for _, row in reads:
        total = total + arrays["hoisted"][row]
    np.testing.assert_array_equal(arrays["rate"][39], total)


def test_registers_of_the_caller_are_kept():
    """The driver goes on with what it held in registers: a call leaves them as they were."""
    text = x86_emit.emit([Program("nothing", tuple(ROWS), (Instruction(("rate", 0), "store", (("state", 0),)),))])
    pushed = [line.split()[1] for line in text.splitlines() if line.startswith("pushq")]
    popped = [line.split()[1] for line in text.splitlines() if line.startswith("popq")]
    assert pushed == popped[::-1]
    written = {line.rsplit("%", 1)[1] for line in text.splitlines() if line.startswith(("movq", "leaq", "addq"))}
    assert written & {"rbx", "rbp", "r12", "r13", "r14", "r15"} <= {name.lstrip("%") for name in pushed}
