"""Activation-induced cell death: a memory of IL-2 given through the trimeric receptor.

IL-2 sensitises T cells to Fas after days of alpha-containing signal; IL-15 does not (Waldmann 2002, doi
10.1186/ar584), and T cells expanded by an IL-2 variant that cannot bind alpha are less Fas-sensitive (Waldhauer 2021,
doi 10.1080/19420862.2021.1913791). `activation_death` in [0, 1] is this sensitivity, following the signal over days:

    dM/dt = turnover (signal_alpha - M)
"""

from __future__ import annotations

from melanokine.biology.il2_signal import resting_signal
from melanokine.network import Network


def declare(net: Network) -> None:
    net.load(__file__)
    resting = resting_signal(net, "alpha")
    net.species("activation_death", "1", compartment="body", scale=0.1, initial=resting)


def connect(net: Network) -> None:
    net.reaction("fas_sensitisation", {"activation_death": 1}, net.fas_turnover * net.signal_alpha)
    net.reaction("fas_recovery", {"activation_death": -1}, net.fas_turnover * net.activation_death)
