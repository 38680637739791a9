"""Doses with units at the boundary: mass, activity, moles or cells; flat, per kilogram or per square metre.

Activity converts to mass by the record of each substance: an international unit of one drug says nothing about another.
pint is loaded with the first dose that is read.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from melanokine.drugs.time_span import number
from melanokine.errors import InputError, nearest

if TYPE_CHECKING:
    import pint

    from melanokine.drugs.record import Drug

USUAL_UNITS = ("mg", "g", "ug", "ng", "IU", "kIU", "MIU", "nmol", "pmol", "cells")
PER = {"kg": "kg", "m2": "m2", "m^2": "m2", "m**2": "m2", "m²": "m2"}
"""Body sizes that a dose may be given per, in all their spellings."""

MOST = 1e15
"""No dose is as large in the unit of a drug's states (a kilogram of a cytokine in pmol is 7e13)."""

_DOSE = re.compile(r"\s*([+-]?[\d.,]+(?:[eE][+-]?\d+)?|\S+(?=\s))\s*(\S.*?)\s*")
_UNIT = re.compile(r"[A-Za-zµμ]+")


class Amount(NamedTuple):
    """`amount` in `unit`, the unit of a drug's states, per body size: `flat`, `kg` or `m2`."""

    amount: float
    unit: str
    per: str


@lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry:
    """The registry of units, in which activity (IU) is a dimension of its own."""
    import pint

    units: pint.UnitRegistry = pint.UnitRegistry()
    units.define("international_unit = [international_activity] = IU")
    units.define("cell = [cell_number]")
    return units


def read_dose(dose: Any) -> tuple[float, str]:
    """Number and unit of a dose written as text (`3 mg/kg`) or given as a pint quantity; InputError otherwise."""
    if hasattr(dose, "magnitude") and hasattr(dose, "units"):
        return _finite(float(dose.magnitude), str(dose)), f"{dose.units:~C}"
    match = _DOSE.fullmatch(dose) if isinstance(dose, str) else None
    if match is None:
        raise InputError(f"{dose!r} is not a dose", remedy="write a number and a unit, such as 3 mg/kg")
    return read_number(match.group(1)), match.group(2)


def read_number(text: str) -> float:
    """A number, with thousands separated by commas if at all: `600,000`."""
    plain = text.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text) else text
    try:
        value = float(plain)
    except ValueError:
        raise InputError(f"{text!r} is not a number", remedy="write for example 600000") from None
    return _finite(value, text)


def state_amount(drug: Drug, dose: Any) -> Amount:
    """A dose (see `read_dose`) in the unit of the drug's states."""
    return convert(drug, *read_dose(dose))


def convert(drug: Drug, count: float, unit: str) -> Amount:
    """`count` of a dose unit such as `IU/kg` in the unit of the drug's states; InputError says what would be right."""
    if not math.isfinite(count) or count <= 0:
        raise InputError(f"a dose must be positive, not {number(count)} {unit}", remedy="give a positive number")
    top, per = split(unit)
    kind, factor = _scale(top, unit)
    if drug.amount_unit == "mg/m2":
        if kind != "mass" or per != "m2":
            message = f"{drug.id} is dosed by body surface, not in {unit!r}"
            raise InputError(message, remedy="write its dose in mg/m2")
        return Amount(_within_reason(count * factor * 1e3, count, unit), "mg/m2", "flat")
    if (drug.amount_unit == "Mcell") != (kind == "cells"):
        remedy = "write the dose in cells" if drug.amount_unit == "Mcell" else "write the dose in mg"
        raise InputError(f"{drug.id} is not dosed in {unit!r}", remedy=remedy)
    if kind == "cells":
        return Amount(_within_reason(count * factor / 1e6, count, unit), "Mcell", per)
    moles = count * factor * _moles_per(kind, drug, unit)
    amount = moles * {"pmol": 1e12, "nmol": 1e9, "umol": 1e6}[drug.amount_unit]
    return Amount(_within_reason(amount, count, unit), drug.amount_unit, per)


def split(unit: str) -> tuple[str, str]:
    """The unit above the line, and what the dose is given per."""
    top, slash, bottom = unit.partition("/")
    if not slash:
        return unit.strip(), "flat"
    if bottom.strip() not in PER:
        remedy = "a dose is flat, or per kg, or per m2; the interval is said by `every ...`"
        raise InputError(f"a dose cannot be per {bottom.strip()!r}, as in {unit!r}", remedy=remedy)
    return top.strip(), PER[bottom.strip()]


def _moles_per(kind: str, drug: Drug, unit: str) -> float:
    """Moles in a gram, an IU or a mole of the drug."""
    if kind == "substance":
        return 1.0
    assert drug.molar_mass is not None  # only cells have none, and they are not dosed by mass
    per_gram = 1.0 / drug.molar_mass.to("g/mol")
    if kind == "mass":
        return per_gram
    if drug.activity is None:
        message = f"{drug.id} has no international unit, so {unit!r} says nothing"
        raise InputError(message, remedy="give the dose in mg")
    return per_gram / drug.activity.to("IU/g")


@lru_cache(maxsize=256)
def _scale(text: str, whole: str) -> tuple[str, float]:
    """Whether a unit measures mass, activity, substance or cells, and its size in g, IU, mol or cells."""
    import pint

    try:
        unit = registry().Unit(text) if _UNIT.fullmatch(text) else None
    except (pint.UndefinedUnitError, ValueError):  # `nan` and `inf` are numbers to pint
        unit = None
    if unit is None:
        message = f"{text!r} is not a unit of dose" + (f" in {whole!r}" if text != whole else "")
        raise InputError(message, remedy=nearest(text, USUAL_UNITS))
    kinds = {
        "[mass]": ("mass", "g"),
        "[international_activity]": ("activity", "IU"),
        "[substance]": ("substance", "mol"),
        "[cell_number]": ("cells", "cell"),
    }
    dimensions = dict(unit.dimensionality)
    for dimension, (kind, base) in kinds.items():
        if dimensions == {dimension: 1}:
            return kind, float(registry().Quantity(1.0, unit).to(base).magnitude)
    message = f"{whole!r} measures neither mass nor activity nor substance nor cells"
    raise InputError(message, remedy="give the dose in mg, IU or nmol, flat or per kg or m2")


def _within_reason(amount: float, count: float, unit: str) -> float:
    if not 0 < amount < MOST:
        raise InputError(f"a dose of {number(count)} {unit} is beyond reason", remedy="check number and unit")
    return amount


def _finite(value: float, text: str) -> float:
    if not math.isfinite(value):
        raise InputError(f"{text!r} is not a finite number", remedy="give a positive number")
    return value
