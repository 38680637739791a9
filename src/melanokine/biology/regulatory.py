"""Regulatory T cells in the tumour: they enter from blood, grow on IL-2, and restrain killing.

They are three to five times denser among the CD4 cells of a metastasis than of blood (Ahmadzadeh 2008, doi
10.1182/blood-2008-06-163048). The blood pool is replaced faster than lesions drain it, so entry does not lower it.
Ipilimumab may deplete those in the tumour through their CTLA-4 (0.1 per day in QSP-IO, from Richards 2008, PMID
18723496), although biopsies show none (Sharma 2019, doi 10.1158/1078-0432.CCR-18-0762): the rate is uncertain down to
zero. Killing is multiplied by   1 / (1 + Treg / (half * neighbourhood)).
"""

from __future__ import annotations

from melanokine.biology.lesions import total
from melanokine.network import Network


def declare(net: Network) -> None:
    net.load(__file__)
    for lesion in net.lesions:
        lesion.species("treg", "Mcell", compartment="lesion", scale=1.0)


def connect(net: Network) -> None:
    net.act_only_with("anti_ctla4", "treg_depletion_rate")
    for lesion in net.lesions:
        treg = lesion.treg
        in_blood = net.treg_blood_pool * net.treg_blood
        lesion.reaction("treg_homing", {"treg": 1}, net.treg_homing_rate * lesion.homing * in_blood)
        lesion.reaction("treg_loss", {"treg": -1}, net.tumour_treg_loss * treg)
        lesion.reaction("treg_depletion", {"treg": -1}, net.treg_depletion_rate * net.ctla4_depletion * treg)
        crowding = 1 + treg / (net.tumour_treg_room * lesion.tissue)
        lesion.reaction("treg_growth", {"treg": 1}, net.tumour_treg_growth * net.signal_treg_excess * treg / crowding)
        lesion.rule("treg_restraint", 1 / (1 + treg / (net.treg_suppression_half * lesion.neighbourhood)))
    net.observable("tumour_treg", total(lesion.treg for lesion in net.lesions), "Mcell")
