"""LLVM IR text of straight-line programs: one function each, over vectors of lanes.

Written as text because a kernel has tens of thousands of instructions. No fast-math flag is ever set and multiply-add
is fused exactly where a program says so, so that a result does not depend on the number of lanes.
"""

from __future__ import annotations

import struct

from melanokine.engine.code.machine import Machine
from melanokine.engine.lowering.assembler import Instruction, Operand, Program
from melanokine.engine.lowering.micro import ROUNDING

HALF_ROOT = 0x3FE6A09E00000000
"""The leading bits of sqrt(1/2): mantissas are taken from there to sqrt(2)."""
ONE = 0x3FF0000000000000
MANTISSA = 0x000FFFFFFFFFFFFF
TWO52 = 0x4330000000000000
"""The bits of 2^52: with an integer in the lowest bits this is the double 2^52 + integer."""


def emit(programs: list[Program], machine: Machine) -> str:
    """An LLVM module with one function per program (as arrangement.py leaves it), named like it."""
    vector = f"<{machine.lanes} x double>"
    suffix = f"v{machine.lanes}f64"
    text = [
        f"declare {vector} @llvm.fma.{suffix}({vector}, {vector}, {vector})",
        f"declare {vector} @llvm.sqrt.{suffix}({vector})",
        f"attributes #0 = {{ noinline nounwind {' '.join(machine.attributes)} }}",
    ]
    text += [_Function(program, machine).text for program in programs]
    return "\n".join(text)


def _in_global_memory(array: str) -> tuple[str, str]:
    """Make `array.global` of the pointer `array`: the same, but LLVM knows that it points to a GPU's global memory."""
    there = f"  %{array}.there = addrspacecast ptr %{array} to ptr addrspace(1)"
    return there, f"  %{array}.global = addrspacecast ptr addrspace(1) %{array}.there to ptr"


def bits(value: float) -> int:
    """The 64 bits of a double as an integer."""
    return struct.unpack(">Q", struct.pack(">d", float(value)))[0]


