"""Killing of tumour cells by CD8 T cells, NK cells and chemotherapy.

A cytotoxic T cell kills a few tumour cells per day (Breart 2008, doi 10.1172/JCI34388; Halle 2016, doi
10.1016/j.immuni.2016.01.010), and no tumour cell dies faster than crowded killers can share it (Robertson-Tessi 2012,
doi 10.1016/j.jtbi.2011.10.027). Effectors and tissue memory kill, exhausted cells little. PD-1, LAG-3, regulatory T
cells and the suppressive microenvironment (myeloid.py) restrain them, a committed IL-2 signal arms them, as does a high
concentration of IL-10 where they see antigen A (granzyme B: Naing 2018, doi 10.1016/j.ccell.2018.10.007). Per tumour
cell, u being the killing left by an untreated microenvironment and `suppression` relative to that,

    unsuppressed = u / (u + (1 - u) suppression),
    e = (E + x X + T) (1 - inhibition) release restraint unsuppressed armed / neighbourhood,
    armed = 1 + gain signal + gain10 IL-10 A,
    k_T = k e / (1 + k e / k_max),

on the MHC-I-high clone k_T + y k_NK + k_chemo, on the other r k_T + (1 - r) k_NK + k_chemo, with r its recognition
and y the little that NK kill through MHC-I. The killed become dead cells, one for one.
"""

from __future__ import annotations

from melanokine.biology.lesions import total
from melanokine.network import Network


def declare(net: Network) -> None:
    net.load(__file__)


def connect(net: Network) -> None:
    left, armed = net.unsuppressed_killing, 1 + net.killing_signal_gain * net.signal_effector_excess
    for lesion in net.lesions:
        unsuppressed = left / (left + (1 - left) * lesion.myeloid_suppression)
        arming = armed + net.killing_il10_gain * net.il10_cd8 * lesion.antigen
        killers = lesion.effector + net.exhausted_killing * lesion.exhausted + lesion.tissue_memory
        checkpoints = (1 - lesion.pd1_inhibition) * net.lag3_release
        restraint = checkpoints * lesion.treg_restraint * unsuppressed
        density = killers * restraint * arming / lesion.neighbourhood
        unhindered = net.kills_per_effector * density
        t_cell_kill = unhindered / (1 + unhindered / net.maximal_kill_rate)

        seen = lesion.recognition_low
        rate_high = t_cell_kill + net.nk_kill_through_mhc * lesion.nk_kill + net.chemotherapy_kill
        rate_low = seen * t_cell_kill + (1 - seen) * lesion.nk_kill + net.chemotherapy_kill
        lesion.rule("killed_high", rate_high * lesion.tumour_high)
        lesion.rule("killed_low", rate_low * lesion.tumour_low)
        lesion.transfer("killing_high", "tumour_high", "dead", lesion.killed_high)
        lesion.transfer("killing_low", "tumour_low", "dead", lesion.killed_low)

    grown = total((1 + x.vascular_growth) * x.specific_growth * x.lesion_cells for x in net.lesions)
    killed = total(lesion.killed_high + lesion.killed_low for lesion in net.lesions)
    net.observable("growth_rate", (grown - killed) / (net.tumour_cells + net.extinction_size), "1/d")
