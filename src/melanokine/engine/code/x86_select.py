"""Straight-line programs in the instructions of AVX2 and FMA, before registers are given out.

| form    | instruction, in the order of the assembler's operands | which operand may be in memory |
|---------|-------------------------------------------------------|--------------------------------|
| binary  | name [$immediate], second, first, target              | second; either if commutative  |
| unary   | name [$immediate], source, target                     | source, unless it is a shift   |
| fma     | name{132,213,231}pd: target is one of the sources     | one of the sources             |
| blend   | vblendvpd mask, second, first, target                 | second                         |
| store   | vmovapd source, place                                 | -                              |

Constants are operands `("const", bits)` from here on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from melanokine.engine.code.llvm_emit import HALF_ROOT, MANTISSA, ONE, TWO52, bits
from melanokine.engine.lowering.assembler import Operand, Program
from melanokine.engine.lowering.micro import ROUNDING

_SIGN = 1 << 63
_LESS, _UNORDERED, _GREATER = 17, 3, 30
"""Predicates of vcmppd (quiet): a < b, either not a number, a > b."""


class Selected(NamedTuple):
    """One instruction; `target` is a value, or an element of an array for a store."""

    form: str
    name: str
    target: int | tuple
    sources: tuple[Operand, ...]
    immediate: int | None = None
    commutative: bool = False


def select(program: Program) -> list[Selected]:
    """The instructions of an expanded program."""
    return _Selection(program).chosen


class _Selection:
    def __init__(self, program: Program) -> None:
        self.chosen: list[Selected] = []
        targets = (i.target for i in program.instructions if isinstance(i.target, int))
        self._values = max(targets, default=0)
        for target, operation, arguments in program.instructions:
            write: Callable[..., None] = getattr(self, f"_{operation}")
            write(
                target, *(("const", bits(a[1])) if isinstance(a, tuple) and a[0] == "const" else a for a in arguments)
            )

    def _emit(self, form: str, name: str, target, *sources: Operand, **more) -> None:
        self.chosen.append(Selected(form, name, target, sources, **more))

    def _new(self) -> int:
        self._values += 1
        return self._values

    def _store(self, target, a):
        self._emit("store", "vmovapd", target, a)

    # arithmetic

    def _add(self, target, a, b):
        self._emit("binary", "vaddpd", target, a, b, commutative=True)

    def _sub(self, target, a, b):
        self._emit("binary", "vsubpd", target, a, b)

    def _mul(self, target, a, b):
        self._emit("binary", "vmulpd", target, a, b, commutative=True)

    def _div(self, target, a, b):
        self._emit("binary", "vdivpd", target, a, b)

    def _neg(self, target, a):
        self._emit("binary", "vxorpd", target, a, ("const", _SIGN), commutative=True)

    def _sqrt(self, target, a):
        self._emit("unary", "vsqrtpd", target, a)

    def _fma(self, target, a, b, c):
        self._emit("fma", "vfmadd", target, a, b, c)

    def _fnma(self, target, a, b, c):
        self._emit("fma", "vfnmadd", target, a, b, c)

    def _fms(self, target, a, b, c):
        self._emit("fma", "vfmsub", target, a, b, c)

    # comparisons: vminpd and vmaxpd return their second operand where one is not a number or both are zero

    def _lesser(self, target, a, b):
        self._emit("binary", "vminpd", target, b, a)

    def _greater(self, target, a, b):
        self._emit("binary", "vmaxpd", target, b, a)

    def _max(self, target, a, b):
        self._extreme("vmaxpd", target, a, b)

    def _min(self, target, a, b):
        self._extreme("vminpd", target, a, b)

    def _extreme(self, name: str, target, first: Operand, second: Operand) -> None:
        """A first argument that is not a number is passed on; a second one needs care."""
        if isinstance(first, tuple) and first[0] == "const":
            first, second = second, first
        if isinstance(second, tuple) and second[0] == "const":
            self._emit("binary", name, target, second, first)
            return
        value, undefined = self._new(), self._new()
        self._emit("binary", name, value, second, first)
        self._emit("binary", "vcmppd", undefined, second, second, immediate=_UNORDERED)
        self._emit("blend", "vblendvpd", target, value, second, undefined)

    def _step(self, target, a, b):
        above = self._new()
        self._emit("binary", "vcmppd", above, a, b, immediate=_GREATER)
        self._emit("binary", "vandpd", target, above, ("const", bits(1.0)), commutative=True)

    def _choose(self, target, condition, a, b):
        chosen = self._new()
        self._emit("binary", "vcmppd", chosen, condition, ("const", bits(0.0)), immediate=_GREATER)
        self._emit("blend", "vblendvpd", target, b, a, chosen)

    # on the bits of doubles (see micro.py)

    def _power_of_two(self, target, a):
        self._emit("unary", "vpsllq", target, a, immediate=52)

    def _raised(self, target, a):
        self._emit("binary", "vpaddq", target, a, ("const", ONE - HALF_ROOT), commutative=True)

    def _mantissa(self, target, a):
        masked = self._new()
        self._emit("binary", "vpand", masked, a, ("const", MANTISSA), commutative=True)
        self._emit("binary", "vpaddq", target, masked, ("const", HALF_ROOT), commutative=True)

    def _exponent(self, target, a):
        lowered, biased = self._new(), self._new()
        self._emit("unary", "vpsrlq", lowered, a, immediate=52)
        self._emit("binary", "vpor", biased, lowered, ("const", TWO52), commutative=True)
        self._emit("binary", "vsubpd", target, biased, ("const", bits(ROUNDING / 1.5 + 1023.0)))

    def _unless_infinite(self, target, x, a):
        finite = self._new()
        self._emit("binary", "vcmppd", finite, x, ("const", bits(float("inf"))), immediate=_LESS)
        self._emit("blend", "vblendvpd", target, x, a, finite)
