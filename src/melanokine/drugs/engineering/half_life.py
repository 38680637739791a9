"""Another terminal half-life of the typical patient, reached by another clearance."""

from __future__ import annotations

import math

from melanokine.drugs.engineering.designed import designed
from melanokine.drugs.pharmacokinetics import Disposition, PeripheralDisposition
from melanokine.drugs.record import Drug
from melanokine.drugs.time_span import read_span
from melanokine.errors import InputError


def with_half_life(drug: Drug, half_life: str) -> Drug:
    """`drug` with the clearance that gives this terminal half-life."""
    return drug.model_copy(update={"pharmacokinetics": _disposition(drug, half_life)})


def _disposition(drug: Drug, half_life: str) -> Disposition:
    """The pharmacokinetics of `drug` with the clearance that gives this terminal half-life."""
    model = drug.pharmacokinetics
    if not isinstance(model, Disposition):
        message = f"the half-life of {drug.id} is not set by one clearance"
        raise InputError(message, remedy="change its release, or write a drug file with the rates that you mean")
    target = read_span(half_life).days
    if not isinstance(model, PeripheralDisposition):
        number = math.log(2) / target * model.central_volume.to("L")
        return model.model_copy(update={"clearance": designed(number, "L/d", model.clearance)})
    slowest_exchange = model.intercompartmental_clearance.to("L/d") / model.peripheral_volume.to("L")
    shortest = math.log(2) / slowest_exchange
    if target <= shortest:
        message = f"the half-life of {drug.id} cannot fall to {half_life}: return from tissue takes longer"
        raise InputError(message, remedy=f"give more than {shortest * 24:.2g} h")
    slow = math.log(2) / target
    volume, exchange = model.central_volume.to("L"), model.intercompartmental_clearance.to("L/d")
    # slow is a root of s^2 - (k10 + k12 + k21) s + k10 k21, which is linear in the elimination k10
    elimination = slow * (exchange / volume + slowest_exchange - slow) / (slowest_exchange - slow)
    clearance = designed(elimination * volume, "L/d", model.clearance)
    return model.model_copy(update={"clearance": clearance})
