"""Routes of administration: infusion into the blood, absorption from under the skin, and injection into lesions.

    subcutaneous:   dD/dt = -ka D;   dI/dt = ka D - ki I;   ki F I enters the blood;   the dose arrives after `lag`
    intralesional:  dT/dt = -kt T;   kt T enters the blood;   T / local volume is the concentration in the lesions

Two equal steps (depot D, interstitium I) give the flat, late peak that one first-order step cannot; the mean absorption
time is 2/ka. Where a drug peaks early and yet is absorbed for days, the second step has a faster rate ki of its own.
The fraction 1 - F is lost on the way. The lag is a shift of the dosing time.
"""

from __future__ import annotations

from melanokine.drugs.pharmacokinetics.base import Structure, add_species
from melanokine.drugs.value import Duration, Fraction, Rate, Record, Volume
from melanokine.network import Network


class Intravenous(Record):
    """Infusion; `duration` is used where a sentence does not say `over ...`."""

    duration: Duration


class Subcutaneous(Record):
    """Injection under the skin; without `interstitial_rate` both steps of absorption are equally fast."""

    absorption_rate: Rate
    interstitial_rate: Rate | None = None
    bioavailability: Fraction
    lag: Duration


class Intralesional(Record):
    """Injection into all lesions, shared among them; the drug leaves them for the blood."""

    absorption_rate: Rate
    local_volume: Volume


class Routes(Record):
    """The routes by which a drug can be given."""

    IV: Intravenous | None = None
    SC: Subcutaneous | None = None
    IT: Intralesional | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in ("IV", "SC", "IT") if getattr(self, name) is not None)


def declare_routes(net: Network, drug: str, routes: Routes, unit: str) -> None:
    """Inputs, depots and absorption parameters of every route that the drug has."""
    if routes.IV:
        net.input(f"{drug}_infusion", f"{unit}/d")
    if routes.SC:
        net.parameter(routes.SC.absorption_rate.parameter(f"{drug}_absorption_rate"))
        if routes.SC.interstitial_rate:
            net.parameter(routes.SC.interstitial_rate.parameter(f"{drug}_interstitial_rate"))
        net.parameter(routes.SC.bioavailability.parameter(f"{drug}_bioavailability"))
        for name in ("depot", "interstitium"):
            add_species(net, drug, name, unit, "skin")
    if routes.IT:
        net.parameter(routes.IT.absorption_rate.parameter(f"{drug}_lesional_absorption_rate"))
        net.parameter(routes.IT.local_volume.parameter(f"{drug}_local_volume"))
        lesional = add_species(net, drug, "lesional", unit, "tumour")
        net.rule(f"{drug}_local_concentration", lesional / net[f"{drug}_local_volume"])


def connect_routes(net: Network, drug: str, routes: Routes, structure: Structure) -> None:
    """Flows from every route into the species where the drug enters the blood."""
    entry = f"{drug}_{structure.entry}"
    if routes.IV:
        net.reaction(f"{drug}_infusing", {entry: 1}, net[f"{drug}_infusion"])
    if routes.SC:
        absorption, depot, interstitium = (net[f"{drug}_{x}"] for x in ("absorption_rate", "depot", "interstitium"))
        net.transfer(f"{drug}_leaving_depot", f"{drug}_depot", f"{drug}_interstitium", absorption * depot)
        arriving = {f"{drug}_interstitium": -1, entry: net[f"{drug}_bioavailability"]}
        second = net[f"{drug}_interstitial_rate"] if routes.SC.interstitial_rate else absorption
        net.reaction(f"{drug}_absorption", arriving, second * interstitium)
    if routes.IT:
        leaving = net[f"{drug}_lesional_absorption_rate"] * net[f"{drug}_lesional"]
        net.transfer(f"{drug}_leaving_lesions", f"{drug}_lesional", entry, leaving)
