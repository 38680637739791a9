"""Order of instructions: independent chains interleaved, close to where they were written.

List scheduling in a moving window: among the first `WINDOW` instructions not yet placed whose operands are available,
the one with the longest chain of dependants goes first. The window keeps values near their uses, so that few are
spilled to memory. Results do not depend on the order.
"""

from __future__ import annotations

from melanokine.engine.assembler import Instruction, Program

WINDOW = 80
ISSUED_PER_CYCLE = 2
LATENCY = {"div": 16, "sqrt": 20, "store": 1, "power_of_two": 1, "mantissa": 3, "exponent": 6, "unless_infinite": 4}
"""Cycles until a result can be used, as on current x86 processors with wide vectors; others take 4."""


def schedule(program: Program) -> Program:
    """The same instructions in a better order."""
    instructions = program.instructions
    earlier = _dependencies(instructions)
    later: list[list[int]] = [[] for _ in instructions]
    for i, needed in enumerate(earlier):
        for k in needed:
            later[k].append(i)
    latency = [LATENCY.get(instruction.operation, 4) for instruction in instructions]
    height = [0] * len(instructions)
    for i in reversed(range(len(instructions))):
        height[i] = latency[i] + max((height[k] for k in later[i]), default=0)

    waiting = [len(needed) for needed in earlier]
    available = [0] * len(instructions)
    left = list(range(len(instructions)))
    order: list[int] = []
    cycle = 0
    while left:
        for _ in range(ISSUED_PER_CYCLE):
            ready = (i for i in left[:WINDOW] if waiting[i] == 0 and available[i] <= cycle)
            best = max(ready, key=lambda i: (height[i], -i), default=None)
            if best is None:
                break
            order.append(best)
            left.remove(best)
            for k in later[best]:
                waiting[k] -= 1
                available[k] = max(available[k], cycle + latency[best])
        cycle += 1
    return Program(program.name, program.arrays, tuple(instructions[i] for i in order))


def _dependencies(instructions: tuple[Instruction, ...]) -> list[set[int]]:
    """Positions that must come before each instruction: its operands, and reads of an element before its store."""
    origin: dict = {}
    readers: dict[tuple, list[int]] = {}
    earlier: list[set[int]] = []
    for i, (target, _, arguments) in enumerate(instructions):
        needed = {origin[a] for a in arguments if a in origin}
        if isinstance(target, tuple):
            needed.update(readers.get(target, ()))
        for a in arguments:
            if isinstance(a, tuple) and a[0] != "const":
                readers.setdefault(a, []).append(i)
        origin[target] = i
        earlier.append(needed)
    return earlier
