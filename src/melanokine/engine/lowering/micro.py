"""Functions expanded into the few operations that every processor does in the same way.

Own exponential and logarithm, so that results depend on no mathematical library and lanes never leave their registers.

exp x = 2^n e^r, n = round(x / ln 2), |r| <= ln(2)/2. e^r is the polynomial 1 + r + r^2 q(r), where q interpolates
(e^r - 1 - r)/r^2 at the ten nodes of Chebyshev (computed in 60 digits; relative error of e^r below 2e-17). Adding
1.5 * 2^52 to a double leaves its integer part in the lowest bits, from which 2^n is made by a shift. Below -708.4 the
result is 0, above 709.4 infinite.

ln x = k ln 2 + ln(1 + f), x = 2^k (1 + f), sqrt(1/2) < 1 + f < sqrt(2), and ln(1 + f) = 2 s + s R(s^2), s = f/(2 + f),
with the polynomial R of the FreeBSD mathematical library (e_log.c, Sun Microsystems 1993). x must be positive; infinity
and not-a-number are passed on. The relative error is below 4e-16.

Further operations, on the bits of doubles: `power_of_two`(t) makes 2^n from the lowest bits of t, which hold n + 1023;
`raised`(x) adds to the bits of x what carries into its exponent where the mantissa is above sqrt(2), and from that
`mantissa` is 1 + f and `exponent` is k; `unless_infinite`(x, a) is a where x < infinity, else x.
"""

from __future__ import annotations

from collections.abc import Callable

from melanokine.engine.lowering.assembler import Instruction, Operand, Program

ROUNDING = 6755399441055744.0
"""1.5 * 2^52"""
LN2_HIGH = 6.93147180369123816490e-01
"""The leading 33 bits of ln 2, so that its product with an exponent is exact (e_log.c) ..."""
LN2_LOW = 1.90821492927058770002e-10
"""... and the rest."""

_EXPONENTIAL = (
    2.510038549551032e-08, 2.7620088445409746e-07, 2.7557268459997064e-06, 2.4801521295954376e-05,
    0.00019841269863053618, 0.0013888888917213717, 0.008333333333330062, 0.04166666666662413,
    0.16666666666666669, 0.5000000000000001, 1.0, 1.0,
)  # fmt: skip
_LOGARITHM = (
    1.479819860511658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01, 2.222219843214978396e-01,
    2.857142874366239149e-01, 3.999999999940941908e-01, 6.666666666666735130e-01,
)  # fmt: skip


def expand(program: Program) -> Program:
    """The same program in primitive operations."""
    expansion = _Expansion(program)
    return Program(program.name, program.arrays, tuple(expansion.instructions))


def _const(value: float) -> Operand:
    return "const", value


class _Expansion:
    def __init__(self, program: Program) -> None:
        self.instructions: list[Instruction] = []
        values = (i.target for i in program.instructions if isinstance(i.target, int))
        self._values = max(values, default=0)
        functions: dict[str, Callable] = {"exp": self._exp, "ln": self._ln, "inv": self._inv}
        for instruction in program.instructions:
            if instruction.operation in functions:
                functions[instruction.operation](instruction.target, *instruction.arguments)
            else:
                self.instructions.append(instruction)

    def _add(self, operation: str, *arguments: Operand) -> Operand:
        self._values += 1
        self.instructions.append(Instruction(self._values, operation, arguments))
        return self._values

    def _set(self, target, operation: str, *arguments: Operand) -> None:
        self.instructions.append(Instruction(target, operation, arguments))

    def _inv(self, target, x: Operand) -> None:
        self._set(target, "div", _const(1.0), x)

    def _exp(self, target, x: Operand) -> None:
        add = self._add
        x = add("min", add("max", x, _const(-709.0)), _const(710.0))
        bits = add("fma", x, _const(1.4426950408889634), _const(ROUNDING + 1023.0))
        n = add("sub", bits, _const(ROUNDING + 1023.0))
        r = add("fnma", n, _const(LN2_LOW), add("fnma", n, _const(LN2_HIGH), x))
        self._set(target, "mul", self._polynomial(r, _EXPONENTIAL), add("power_of_two", bits))

    def _ln(self, target, x: Operand) -> None:
        add = self._add
        raised = add("raised", x)
        f, k = add("sub", add("mantissa", raised), _const(1.0)), add("exponent", raised)
        s = add("div", f, add("add", f, _const(2.0)))
        z = add("mul", s, s)
        low = add("fma", k, _const(LN2_LOW), add("add", s, s))
        rest = add("fma", add("mul", s, z), self._polynomial(z, _LOGARITHM), low)
        self._set(target, "unless_infinite", x, add("fma", k, _const(LN2_HIGH), rest))

    def _polynomial(self, x: Operand, coefficients: tuple[float, ...]) -> Operand:
        """By Horner's rule, highest power first."""
        value: Operand = _const(coefficients[0])
        for coefficient in coefficients[1:]:
            value = self._add("fma", value, x, _const(coefficient))
        return value
