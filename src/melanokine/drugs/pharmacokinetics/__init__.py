"""Structural pharmacokinetic models, one file each, generated into the network from the numbers of a drug record."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from melanokine.drugs.pharmacokinetics.absorption import (
    Intralesional,
    Intravenous,
    Routes,
    Subcutaneous,
    connect_routes,
    declare_routes,
)
from melanokine.drugs.pharmacokinetics.base import Structure
from melanokine.drugs.pharmacokinetics.engraftment import Engraftment
from melanokine.drugs.pharmacokinetics.kinetic_pharmacodynamic import KineticPharmacodynamic
from melanokine.drugs.pharmacokinetics.one_compartment import Disposition, Interaction, OneCompartment
from melanokine.drugs.pharmacokinetics.release_chain import FREE, ReleaseChain
from melanokine.drugs.pharmacokinetics.time_varying_clearance import TimeVaryingClearance
from melanokine.drugs.pharmacokinetics.two_compartment import PeripheralDisposition, TwoCompartment

AnyStructure = Annotated[
    OneCompartment | TwoCompartment | TimeVaryingClearance | ReleaseChain | KineticPharmacodynamic | Engraftment,
    Field(discriminator="structure"),
]

__all__ = [
    "FREE",
    "AnyStructure",
    "Disposition",
    "Engraftment",
    "Interaction",
    "Intralesional",
    "Intravenous",
    "KineticPharmacodynamic",
    "OneCompartment",
    "PeripheralDisposition",
    "ReleaseChain",
    "Routes",
    "Structure",
    "Subcutaneous",
    "TimeVaryingClearance",
    "TwoCompartment",
    "connect_routes",
    "declare_routes",
]
