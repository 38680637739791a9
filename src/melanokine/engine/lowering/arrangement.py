"""Programs as they are emitted: in primitive operations, well ordered, their arrays numbered as they are read.

The factors are numbered as `solve` reads them, the patient constants as `rates` does and then `factorise`: what is read
from front to back is fetched ahead by the processor, and needs short addresses only (x86_addresses.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from melanokine.engine.lowering.assembler import Instruction, Program
from melanokine.engine.lowering.micro import expand
from melanokine.engine.lowering.scheduling import schedule

READERS = {"factor": ("solve",), "hoisted": ("rates", "factorise", "guards", "trigger", "events", "changes")}
"""For each array that is renumbered, the programs whose order of reading counts, most frequent first."""
APART = ("prepare_observables", "observe")
"""Programs with patient constants of their own."""


def arrange(programs: Mapping[str, Program], registers: int) -> dict[str, Program]:
    """The same computations, for a processor with that many vector registers; with 0 in the order as written."""
    arranged = {name: expand(program) for name, program in programs.items()}
    if registers:
        arranged = {name: schedule(program, registers) for name, program in arranged.items()}
    position = {}
    for array, readers in READERS.items():
        rows = (row for name in readers for row in _reads(arranged[name], array))
        position[array] = {row: k for k, row in enumerate(dict.fromkeys(rows))}
    return {name: p if name in APART else _renumber(p, position) for name, p in arranged.items()}


def _reads(program: Program, array: str) -> list[int]:
    return [a[1] for i in program.instructions for a in i.arguments if isinstance(a, tuple) and a[0] == array]


def _renumber(program: Program, position: Mapping[str, Mapping[int, int]]) -> Program:
    def moved(operand):
        if isinstance(operand, tuple) and operand[0] in position:
            array, row = operand
            return array, position[array][row]
        return operand

    instructions = (Instruction(moved(target), name, tuple(map(moved, a))) for target, name, a in program.instructions)
    return Program(program.name, program.arrays, tuple(instructions))
