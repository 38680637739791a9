"""CTLA-4 and CD28 compete for CD80 and CD86 on dendritic cells of the node; antibodies take CTLA-4 out.

CTLA-4 binds CD80 ten and CD86 eight times more tightly than CD28 does (van der Merwe 1997, doi 10.1084/jem.185.3.393;
Collins 2002, doi 10.1016/S1074-7613(02)00362-X). Of each ligand b, the share left to CD28 is

    1 / (1 + ratio free KD_CD28,b / KD_CTLA4,b),    free = (1 - occupancy) (1 - s + s Treg),

where `ratio` is CTLA-4 over CD28 on the cells that touch the dendritic cell, weighted by avidity, and a part s of that
CTLA-4 stands on regulatory T cells, so that it rises with their number in blood (Treg, 1 at baseline). Costimulation is
the mean over both ligands, each weighted by what it would give CD28 alone (copies / KD_CD28): 1 without CTLA-4.
"""

from __future__ import annotations

from melanokine.biology.antibodies import depletion, occupancy
from melanokine.network import Network, Quantity


def declare(net: Network) -> None:
    net.load(__file__)


def connect(net: Network) -> None:
    net.act_only_with("anti_ctla4", "ctla4_antibody_penetration")
    bound = net.rule("ctla4_occupancy", occupancy(net, "anti_ctla4", "ctla4_antibody_penetration"))
    net.observable("ctla4_occupancy", bound)
    net.rule("ctla4_depletion", depletion(net, "anti_ctla4", "ctla4_antibody_penetration"))

    on_all_cells = 1 - net.ctla4_regulatory_share + net.ctla4_regulatory_share * net.treg_blood
    net.rule("costimulation", _costimulation(net, (1 - bound) * on_all_cells))
    net.rule("costimulation_untreated", _costimulation(net, 1))


def _costimulation(net: Network, free_ctla4: Quantity | float) -> Quantity:
    """Engagement of CD28, relative to none lost to CTLA-4, for free CTLA-4 relative to baseline."""
    ctla4 = net.ctla4_to_cd28 * free_ctla4
    alone_cd80 = net.cd80_copies / net.cd80_cd28_dissociation
    alone_cd86 = net.cd86_copies / net.cd86_cd28_dissociation
    left_cd80 = 1 / (1 + ctla4 * net.cd80_cd28_dissociation / net.cd80_ctla4_dissociation)
    left_cd86 = 1 / (1 + ctla4 * net.cd86_cd28_dissociation / net.cd86_ctla4_dissociation)
    return (alone_cd80 * left_cd80 + alone_cd86 * left_cd86) / (alone_cd80 + alone_cd86)
