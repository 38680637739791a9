"""Variants of a molecule: other affinities for the IL-2 receptor, another half-life.

The variant is a record like any other; only what was asked for differs. Its international unit is gone where an
affinity differs, because the unit measures what the receptor answers to.
"""

from __future__ import annotations

import math
import re
from typing import Any

from melanokine.drugs.binding import Binding, CytokineBinding
from melanokine.drugs.library import names
from melanokine.drugs.pharmacokinetics import Disposition, PeripheralDisposition
from melanokine.drugs.record import Drug
from melanokine.drugs.time_span import read_span
from melanokine.drugs.value import Value
from melanokine.errors import InputError

STRONGEST = 1e4
"""No mutein binds a receptor this many times better than IL-2."""
OPEN_RANGE = 2.0
"""A designed number is taken to be uncertain by this factor either way."""


def engineered(
    drug: Drug,
    name: str,
    *,
    alpha_affinity: float | None = None,
    betagamma_affinity: float | None = None,
    half_life: str | None = None,
) -> Drug:
    """A variant of `drug` called `name`.

    `alpha_affinity` and `betagamma_affinity` multiply the affinities for IL-2Ralpha and IL-2Rbeta-gamma that the drug
    has (0 for none); `half_life`, such as `20 h`, is the terminal half-life of the typical patient, reached by another
    clearance. Raises InputError for what makes no sense for this drug.
    """
    changes: dict[str, Any] = {"id": _identity(name), "name": name.strip(), "aliases": ()}
    said = []
    affinities = {"alpha": alpha_affinity, "betagamma": betagamma_affinity}
    given = {chain: factor for chain, factor in affinities.items() if factor is not None}
    if given:
        bindings = _rebound(drug, given)
        changes["binding"] = bindings if len(bindings) > 1 else bindings[0]
        changes["activity"] = None
        said += [f"{chain} affinity x {factor:g}" for chain, factor in given.items()]
    if half_life is not None:
        changes["pharmacokinetics"] = _with_half_life(drug, half_life)
        said.append(f"half-life {half_life}")
    if not said:
        raise InputError(f"{name!r} differs from {drug.id} in nothing", remedy="give an affinity or a half-life")
    changes["strategy"] = f"{drug.name} with {', '.join(said)}"
    changes["grade"] = "D"
    return drug.model_copy(update=changes)


def _identity(name: str) -> str:
    """A name for networks: lower-case words joined by underscores."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold() if isinstance(name, str) else "").strip("_")
    if not plain:
        raise InputError(f"{name!r} is no name for a drug", remedy="use letters and digits")
    identity = plain if plain[0].isalpha() else f"variant_{plain}"
    if identity in names():
        raise InputError(f"{name!r} is the name of a drug of the library", remedy="choose another name")
    return identity


def _rebound(drug: Drug, factors: dict[str, float]) -> tuple[Binding, ...]:
    """The bindings of `drug` with each affinity multiplied."""
    bindings = list(drug.bindings)
    for chain, factor in factors.items():
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 <= factor <= STRONGEST:
            remedy = f"give a multiplier from 0 (no binding) to {STRONGEST:g}; 1 leaves it as it is"
            raise InputError(f"an affinity for {chain} cannot be {factor!r}", remedy=remedy)
        holders = [i for i, x in enumerate(bindings) if isinstance(x, CytokineBinding) and chain in x.chains()]
        if not holders:
            known = sorted({c for x in bindings if isinstance(x, CytokineBinding) for c in x.chains()})
            remedy = f"it binds {', '.join(known)}" if known else "change affinities of a cytokine such as aldesleukin"
            raise InputError(f"{drug.id} does not bind {chain}", remedy=remedy)
        for i in holders:
            binding = bindings[i]
            assert isinstance(binding, CytokineBinding)
            changed = {chain: _designed(factor * binding.affinity(chain), "1")}
            bindings[i] = binding.model_copy(update=changed)
    return tuple(bindings)


def _with_half_life(drug: Drug, half_life: str) -> Disposition:
    """The pharmacokinetics of `drug` with the clearance that gives this terminal half-life."""
    model = drug.pharmacokinetics
    if not isinstance(model, Disposition):
        message = f"the half-life of {drug.id} is not set by one clearance"
        raise InputError(message, remedy="write a drug file with the rates that you mean")
    target = read_span(half_life).days
    if not isinstance(model, PeripheralDisposition):
        number = math.log(2) / target * model.central_volume.to("L")
        return model.model_copy(update={"clearance": _designed(number, "L/d", model.clearance)})
    slowest_exchange = model.intercompartmental_clearance.to("L/d") / model.peripheral_volume.to("L")
    shortest = math.log(2) / slowest_exchange
    if target <= shortest:
        message = f"the half-life of {drug.id} cannot fall to {half_life}: return from tissue takes longer"
        raise InputError(message, remedy=f"give more than {shortest * 24:.2g} h")
    slow = math.log(2) / target
    volume, exchange = model.central_volume.to("L"), model.intercompartmental_clearance.to("L/d")
    # slow is a root of s^2 - (k10 + k12 + k21) s + k10 k21, which is linear in the elimination k10
    elimination = slow * (exchange / volume + slowest_exchange - slow) / (slowest_exchange - slow)
    clearance = _designed(elimination * volume, "L/d", model.clearance)
    return model.model_copy(update={"clearance": clearance})


def _designed(number: float, unit: str, like: Value | None = None) -> Value:
    """A number that a designer chose, with the (log-normal) spread between patients of `like`."""
    deviation = 0.0 if like is None else like.deviation
    width = max(OPEN_RANGE, math.exp(4 * deviation))
    return Value(
        value=number,
        unit=unit,
        distribution="lognormal" if deviation else "fixed",
        spread=deviation or None,
        low=number / width,
        high=number * width,
        how="assumed",
        grade="D",
        note="a designed property, not measured",
    )
