"""Release of tumour antigen and its presentation by mature dendritic cells in the draining node.

Killed cells release antigen that T cells know, and so does the turnover of living ones. Dendritic cells carry it to the
node; danger, here IFN-gamma in the lesions, makes them mature, and IL-10 keeps them from it (CD83, CD86 and IL-12 of
human cells: Buelens 1997, PMID 9295017). `dendritic` is the mature, antigen-laden fraction of
what the node can hold; it follows within days (licensed dendritic cells are lost at 0.5 per day in Robertson-Tessi
2012, doi 10.1016/j.jtbi.2011.10.027):

    dD/dt = k (release / (release + K) (1 - s + s I / (I + K_I)) (1 - e IL-10) - D).
"""

from __future__ import annotations

from melanokine.biology.lesions import total
from melanokine.network import Network, saturation


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("dendritic", "1", compartment="node", scale=0.1)


def connect(net: Network) -> None:
    killed = total(lesion.killed_high + lesion.recognition_low * lesion.killed_low for lesion in net.lesions)
    turned_over = net.tumour_turnover * total(lesion.visible_cells for lesion in net.lesions)
    released = net.rule("antigen_release", killed + turned_over)

    danger = saturation(net.interferon_mean, net.interferon_half)
    maturation = 1 - net.dendritic_danger_share + net.dendritic_danger_share * danger
    maturation = maturation * (1 - net.dendritic_il10_block * net.il10_myeloid)
    arrival = saturation(released, net.antigen_release_half) * maturation
    net.reaction("dendritic_arrival", {"dendritic": 1}, net.dendritic_turnover * arrival)
    net.reaction("dendritic_loss", {"dendritic": -1}, net.dendritic_turnover * net.dendritic)
