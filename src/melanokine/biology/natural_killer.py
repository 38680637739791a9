"""Natural killer cells in the tumour: they enter from blood and kill what shows no MHC-I.

Blood holds 250 per uL (de Pillis 2013, doi 10.3934/dcdsb.2013.18.915), which live for ten days (Zhang 2007, doi
10.1111/j.1365-2567.2007.02573.x); they are rare in melanoma (Erdag 2012, doi 10.1158/0008-5472.CAN-11-3218). The blood
pool, of which both subsets enter, is replaced fast and is hardly drained by lesions, so entry does not lower it. Half
of all NK kill nothing (Vanherberghen 2013, doi 10.1182/blood-2012-06-439851); a committed signal of IL-2 or IL-15 arms
them. Per MHC-I-negative tumour cell they kill at   k (1 + gain signal) NK / neighbourhood.
"""

from __future__ import annotations

from melanokine.biology.lymphocytes import natural_killer_number
from melanokine.network import Network


def declare(net: Network) -> None:
    net.load(__file__)
    for lesion in net.lesions:
        lesion.species("nk", "Mcell", compartment="lesion", scale=1.0)


def connect(net: Network) -> None:
    armed = net.rule("nk_arming", 1 + net.nk_signal_gain * net.signal_nk_excess)
    for lesion in net.lesions:
        in_blood = net.nk_blood_pool * natural_killer_number(net)
        lesion.reaction("nk_homing", {"nk": 1}, net.nk_homing_rate * lesion.homing * in_blood)
        lesion.reaction("nk_loss", {"nk": -1}, net.tumour_nk_loss * lesion.nk)
        lesion.rule("nk_kill", net.nk_kill_rate * armed * lesion.nk / lesion.neighbourhood)
