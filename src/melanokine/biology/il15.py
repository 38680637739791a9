"""IL-15: presented by one cell to the next, and consumed by the cells that live on it.

Dendritic cells, monocytes and macrophages make IL-15 together with IL-15Ralpha and hold the pair on their surface,
where NK and memory CD8 T cells meet it (trans-presentation; Dubois 2002, reviewed in PMC2808451). They take it up from
there (PMC4060713), so that it rises when lymphocytes have been depleted (melanoma patients: Bergamaschi 2012, Blood
120:e1). IL-15 that is given binds the free IL-15Ralpha at 65 pM and is presented for days after it has left plasma;
complexes with IL-15Ralpha (alpha affinity 0) act from plasma only, as all IL-15 does on beta-gamma (il2_receptor.py).
No alpha chain of the IL-2 receptor takes part, so IL-15 favours no Treg and leaves no activation-induced death
(Waldmann 2002, doi 10.1186/ar584).

With m the part of IL-15Ralpha that holds IL-15 (m0 at rest), n the cells that take it (NK and CD8, 1 at rest), and L_i
the ligands with alpha affinities a_i,

    dm/dt = loss m0 + loading theta (1 - m) - loss (1 - f + f n) m,     theta = sum a_i L_i / (K + sum a_i L_i),
    contact of class j:  q_j = c_j (m / m0) (1 + k) / (n + k),          x_j = q_j / (1 + q_j).

The pair is shared among the cells in contact: half as much each when they are many, no more than (1 + k) / k when they
are few. What counts as signal is the excess of x_j over rest.
"""

from __future__ import annotations

from melanokine.biology.lymphocytes import natural_killer_number
from melanokine.network import Network, maximum

CLASSES = ("nk", "cd8")
"""Cells that trans-presented IL-15 signals to; `cd8` are those of blood."""


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("il15_presented", "1", compartment="body", scale=0.1, initial=net.il15_presented_at_rest)


def connect(net: Network) -> None:
    presented, rest = net.il15_presented, net.il15_presented_at_rest
    consumers = net.il15_nk_share * natural_killer_number(net) + (1 - net.il15_nk_share) * net.cd8_blood
    taken = 1 - net.il15_consumed_share + net.il15_consumed_share * consumers
    net.reaction("il15_synthesis", {"il15_presented": 1}, net.il15_presented_loss * rest)
    net.reaction("il15_consumption", {"il15_presented": -1}, net.il15_presented_loss * taken * presented)

    needed = ("il15_alpha_affinity", "il15_loading", "il15_presenting_cells", "il15_alpha_copies")
    net.act_only_with("il15_ligand", *needed)
    ligands = net.role("il15_ligand")
    if ligands:
        approach = [x.affinity["alpha"] * x.concentration for x in ligands]
        bound = net.il15_loading * (1 - presented) / (net.il15_alpha_affinity + sum(approach))
        net.reaction("il15_loading", {"il15_presented": 1}, bound * sum(approach))
        sites = net.il15_presenting_cells * net.il15_alpha_copies
        for x, near in zip(ligands, approach, strict=True):
            net.reaction(f"il15_capture_{x.name}", {x.amount: -1}, sites * bound * near)

    crowding = (1 + net.il15_contact_half) / (consumers + net.il15_contact_half)
    for cell in CLASSES:
        contact = net[f"il15_contact_{cell}"]
        now = contact * presented / rest * crowding
        net.rule(f"il15_trans_{cell}", maximum(now / (1 + now) - contact / (1 + contact), 0))
    net.observable("trans_presented_il15", presented / rest)
