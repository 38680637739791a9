"""Addresses of array elements, constants and spilled values, in as few bytes as possible.

An address 128 bytes before to 127 after a base register takes one byte of distance, any other four. So base registers
point 128 bytes into their array, where they reach its first `NEAR` vectors; an array that is read from front to back
takes its base along; and the registers that are left point at the eight vectors used most elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from melanokine.engine.x86_select import Selected

VECTOR = 32
"""Bytes"""
NEAR = 8
"""Vectors within one byte of distance"""
_REACH = 128
_BASES = ("rdi", "rsi", "rdx", "rcx", "r8", "r9")
"""Where the C calling convention of System V passes the first arguments."""
_SHORT = {"r8": "rbx", "r9": "rbp"}
"""Registers that take one byte less, for arguments that are passed in others."""
_SPILLS = "rax"
_MORE = ("r8", "r9", "r10", "r13", "r14", "r15", "r12")
SAVED = ("rbx", "rbp", "r12", "r13", "r14", "r15")
"""What a function leaves as it was."""
_SPILL_WINDOWS = 2


class Addresses:
    """The addresses of one function; `write` takes the instructions that move a base."""

    def __init__(
        self, arrays: Sequence[str], selected: Sequence[Selected], pool: str, write: Callable[[str], None]
    ) -> None:
        self._arrays, self._pool, self._write = arrays, pool, write
        reads = [s for instruction in selected for s in instruction.sources if isinstance(s, tuple)]
        uses = Counter(reads)
        uses.update(i.target for i in selected if isinstance(i.target, tuple))
        self._base = {name: _SHORT.get(r, r) for name, r in zip(arrays, _BASES, strict=False)} | {"spill": _SPILLS}
        self._position = dict.fromkeys(self._base, _REACH)
        """Where the base points, in bytes from the start of the array"""
        self._front = {name: -1 for name in arrays if _front_to_back([row for a, row in reads if a == name])}
        constants = sorted((key for key in uses if key[0] == "const"), key=lambda key: (-uses[key], key))
        self.constants = [bits for _, bits in constants]
        self._constant = {bits: k for k, bits in enumerate(self.constants)}
        self._window = dict(zip(self._worthwhile(uses), _MORE, strict=False))

    def _worthwhile(self, uses: Counter) -> list[tuple[str, int]]:
        """Groups of `NEAR` vectors beyond those that the bases reach, most used first; spills are not yet counted."""
        groups: Counter = Counter()
        for (array, row), count in uses.items():
            row = self._constant[row] if array == "const" else row
            if array == "const" or (row >= NEAR and array not in self._front):
                groups[array, row // NEAR] += count
        spills = [("spill", 1 + k) for k in range(_SPILL_WINDOWS)]
        return spills + [group for group, count in groups.most_common() if count > 2]

    def prologue(self) -> list[str]:
        """Instructions that set the base registers; the stack pointer stands at the spilled values."""
        lines = [f"movq %{long}, %{short}" for long, short in _SHORT.items()]
        lines.append("movq %rsp, %rax")
        for (array, group), register in self._window.items():
            start = f"{self._pool}+{group * NEAR * VECTOR + _REACH}(%rip)" if array == "const" else None
            start = start or f"{group * NEAR * VECTOR + _REACH}(%{self._base[array]})"
            lines.append(f"leaq {start}, %{register}")
        return lines + [f"subq $-{_REACH}, %{self._base[name]}" for name in (*self._arrays, "spill")]

    def near(self, where: tuple) -> bool:
        """Whether one byte of distance is enough."""
        array, row = where
        row = self._constant[row] if array == "const" else row
        if (array, row // NEAR) in self._window:
            return True
        return array != "const" and (array in self._front or row < NEAR)

    def of(self, where: tuple) -> str:
        """The address of an element ("array", row), of a constant ("const", bits) or of a spill slot ("spill", k)."""
        array, row = where
        if array == "const":
            row = self._constant[row]
        group, offset = divmod(row, NEAR)
        register = self._window.get((array, group))
        if register is not None:
            return f"{offset * VECTOR - _REACH}(%{register})"
        if array == "const":
            return f"{self._pool}+{row * VECTOR}(%rip)"
        if array in self._front and row > self._front[array]:
            self._advance(array, row)
        return f"{row * VECTOR - self._position[array]}(%{self._base[array]})"

    def _advance(self, array: str, row: int) -> None:
        """Take the base along, by half its reach at a time, when the front comes to `row`."""
        self._front[array] = row
        while row * VECTOR - self._position[array] >= _REACH:
            self._write(f"subq $-{_REACH}, %{self._base[array]}")
            self._position[array] += _REACH


def _front_to_back(rows: Sequence[int]) -> bool:
    """Whether the rows of a larger array are met in ascending order."""
    met = list(dict.fromkeys(rows))
    return len(met) > 2 * NEAR and met == sorted(met)
