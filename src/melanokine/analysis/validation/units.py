"""Values of a pharmacokinetic measure in the unit in which they were published."""

from __future__ import annotations

from melanokine.drugs import Drug
from melanokine.errors import InputError
from melanokine.network import parse

TIME = ("peak_time", "lowest_time", "onset", "half_life", "first_half_life")
RATIO = ("fold", "peak_fold", "lowest_fold", "change", "peak_change", "below", "rising", "second_over_first")


def in_unit(value: float, measure: str, per: str, unit: str, drug: Drug, observed: str, weight: float) -> float:
    """`value`, of an exposure in the unit `observed` over days, in the published `unit`.

    `weight` is the patient's [kg], for units per kilogram. Raises InputError for a unit that does not fit.
    """
    if measure in RATIO or per.startswith(("again", "instead")):
        return value * {"percent": 100.0}.get(unit, 1.0)
    if measure in TIME:
        return value * parse("d").factor_to(parse(unit))
    concentration = parse(observed)
    if per == "dose":  # the dose in the amount of the concentration's unit, litres
        unit, per_weight = (unit.replace("/kg", ""), weight) if "/kg" in unit else (unit, 1.0)
        here = parse("L/d") if measure == "area" else parse("L")
        return value * here.factor_to(parse(unit)) / per_weight
    here = concentration * parse("d") if measure == "area" else concentration
    top = unit.partition("*")[0].partition("/")[0].strip()
    if top in ("U", "IU", "ng", "ug", "pg", "mg"):
        if drug.molar_mass is None:
            raise InputError(f"{drug.id} has no molar mass, so {unit} says nothing")
        grams = parse("kDa").factor_to(parse("g/mol")) * drug.molar_mass.to("kDa")
        here_grams = value * here.scale * grams  # grams per litre (times days)
        if top in ("U", "IU"):
            assert drug.activity is not None
            here_grams *= drug.activity.to("IU/g")
            unit = unit.replace("IU", "g").replace("U", "g")
        return here_grams / parse(unit.replace("g/mL*h", "g*h/mL")).scale
    return value * here.factor_to(parse(unit))
