"""Two compartments with linear elimination.

    dA/dt = input - (CL + Q) A/V + Q P/Vp          A  central [amount], C = A/V
    dP/dt = Q A/V - Q P/Vp                         P  peripheral [amount]

Weight scaling and interactions are as in one_compartment.py, Q scaling as CL does and Vp as V.
"""

from __future__ import annotations

import math
from typing import Literal

from melanokine.drugs.pharmacokinetics.base import add_species
from melanokine.drugs.pharmacokinetics.one_compartment import Disposition
from melanokine.drugs.value import Clearance, Volume
from melanokine.network import Network


class PeripheralDisposition(Disposition):
    """A central and a peripheral compartment."""

    intercompartmental_clearance: Clearance
    peripheral_volume: Volume

    def declare_species(self, net: Network, drug: str, unit: str) -> None:
        super().declare_species(net, drug, unit)
        add_species(net, drug, "peripheral", unit, "periphery")

    def connect(self, net: Network, drug: str) -> None:
        super().connect(net, drug)
        central, peripheral = f"{drug}_central", f"{drug}_peripheral"
        exchange = self._scaled(net, drug, "intercompartmental_clearance", "clearance")
        tissue = net[peripheral] / self._scaled(net, drug, "peripheral_volume", "volume")
        net.transfer(f"{drug}_distribution", central, peripheral, exchange * net[f"{drug}_concentration"])
        net.transfer(f"{drug}_return", peripheral, central, exchange * tissue)

    def half_life(self) -> float:
        elimination = self.clearance.to("L/d") / self.central_volume.to("L")
        out = self.intercompartmental_clearance.to("L/d") / self.central_volume.to("L")
        back = self.intercompartmental_clearance.to("L/d") / self.peripheral_volume.to("L")
        total, product = elimination + out + back, elimination * back
        slow = 2 * product / (total + math.sqrt(total**2 - 4 * product))
        return math.log(2) / slow


class TwoCompartment(PeripheralDisposition):
    """Central and peripheral compartment; see the module for the equations."""

    structure: Literal["two_compartment"]
