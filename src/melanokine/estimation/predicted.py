"""What our own engine says of the measurements, without SBML or PEtab: the check on what is written."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from melanokine.errors import ModelError
from melanokine.estimation.measured_model import BEGIN, Condition, MeasuredModel, condition_of
from melanokine.estimation.rows import (
    AREA,
    CLEARANCE,
    FOLD,
    HALF_LIFE,
    LEVEL,
    MEAN,
    STEADY_VOLUME,
    VOLUME,
    Row,
)  # fmt: skip
from melanokine.estimation.tables import NOISE

RTOL = 1e-8


def predicted(measured: MeasuredModel, said: Sequence[Row], rtol: float = RTOL) -> np.ndarray:
    """(M,) of the typical patient, in the units of what was published. ModelError where a course cannot be followed."""
    kernel = measured.model.kernel
    names = list(measured.model.parameters)
    rows = np.repeat(measured.parameters[None, :], len(measured.conditions), axis=0)
    for row, condition in zip(rows, measured.conditions, strict=True):
        for dose, amount in measured.doses[condition].items():
            row[names.index(dose)] = amount
        if condition.begin is not None:
            row[names.index(BEGIN)] = condition.begin
    states = {state.name for state in measured.model.equations.states}
    read = list(measured.readings.values())
    shorts = [name.removeprefix("reading_") for name in read]
    kept = [f"{kind}_{short}" for short in shorts for kind in ("area", "double_area", "held")]
    times = np.unique([row.time for row in said])
    course = kernel.integrate(
        rows, np.repeat(measured.states[None, :], len(rows), axis=0), schedule=measured.schedule, times=times,
        rtol=rtol, observe=(*read, *(name for name in kept if name in states)),
    )  # fmt: skip
    assert course is not None
    if (course.status != 0).any():
        raise ModelError(f"{int((course.status != 0).sum())} conditions cannot be followed to their end")
    at = {condition: k for k, condition in enumerate(measured.conditions)}

    def value(condition: Condition, time: float, name: str) -> float:
        return float(course.value(name)[at[condition], np.searchsorted(times, time)])

    return np.array([_answer(measured, row, value) for row in said])


def log_likelihood(said: Sequence[Row], values: np.ndarray) -> float:
    """Of log-normal noise at its nominal size."""
    sd = np.array([NOISE[row.plan] for row in said])
    published = np.array([row.value for row in said])
    each = -0.5 * (np.log(values / published) / sd) ** 2 - np.log(sd * published * math.sqrt(2.0 * math.pi))
    return float(each.sum())


def _answer(measured: MeasuredModel, row: Row, value: Callable[[Condition, float, str], float]) -> float:
    condition, reading = condition_of(row), measured.readings[row.reading]
    short = reading.removeprefix("reading_")

    def now(name: str) -> float:
        return value(condition, row.time, name)

    first = measured.baseline(row.reading) if row.kind == FOLD else row.constant
    answers: dict[str, Callable[[], float]] = {
        LEVEL: lambda: now(reading),
        FOLD: lambda: now(reading) / first,
        AREA: lambda: now(f"area_{short}"),
        MEAN: lambda: now(f"area_{short}") / first,
        CLEARANCE: lambda: first / now(f"area_{short}"),
        VOLUME: lambda: first / now(reading),
        STEADY_VOLUME: lambda: (
            first * (row.time * now(f"area_{short}") - now(f"double_area_{short}")) / now(f"area_{short}") ** 2
        ),
        HALF_LIFE: lambda: first / math.log(now(f"held_{short}") / now(reading)),
    }
    return row.factor * answers[row.kind]()
