"""IFN-gamma in blood.

Made by NK and CD8 T cells, more on a signal of IL-2 or IL-15 (repeated boluses of IL-2 raise it four-fold) and much
more on IL-18 with IL-12 (il18.py), it lives for a few hours (Hofstra 1998, PMID 9806748). With the mean of NK and CD8
cells N relative to the patient's own,

    dI/dt = d (I_rest N (1 + gain signal) gain_il18 - I).
"""

from __future__ import annotations

from melanokine.network import Network, maximum


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("interferon_plasma", "pM", compartment="plasma", scale=1.0, initial=net.interferon_plasma_resting)


def connect(net: Network) -> None:
    cells = (net.nk_blood + net.cd8_blood) / 2
    signalled = 1 + net.interferon_plasma_signal_gain * maximum(net.signal_nk_excess, 0)
    made = net.interferon_plasma_resting * cells * signalled * net.interferon_gain_il18
    net.reaction("interferon_plasma_secretion", {"interferon_plasma": 1}, net.interferon_plasma_loss * made)
    lost = net.interferon_plasma_loss * net.interferon_plasma
    net.reaction("interferon_plasma_clearance", {"interferon_plasma": -1}, lost)
