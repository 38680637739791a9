"""One attempted step of Rodas5 in every lane, each with its own step size (formulas in rodas5.py)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from llvmlite import ir

from melanokine.engine import rodas5
from melanokine.engine.code.machine import Machine
from melanokine.engine.code.routine import POINTER, REAL, Array, Routine, Term
from melanokine.engine.driver.layout import Frame, Layout
from melanokine.engine.lowering.assembler import Program


def write_step(
    module: ir.Module, machine: Machine, layout: Layout, programs: Mapping[str, Program], states: int
) -> None:
    """Add `step`: from `state` and the cell `step` to `next`, the stages in `rate`, and the cell `error`.

    `error` is the mean over the states of the squared scaled error (rodas5.py); infinite where a pivot is not positive
    and finite. A negative pivot tells of growth too fast for the length of the step, which the method would damp.
    """
    routine = Routine(module, machine, "step", {"call": POINTER, "workspace": POINTER})
    frame = Frame(routine, layout)
    inverse = 1.0 / frame.vectors("step")[0]
    frame.vectors("diagonal")[0] = inverse * (1.0 / rodas5.GAMMA)
    stages = [routine.array(frame.vectors("rate").at(s * states), routine.vector) for s in range(rodas5.STAGES)]

    frame.run(programs["factorise"])
    frame.run(programs["solve"], vector=stages[0].at(0))
    for s in range(1, rodas5.STAGES):
        _combine(frame, stages, s, inverse, states)
        frame.run(programs["rates"], state=frame.vectors("next").at(0), rate=stages[s].at(0))
        frame.run(programs["solve"], vector=stages[s].at(0))
    _measure_error(frame, stages[-1], stages[-2], states)
    routine.finish()


def _combine(frame: Frame, stages: list[Array], s: int, inverse: Term, states: int) -> None:
    """For stage s the argument of the right-hand side, into `next`, and what is added to it, into the stage."""
    routine, state, argument = frame.routine, frame.vectors("state"), frame.vectors("next")
    extends_previous = s > 1 and rodas5.A[s] == (*rodas5.A[s - 1], 1.0)
    with routine.each(states) as i:
        earlier = [stage[i] for stage in stages[:s]]
        if extends_previous:
            argument[i] = argument[i] + earlier[-1]
        else:
            argument[i] = _combination(routine, earlier, rodas5.A[s], state[i])
        stages[s][i] = _combination(routine, earlier, rodas5.C[s]) * inverse


def _combination(routine: Routine, terms: list[Term], weights: tuple[float, ...], start: Term | None = None) -> Term:
    if start is None:
        start, terms, weights = terms[0] * weights[0], terms[1:], weights[1:]
    for term, weight in zip(terms, weights, strict=True):
        start = routine.fma(term, weight, start)
    return start


def _measure_error(frame: Frame, last: Array, before_last: Array, states: int) -> None:
    routine, state, following = frame.routine, frame.vectors("state"), frame.vectors("next")
    relative = routine.splat(frame.call.relative_tolerance)
    absolute = frame.results("absolute_tolerance", REAL)
    weight = relative * rodas5.GUARD

    def add_squares(i: Term, total: Term) -> Term:
        correction = last[i]
        following[i] = following[i] + correction
        before, after = routine.absolute(state[i]), routine.absolute(following[i])
        magnitude = routine.select(before > after, before, after)
        per_tolerance = 1.0 / routine.fma(relative, magnitude, routine.splat(absolute[i]))
        estimate, guard = correction * per_tolerance, routine.absolute(before_last[i] * per_tolerance)
        return routine.fma(guard * guard, guard * weight, routine.fma(estimate, estimate, total))

    mean = routine.total(states, add_squares) * (1.0 / states)
    usable = frame.vectors("diagonal")[1] > 0.0
    frame.vectors("error")[0] = routine.select(usable, mean, mean + math.inf)


def write_interpolation(module: ir.Module, machine: Machine, layout: Layout, states: int) -> None:
    """Add `interpolate`: the state at the cell `fraction` of the step just made, into `between`."""
    routine = Routine(module, machine, "interpolate", {"call": POINTER, "workspace": POINTER})
    frame = Frame(routine, layout)
    passed = frame.vectors("fraction")[0]
    left = 1.0 - passed
    stages = [routine.array(frame.vectors("rate").at(s * states), routine.vector) for s in range(rodas5.STAGES)]
    state, following, between = (frame.vectors(name) for name in ("state", "next", "between"))
    with routine.each(states) as i:
        values = [stage[i] for stage in stages]
        first, second, third = (_combination(routine, values, weights) for weights in rodas5.DENSE)
        curve = routine.fma(passed, routine.fma(passed, third, second), first)
        between[i] = routine.fma(passed, routine.fma(left, curve, following[i]), left * state[i])
    routine.finish()
