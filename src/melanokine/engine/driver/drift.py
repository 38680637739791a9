"""Lanes that stand still: how far states would move within a horizon at their present rates (see steady.py)."""

from __future__ import annotations

from llvmlite import ir

from melanokine.engine.code.routine import POINTER, REAL, Routine
from melanokine.engine.driver.lane import STILL, Plan
from melanokine.engine.driver.layout import Frame


def write_drift(module: ir.Module, plan: Plan) -> None:
    """Add `measure_drift`: the largest |f_i| horizon / (tolerance (|y_i| + FLOOR scale_i)), into the cell `drift`.

    y is the field at `source`; `between` is used up.
    """
    routine = Routine(module, plan.machine, "measure_drift", {"call": POINTER, "workspace": POINTER, "source": POINTER})
    frame = Frame(routine, plan.layout)
    rates, drift = frame.vectors("between"), frame.vectors("drift")
    state = routine.array(routine.argument["source"], routine.vector)
    floor, horizon = frame.results("drift_floor", REAL), routine.splat(frame.call.horizon)
    with routine.each(plan.states) as i:
        rates[i] = 0.0
    frame.run(plan.programs["rates"], state=state.at(0), rate=rates.at(0))
    drift[0] = 0.0
    with routine.each(plan.states) as i:
        allowed = routine.absolute(state[i]) + routine.splat(floor[i])
        moved = routine.absolute(rates[i]) * horizon / allowed
        drift[0] = routine.select((moved > drift[0]) | moved.is_nan(), moved, drift[0])
    routine.finish()


def stop_where_steady(routine: Routine, frame: Frame) -> None:
    """After an attempted step: lanes that stand still at its end are to stop there."""
    call = frame.call
    with routine.when(call.steady.equals(1)):
        routine.call(
            "measure_drift", routine.argument["call"], routine.argument["workspace"], frame.vectors("next").at(0)
        )
        for _, cells in frame.lanes():
            with routine.when((cells.accepted > 0.5) & (cells.interrupted < 0.5) & (cells.drift <= 1.0)):
                cells.stopped = STILL
