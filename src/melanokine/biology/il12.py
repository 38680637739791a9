"""Endogenous IL-12, from mature dendritic cells and IFN-gamma-stimulated macrophages of tumour and node.

IL-12 makes NK and T cells produce IFN-gamma, which in turn raises IL-12: each enhances the release of the other. Where
dendritic cells are few or immature there is little of it. It follows dendritic cells, which change over days, at once.
With dendritic maturation D and IFN-gamma I in the lesions, both relative to a typical patient at diagnosis,

    level = basal + (1 - basal) (1 - y il10) D / D_0  mean(1 + gain I / (I + K)) / (1 + gain I_0 / (I_0 + K)),
    S12 = L / (L + K12),    L = resting concentration * level,

so that `il12_level` is 1 in the typical untreated patient, and the excess of S12 over that of level 1 is 0. Receptors
of activated lymphocytes bind IL-12 with 0.1 to 0.9 nM. S12 does nothing by itself: what it does it does with IL-18 and
common-gamma cytokines (il18.py).

IFN-gamma stands for the M1 polarisation of macrophages, which follows it (myeloid.py). IL-10 silences these cells: the
part y of their IL-12 that its full effect on myeloid cells, il10 (0 untreated; il10.py), takes away.
"""

from __future__ import annotations

from melanokine.biology.lesions import total
from melanokine.network import Network, Quantity, maximum, saturation


def declare(net: Network) -> None:
    net.load(__file__)


def connect(net: Network) -> None:
    untreated = _stimulation(net, net.il12_interferon_reference)
    now = total(_stimulation(net, lesion.interferon) for lesion in net.lesions)
    stimulated = now / total(untreated for _ in net.lesions)
    spared = 1 - net.il12_il10_suppression * net.il10_myeloid
    made = spared * net.dendritic / net.il12_dendritic_reference * stimulated
    level = net.rule("il12_level", net.il12_basal_share + (1 - net.il12_basal_share) * made)
    now = net.rule("il12_signal", bound(net, net.il12_resting_concentration * level))
    net.rule("il12_signal_excess", maximum(now - bound(net, net.il12_resting_concentration), 0))
    net.observable("il12", net.il12_resting_concentration * level, "pM")


def bound(net: Network, concentration: Quantity) -> Quantity:
    """Occupied share of IL-12 receptors."""
    return saturation(concentration, net.il12_affinity)


def _stimulation(net: Network, interferon: Quantity) -> Quantity:
    return 1 + net.il12_interferon_gain * saturation(interferon, net.interferon_half)
