"""Registers for straight-line code, in one pass from the first instruction to the last.

Each value stays in its register until its last use. Where none is free, the one goes whose next use is farthest
(L. A. Belady, IBM Systems Journal 5 (1966) 78, doi:10.1147/sj.52.0078). What is in memory anyway - states, parameters,
constants, a value spilled before - is dropped, for a store is dearer than the load that follows either way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

from melanokine.engine.assembler import Operand
from melanokine.engine.x86_select import Selected

REGISTERS = 16
KEPT = 2
"""How many times as far away as a value in memory one must be whose loss costs a store."""
SOON = 40
"""What is used again within so many instructions is worth a register."""
NEVER = 1 << 60


class Allocation:
    """Assigns registers while it writes; `place` gives the address of an element or a constant, and its cost.

    `lines` collects the text. `spilled` is the number of spill slots used.
    """

    def __init__(self, selected: Sequence[Selected], place: Callable[[Hashable], str], near: Callable[[Hashable], bool]):
        self.lines: list[str] = []
        self.spilled = 0
        self._place, self._near = place, near
        self._uses: dict[Operand, list[int]] = defaultdict(list)
        for k, instruction in enumerate(selected):
            for source in set(instruction.sources):
                self._uses[source].append(k)
        for positions in self._uses.values():
            positions.reverse()
        self._register: dict[Operand, int] = {}
        self._holder: list[Operand | None] = [None] * REGISTERS
        self._slot: dict[Operand, int] = {}
        self._free_slots: list[int] = []
        self._emptied: list[int] = []
        self._locked: set[int] = set()
        for k, instruction in enumerate(selected):
            self._now = k
            self._free_slots += self._emptied  # only now: the last instruction may have read them
            self._emptied.clear()
            self._locked = {self._register[s] for s in instruction.sources if s in self._register}
            getattr(self, f"_write_{instruction.form}")(instruction)

    # where operands are

    def _next(self, operand: Operand) -> int:
        """The next instruction after this one that uses the operand."""
        positions = self._uses.get(operand)
        if not positions:
            return NEVER
        if positions[-1] > self._now:
            return positions[-1]
        return positions[-2] if len(positions) > 1 else NEVER

    def _memory(self, operand: Operand) -> Hashable:
        return ("spill", self._slot[operand]) if isinstance(operand, int) else operand

    def _in_memory(self, operand: Operand) -> bool:
        return not isinstance(operand, int) or operand in self._slot

    def _take(self) -> int:
        """A free register; the value with the farthest next use makes room."""
        best, score = -1, -1.0
        for r, holder in enumerate(self._holder):
            if r in self._locked:
                continue
            if holder is None:
                best = r
                break
            distance = self._next(holder) - self._now
            worth = distance * KEPT if self._in_memory(holder) else distance
            if worth > score:
                best, score = r, worth
        holder = self._holder[best]
        if holder is not None:
            if not self._in_memory(holder):
                self._spill(holder, best)
            del self._register[holder]
            self._holder[best] = None
        self._locked.add(best)
        return best

    def _spill(self, value: Operand, register: int) -> None:
        if self._free_slots:
            slot = min(self._free_slots)
            self._free_slots.remove(slot)
        else:
            slot = self.spilled
            self.spilled += 1
        self._slot[value] = slot
        self.lines.append(f"vmovapd %ymm{register}, {self._place(('spill', slot))}")

    def _load(self, operand: Operand) -> int:
        """The register of an operand, after loading it if need be."""
        if operand not in self._register:
            register = self._take()
            self.lines.append(f"vmovapd {self._place(self._memory(operand))}, %ymm{register}")
            self._bind(operand, register)
        return self._register[operand]

    def _bind(self, operand: Operand, register: int) -> None:
        self._register[operand] = register
        self._holder[register] = operand

    def _release(self, sources: tuple[Operand, ...]) -> None:
        """Free what is used here for the last time."""
        for source in set(sources):
            self._uses[source].pop()
            if not self._uses[source]:
                self._forget(source)

    def _forget(self, operand: Operand) -> None:
        register = self._register.pop(operand, None)
        if register is not None:
            self._holder[register] = None
            self._locked.discard(register)
        slot = self._slot.pop(operand, None)
        if slot is not None:
            self._emptied.append(slot)

    def _last(self, operand: Operand) -> bool:
        return self._next(operand) == NEVER

    def _source(self, operand: Operand, *, strict: bool = False) -> str:
        """An operand that may be in memory: from there if it will not be needed soon (and, if strict, is near)."""
        if operand in self._register:
            return f"%ymm{self._register[operand]}"
        if self._next(operand) - self._now > SOON and (not strict or self._near(self._memory(operand))):
            return self._place(self._memory(operand))
        return f"%ymm{self._load(operand)}"

    def _define(self, target, sources: tuple[Operand, ...]) -> int:
        self._release(sources)
        register = self._take()
        self._bind(target, register)
        if target not in self._uses:
            self._forget(target)
        return register

    # forms

    def _write_binary(self, instruction: Selected) -> None:
        first, second = instruction.sources
        if instruction.commutative and first not in self._register and second in self._register:
            first, second = second, first
        one = self._load(first)
        two = self._source(second)
        target = self._define(instruction.target, instruction.sources)
        immediate = "" if instruction.immediate is None else f"${instruction.immediate}, "
        self.lines.append(f"{instruction.name} {immediate}{two}, %ymm{one}, %ymm{target}")

    def _write_unary(self, instruction: Selected) -> None:
        (only,) = instruction.sources
        shift = instruction.immediate is not None
        source = f"%ymm{self._load(only)}" if shift else self._source(only)
        target = self._define(instruction.target, instruction.sources)
        immediate = f"${instruction.immediate}, " if shift else ""
        self.lines.append(f"{instruction.name} {immediate}{source}, %ymm{target}")

    def _write_blend(self, instruction: Selected) -> None:
        first, second, mask = instruction.sources
        one, chosen, two = self._load(first), self._load(mask), self._load(second)
        target = self._define(instruction.target, instruction.sources)
        self.lines.append(f"{instruction.name} %ymm{chosen}, %ymm{two}, %ymm{one}, %ymm{target}")

    def _write_store(self, instruction: Selected) -> None:
        (source,) = instruction.sources
        register = self._load(source)
        self.lines.append(f"vmovapd %ymm{register}, {self._place(instruction.target)}")
        self._release(instruction.sources)
        if instruction.target in self._register:
            self._holder[self._register.pop(instruction.target)] = None

    def _write_fma(self, instruction: Selected) -> None:
        a, b, c = instruction.sources
        name = instruction.name
        if a in self._register and b not in self._register:
            a, b = b, a  # b is in a register if either is
        if self._dies(c):
            target, two = self._register[c], self._load(b)
            text = f"{name}231pd {self._source(a, strict=True)}, %ymm{two}, %ymm{target}"
        elif self._dies(b) or self._dies(a):
            if not self._dies(b):
                a, b = b, a
            target = self._register[b]
            if a in self._register or c not in self._register:
                one = self._load(a)
                text = f"{name}213pd {self._source(c, strict=True)}, %ymm{one}, %ymm{target}"
            else:
                three = self._register[c]
                text = f"{name}132pd {self._source(a, strict=True)}, %ymm{three}, %ymm{target}"
        else:
            two = self._load(b)
            one = self._source(a, strict=True)
            target = self._take()
            held = f"%ymm{self._register[c]}" if c in self._register else self._place(self._memory(c))
            self.lines.append(f"vmovapd {held}, %ymm{target}")
            text = f"{name}231pd {one}, %ymm{two}, %ymm{target}"
        self.lines.append(text)
        self._release(instruction.sources)
        self._bind(instruction.target, target)
        if instruction.target not in self._uses:
            self._forget(instruction.target)

    def _dies(self, operand: Operand) -> bool:
        return operand in self._register and self._last(operand)
