"""The model with its drugs, with doses as parameters and with what measurements read: areas, and values at one time.

Beside the mechanism's own equations there are

    D_k          dose k: an amount [that of the drug's states] into one place at one time; 0 unless a condition gives it
    t0           the beginning of the span [d]; never, unless a condition says when
    dA/dt = y    area under the reading y; back to 0 at t0
    dB/dt = A    area of the area, which the first moment of y follows from; back to 0 at t0
    h            y at t0

so that one document serves all conditions, and an area or a half-life is a value at one time. Dose k has its own events
in the schedule, which multiply the amount 1 by D_k.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from melanokine.drugs import Dose
from melanokine.engine import Schedule
from melanokine.estimation.rows import (
    AREA,
    CLEARANCE,
    HALF_LIFE,
    MEAN,
    STEADY_VOLUME,
    Row,
    doses_of,
    drugs_in,
)  # fmt: skip
from melanokine.network import Network, Parameter, Quantity, equations, evaluate
from melanokine.patients.dosing import schedule_of
from melanokine.patients.model import Model, model_of
from melanokine.patients.population import Population
from melanokine.patients.simulation import TYPICAL_POPULATION, typical_patient

BEGIN = "span_begin"
NEVER = -1.0
CLOCK = "treatment_clock"


class Condition(NamedTuple):
    """What one patient is given, and when the span of what is measured begins."""

    regimen: tuple[str, ...]
    begin: float | None


class _Place(NamedTuple):
    """Doses of two regimens that agree in this are one parameter of the model."""

    target: str
    enters: float
    duration: float
    guard: str | None


@dataclass(frozen=True, eq=False)
class MeasuredModel:
    """`parameters` (P,) and `states` (X,) are those of the typical patient at diagnosis; all doses are 0.

    `readings` names the quantity of each reading, `doses` what each condition gives: amounts by parameter.
    """

    model: Model
    schedule: Schedule
    parameters: np.ndarray
    states: np.ndarray
    conditions: tuple[Condition, ...]
    doses: dict[Condition, dict[str, float]]
    readings: dict[str, str]

    def value(self, parameter: str) -> float:
        return float(self.parameters[list(self.model.parameters).index(parameter)])

    def baseline(self, reading: str) -> float:
        """A reading at diagnosis."""
        node = self.model.network.symbols[self.readings[reading]].node
        inputs = np.zeros(len(self.model.equations.inputs))
        return float(evaluate(self.model.equations.graph, [node], self.states, self.parameters, inputs)[0])


def condition_of(row: Row) -> Condition:
    return Condition(row.regimen, row.begin)


def measured_model(said: Sequence[Row], sizes: dict[str, float]) -> MeasuredModel:
    """The model of all drugs in `said`, for a patient in whom a dose per kg or m2 is multiplied by `sizes`."""
    given = tuple(drugs_in(list(said)))
    _, parameters, states = typical_patient(model_of(given), Population.load(TYPICAL_POPULATION))
    model = Model(given)
    net = model.network
    last: dict[Condition, float] = {}
    for row in said:
        last[condition_of(row)] = max(row.time, last.get(condition_of(row), 0.0))
    with net.module("measurements"):
        slots, doses = _declare_doses(net, last, sizes)
        readings = _declare_readings(net, said)
    model.equations = equations(net)
    added = [p.value for p in list(net.parameters.values())[parameters.shape[1] :]]
    more = len(model.equations.states) - states.shape[1]
    schedule = schedule_of(slots.values(), model.equations) if slots else Schedule.empty()
    scale = [list(model.parameters).index(name) for name in slots]
    return MeasuredModel(
        model,
        _scaled(schedule, list(slots.values()), scale),
        np.concatenate([parameters[0], added]),
        np.concatenate([states[0], np.zeros(more)]),
        tuple(last),
        doses,
        readings,
    )


def _declare_doses(
    net: Network, last: dict[Condition, float], sizes: dict[str, float]
) -> tuple[dict[str, Dose], dict[Condition, dict[str, float]]]:
    """A parameter for every place and time of a dose: the dose of amount 1 there, and what each condition gives."""
    places: dict[_Place, Dose] = {}
    amounts: dict[Condition, dict[_Place, float]] = {}
    for condition, time in last.items():
        own = amounts.setdefault(condition, {})
        for dose in doses_of(condition.regimen, time):
            place = _Place(dose.target.name, round(dose.enters_d, 9), round(dose.duration_d, 9), dose.guard)
            places.setdefault(place, dose)
            own[place] = own.get(place, 0.0) + dose.amount * sizes[dose.per]
    ordered = sorted(places, key=lambda place: (places[place].enters_d, place.target, place.duration))
    names: dict[_Place, str] = {}
    for place in ordered:
        drug = places[place].drug
        names[place] = f"dose_{drug}_{1 + sum(places[other].drug == drug for other in names)}"
        note = f"into {place.target} on day {place.enters:g}" + (f" for {place.duration:g} d" * bool(place.duration))
        net.parameter(Parameter(names[place], 0.0, places[place].unit, note=note), outside=True)
    slots = {names[place]: places[place]._replace(amount=1.0, per="flat") for place in ordered}
    return slots, {c: {names[place]: amount for place, amount in own.items()} for c, own in amounts.items()}


def _scaled(schedule: Schedule, slots: list[Dose], scale: list[int]) -> Schedule:
    """The schedule with each dose multiplied by its parameter; slots are in the order in which they enter."""
    assert [dose.enters_d for dose in slots] == sorted(dose.enters_d for dose in slots)
    columns = (schedule.time, schedule.kind, schedule.target, schedule.amount, schedule.duration)
    return Schedule(*columns, scale=np.array(scale, int), guard=schedule.guard) if slots else schedule


def _declare_readings(net: Network, said: Sequence[Row]) -> dict[str, str]:
    """Rules, states and the event that the kinds of `said` need, by reading."""
    kinds: dict[str, set[str]] = {}
    for row in said:
        kinds.setdefault(row.reading, set()).add(row.kind)
    names: dict[str, str] = {}
    restarts: dict[str, Quantity | float] = {}
    for reading, own in kinds.items():
        top, _, bottom = reading.partition(" / ")
        value = net.observables[top] / net.observables[bottom] if bottom else net.observables[top]
        short = re.sub(r"\W+", "_", reading)
        names[reading] = f"reading_{short}"
        net.rule(names[reading], value)
        net.observable(names[reading], value, "1" if bottom else str(value.unit))
        unit = str(value.unit)
        if own & {AREA, MEAN, CLEARANCE, STEADY_VOLUME}:
            area = _integral(net, f"area_{short}", value, f"{unit}*d")
            restarts[f"area_{short}"] = 0
            if STEADY_VOLUME in own:
                _integral(net, f"double_area_{short}", area, f"{unit}*d^2")
                restarts[f"double_area_{short}"] = 0
        if HALF_LIFE in own:
            net.species(f"held_{short}", unit, compartment="blood", scale=1.0)
            restarts[f"held_{short}"] = value
    if restarts and any(row.begin is not None for row in said):
        net.parameter(Parameter(BEGIN, NEVER, "d", note="when the span begins that is measured"), outside=True)
        net.event("span_begins", net[CLOCK] - net[BEGIN], restarts)
    return names


def _integral(net: Network, name: str, value: Quantity, unit: str) -> Quantity:
    area = net.species(name, unit, compartment="blood", scale=1.0)
    net.reaction(f"growth_of_{name}", {name: 1}, value)
    return area
