"""Eosinophils: IL-2 makes innate lymphoid cells of group 2 release IL-5, which drives the bone marrow.

Low-dose IL-2 raises IL-5 in patients in step with their eosinophils, and in mice the cells that do it are ILC2 (Van
Gool 2014, doi 10.1182/blood-2014-07-587493). They carry IL-2Ralpha, and an IL-2 without affinity for alpha (MDNA11)
gives no eosinophilia. The count peaks about five days after lymphocytes are activated, up to twenty-fold, and late in
a course of high doses at 2.3 to 16 per nL. With O the alpha-containing occupancy of ILC2 in excess of rest,

    dP/dt = transit (1 + sensitivity O - P)      precursors
    dM/dt = transit (P - M)                      maturing cells
    dB/dt = loss (baseline M - B)                blood, half-life 18 h

IL-5 itself rises and falls within hours of its cause and is not followed.
"""

from __future__ import annotations

from melanokine.biology.il2_receptor import resting_occupancy
from melanokine.network import Network, maximum


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("eosinophil_precursors", "1", compartment="marrow", scale=1.0, initial=1)
    net.species("eosinophil_maturing", "1", compartment="marrow", scale=1.0, initial=1)
    net.species("eosinophils", "Gcell/L", compartment="blood", scale=0.1, initial=net.eosinophil_baseline)


def connect(net: Network) -> None:
    engaged = maximum(net.il2_alpha_occupancy_ilc2 - resting_occupancy(net, "ilc2")[1], 0)
    drive = 1 + net.eosinophil_sensitivity * engaged
    precursors, maturing = net.eosinophil_precursors, net.eosinophil_maturing
    net.reaction("eosinophil_commitment", {"eosinophil_precursors": 1}, net.eosinophil_transit * drive)
    net.reaction("eosinophil_precursor_exit", {"eosinophil_precursors": -1}, net.eosinophil_transit * precursors)
    net.reaction("eosinophil_maturation", {"eosinophil_maturing": 1}, net.eosinophil_transit * precursors)
    net.reaction("eosinophil_maturing_exit", {"eosinophil_maturing": -1}, net.eosinophil_transit * maturing)
    entry = net.eosinophil_loss * net.eosinophil_baseline * maturing
    net.reaction("eosinophil_entry", {"eosinophils": 1}, entry)
    net.reaction("eosinophil_loss", {"eosinophils": -1}, net.eosinophil_loss * net.eosinophils)
    net.observable("eosinophils", net.eosinophils, "Gcell/L")
