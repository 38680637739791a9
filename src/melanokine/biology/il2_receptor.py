"""IL-2 receptors of each cell class: alpha (CD25), beta (CD122) and the common gamma chain.

IL-2 binds beta-gamma with nanomolar affinity. Where alpha is at hand it first captures IL-2 (10 nM) on the membrane,
from where beta-gamma is reached about a hundred times more easily: copies of alpha, not affinities, tell a Treg from
an NK cell. Binding (seconds to minutes) is at rest within each dose interval, so that for ligands i at concentration
L_i with affinities a_i (alpha) and b_i (beta-gamma) relative to IL-2,

    A = A_T / (1 + sum a_i L_i / K_alpha)                          free alpha
    occupancy = sum b_i L_i (1 + a_i A / A_2) / (K_bg + sum b_i L_i (1 + a_i A / A_2)),

the limit of the full mass-action scheme in which gamma and alpha outnumber the complexes (tests/biology). A_2 is the
number of alpha copies that doubles the apparent affinity: closing the binding cycle, the two-dimensional dissociation
constant of alpha from the complex. K_bg and A_2 are fitted to the pSTAT5 EC50 of four human cell classes
(doi 10.1126/scisignal.adg0699); receptor copies are those of Farhat 2021 (doi 10.1016/j.celrep.2021.109044).
"""

from __future__ import annotations

from melanokine.network import Network, Quantity, minimum

CLASSES = ("treg", "cd8", "nk", "helper", "lymphocyte", "effector", "endothelium")
"""`cd8`: circulating; `effector`: antigen-activated CD8 in the tumour; `lymphocyte`: bulk of blood, without alpha."""

CONSUMERS = ("treg", "cd8", "nk", "helper")
"""Classes that are numerous enough to clear IL-2 from plasma."""


def declare(net: Network) -> None:
    net.load(__file__)


def connect(net: Network) -> None:
    ligands = net.role("il2_ligand")
    net.rule("il2_betagamma_exposure", sum(x.betagamma * x.concentration for x in ligands))
    net.rule("il2_alpha_exposure", sum(x.alpha * x.concentration for x in ligands))
    net.rule("il2_trimer_exposure", sum(x.alpha * x.betagamma * x.concentration for x in ligands))

    for cell in CLASSES:
        copies = resting_alpha(net, cell)
        if cell in ("cd8", "effector"):
            copies = copies + net.cd25
        reach = _reach(net, cell)
        if copies is None:
            gain, pull = None, reach * net.il2_betagamma_exposure
        else:
            gain = net.rule(f"il2_alpha_gain_{cell}", alpha_gain(net, copies, reach * net.il2_alpha_exposure))
            captured = net.rule(f"il2_captured_{cell}", reach * gain * net.il2_trimer_exposure)
            pull = reach * net.il2_betagamma_exposure + captured
        binding = net.rule(f"il2_binding_{cell}", 1 / (net.il2_betagamma_affinity + pull))
        net.rule(f"il2_occupancy_{cell}", pull * binding)
        if gain is not None:
            net.rule(f"il2_alpha_occupancy_{cell}", captured * binding)


def resting_alpha(net: Network, cell: str) -> Quantity | None:
    """Copies of IL-2Ralpha per resting cell [molecule/cell]; None for cells without."""
    return None if cell == "lymphocyte" else net[f"il2_alpha_copies_{cell}"]


def receptors(net: Network, cell: str) -> Quantity:
    """Beta-gamma pairs per cell [molecule/cell]: as many as its scarcer chain."""
    return minimum(net[f"il2_beta_copies_{cell}"], net[f"il2_gamma_copies_{cell}"])


def alpha_gain(net: Network, copies: Quantity, alpha_exposure: Quantity) -> Quantity:
    """A / A_2: by how much free alpha multiplies the approach to beta-gamma."""
    return copies / net.il2_alpha_doubling_copies / (1 + alpha_exposure / net.il2_alpha_affinity)


def resting_occupancy(net: Network, cell: str) -> tuple[Quantity, Quantity | None]:
    """Occupancy, total and with alpha, by endogenous IL-2 at rest: expressions of parameters only."""
    level = _reach(net, cell) * net.il2_resting_concentration
    copies = resting_alpha(net, cell)
    if copies is None:
        return level / (net.il2_betagamma_affinity + level), None
    captured = level * alpha_gain(net, copies, level)
    total = net.il2_betagamma_affinity + level + captured
    return (level + captured) / total, captured / total


def _reach(net: Network, cell: str) -> Quantity | int:
    """Concentration that the class sees, relative to plasma."""
    return net.il2_tumour_penetration if cell == "effector" else 1
