"""Natural killer cells in the tumour: they enter from blood and kill what shows no MHC-I.

Blood holds 250 per uL (de Pillis 2013, doi 10.3934/dcdsb.2013.18.915), which live for ten days (Zhang 2007, doi
10.1111/j.1365-2567.2007.02573.x); they are rare in melanoma (Erdag 2012, doi 10.1158/0008-5472.CAN-11-3218). The blood
pool, of which both subsets enter, is replaced fast and is hardly drained by lesions, so entry does not lower it. Half
of all NK kill nothing (Vanherberghen 2013, doi 10.1182/blood-2012-06-439851); a committed signal of IL-2 or IL-15 arms
them, and so does IL-18 that its binding protein lets through (decoy-resistant IL-18: Zhou 2020, doi
10.1038/s41586-020-2422-6).

IL-18 has a second face, which low levels show: within days it puts PD-1 on NK cells, so that PD-L1 of the tumour
restrains them, and turns some into Kit+ PD-L1+ cells that suppress the others (mice: Terme 2011 and 2012, doi
10.1158/0008-5472.CAN-11-0993, 10.1158/0008-5472.CAN-11-3379; PD-1 on NK of patients: doi 10.18632/oncotarget.16281).
Antibodies against PD-1 or PD-L1 release both. With `nk_turned` P in [0, 1), 0 untreated, that follows the suppressive
signal of il18.py, they kill per MHC-I-negative tumour cell at

    k (1 + gain signal + gain_18 N18) (1 - y_1 P inhibition) (1 - y_2 P unblocked) NK / neighbourhood.
"""

from __future__ import annotations

from melanokine.biology.lymphocytes import natural_killer_number
from melanokine.network import Network


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("nk_turned", "1", compartment="body", scale=0.1)
    for lesion in net.lesions:
        lesion.species("nk", "Mcell", compartment="lesion", scale=1.0)


def connect(net: Network) -> None:
    armed = net.rule("nk_arming", 1 + net.nk_signal_gain * net.signal_nk_excess)
    killing = net.nk_kill_rate * (armed + net.nk_il18_gain * net.il18_signal_nk)
    turned = net.nk_turned
    net.reaction("nk_turning", {"nk_turned": 1}, net.nk_turnover_pd1 * net.il18_suppression)
    net.reaction("nk_returning", {"nk_turned": -1}, net.nk_turnover_pd1 * turned)
    unblocked = (1 - net.pd1_occupancy) * (1 - net.pdl1_occupancy)
    spared = 1 - net.nk_suppression * turned * unblocked
    for lesion in net.lesions:
        in_blood = net.nk_blood_pool * natural_killer_number(net)
        lesion.reaction("nk_homing", {"nk": 1}, net.nk_homing_rate * lesion.homing * in_blood)
        lesion.reaction("nk_loss", {"nk": -1}, net.tumour_nk_loss * lesion.nk)
        released = 1 - net.nk_pd1_share * turned * lesion.pd1_inhibition
        lesion.rule("nk_kill", killing * released * spared * lesion.nk / lesion.neighbourhood)