class _Function:
    def __init__(self, program: Program, machine: Machine) -> None:
        self._lanes, self._fused, self._threads = machine.lanes, machine.fused, machine.threads
        self._vector, self._bits = f"<{self._lanes} x double>", f"<{self._lanes} x i64>"
        self._lines: list[str] = []
        self._global = ".global" if machine.nvidia else ""
        if machine.nvidia:
            self._lines += [line for name in program.arrays for line in _in_global_memory(name)]
        self._values: dict[int, str] = {}
        for instruction in program.instructions:
            self._emit(instruction)
        arguments = [f"ptr noalias %{name}" for name in program.arrays]
        head = f"define void @{program.name}({', '.join(arguments)}) #0 {{"
        self.text = "\n".join([head, *self._lines, "  ret void", "}"])

    def _emit(self, instruction: Instruction) -> None:
        target, operation, arguments = instruction
        if isinstance(target, tuple):
            value = self._operand(arguments[0])
            place = self._element(*target)
            self._lines.append(f"  store {self._vector} {value}, ptr {place}, align {8 * self._lanes}")
        elif operation in ("max", "min"):
            self._values[target] = self._extreme(operation, arguments[0], arguments[1])
        else:
            operands = [self._operand(argument) for argument in arguments]
            self._values[target] = getattr(self, f"_{operation}")(*operands)

    # operands

    def _line(self, text: str) -> str:
        name = f"%t{len(self._lines)}"
        self._lines.append(f"  {name} = {text}")
        return name

    def _element(self, array: str, index: int) -> str:
        return self._line(
            f"getelementptr inbounds {self._vector}, ptr %{array}{self._global}, i64 {index * self._threads}"
        )

    def _operand(self, operand: Operand) -> str:
        if isinstance(operand, int):
            return self._values[operand]
        kind, which = operand
        if kind == "const":
            return self._splat(which)
        return self._line(f"load {self._vector}, ptr {self._element(kind, which)}, align {8 * self._lanes}")

    def _splat(self, value: float) -> str:
        return "<" + ", ".join([f"double 0x{bits(value):016X}"] * self._lanes) + ">"

    def _integers(self, value: int) -> str:
        return "<" + ", ".join([f"i64 {value}"] * self._lanes) + ">"

    # operations on doubles

    def _binary(self, operation: str, a: str, b: str) -> str:
        return self._line(f"{operation} {self._vector} {a}, {b}")

    def _add(self, a: str, b: str) -> str:
        return self._binary("fadd", a, b)

    def _sub(self, a: str, b: str) -> str:
        return self._binary("fsub", a, b)

    def _mul(self, a: str, b: str) -> str:
        return self._binary("fmul", a, b)

    def _div(self, a: str, b: str) -> str:
        return self._binary("fdiv", a, b)

    def _neg(self, a: str) -> str:
        return self._line(f"fneg {self._vector} {a}")

    def _sqrt(self, a: str) -> str:
        return self._line(f"call {self._vector} @llvm.sqrt.v{self._lanes}f64({self._vector} {a})")

    def _fma(self, a: str, b: str, c: str) -> str:
        if not self._fused:
            return self._add(self._mul(a, b), c)
        typed = ", ".join(f"{self._vector} {x}" for x in (a, b, c))
        return self._line(f"call {self._vector} @llvm.fma.v{self._lanes}f64({typed})")

    def _fnma(self, a: str, b: str, c: str) -> str:
        if not self._fused:
            return self._sub(c, self._mul(a, b))
        return self._fma(self._neg(a), b, c)

    def _fms(self, a: str, b: str, c: str) -> str:
        if not self._fused:
            return self._sub(self._mul(a, b), c)
        return self._fma(a, b, self._neg(c))

    def _compare(self, relation: str, a: str, b: str) -> str:
        return self._line(f"fcmp {relation} {self._vector} {a}, {b}")

    def _select(self, condition: str, a: str, b: str) -> str:
        return self._line(f"select <{self._lanes} x i1> {condition}, {self._vector} {a}, {self._vector} {b}")

    def _lesser(self, a: str, b: str) -> str:
        return self._select(self._compare("olt", b, a), b, a)

    def _greater(self, a: str, b: str) -> str:
        return self._select(self._compare("ogt", b, a), b, a)

    def _extreme(self, operation: str, first: Operand, second: Operand) -> str:
        """`_lesser` and `_greater` pass on a first argument that is not a number; a second one needs care."""
        if isinstance(first, tuple) and first[0] == "const":
            first, second = second, first
        a, b = self._operand(first), self._operand(second)
        value = (self._greater if operation == "max" else self._lesser)(a, b)
        if isinstance(second, tuple) and second[0] == "const":
            return value
        return self._select(self._compare("uno", b, b), b, value)

    def _step(self, a: str, b: str) -> str:
        return self._select(self._compare("ogt", a, b), self._splat(1.0), self._splat(0.0))

    def _choose(self, condition: str, a: str, b: str) -> str:
        return self._select(self._compare("ogt", condition, self._splat(0.0)), a, b)

    # operations on the bits of doubles (see micro.py)

    def _as_bits(self, a: str) -> str:
        return self._line(f"bitcast {self._vector} {a} to {self._bits}")

    def _as_double(self, a: str) -> str:
        return self._line(f"bitcast {self._bits} {a} to {self._vector}")

    def _integer(self, operation: str, a: str, constant: int) -> str:
        return self._line(f"{operation} {self._bits} {a}, {self._integers(constant)}")

    def _power_of_two(self, a: str) -> str:
        return self._as_double(self._integer("shl", self._as_bits(a), 52))

    def _raised(self, a: str) -> str:
        return self._as_double(self._integer("add", self._as_bits(a), ONE - HALF_ROOT))

    def _mantissa(self, a: str) -> str:
        masked = self._integer("and", self._as_bits(a), MANTISSA)
        return self._as_double(self._integer("add", masked, HALF_ROOT))

    def _exponent(self, a: str) -> str:
        biased = self._integer("or", self._integer("lshr", self._as_bits(a), 52), TWO52)
        return self._sub(self._as_double(biased), self._splat(ROUNDING / 1.5 + 1023.0))

    def _unless_infinite(self, x: str, a: str) -> str:
        return self._select(self._compare("olt", x, self._splat(float("inf"))), a, x)
