"""What a molecule binds, and how well, one class per role that biology knows (network/roles.py).

Affinities are relative to the native cytokine: 1 is as the native one binds, 0 not at all, and a chain that is left out
is bound as by the native cytokine. A molecule may bind several things, such as PD-1 and the IL-2 receptor.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from melanokine.drugs.value import Concentration, Number, Record, Value
from melanokine.errors import InputError
from melanokine.yaml_file import as_value_error

Antigen = Literal["FAP", "EDB", "GD2", "CEA", "EpCAM", "EGFR", "PD-1"]
"""Where a molecule can be targeted to; how much of each a melanoma holds is biology's (biology/targets.py)."""


class CytokineBinding(Record):
    """Base of the bindings to cytokine receptors, whose fields other than `role` are chains."""

    role: str

    @classmethod
    def chains(cls) -> tuple[str, ...]:
        """The chains that this binding may give an affinity for."""
        return tuple(name for name in cls.model_fields if name != "role")

    def affinity(self, chain: str) -> float:
        """Affinity for a chain relative to the native cytokine."""
        value: Value | None = getattr(self, chain)
        return 1.0 if value is None else value.value

    @model_validator(mode="after")
    def _not_negative(self) -> CytokineBinding:
        for name in self.chains():
            if self.affinity(name) < 0:
                raise as_value_error(InputError(f"the affinity {name} is negative", remedy="0 means none"))
        return self


class InterleukinTwo(CytokineBinding):
    """Binds the IL-2 receptor; affinities are relative to IL-2."""

    role: Literal["il2_ligand"]
    alpha: Number | None = Field(default=None, description="affinity for IL-2Ralpha (CD25) relative to IL-2")
    betagamma: Number | None = Field(default=None, description="potency on IL-2Rbeta-gamma relative to IL-2")


class InterleukinFifteen(CytokineBinding):
    """Binds the IL-15 receptor; affinities are relative to IL-15."""

    role: Literal["il15_ligand"]
    alpha: Number | None = Field(
        default=None, description="affinity for IL-15Ralpha relative to IL-15; 0 where it is bound already"
    )
    betagamma: Number | None = Field(default=None, description="potency on IL-2/15Rbeta-gamma relative to IL-15")


class InterleukinTen(CytokineBinding):
    """Binds the IL-10 receptor; potency is relative to the IL-10 dimer."""

    role: Literal["il10_ligand"]
    receptor: Number | None = Field(default=None, description="potency on IL-10R relative to IL-10")


class InterleukinEighteen(CytokineBinding):
    """Binds the IL-18 receptor and the IL-18 binding protein; affinities are relative to IL-18."""

    role: Literal["il18_ligand"]
    receptor: Number | None = Field(default=None, description="potency on IL-18R relative to IL-18")
    decoy: Number | None = Field(default=None, description="affinity for IL-18BP relative to IL-18")


class OrthogonalCytokine(CytokineBinding):
    """Binds only the orthogonal receptor that engineered cells carry."""

    role: Literal["orthogonal_ligand"]
    receptor: Number | None = Field(
        default=None, description="potency on the orthogonal receptor relative to IL-2 on IL-2Rbeta-gamma"
    )


class BlockingAntibody(Record):
    """Blocks a receptor, a ligand or a face of a cytokine, half of it at the functional `half_saturation`."""

    role: Literal["anti_pd1", "anti_pdl1", "anti_ctla4", "anti_lag3", "anti_il2"]
    half_saturation: Concentration
    depletion: Number | None = Field(
        default=None, description="killing of cells that carry the target, relative to ipilimumab; none if left out"
    )


class CytotoxicAgent(Record):
    """Kills dividing cells; biology holds how sensitive a tumour is."""

    role: Literal["cytotoxic"]


class LymphodepletingAgent(Record):
    """Kills lymphocytes; biology holds how sensitive they are."""

    role: Literal["lymphodepleting"]


class CellProduct(Record):
    """Tumour-specific T cells: what part of them is stem-like, and what part carries the orthogonal receptor."""

    role: Literal["transferred_cells"]
    stem_like: Number
    orthogonal: Number


class Targeting(Record):
    """An antigen by which the molecule gathers in the tumour."""

    antigen: Antigen
    enrichment: Number = Field(
        description="tumour over plasma, relative to the untargeted protein, where the antigen is fully expressed"
    )


class Masking(Record):
    """A mask over the cytokine, which proteases of the tumour remove.

    Of every molecule in the body the share `hidden` of its potency is out of reach; in the tumour the mask is gone from
    as many molecules as the parameter `target_protease` says (biology/targets.py), and those act in full.
    """

    hidden: Number = Field(description="share of the potency that the mask hides, from 0 to below 1")

    @model_validator(mode="after")
    def _leaks(self) -> Masking:
        if not (0 <= self.hidden.value < 1 and self.hidden.bounds[1] < 1):
            message = "a mask hides at least nothing and less than all, over the whole range of its value"
            raise as_value_error(InputError(message, remedy="give a share from 0 to below 1, and a `high` below 1"))
        return self


Binding = Annotated[
    InterleukinTwo
    | InterleukinFifteen
    | InterleukinTen
    | InterleukinEighteen
    | OrthogonalCytokine
    | BlockingAntibody
    | CytotoxicAgent
    | LymphodepletingAgent
    | CellProduct,
    Field(discriminator="role"),
]

AMOUNT_UNIT = {
    "il2_ligand": "pmol",
    "il15_ligand": "pmol",
    "il10_ligand": "pmol",
    "il18_ligand": "pmol",
    "orthogonal_ligand": "pmol",
    "anti_pd1": "nmol",
    "anti_pdl1": "nmol",
    "anti_ctla4": "nmol",
    "anti_lag3": "nmol",
    "anti_il2": "nmol",
    "cytotoxic": "mg/m2",
    "lymphodepleting": "umol",
    "transferred_cells": "Mcell",
}
"""Unit of a drug's states, by the role that its record names first."""
