"""Addresses of array elements, constants and spilled values, in as few bytes as possible.

An address 128 bytes before to 127 after a base register takes one byte of distance, any other four. So base registers
point 128 bytes into their array, where they reach its first `NEAR` vectors; an array that is read from front to back
takes its base along; and the registers that are left point at the eight vectors used most elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from melanokine.engine.code.x86_select import Selected

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
_SPILL_WINDOWS = 3


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
        self._front = {name: -1 for name in arrays if _front_to_back([row for a, row in reads if a == name])}
        constants = sorted((key for key in uses if key[0] == "const"), key=lambda key: (-uses[key], key))
        self.constants = [bits for _, bits in constants]
        self._constant = {bits: k for k, bits in enumerate(self.constants)}
        groups = self._groups(uses)
        self._group = dict.fromkeys((*self._front, "spill"), 0)
        """Which vectors a base reaches, in groups of `NEAR`: the first, or those used most"""
        for array, group in groups:
            if array != "const":
                self._group.setdefault(array, group)
        spills = [("spill", 1 + k) for k in range(_SPILL_WINDOWS)]
        elsewhere = [(array, group) for array, group in groups if self._group.get(array) != group]
        self._window = dict(zip(spills + elsewhere, _MORE, strict=False))

    def _groups(self, uses: Counter) -> list[tuple[str, int]]:
        """Groups of vectors, most used first; arrays read from front to back are not counted."""
        groups: Counter = Counter()
        for (array, row), count in uses.items():
            if array not in self._front:
                groups[array, (self._constant[row] if array == "const" else row) // NEAR] += count
        return [group for group, _ in groups.most_common()]

    def prologue(self) -> list[str]:
        """Instructions that set the base registers; the stack pointer stands at the spilled values."""
        lines = [f"movq %{long}, %{short}" for long, short in _SHORT.items()]
        lines.append("movq %rsp, %rax")
        for (array, group), register in self._window.items():
            start = f"{self._pool}+{_middle(group)}(%rip)" if array == "const" else None
            lines.append(f"leaq {start or f'{_middle(group)}(%{self._base[array]})'}, %{register}")
        for name in (*self._arrays, "spill"):
            self._group.setdefault(name, 0)
            lines.append(f"addq ${_middle(self._group[name])}, %{self._base[name]}")
        return lines

    def near(self, where: tuple) -> bool:
        """Whether one byte of distance is enough."""
        array, row = where
        group = (self._constant[row] if array == "const" else row) // NEAR
        return (array, group) in self._window or array in self._front or self._group.get(array) == group

    def of(self, where: tuple) -> str:
        """The address of an element ("array", row), of a constant ("const", bits) or of a spill slot ("spill", k).

        It holds for the next instruction written only, since a base may move after that.
        """
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
        return f"{row * VECTOR - _middle(self._group[array])}(%{self._base[array]})"

    def _advance(self, array: str, row: int) -> None:
        """Take the base along, by as much as it reaches, when the front comes to `row`."""
        self._front[array] = row
        while row // NEAR > self._group[array]:
            self._write(f"addq ${NEAR * VECTOR}, %{self._base[array]}")
            self._group[array] += 1


def _middle(group: int) -> int:
    """Bytes from the start of an array to where a base register points that reaches a group of vectors."""
    return group * NEAR * VECTOR + _REACH


def _front_to_back(rows: Sequence[int]) -> bool:
    """Whether the rows of a larger array are met in ascending order."""
    met = list(dict.fromkeys(rows))
    return len(met) > 2 * NEAR and met == sorted(met)
