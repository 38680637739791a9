"""Lymphodepletion: what cyclophosphamide and fludarabine, given before cells are transferred, kill of the lymphocytes.

Blood is nearly empty of them for a week or two (Rosenberg 2011, doi 10.1158/1078-0432.CCR-11-0116). All classes die in
blood and nodes, in lesions fewer; with them go the consumers of IL-15, which rises (il15.py; doi
10.1007/s00262-019-02307-x), and regulatory T cells. Lymphocytes return within weeks, as fast as those that are left
divide and marrow and thymus add to them (lymphocytes.py); naive cells take far longer. With the exposures e_i of all
drugs, 1 being what one standard dose gives, every pool is lost at

    k sum e_i            in blood and nodes,
    w k sum e_i          in lesions.
"""

from __future__ import annotations

from melanokine.biology.lesions import total
from melanokine.biology.lymphocytes import SUBSETS
from melanokine.network import Network

SYSTEMIC = (
    "lymphocyte_blood",
    "lymphocyte_tissue",
    *(f"{subset}_blood" for subset in SUBSETS),
    "naive",
    "primed_early",
    "primed_late",
    "effector_blood",
    "stem_like_blood",
    "memory",
)
"""Pools of blood and nodes."""

LESIONAL = ("stem_like", "effector", "tissue_memory", "exhausted", "nk", "treg")
"""Pools of a lesion."""


def declare(net: Network) -> None:
    net.load(__file__)


def connect(net: Network) -> None:
    net.act_only_with("lymphodepleting", "lymphodepletion_rate", "lymphodepletion_in_lesions")
    drugs = net.role("lymphodepleting")
    if not drugs:
        return
    rate = net.rule("lymphodepletion", net.lymphodepletion_rate * total(drug.exposure for drug in drugs))
    for pool in SYSTEMIC:
        net.reaction(f"lymphodepletion_{pool}", {pool: -1}, rate * net[pool])
    for lesion in net.lesions:
        for pool in LESIONAL:
            lost = net.lymphodepletion_in_lesions * rate * lesion[pool]
            lesion.reaction(f"lymphodepletion_{pool}", {pool: -1}, lost)
