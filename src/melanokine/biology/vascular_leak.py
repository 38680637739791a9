"""Vascular leak and blood pressure.

IL-2 acts on vessels by two roads: endothelium that carries the trimeric receptor (shown in mouse lung; Krieg 2010, doi
10.1073/pnas.1002569107) and mediators (TNF, IFN-gamma, nitric oxide) from activated NK and T cells. The first makes
them leak, the second widen them more than leak: variants without affinity for alpha lower the pressure and leave hardly
any leak (none in 25 patients, doi 10.1158/2159-8290.CD-18-1495), and ten days of IL-15 are tolerated. With C the
alpha-containing occupancy of endothelium and N the NK and CD8 cells that IL-2 or IL-15 engages, A = N / (N + half),

    leak:  dL/dt = onset sensitivity (l_C C + l_A A) - recovery L
                                                 days: albumin is lost, fluid retained
    vasodilation:  dV/dt = rate (sensitivity (v_C C + (1 - share) v_A A + mediated F) - V)
                                                 hours: mean arterial pressure P0 (1 - fall V^n / (V^n + half^n))
    adhesion:  dE/dt = rate (C - E)              days: lymphocytes adhere (lymphocytes.py)

F is the effect of IFN-gamma and IL-6 in blood (`cytokine_release`), which takes over a share of the vasodilation by
activated cells: clinical toxicity follows the level of IFN-gamma (PMID 1760811), but not in every patient (Konrad 1992,
J Immunother 12:55), and weight gain does not follow IL-6 (doi 10.1111/j.1365-2249.1994.tb07005.x).

Albumin falls by a third and four kilograms of fluid are held in five days of high-dose IL-2 (Textor 1987, doi
10.1016/0002-9343(87)90941-7); pressure falls from 98 to 84 mmHg (doi 10.1007/BF01724796). The pressure here is that
without vasopressors. Patients differ in sensitivity and in the leak that they and their physicians tolerate; a dose is
withheld beyond it, or below the pressure of the label.
"""

from __future__ import annotations

from melanokine.biology.il2_receptor import engaged, resting_occupancy
from melanokine.network import Network, hill, maximum, minimum, saturation


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("vascular_leak", "1", compartment="body", scale=0.1)
    net.species("vasodilation", "1", compartment="body", scale=0.1)
    net.species("endothelial_adhesion", "1", compartment="body", scale=0.1)
    net.species("albumin", "g/dL", compartment="plasma", scale=1.0, initial=net.albumin_baseline)
    net.species("fluid_retention", "kg", compartment="body", scale=1.0)


def connect(net: Network) -> None:
    activated = engaged(net, "nk") * net.nk_blood + engaged(net, "cd8") * net.cd8_blood
    cells = saturation(activated, net.leak_activation_half)
    trimer = net.il2_alpha_occupancy_endothelium - resting_occupancy(net, "endothelium")[1]
    endothelium = maximum(trimer, 0)
    opening = net.leak_endothelial * endothelium + net.leak_cellular * cells
    drive = net.rule("vascular_drive", net.vascular_sensitivity * opening)
    direct = net.vasodilation_endothelial * endothelium
    direct = direct + (1 - net.vasodilation_mediated_share) * net.vasodilation_cellular * cells
    widening = net.vascular_sensitivity * (direct + net.vasodilation_cytokine * net.cytokine_effect)

    leak, vasodilation = net.vascular_leak, net.vasodilation
    net.reaction("leak_onset", {"vascular_leak": 1}, net.leak_onset * drive)
    net.reaction("leak_recovery", {"vascular_leak": -1}, net.leak_recovery * leak)
    net.reaction("vasodilation_onset", {"vasodilation": 1}, net.vasodilation_rate * widening)
    net.reaction("vasodilation_recovery", {"vasodilation": -1}, net.vasodilation_rate * vasodilation)

    adhesion = net.endothelial_adhesion
    net.reaction("adhesion_onset", {"endothelial_adhesion": 1}, net.adhesion_rate * endothelium)
    net.reaction("adhesion_loss", {"endothelial_adhesion": -1}, net.adhesion_rate * adhesion)

    net.reaction("albumin_renewal", {"albumin": 1}, net.albumin_renewal * (net.albumin_baseline - net.albumin))
    net.reaction("albumin_leak", {"albumin": -1}, net.albumin_leak * leak * net.albumin)
    net.reaction("fluid_gain", {"fluid_retention": 1}, net.fluid_gain * leak)
    net.reaction("fluid_loss", {"fluid_retention": -1}, net.fluid_loss * net.fluid_retention)

    pressure = net.pressure_baseline * (
        1 - net.pressure_fall * hill(vasodilation, net.vasodilation_half, net.vasodilation_exponent)
    )
    net.observable("vascular_leak", leak)
    net.observable("mean_arterial_pressure", net.rule("mean_arterial_pressure", pressure), "mmHg")
    net.observable("albumin", net.albumin, "g/dL")
    net.observable("weight_gain", net.fluid_retention, "kg")
    spare_leak = 1 - leak / net.leak_tolerance
    spare_pressure = pressure / net.pressure_hold - 1
    net.guard("haemodynamic_tolerance", minimum(spare_leak, spare_pressure))
