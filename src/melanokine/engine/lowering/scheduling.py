"""Order of instructions: independent chains interleaved, close to where they were written.

List scheduling in a moving window: among the first `WINDOW` instructions not yet placed whose operands are available,
the one with the longest chain of dependants goes first. When as many values are alive as the processor has registers to
spare for them, one that uses more values for the last time than it makes goes before. The window keeps values near
their uses, so that few are spilled to memory. Results do not depend on the order.
"""

from __future__ import annotations

from melanokine.engine.lowering.assembler import Instruction, Program

WINDOW, WINDOW_OF_SOLVE = 160, 20
"""`solve` is one long chain of dependants, in which a wide window finds nothing to do but to spill."""
ISSUED_PER_CYCLE = 2
OPERANDS = 6
"""Registers that are not counted on for values that wait: they hold what is loaded for the instruction at hand."""
LATENCY = {
    "div": 16,
    "sqrt": 20,
    "store": 1,
    "power_of_two": 1,
    "raised": 1,
    "mantissa": 2,
    "exponent": 5,
    "unless_infinite": 4,
}
"""Cycles until a result can be used, as on current x86 processors with wide vectors; others take 4."""


def schedule(program: Program, registers: int) -> Program:
    """The same instructions in a better order for a processor with that many vector registers."""
    instructions = program.instructions
    flow = _Flow(instructions)
    height = [0] * len(instructions)
    for i in reversed(range(len(instructions))):
        height[i] = flow.latency[i] + max((height[k] for k in flow.later[i]), default=0)

    full = registers - OPERANDS
    flow.open(WINDOW_OF_SOLVE if program.name == "solve" else WINDOW)
    order: list[int] = []
    cycle = 0
    while flow.free:
        for _ in range(ISSUED_PER_CYCLE):
            ready = flow.ready(cycle)
            relief = [i for i in ready if flow.change(i) <= 0] if flow.alive >= full else []
            if relief:
                best = max(relief, key=lambda i: (-flow.change(i), height[i], -i))
            elif ready:
                best = min(ready) if flow.alive >= full else max(ready, key=lambda i: (height[i], -i))
            else:
                break
            order.append(best)
            flow.place(best, cycle)
        cycle += 1
    return Program(program.name, program.arrays, tuple(instructions[i] for i in order))


class _Flow:
    """Which instructions may be placed, and how many values are alive."""

    def __init__(self, instructions: tuple[Instruction, ...]) -> None:
        self.alive = 0
        self.latency = [LATENCY.get(instruction.operation, 4) for instruction in instructions]
        self.later: list[list[int]] = [[] for _ in instructions]
        self._operands: list[set[int]] = []
        self._available = [0] * len(instructions)
        origin: dict = {}
        readers: dict[tuple, list[int]] = {}
        self._waiting: list[int] = []
        for i, (target, _, arguments) in enumerate(instructions):
            operands = {origin[a] for a in arguments if isinstance(a, int)}
            needed = operands | {origin[a] for a in arguments if a in origin}
            if isinstance(target, tuple):  # reads of an element come before its store
                needed.update(readers.get(target, ()))
            for a in arguments:
                if isinstance(a, tuple) and a[0] != "const":
                    readers.setdefault(a, []).append(i)
            origin[target] = i
            self._operands.append(operands)
            self._waiting.append(len(needed))
            for k in needed:
                self.later[k].append(i)
        self._uses = [0] * len(instructions)
        for operands in self._operands:
            for k in operands:
                self._uses[k] += 1

    def open(self, window: int) -> None:
        """Look at the first `window` instructions to begin with."""
        self._end = min(window, len(self._waiting))
        self.free = [i for i in range(self._end) if self._waiting[i] == 0]
        """Instructions in the window that wait for no other"""

    def ready(self, cycle: int) -> list[int]:
        """Those whose operands have been computed."""
        return [i for i in self.free if self._available[i] <= cycle]

    def change(self, i: int) -> int:
        """How many more values are alive after instruction i than before."""
        return (self._uses[i] > 0) - sum(self._uses[k] == 1 for k in self._operands[i])

    def place(self, i: int, cycle: int) -> None:
        """Instruction i comes next; the window moves on by one."""
        self.alive += self.change(i)
        self.free.remove(i)
        for k in self._operands[i]:
            self._uses[k] -= 1
        if self._end < len(self._waiting):
            if self._waiting[self._end] == 0:
                self.free.append(self._end)
            self._end += 1
        for k in self.later[i]:
            self._waiting[k] -= 1
            self._available[k] = max(self._available[k], cycle + self.latency[i])
            if self._waiting[k] == 0 and k < self._end:
                self.free.append(k)
