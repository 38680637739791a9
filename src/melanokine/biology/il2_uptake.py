"""Receptor-mediated uptake: what binds beta-gamma is internalised and lost (target-mediated disposition).

Every ligand is removed from its plasma volume by Treg, CD8, NK (CD56dim and bright) and helper cells in proportion to
the receptors that it occupies, in competition with all other ligands:

    uptake_i = sum_j k N_j R_j b_i L_i (1 + a_i A_j / A_2) / (K_bg + sum_i b_i L_i (1 + a_i A_j / A_2))

N_j follows the cells as they multiply, so clearance rises with effect: the sink seen with IL-2 variants,
immunocytokines and IL-15 (Hangasky 2020, doi 10.3389/fimmu.2020.01813). Treg, sensitive and numerous, take most of a
low concentration and so withhold it from effectors (Feinerman 2010). Internalisation has a half-time of 10-15 minutes;
alpha alone does not internalise (Robb & Greene 1987, doi 10.1084/jem.165.4.1201).
"""

from __future__ import annotations

from melanokine.biology.il2_receptor import CONSUMERS, binders, receptors, resting_occupancy
from melanokine.network import Network, Quantity


def declare(net: Network) -> None:
    net.load(__file__)


def connect(net: Network) -> None:
    grown = {
        "treg": net.treg_blood,
        "nk": net.nk_blood,
        "nk_bright": net.nk_bright_blood,
        "cd8": net.cd8_blood,
        "helper": net.lymphocyte_pool,
    }
    capacity = {cell: grown[cell] * resting_capacity(net, cell) for cell in CONSUMERS}
    for x in binders(net):
        approach = x.betagamma * x.plasma
        uptake = sum(
            capacity[cell]
            * net[f"il2_binding_{cell}"]
            * approach
            * (1 if x.alpha is None else 1 + x.alpha * net[f"il2_alpha_gain_{cell}"])
            for cell in CONSUMERS
        )
        net.reaction(f"il2_uptake_{x.ligand.name}", {x.ligand.amount: -1}, uptake)


def resting_capacity(net: Network, cell: str) -> Quantity:
    """Most that a class can take up at its resting number [molecules per day]."""
    cells = net.il2_accessible_share * net[f"il2_consumers_{cell}"]
    return net.il2_internalisation * receptors(net, cell) * cells


def resting_uptake(net: Network) -> Quantity:
    """Uptake of endogenous IL-2 at rest: an expression of parameters only."""
    return sum(resting_capacity(net, cell) * resting_occupancy(net, cell)[0] for cell in CONSUMERS)
