"""The table of parameters, patients x parameters: each value is a quantile at the patient's own uniform number.

The uniform number is keyed by the *name* of the parameter, so a model with one more parameter, or a population that
narrows one distribution, leaves all other values as they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from melanokine.errors import ModelError, nearest
from melanokine.network.parameter import Parameter
from melanokine.network.units import parse
from melanokine.patients import distributions, streams
from melanokine.patients.population import Population

if TYPE_CHECKING:
    from melanokine.patients.model import Model

BODY_SIZE = "body_weight", "body_surface_area"
"""Parameters that a model has only where a drug needs them."""

BODY_SURFACE_AREA = 0.1173, 0.6466
"""Coefficient [m2 at 1 kg] and exponent of body surface area over body weight in adults.

Livingston and Lee 2001, doi 10.1152/ajpendo.2001.281.3.E586. It needs no height, which trials seldom report.
"""


def parameter_table(model: Model, population: Population | None = None) -> dict[str, Parameter]:
    """The model's parameters in its order, with the distributions and shifts of `population` in place.

    Raises ModelError for a parameter that the model does not have, a unit that does not fit, or a shift of what does
    not vary.
    """
    table = dict(model.network.parameters)
    if population is None:
        return table
    for name, distribution in population.parameters.items():
        if name in BODY_SIZE and name not in table:
            continue
        _require(name, table, population)
        table[name] = _in_unit(distribution.parameter(name), table[name])
    for name, shift in population.shifts.items():
        _require(name, table, population)
        table[name] = _shifted(table[name], shift.standard_deviations)
    return table


def draw_parameters(table: Mapping[str, Parameter], seed: int, patients: ArrayLike) -> NDArray[np.float64]:
    """Values, shape (patients, parameters), for the stream numbers `patients`."""
    columns = [distributions.quantile(p, parameter_uniform(seed, patients, p.name)) for p in table.values()]
    values = np.column_stack(columns) if columns else np.empty((len(np.atleast_1d(patients)), 0))
    return _with_surface_area(values, table)


def parameter_uniform(seed: int, patients: ArrayLike, name: str) -> NDArray[np.float64]:
    """The uniform numbers that decide parameter `name`, shape (patients,)."""
    return streams.uniform(seed, patients, f"parameter {name}")[:, 0]


def typical(model: Model, population: Population | None = None) -> NDArray[np.float64]:
    """One row of parameters, each at the median of its distribution, shape (parameters,)."""
    table = parameter_table(model, population)
    medians = np.array([[distributions.median(parameter) for parameter in table.values()]])
    return _with_surface_area(medians, table)[0]


def _with_surface_area(values: NDArray[np.float64], table: Mapping[str, Parameter]) -> NDArray[np.float64]:
    """`body_surface_area` [m2] follows from `body_weight` [kg] where the model has both."""
    names = list(table)
    if "body_surface_area" in table and "body_weight" in table:
        coefficient, exponent = BODY_SURFACE_AREA
        weight = np.ascontiguousarray(values[:, names.index("body_weight")])
        values[:, names.index("body_surface_area")] = coefficient * weight**exponent
    return values


def _require(name: str, table: Mapping[str, Parameter], population: Population) -> None:
    if name not in table:
        message = f"population {population.name!r} describes {name!r}, which is no parameter of the model"
        raise ModelError(message, remedy=nearest(name, table))


def _in_unit(new: Parameter, old: Parameter) -> Parameter:
    """`new` in the unit of `old`, at the level and in the module of `old`."""
    factor = parse(new.unit).factor_to(parse(old.unit))
    return replace(
        new,
        value=new.value * factor,
        unit=old.unit,
        spread=new.spread * factor if new.distribution == "normal" else new.spread,
        low=new.low * factor,
        high=new.high * factor,
        level=old.level,
        module=old.module,
    )


def _shifted(parameter: Parameter, standard_deviations: float) -> Parameter:
    if parameter.distribution not in ("normal", "lognormal", "logitnormal"):
        message = f"{parameter.name} has no standard deviation to shift by ({parameter.distribution})"
        raise ModelError(message, remedy="replace its distribution under `parameters`")
    centre = distributions.location(parameter) + standard_deviations * parameter.spread
    return replace(parameter, value=float(distributions.value_at(parameter, centre)))
