"""IL-10: one ligand with two thresholds, which make it suppressive at low and stimulating at high concentration.

Melanoma cells, macrophages and regulatory T cells (Treg) make it: 8.75 pg/mL in plasma of patients with advanced
melanoma, more than in health and a sign of poor survival (PMID 11338880, PMID 7734958). The dimer binds its receptor at
0.1 nM (Tan 1993, PMID 8407942), and cells differ in how much of it they need. Monocytes and macrophages stop making TNF
and IL-1 at 0.8 pM (Radwanski 1998, doi 10.1023/a:1011918425629), which endogenous IL-10 reaches; CD8 T cells answer
only to the concentrations of drugs, when doses are large or last (Tilg 2002, doi 10.1136/gut.50.2.191; Naing 2018, doi
10.1016/j.ccell.2018.10.007). With total IL-10 L, occupancy O and threshold h of a kind of cell, relative to the
untreated level L0 (uptake by receptors is neglected: a few hundred per cell are too few to clear what drugs reach),

    O = L / (L + K),    S_myeloid = O / (O + h),    S_CD8 = O^2 / (O^2 + h^2),
    il10_myeloid = (S(L) - S(L0)) / (1 / (1 + h) - S(L0))     0 untreated, 1 at most,
    il10_cd8 = S(L) - S(L0)                                   0 untreated.

A part of endogenous IL-10 follows the Treg of blood: both signals rise a little as IL-2 expands them, and fall below 0
where they are depleted. All lesions of a patient share the signals.

IFN-gamma that blood can make falls by four fifths within hours of a dose, as monocytes fall silent that T cells need,
and is back after a day (Fuchs 1996, doi 10.1007/BF01541395); on daily high doses it rises over weeks (Tilg 2002), as
does IL-18 (Naing 2018). A slow conditioning C of CD8 T cells, which frees them from that need, reconciles the two. With
c = C above rest and a = (L - L0) / (L + K_a),

    dC/dt = k (S_CD8 of blood - C),    IFN-gamma x (1 - e a (1 - c)) (1 + gain c),    IL-18 x (1 + gain c).
"""

from __future__ import annotations

from melanokine.network import Network, Quantity, saturation


def declare(net: Network) -> None:
    net.load(__file__)
    resting = _cd8(net, net.il10_plasma_resting)
    net.species("il10_conditioning", "1", compartment="body", scale=0.1, initial=resting)


def connect(net: Network) -> None:
    net.act_only_with("il10_ligand", "il10_tumour_penetration")
    made = 1 + net.il10_treg_share * (net.treg_blood - 1)
    given = [(x, x.affinity["receptor"] * x.concentration) for x in net.role("il10_ligand")]
    plasma, tumour = net.il10_plasma_resting * made, net.il10_tumour_resting * made
    for ligand, concentration in given:
        plasma = plasma + concentration
        entering = net.il10_tumour_penetration * ligand.enrichment * concentration
        tumour = tumour + entering + ligand.affinity["receptor"] * ligand.local
    net.rule("il10_plasma", plasma)
    net.rule("il10_tumour", tumour)
    net.observable("il10", net.il10_plasma, "pM")

    resting = _myeloid(net, net.il10_tumour_resting)
    most = 1 / (1 + net.il10_myeloid_threshold)
    net.rule("il10_myeloid", (_myeloid(net, net.il10_tumour) - resting) / (most - resting))
    net.rule("il10_cd8", _cd8(net, net.il10_tumour) - _cd8(net, net.il10_tumour_resting))

    in_blood = net.rule("il10_cd8_blood", _cd8(net, net.il10_plasma))
    net.reaction("il10_conditioning_onset", {"il10_conditioning": 1}, net.il10_conditioning_rate * in_blood)
    lost = net.il10_conditioning_rate * net.il10_conditioning
    net.reaction("il10_conditioning_loss", {"il10_conditioning": -1}, lost)

    conditioning = net.rule("il10_conditioning_excess", net.il10_conditioning - _cd8(net, net.il10_plasma_resting))
    silenced = (net.il10_plasma - net.il10_plasma_resting) / (net.il10_plasma + net.il10_acute_half)
    helped = 1 - net.il10_acute_suppression * silenced * (1 - conditioning)
    net.rule("interferon_factor_il10", helped * (1 + net.il10_conditioning_gain * conditioning))
    net.observable("interferon_capacity", net.interferon_factor_il10)
    net.rule("il10_il18_rise", 1 + net.il10_il18_gain * conditioning)
    for name in ("il10_myeloid", "il10_cd8", "il10_il18_rise"):
        net.observable(name, net[name])


def _myeloid(net: Network, level: Quantity) -> Quantity:
    """pSTAT3 of monocytes, macrophages and dendritic cells."""
    return saturation(saturation(level, net.il10_affinity), net.il10_myeloid_threshold)


def _cd8(net: Network, level: Quantity) -> Quantity:
    """pSTAT3 of CD8 T cells; signalling complexes hold two receptors of each kind."""
    occupancy = saturation(level, net.il10_affinity)
    return saturation(occupancy**2, net.il10_cd8_threshold**2)
