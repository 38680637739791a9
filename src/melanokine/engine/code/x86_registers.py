"""Registers for straight-line code, in one pass from the first instruction to the last.

Each value stays in its register until its last use. Where none is free, the one goes whose next use is farthest
(L. A. Belady, IBM Systems Journal 5 (1966) 78, doi:10.1147/sj.52.0078). What is in memory anyway - states, parameters,
constants, a value spilled before - is dropped, for a store is dearer than the load that follows either way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from melanokine.engine.code.x86_addresses import Addresses
from melanokine.engine.code.x86_select import Selected
from melanokine.engine.lowering.assembler import Operand

REGISTERS = 16
KEPT = 2
"""How many times as far away as a value in memory one must be whose loss costs a store."""
SOON = 15
"""What is used again within so many instructions is worth a register."""
NEVER = 1 << 60


class Allocation:
    """Gives out registers while it writes the text of instructions; `spilled` is the number of spill slots used."""

    def __init__(self, selected: Sequence[Selected], addresses: Addresses, write: Callable[[str], None]) -> None:
        self.spilled = 0
        self._addresses, self._write = addresses, write
        self._uses: dict[Operand, list[int]] = defaultdict(list)
        for k, instruction in enumerate(selected):
            for source in set(instruction.sources):
                self._uses[source].append(k)
        for positions in self._uses.values():
            positions.reverse()
        self._register: dict[Operand, int] = {}
        self._holder: list[Operand | None] = [None] * REGISTERS
        self._home: dict[Operand, tuple] = {}
        """Where else a value is: in a spill slot, or where it has been stored for good"""
        stores = Counter(i.target for i in selected if i.form == "store")
        self._stored_once = {element for element, times in stores.items() if times == 1}
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

    def _memory(self, operand: Operand) -> tuple:
        return self._home[operand] if isinstance(operand, int) else operand

    def _in_memory(self, operand: Operand) -> bool:
        return not isinstance(operand, int) or operand in self._home

    def _address(self, operand: Operand) -> str:
        return self._addresses.of(self._memory(operand))

    def _take(self) -> int:
        """A free register; the value with the farthest next use makes room."""
        best, score = -1, -1
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
        self._home[value] = ("spill", slot)
        self._write(f"vmovapd %ymm{register}, {self._address(value)}")

    def _load(self, operand: Operand) -> int:
        """The register of an operand, after loading it if need be."""
        if operand not in self._register:
            register = self._take()
            self._write(f"vmovapd {self._address(operand)}, %ymm{register}")
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
        home = self._home.pop(operand, None)
        if home is not None and home[0] == "spill":
            self._emptied.append(home[1])

    def _source(self, operand: Operand, *, near: bool = False) -> str:
        """An operand that may be in memory: from there if it is not needed again soon, and is near if it must be."""
        if operand in self._register:
            return f"%ymm{self._register[operand]}"
        if self._next(operand) - self._now > SOON and (not near or self._addresses.near(self._memory(operand))):
            return self._address(operand)
        return f"%ymm{self._load(operand)}"

    def _define(self, target, sources: tuple[Operand, ...]) -> int:
        """The register for a result, which may be that of an operand used for the last time."""
        self._release(sources)
        register = self._take()
        self._own(target, register)
        return register

    def _own(self, target, register: int) -> None:
        self._bind(target, register)
        if target not in self._uses:
            self._forget(target)

    # forms of instructions

    def _write_binary(self, instruction: Selected) -> None:
        first, second = instruction.sources
        if instruction.commutative and first not in self._register and second in self._register:
            first, second = second, first
        one = self._load(first)
        two = self._source(second)
        target = self._define(instruction.target, instruction.sources)
        immediate = "" if instruction.immediate is None else f"${instruction.immediate}, "
        self._write(f"{instruction.name} {immediate}{two}, %ymm{one}, %ymm{target}")

    def _write_unary(self, instruction: Selected) -> None:
        (only,) = instruction.sources
        shift = instruction.immediate is not None
        source = f"%ymm{self._load(only)}" if shift else self._source(only)
        target = self._define(instruction.target, instruction.sources)
        immediate = f"${instruction.immediate}, " if shift else ""
        self._write(f"{instruction.name} {immediate}{source}, %ymm{target}")

    def _write_blend(self, instruction: Selected) -> None:
        one, two, mask = map(self._load, instruction.sources)
        target = self._define(instruction.target, instruction.sources)
        self._write(f"{instruction.name} %ymm{mask}, %ymm{two}, %ymm{one}, %ymm{target}")

    def _write_store(self, instruction: Selected) -> None:
        (source,), element = instruction.sources, instruction.target
        assert isinstance(element, tuple)
        self._write(f"vmovapd %ymm{self._load(source)}, {self._addresses.of(element)}")
        if element in self._register:  # what was read from there before
            self._holder[self._register.pop(element)] = None
        self._release(instruction.sources)
        used_later = isinstance(source, int) and bool(self._uses[source])
        if used_later and source not in self._home and element in self._stored_once:
            self._home[source] = element

    def _write_fma(self, instruction: Selected) -> None:
        """One source gives up its register to the result: preferably one used for the last time, else a copy."""
        a, b, c = instruction.sources
        name = instruction.name
        if a in self._register and b not in self._register:
            a, b = b, a
        if self._dies(c):
            target, two = self._register[c], self._load(b)
            text = f"{name}231pd {self._source(a, near=True)}, %ymm{two}, %ymm{target}"
        elif self._dies(a) or self._dies(b):
            if not self._dies(b):
                a, b = b, a
            target = self._register[b]
            if a in self._register or c not in self._register:
                one = self._load(a)
                text = f"{name}213pd {self._source(c, near=True)}, %ymm{one}, %ymm{target}"
            else:
                three = self._register[c]
                text = f"{name}132pd {self._source(a, near=True)}, %ymm{three}, %ymm{target}"
        else:
            two, target = self._load(b), self._take()
            held = f"%ymm{self._register[c]}" if c in self._register else self._address(c)
            self._write(f"vmovapd {held}, %ymm{target}")
            text = f"{name}231pd {self._source(a, near=True)}, %ymm{two}, %ymm{target}"
        self._write(text)
        self._release(instruction.sources)
        self._own(instruction.target, target)

    def _dies(self, operand: Operand) -> bool:
        return operand in self._register and self._next(operand) == NEVER
