"""Two compartments whose clearance drifts with time on treatment, as for antibodies against checkpoints.

    CL(t) = CL0 exp(change t^h / (midpoint^h + t^h))            (Bajaj 2017, 10.1002/psp4.12143)
    dt/dt = C / (C + detectable)                                t  days with drug in the blood

The clock runs only while there is drug, so it starts with the first dose, whenever that is, and a patient who never
receives the drug has none. `detectable` is far below any effective concentration.
"""

from __future__ import annotations

from typing import Literal

from melanokine.drugs.pharmacokinetics.two_compartment import PeripheralDisposition
from melanokine.drugs.value import Concentration, Duration, Fraction, Number
from melanokine.network import Network, Quantity, exp, hill, saturation

TREATMENT_LENGTH = 100.0
"""Magnitude of the days on treatment, to which solver tolerances are relative."""


class TimeVaryingClearance(PeripheralDisposition):
    """Two compartments with a sigmoid change of ln(clearance); see the module for the equations."""

    structure: Literal["time_varying_clearance"]
    clearance_change: Number
    clearance_change_midpoint: Duration
    clearance_change_steepness: Fraction
    detectable_concentration: Concentration

    def declare_species(self, net: Network, drug: str, unit: str) -> None:
        super().declare_species(net, drug, unit)
        net.species(f"{drug}_days_on_drug", "d", compartment="blood", scale=TREATMENT_LENGTH)

    def connect(self, net: Network, drug: str) -> None:
        super().connect(net, drug)
        present = saturation(net[f"{drug}_concentration"], net[f"{drug}_detectable_concentration"])
        net.reaction(f"{drug}_clock", {f"{drug}_days_on_drug": 1}, present)

    def _clearance(self, net: Network, drug: str) -> Quantity:
        progress = hill(
            net[f"{drug}_days_on_drug"],
            net[f"{drug}_clearance_change_midpoint"],
            net[f"{drug}_clearance_change_steepness"],
        )
        return super()._clearance(net, drug) * exp(net[f"{drug}_clearance_change"] * progress)
