"""IL-2 of the body's own making.

At rest plasma holds well under 1 pM (30 blood donors: median undetectable, doi 10.1155/MI/2006/65237), a level at which
only Treg are noticeably engaged. It is kept by a secretion of helper T cells that balances renal loss and uptake by
receptors (il2_uptake.py), and rises with tumour-specific helper and CD8 T cells. Being a ligand like any other, it
competes with drugs for receptors and is consumed by whatever cells IL-2 therapy has expanded.
"""

from __future__ import annotations

from melanokine.biology.il2_uptake import resting_uptake
from melanokine.network import Ligand, Network


def declare(net: Network) -> None:
    net.load(__file__)
    level = net.il2_resting_concentration
    amount = net.species("il2_endogenous", "pmol", compartment="plasma", scale=1.0, initial=level * net.il2_volume)
    itself = level / level
    net.role("il2_ligand").append(
        Ligand(
            name="endogenous",
            amount="il2_endogenous",
            volume=net.il2_volume,
            concentration=amount / net.il2_volume,
            affinity={"alpha": itself, "betagamma": itself},
            enrichment=itself,
            local=level - level,
        )
    )


def connect(net: Network) -> None:
    concentration = net.il2_endogenous / net.il2_volume
    basal = net.il2_renal_clearance * net.il2_resting_concentration + resting_uptake(net)
    net.reaction("il2_helper_secretion", {"il2_endogenous": 1}, basal * net.helper)
    net.reaction("il2_effector_secretion", {"il2_endogenous": 1}, net.il2_secretion * net.effector_blood)
    net.reaction("il2_renal_loss", {"il2_endogenous": -1}, net.il2_renal_clearance * concentration)
    net.observable("endogenous_il2", concentration, "pM")
