"""The systemic mechanisms (IL-2, lymphocytes, toxicity) on their own, without tumour or drug library.

What the tumour's mechanisms would provide is held constant; aldesleukin is written by hand (Konrad 1990, PMID 2317789).
"""

from __future__ import annotations

from importlib import import_module

import numpy as np
from scipy.integrate import solve_ivp

from melanokine.network import Equations, Ligand, Network, Parameter, Quantity, equations, parse

MECHANISMS = (
    "il2_endogenous",
    "il2_receptor",
    "il2_signal",
    "activation_death",
    "lymphocytes",
    "il2_uptake",
    "vascular_leak",
    "immune_toxicity",
)
OCCUPANCIES = ("pd1_occupancy", "ctla4_occupancy")
PMOL_PER_MIU = 1.1e-3 / 18 / 15.3e3 * 1e12
"""1.1 mg are 18 million IU; 15.3 kDa."""


def network(*, alpha: float = 1.0, betagamma: float = 1.0, mechanisms: tuple[str, ...] = MECHANISMS) -> Network:
    """A network with one ligand in two compartments (species `central`, `peripheral`; pmol)."""
    net = Network("systemic")
    modules = [(name, import_module(f"melanokine.biology.{name}")) for name in mechanisms]
    for name, module in modules:
        with net.module(name):
            module.declare(net)
    _add_ligand(net, alpha, betagamma)
    for name in OCCUPANCIES:
        net.parameter(Parameter(name, 0.0, "1"))
    net.rule("effector_blood", Quantity(net.graph, net.graph.const(0.0), parse("Mcell"), "effector_blood"))
    for name, module in modules:
        with net.module(name):
            module.connect(net)
    return net


def _add_ligand(net: Network, alpha: float, betagamma: float) -> None:
    values = {"clearance": (173, "L/d"), "exchange": (27, "L/d"), "central_volume": (2.66, "L"),
              "peripheral_volume": (1.93, "L"), "ligand_alpha": (alpha, "1"), "ligand_betagamma": (betagamma, "1")}  # fmt: skip
    for name, (value, unit) in values.items():
        net.parameter(Parameter(name, value, unit))
    central = net.species("central", "pmol", compartment="plasma", scale=100.0)
    peripheral = net.species("peripheral", "pmol", compartment="tissue", scale=100.0)
    net.reaction("elimination", {"central": -1}, net.clearance * central / net.central_volume)
    net.transfer("outward", "central", "peripheral", net.exchange * central / net.central_volume)
    net.transfer("inward", "peripheral", "central", net.exchange * peripheral / net.peripheral_volume)
    concentration = net.rule("ligand_concentration", central / net.central_volume)
    net.observable("ligand_concentration", concentration, "pM")
    net.role("il2_ligand").append(
        Ligand("ligand", "central", net.central_volume, concentration, net.ligand_alpha, net.ligand_betagamma)
    )
