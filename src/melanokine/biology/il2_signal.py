"""From occupied IL-2 receptors to committed signal, and the CD25 that it induces.

A bolus of IL-2 is gone in hours, yet cells divide for days: cells that have been signalled to commit to a programme
(pSTAT5, cell-cycle entry) which outlasts the ligand. For each cell class

    dS/dt = commitment drive (1 - S) - loss S,    drive = occupancy + (1 - occupancy) x,

S being the committed share and x what trans-presented IL-15 adds for NK and CD8 cells outside lesions (il15.py). At
rest S follows from endogenous IL-2, and mechanisms respond to the excess over that. Signalled CD8 cells express
IL-2Ralpha, which sensitises them further (Robb 1984, doi 10.1084/jem.160.4.1126); it lasts days. Activation-induced
death is driven by complexes that contain alpha only (`alpha`; Waldhauer 2021, doi 10.1080/19420862.2021.1913791).
"""

from __future__ import annotations

from melanokine.biology.il2_receptor import resting_occupancy
from melanokine.network import Network, Quantity, maximum

DRIVERS = {
    "effector": ("effector", False),
    "alpha": ("effector", True),
    "circulating": ("cd8", False),
    "treg": ("treg", False),
    "nk": ("nk", False),
    "nk_bright": ("nk_bright", False),
    "helper": ("helper", False),
    "lymphocyte": ("lymphocyte", False),
}
"""Signal: the receptor class that drives it, and whether only complexes with alpha count."""

PRESENTED = {"nk": "nk", "nk_bright": "nk", "circulating": "cd8"}
"""Signal that trans-presented IL-15 drives as well, and the class of contact (il15.py): cells of blood and nodes."""


def declare(net: Network) -> None:
    net.load(__file__)
    for signal in DRIVERS:
        net.species(f"signal_{signal}", "1", compartment="body", scale=0.1, initial=resting_signal(net, signal))
    net.species("cd25", "molecule/cell", compartment="body", scale=100.0)


def connect(net: Network) -> None:
    for signal, (cell, with_alpha) in DRIVERS.items():
        occupancy = net[f"il2_alpha_occupancy_{cell}" if with_alpha else f"il2_occupancy_{cell}"]
        state = net[f"signal_{signal}"]
        drive = _with_presented(net, signal, occupancy)
        net.reaction(f"commitment_{signal}", {f"signal_{signal}": 1}, net.il2_commitment * drive * (1 - state))
        net.reaction(f"decommitment_{signal}", {f"signal_{signal}": -1}, net.il2_commitment_loss * state)
        net.rule(f"signal_{signal}_excess", state - resting_signal(net, signal))

    induction = net.cd25_turnover * net.cd25_induced * maximum(net.signal_circulating_excess, 0)
    net.reaction("cd25_induction", {"cd25": 1}, induction)
    net.reaction("cd25_loss", {"cd25": -1}, net.cd25_turnover * net.cd25)


def _with_presented(net: Network, signal: str, occupancy: Quantity) -> Quantity:
    """Receptors engaged by what is dissolved or, of those left, by IL-15 on neighbouring cells."""
    if signal not in PRESENTED:
        return occupancy
    return occupancy + (1 - occupancy) * net[f"il15_trans_{PRESENTED[signal]}"]


def resting_signal(net: Network, signal: str) -> Quantity:
    """The stationary signal of endogenous IL-2: an expression of parameters only."""
    cell, with_alpha = DRIVERS[signal]
    on = net.il2_commitment * resting_occupancy(net, cell)[1 if with_alpha else 0]
    return on / (on + net.il2_commitment_loss)
