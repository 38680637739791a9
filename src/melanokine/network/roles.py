"""What a drug can be to the biology. Drugs register under a role; mechanisms read it and know no drug by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from melanokine.network.quantity import Quantity


@dataclass(frozen=True)
class Ligand:
    """Roles `il2_ligand`, `il15_ligand`, `il10_ligand`, `il18_ligand`, `orthogonal_ligand`: a cytokine in plasma.

    `concentration` [pM] is the free plasma concentration. `affinity` says how tightly each chain is bound relative to
    the native cytokine (1 as it, 0 not at all); its chains are

        il2_ligand          alpha (IL-2Ralpha), betagamma (IL-2Rbeta with the common gamma chain)
        il15_ligand         alpha (IL-15Ralpha), betagamma
        il10_ligand         receptor (IL-10R)
        il18_ligand         receptor (IL-18R), decoy (IL-18BP)
        orthogonal_ligand   receptor (the orthogonal receptor of engineered cells, relative to IL-2 on beta-gamma)

    Receptor-mediated uptake removes the species `amount` [pmol] from its `volume` [L]. In a tumour there is
    `penetration * enrichment * concentration + local`, with the penetration of an untargeted protein: `enrichment` [1]
    is the gain by binding an antigen there, and `local` [pM] comes from what was injected into lesions.
    """

    name: str
    amount: str
    volume: Quantity
    concentration: Quantity
    affinity: Mapping[str, Quantity]
    enrichment: Quantity
    local: Quantity


@dataclass(frozen=True)
class Antibody:
    """Roles `anti_pd1`, `anti_pdl1`, `anti_ctla4`, `anti_lag3`, `anti_il2`: plasma concentration, half-saturation.

    Both have units of concentration. `depletion` [1] is how well the antibody kills cells that carry its target,
    relative to ipilimumab on regulatory T cells; only anti-CTLA-4 is read for it.
    """

    name: str
    concentration: Quantity
    half_saturation: Quantity
    depletion: Quantity


@dataclass(frozen=True)
class Effect:
    """Roles `cytotoxic`, `lymphodepleting`: active drug, as a fraction of what one standard dose gives [1]."""

    name: str
    exposure: Quantity


@dataclass(frozen=True)
class Cells:
    """Role `transferred_cells`: tumour-specific T cells that were infused.

    `amount` names the species [Mcell] of cells that have not yet engrafted; they do so at `rate` [1/d], a part
    `stem_like` [1] of them as stem-like cells and a part `orthogonal` [1] carrying the orthogonal receptor.
    """

    name: str
    amount: str
    rate: Quantity
    stem_like: Quantity
    orthogonal: Quantity
