"""Macrophages and myeloid-derived suppressor cells (MDSC), and what they suppress.

Macrophages are an eighth of the leukocytes of a melanoma metastasis (Erdag 2012, doi 10.1158/0008-5472.CAN-11-3218).
IL-10 and TGF-beta turn them into M2 cells, which suppress T cells and secrete TGF-beta and VEGF; IFN-gamma turns them
back (Duluc 2009, doi 10.1002/ijc.24401). Rates are those of QSP-IO (Wang 2022, doi 10.1016/j.isci.2022.104702). With M
the share of M1 cells, to which new monocytes belong until they are polarised,

    dM/dt = (turnover + to_M1 I / (I + K_I)) (1 - M) - to_M2 (IL-10 / (IL-10 + K_10) + TGF-beta / (TGF-beta + K_T)) M.

What M1 cells remain are silenced by IL-10 (il10.py). MDSC are drawn from marrow into blood and on into lesions by VEGF
and the CCL2 that goes with it; more of them in blood mean shorter survival in melanoma (Weide 2014, doi
10.1158/1078-0432.CCR-13-2508). TGF-beta and VEGF are made and lost within hours and follow their sources at once. All
is relative to the untreated patient with typical IFN-gamma:

    m2 = (1 - M) / (1 - M0),    TGF-beta = 1 + w_Treg (Treg / Treg0 - 1) + w_M2 (m2 - 1),
    VEGF = (1 + v_M2 (m2 - 1)) (1 + IL-18),      the last what low levels of IL-18 recruit (il18.py)
    dMDSC/dt = turnover (1 + s (mean VEGF - 1) - MDSC) in blood;    in a lesion MDSC VEGF.

Suppression adds up the three of them: killing keeps  1 / (1 + odds suppression), suppression being 1 untreated. Treg0
is what entry from blood would keep in the lesion without treatment.
"""

from __future__ import annotations

from melanokine.biology.lesions import total
from melanokine.network import Network, Quantity, Scope, saturation


def declare(net: Network) -> None:
    net.load(__file__)
    for lesion in net.lesions:
        lesion.species("m1_share", "1", compartment="lesion", scale=0.1, initial=untreated_m1(net))
    net.species("mdsc", "1", compartment="blood", scale=1.0, initial=1)


def connect(net: Network) -> None:
    for lesion in net.lesions:
        m2 = (1 - lesion.m1_share) / (1 - untreated_m1(net))
        treg = lesion.treg / (net.treg_homing_rate * lesion.homing * net.treg_blood_pool / net.tumour_treg_loss)
        macrophages = net.tgfb_macrophage_share * (m2 - 1)
        lesion.rule("tgfb", 1 + net.tgfb_treg_share * (treg - 1) + macrophages)
        vegf = 1 + net.vegf_macrophage_share * (m2 - 1)
        lesion.rule("vegf", vegf * (1 + net.il18_myeloid_recruitment))
        _polarisation(net, lesion)
        _suppression(net, lesion)

    excess = total(lesion.lesion_cells * (lesion.vegf - 1) for lesion in net.lesions)
    supply = 1 + net.mdsc_vegf_share * excess / (net.tumour_cells + net.extinction_size)
    net.reaction("mdsc_supply", {"mdsc": 1}, net.mdsc_turnover * supply)
    net.reaction("mdsc_loss", {"mdsc": -1}, net.mdsc_turnover * net.mdsc)

    net.observable("mdsc", net.mdsc)
    for name in ("m1_share", "myeloid_suppression"):
        net.observable(name, total(lesion.lesion_weight * lesion[name] for lesion in net.lesions))


def untreated_m1(net: Network) -> Quantity:
    """The stationary share of M1 cells at untreated IL-10 and TGF-beta: an expression of parameters only."""
    gained = _to_m1(net, net.macrophage_interferon_reference)
    return gained / (gained + _to_m2(net, net.il10_tumour_resting, net.tgfb_resting))


def _polarisation(net: Network, lesion: Scope) -> None:
    gained = _to_m1(net, lesion.interferon) * (1 - lesion.m1_share)
    lesion.reaction("macrophages_to_m1", {"m1_share": 1}, gained)
    lost = _to_m2(net, net.il10_tumour, net.tgfb_resting * lesion.tgfb) * lesion.m1_share
    lesion.reaction("macrophages_to_m2", {"m1_share": -1}, lost)


def _suppression(net: Network, lesion: Scope) -> None:
    active = lesion.m1_share * (1 - net.m1_il10_silencing * net.il10_myeloid)
    macrophages = net.suppression_macrophage_share * (1 - active) / (1 - untreated_m1(net))
    mdsc = net.suppression_mdsc_share * net.mdsc * lesion.vegf
    rest = 1 - net.suppression_macrophage_share - net.suppression_mdsc_share
    lesion.rule("myeloid_suppression", macrophages + mdsc + rest * lesion.tgfb)


def _to_m1(net: Network, interferon: Quantity) -> Quantity:
    return net.macrophage_turnover + net.macrophage_to_m1 * saturation(interferon, net.interferon_half)


def _to_m2(net: Network, il10: Quantity, tgfb: Quantity) -> Quantity:
    return net.macrophage_to_m2 * (saturation(il10, net.m2_il10_half) + saturation(tgfb, net.m2_tgfb_half))
