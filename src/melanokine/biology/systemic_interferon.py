"""IFN-gamma in blood, released by NK and T cells that interleukins engage.

After a bolus of IL-2, IFN-gamma appears after an hour, peaks at four hours and falls slowly; on repeated boluses the
peak is four times as high, and during continuous infusion the level is low (Konrad 1992, J Immunother 12:55). It falls
while a long-lived IL-2 is still there: release is shut down (PMID 1547819). Engaged cells need a while to make what
they release, release more the further they have committed (a first bolus finds them unprepared), become refractory
when engaged for long, and recover within a day. With c over NK and CD8 cells,

    dA/dt = lag (sum_c weight_c engaged_c N_c - A)                       activated cells
    dR/dt = onset engaged_NK (1 - R) - recovery R                        refractoriness
    dI/dt = (loss resting + release (1 - R) committed_NK A) f_10 f_18 - loss I

What IL-18 lets them make with IL-12 is the factor f_18 (il18.py), which makes patients given IL-18 feverish; IL-10
first silences what helps them and in the end conditions them, the factor f_10 (il10.py). `engaged` is receptor
occupancy and `committed` the signal, both in excess of rest, and N the number of cells relative to rest. The loss is
that of IFN-gamma anywhere (Hofstra 1998, PMID 9806748). One unit per mL is 50 pg/mL, or 3 pM of the monomer of 16.9 kDa
(2e7 IU/mg).
"""

from __future__ import annotations

from melanokine.biology.il2_receptor import engaged
from melanokine.network import Network, maximum

PRODUCERS = ("nk", "cd8")
"""Cell classes of blood that release IFN-gamma."""


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("activated_lymphocytes", "1", compartment="blood", scale=0.1)
    net.species("interferon_refractoriness", "1", compartment="blood", scale=0.1)
    net.species("interferon_plasma", "pM", compartment="plasma", scale=10.0, initial=net.interferon_resting)


def connect(net: Network) -> None:
    called = sum(net[f"activation_weight_{cell}"] * engaged(net, cell) * net[f"{cell}_blood"] for cell in PRODUCERS)
    net.reaction("lymphocyte_activation", {"activated_lymphocytes": 1}, net.activation_lag * called)
    calming = net.activation_lag * net.activated_lymphocytes
    net.reaction("lymphocyte_calming", {"activated_lymphocytes": -1}, calming)

    refractoriness = net.interferon_refractoriness
    onset = net.refractoriness_onset * engaged(net, "nk") * (1 - refractoriness)
    net.reaction("refractoriness_onset", {"interferon_refractoriness": 1}, onset)
    recovery = net.refractoriness_recovery * refractoriness
    net.reaction("refractoriness_recovery", {"interferon_refractoriness": -1}, recovery)

    spontaneous = net.interferon_loss * net.interferon_resting
    ready = (1 - refractoriness) * maximum(net.signal_nk_excess, 0)
    release = spontaneous + net.interferon_release * ready * net.activated_lymphocytes
    factors = net.interferon_factor_il10 * net.interferon_gain_il18
    net.reaction("interferon_release", {"interferon_plasma": 1}, release * factors)
    net.reaction("interferon_clearance", {"interferon_plasma": -1}, net.interferon_loss * net.interferon_plasma)
    net.observable("interferon_gamma_plasma", net.interferon_plasma, "pM")
