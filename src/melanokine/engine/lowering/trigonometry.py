"""Sine, cosine, arc tangent and floor, written in sums, products and choices of the graph.

Sine and cosine: k = round(2 x / pi) and r = x - k pi/2, with pi/2 in three parts so that r is exact to the last bits
for |x| up to a million; then the polynomials for |r| <= pi/4, and the quadrant k modulo 4 says which of them with
which sign. Arc tangent: |x| > 1 is turned into 1/|x|, and what is then above tan(pi/8) into (t - 1)/(t + 1), pi/4
away.

Parts of pi/2 and polynomials are those of the FreeBSD mathematical library (e_rem_pio2.c, k_sin.c, k_cos.c, s_atan.c,
Sun Microsystems 1993). Absolute errors are a few units of 1e-16. Infinite angles give not-a-number.
"""

from __future__ import annotations

import math

from melanokine.engine.lowering.micro import ROUNDING
from melanokine.network.graph import Graph

_HALF_PI = 1.57079632673412561417e00, 6.07710050630396597660e-11, 2.02226624879595063154e-21
_SINE = (
    1.58969099521155010221e-10, -2.50507602534068634195e-08, 2.75573137070700676789e-06,
    -1.98412698298579493134e-04, 8.33333333332248946124e-03, -1.66666666666666324348e-01,
)  # fmt: skip
_COSINE = (
    -1.13596475577881948265e-11, 2.08757232129817482790e-09, -2.75573143513906633035e-07,
    2.48015872894767294178e-05, -1.38888888888741095749e-03, 4.16666666666666019037e-02,
)  # fmt: skip
_ARC_TANGENT = (
    1.62858201153657823623e-02, -3.65315727442169155270e-02, 4.97687799461593236017e-02, -5.83357013379057348645e-02,
    6.66107313738753120669e-02, -7.69187620504482999495e-02, 9.09088713343650656196e-02, -1.11111104054623557880e-01,
    1.42857142725034663711e-01, -1.99999999998764832476e-01, 3.33333333333329318027e-01,
)  # fmt: skip


def floor(graph: Graph, x: int) -> int:
    """The largest integer not above x: x rounded, less one where that is above x."""
    rounded = _rounded(graph, x)
    return graph.sub(rounded, graph.node("step", rounded, x))


def sine(graph: Graph, x: int) -> int:
    return _quadrant(graph, x, 0.0)


def cosine(graph: Graph, x: int) -> int:
    return _quadrant(graph, x, 1.0)


def arc_tangent(graph: Graph, x: int) -> int:
    const, one = graph.const, graph.const(1.0)
    size = graph.maximum(x, graph.neg(x))
    steep = graph.node("step", size, one)
    t = graph.node("choose", steep, graph.inv(size), size)
    far = graph.node("step", t, const(math.tan(math.pi / 8)))
    u = graph.node("choose", far, graph.mul(graph.sub(t, one), graph.inv(graph.add(t, one))), t)
    z = graph.mul(u, u)
    angle = graph.sub(u, graph.mul(u, graph.mul(z, _polynomial(graph, z, _ARC_TANGENT))))
    angle = graph.add(angle, graph.mul(far, const(math.pi / 4)))
    angle = graph.node("choose", steep, graph.sub(const(math.pi / 2), angle), angle)
    return graph.node("choose", graph.node("step", const(0.0), x), graph.neg(angle), angle)


def _rounded(graph: Graph, x: int) -> int:
    """x to the nearest integer, which is all that a sum with `ROUNDING` can hold."""
    shift = graph.const(ROUNDING)
    return graph.sub(graph.add(x, shift), shift)


def _quadrant(graph: Graph, x: int, further: float) -> int:
    """The sine of x + further pi/2."""
    const, one = graph.const, graph.const(1.0)
    k = _rounded(graph, graph.mul(x, const(2.0 / math.pi)))
    r = x
    for part in _HALF_PI:
        r = graph.sub(r, graph.mul(k, const(part)))
    z = graph.mul(r, r)
    of_sine = graph.add(r, graph.mul(graph.mul(r, z), _polynomial(graph, z, _SINE)))
    curve = graph.add(graph.mul(const(-0.5), z), graph.mul(graph.mul(z, z), _polynomial(graph, z, _COSINE)))
    of_cosine = graph.add(one, curve)
    turns = graph.add(k, const(further))
    half = graph.mul(turns, const(0.5))
    odd = graph.sub(half, floor(graph, half))
    quarter = graph.mul(turns, const(0.25))
    quadrant = graph.sub(quarter, floor(graph, quarter))
    value = graph.node("choose", odd, of_cosine, of_sine)
    below = graph.node("step", quadrant, const(0.375))
    return graph.node("choose", below, graph.neg(value), value)


def _polynomial(graph: Graph, x: int, coefficients: tuple[float, ...]) -> int:
    """By Horner's rule, highest power first."""
    value = graph.const(coefficients[0])
    for coefficient in coefficients[1:]:
        value = graph.add(graph.mul(value, x), graph.const(coefficient))
    return value
