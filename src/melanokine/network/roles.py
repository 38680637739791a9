"""What a drug can be to the biology. Drugs register under a role; mechanisms read it and know no drug by name."""

from __future__ import annotations

from dataclasses import dataclass

from melanokine.network.quantity import Quantity


@dataclass(frozen=True)
class Ligand:
    """Role `il2_ligand`: something in plasma that binds the IL-2 receptor.

    `concentration` [pM] is the free plasma concentration; `alpha` and `betagamma` are affinities for IL-2Ralpha (CD25)
    and for the IL-2Rbeta-gamma pair relative to IL-2 (1 for IL-2 itself, 0 for none). Receptor-mediated uptake removes
    the species `amount` [pmol] from its `volume` [L].
    """

    name: str
    amount: str
    volume: Quantity
    concentration: Quantity
    alpha: Quantity
    betagamma: Quantity


@dataclass(frozen=True)
class Antibody:
    """Roles `anti_pd1`, `anti_ctla4`: plasma concentration [nM] and functional half-saturation [nM]."""

    name: str
    concentration: Quantity
    half_saturation: Quantity


@dataclass(frozen=True)
class Cytotoxic:
    """Role `cytotoxic`: active drug as a fraction of the amount that one standard dose gives [1]."""

    name: str
    exposure: Quantity
