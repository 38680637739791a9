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

IL-15 binds the same beta-gamma pair and never IL-2Ralpha, so that it competes with IL-2 and tells cells apart less. An
antibody against the IL-2Ralpha face of IL-2 (role `anti_il2`) leaves IL-2 its affinity for beta-gamma only.
"""

from __future__ import annotations

from dataclasses import dataclass

from melanokine.biology.antibodies import occupancy
from melanokine.network import Ligand, Network, Quantity, maximum, minimum

CLASSES = ("treg", "cd8", "nk", "nk_bright", "helper", "lymphocyte", "effector", "endothelium", "ilc2")
"""`cd8`: circulating; `nk`: CD56dim; `nk_bright`: CD56bright; `effector`: antigen-activated CD8 in the tumour;
`lymphocyte`: bulk of blood, without alpha; `ilc2`: type 2 innate lymphoid cells."""

CONSUMERS = ("treg", "cd8", "nk", "nk_bright", "helper")
"""Classes that are numerous enough to clear IL-2 from plasma."""


@dataclass(frozen=True)
class Binder:
    """A ligand with its affinities for alpha (None for none at all) and beta-gamma relative to IL-2."""

    ligand: Ligand
    alpha: Quantity | None
    betagamma: Quantity

    @property
    def plasma(self) -> Quantity:
        """Free concentration in plasma."""
        return self.ligand.concentration

    def tumour(self, net: Network) -> Quantity:
        """Concentration in the interstitium of the tumour."""
        return net.il2_tumour_penetration * self.ligand.enrichment * self.ligand.concentration + self.ligand.local


def binders(net: Network) -> list[Binder]:
    """All ligands of the beta-gamma pair: IL-2 and its variants, IL-15 and its variants."""
    unblocked = 1 - net.il2_alpha_face_blocked
    il2 = [Binder(x, x.affinity["alpha"] * unblocked, x.affinity["betagamma"]) for x in net.role("il2_ligand")]
    potency = net.il2_betagamma_affinity / net.il15_betagamma_affinity
    return il2 + [Binder(x, None, potency * x.affinity["betagamma"]) for x in net.role("il15_ligand")]


def declare(net: Network) -> None:
    net.load(__file__)


def connect(net: Network) -> None:
    net.act_only_with("il15_ligand", "il15_betagamma_affinity")
    net.act_only_with("anti_il2", "anti_il2_penetration")
    net.rule("il2_alpha_face_blocked", occupancy(net, "anti_il2", "anti_il2_penetration"))
    everything = binders(net)
    for place in ("plasma", "tumour"):
        level = [(x, x.plasma if place == "plasma" else x.tumour(net)) for x in everything]
        with_alpha = [(x, c) for x, c in level if x.alpha is not None]
        net.rule(f"il2_betagamma_exposure_{place}", sum(x.betagamma * c for x, c in level))
        net.rule(f"il2_alpha_exposure_{place}", sum(x.alpha * c for x, c in with_alpha))
        net.rule(f"il2_trimer_exposure_{place}", sum(x.alpha * x.betagamma * c for x, c in with_alpha))

    for cell in CLASSES:
        copies = resting_alpha(net, cell)
        if cell in ("cd8", "effector"):
            copies = copies + net.cd25
        place = "tumour" if cell == "effector" else "plasma"
        if copies is None:
            gain, pull = None, net[f"il2_betagamma_exposure_{place}"]
        else:
            gain = net.rule(f"il2_alpha_gain_{cell}", alpha_gain(net, copies, net[f"il2_alpha_exposure_{place}"]))
            captured = net.rule(f"il2_captured_{cell}", gain * net[f"il2_trimer_exposure_{place}"])
            pull = net[f"il2_betagamma_exposure_{place}"] + captured
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
    level = net.il2_resting_concentration
    if cell == "effector":
        level = net.il2_tumour_penetration * level
    copies = resting_alpha(net, cell)
    if copies is None:
        return level / (net.il2_betagamma_affinity + level), None
    captured = level * alpha_gain(net, copies, level)
    total = net.il2_betagamma_affinity + level + captured
    return (level + captured) / total, captured / total


def engaged(net: Network, cell: str) -> Quantity:
    """Receptor occupancy above that at rest: by how much drugs engage a class of cells."""
    return maximum(net[f"il2_occupancy_{cell}"] - resting_occupancy(net, cell)[0], 0)
