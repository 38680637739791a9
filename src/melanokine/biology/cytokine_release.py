"""Interleukin-6 and fever: what macrophages make of IFN-gamma and of activated lymphocytes.

IL-6 peaks four to six hours after an IL-2, whether injected into a vein (PMID 1547819) or under the skin (doi
10.1089/cbr.1994.9.307), independently of dose, and lower on repetition: macrophages become tolerant, for days but not
for weeks. Fever begins 180 to 240 min after a bolus. With X the IFN-gamma in excess of rest in units of its
half-saturation plus the activated lymphocytes of `systemic_interferon` in units of theirs, plus the signal of IL-18,
which made 19 of 25 patients feverish (doi 10.1158/1078-0432.CCR-06-0121), in units of its own,

    drive = X / (1 + X)
    dT/dt = onset drive (1 - T) - recovery T                             tolerance
    dA/dt = loss (resting + peak sensitivity (1 - T) drive f - A)        IL-6; loss of Dwivedi 2014, PMID 24402116
    dF/dt = rate (highest E / (E + half) - F)                            fever, E = IL-6 in excess of rest

f being what IL-10 leaves of it (il10.py). IL-6 is 63 to 1076 pg/mL on the day before fever with bacteraemia and 53 to
1134 within a day of fever without (Steinmetz 1995, J Infect Dis 171:225). What IFN-gamma and IL-6 do together to
vessels and blood cells is their effect B / (1 + B), the burden B being each in excess of rest in units of its
half-effective concentration.
"""

from __future__ import annotations

from melanokine.network import Network, maximum, saturation


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("il6", "pM", compartment="plasma", scale=1.0, initial=net.il6_resting)
    net.species("macrophage_tolerance", "1", compartment="body", scale=0.1)
    net.species("fever", "degC", compartment="body", scale=0.1)


def connect(net: Network) -> None:
    interferon = maximum(net.interferon_plasma - net.interferon_resting, 0)
    activation = interferon / net.il6_interferon_half + net.activated_lymphocytes / net.il6_lymphocyte_half
    activation = activation + net.il18_signal_nk / net.il6_il18_half
    drive = net.rule("il6_drive", activation / (1 + activation))

    tolerance = net.macrophage_tolerance
    onset = net.tolerance_onset * drive * (1 - tolerance)
    net.reaction("tolerance_onset", {"macrophage_tolerance": 1}, onset)
    net.reaction("tolerance_recovery", {"macrophage_tolerance": -1}, net.tolerance_recovery * tolerance)

    spared = 1 - net.il6_il10_suppression * net.il10_myeloid
    made = net.il6_resting + net.il6_peak * net.cytokine_sensitivity * (1 - tolerance) * drive * spared
    net.reaction("il6_release", {"il6": 1}, net.il6_loss * made)
    net.reaction("il6_clearance", {"il6": -1}, net.il6_loss * net.il6)

    excess = maximum(net.il6 - net.il6_resting, 0)
    net.reaction("fever_rise", {"fever": 1}, net.fever_rate * net.fever_highest * saturation(excess, net.fever_half))
    net.reaction("fever_fall", {"fever": -1}, net.fever_rate * net.fever)

    burden = interferon / net.burden_interferon_half + excess / net.burden_il6_half
    net.rule("cytokine_effect", burden / (1 + burden))

    net.observable("interleukin_6", net.il6 * net.il6_mass, "pg/mL")
    net.observable("temperature", net.temperature_normal + net.fever, "degC")
