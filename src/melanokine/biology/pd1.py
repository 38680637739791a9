"""PD-1 on tumour CD8 T cells, its ligands, and the antibodies that block it.

PD-L1 has a basal and an IFN-gamma-induced part (JAK-STAT1-IRF1 axis: Garcia-Diaz 2017, doi
10.1016/j.celrep.2017.04.031; half-maximal at 3 pM, up to six-fold: Shin 2017, PMID 27903500). This adaptive resistance
is what sets anti-PD-1 apart from anti-CTLA-4 and IL-2 in the model. PD-L2 is scarcer but binds nearly four times more
tightly (Cheng 2013, doi 10.1074/jbc.M112.448126) and is taken as constant. Antibodies against PD-1 compete with both
ligands, those against PD-L1 take out that one only. With ligation x, scaled so that x = 1 has half the maximal effect,

    PD-L1 = lesion factor (basal + induced I / (I + K)),
    x = (PD-L1 (1 - blocked) + lesion factor basal (PD-L2 : PD-L1) KD_L1 / KD_L2) (1 - occupancy),
    inhibition = maximum x^n / (1 + x^n).
"""

from __future__ import annotations

from melanokine.biology.antibodies import occupancy
from melanokine.biology.lesions import total
from melanokine.network import Network, saturation


def declare(net: Network) -> None:
    net.load(__file__)


def connect(net: Network) -> None:
    net.act_only_with(("anti_pd1", "anti_pdl1"), "pd1_antibody_penetration")
    bound = net.rule("pd1_occupancy", occupancy(net, "anti_pd1", "pd1_antibody_penetration"))
    net.observable("pd1_occupancy", bound)
    blocked = net.rule("pdl1_occupancy", occupancy(net, "anti_pdl1", "pd1_antibody_penetration"))
    net.observable("pdl1_occupancy", blocked)

    pdl2_to_pdl1 = net.pdl2_copies * net.pdl1_dissociation / net.pdl2_dissociation
    for lesion in net.lesions:
        induced = net.pdl1_induced * saturation(lesion.interferon, net.interferon_half)
        pdl1 = lesion.rule("pdl1", lesion.lesion_pdl1_factor * (net.pdl1_basal + induced))
        pdl2 = lesion.lesion_pdl1_factor * net.pdl1_basal * pdl2_to_pdl1
        ligation = ((pdl1 * (1 - blocked) + pdl2) * (1 - bound)) ** net.pd1_exponent
        lesion.rule("pd1_inhibition", net.pd1_maximal_inhibition * ligation / (1 + ligation))

    net.observable("pdl1", total(lesion.lesion_weight * lesion.pdl1 for lesion in net.lesions))
