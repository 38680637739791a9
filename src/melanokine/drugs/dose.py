"""One dose, as the schedule of a patient holds it."""

from __future__ import annotations

from typing import NamedTuple

from melanokine.drugs.record import Drug
from melanokine.errors import InputError


class DoseTarget(NamedTuple):
    """Where a dose goes: an `infusion` raises the input `name`, a `bolus` adds to the state `name`."""

    kind: str
    name: str


class Dose(NamedTuple):
    """A dose at `time_d` days, `amount` in `unit` (that of the drug's states) per `flat`, `kg` or `m2`.

    It enters the target at `time_d + lag_d`, during `duration_d` days for an infusion, if `guard` (the name of a guard
    of the model, None for none) is positive then.
    """

    time_d: float
    drug: str
    route: str
    amount: float
    unit: str
    per: str
    duration_d: float
    lag_d: float
    guard: str | None
    target: DoseTarget

    @property
    def enters_d(self) -> float:
        """Time at which the dose reaches its target [d]."""
        return self.time_d + self.lag_d


def dose_target(drug: Drug, route: str, *, bolus: bool = False) -> DoseTarget:
    """Input or state of the network that a dose of `drug` by `route` goes to; `bolus` is an injection into a vein."""
    compartment = compartment_of(drug, route)
    if route == "IV" and not bolus:
        return DoseTarget("infusion", f"{drug.id}_infusion")
    return DoseTarget("bolus", compartment)


def compartment_of(drug: Drug, route: str) -> str:
    """The state in which a dose by `route` arrives."""
    if route not in drug.routes.names:
        remedy = f"{drug.id} is given {' or '.join(drug.routes.names)}"
        raise InputError(f"{drug.id} has no route {route!r}", remedy=remedy)
    where = {"IV": drug.pharmacokinetics.entry, "SC": "depot", "IT": "lesional"}
    return f"{drug.id}_{where[route]}"
