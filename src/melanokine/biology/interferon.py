"""IFN-gamma in each lesion.

Made by CD8 effectors that see antigen, less by exhausted ones and by NK cells; PD-1 restrains the T cells, an IL-2
signal raises both (repeated boluses raise plasma IFN-gamma four-fold), IL-18 with IL-12 far more (il18.py), and IL-10
at high concentration that of T cells (Naing 2018, doi 10.1016/j.ccell.2018.10.007). It lives for a few hours (Hofstra
1998, PMID 9806748). Concentration in the neighbourhood of the lesion:

    T cells: (E + x_X X) A (1 - y inhibition) (1 + gain signal) (1 + gain10 IL-10)
    dI/dt = p gain_il18 (T cells + x_NK NK arming) / neighbourhood - d I.
"""

from __future__ import annotations

from melanokine.biology.lesions import total
from melanokine.network import Network


def declare(net: Network) -> None:
    net.load(__file__)
    for lesion in net.lesions:
        lesion.species("interferon", "pM", compartment="lesion", scale=1.0)


def connect(net: Network) -> None:
    boost = 1 + net.interferon_signal_gain * net.signal_effector_excess
    boost = boost * (1 + net.interferon_il10_gain * net.il10_cd8)
    for lesion in net.lesions:
        t_cells = lesion.effector + net.exhausted_interferon * lesion.exhausted
        restraint = 1 - net.pd1_on_interferon * lesion.pd1_inhibition
        nk = net.nk_interferon * lesion.nk * net.nk_arming
        producers = t_cells * lesion.antigen * restraint * boost + nk
        secretion = net.interferon_secretion * net.interferon_gain_il18_tumour * producers / lesion.neighbourhood
        lesion.reaction("interferon_secretion", {"interferon": 1}, secretion)
        lesion.reaction("interferon_loss", {"interferon": -1}, net.interferon_loss * lesion.interferon)

    mean = net.rule("interferon_mean", total(lesion.lesion_weight * lesion.interferon for lesion in net.lesions))
    net.observable("interferon_gamma", mean / net.interferon_half)
