"""A variant as a file: the drug that it comes from, its name, and what is changed.

variant_of: aldesleukin
name: no-alpha, 20 h
alpha_affinity: 0
half_life: 20 h
"""

from __future__ import annotations

from typing import Any

from melanokine.drugs.engineering.variant import engineered
from melanokine.drugs.library import load
from melanokine.drugs.record import Drug
from melanokine.drugs.value import Record
from melanokine.errors import InputError
from melanokine.yaml_file import Document


class Target(Record):
    """An antigen, and the enrichment by it."""

    antigen: str
    enrichment: float


class Variant(Record):
    """The keys of a variant's file; see `engineered` for what they do."""

    variant_of: str
    name: str
    alpha_affinity: float | None = None
    betagamma_affinity: float | None = None
    receptor_affinity: float | None = None
    decoy_affinity: float | None = None
    valency: int | None = None
    half_life: str | None = None
    release: str | None = None
    masking: float | None = None
    targeting: Target | None = None
    reference_regimen: str | None = None

    def drug(self) -> Drug:
        """The variant as a record."""
        changes: dict[str, Any] = self.model_dump(
            exclude={"variant_of", "name", "targeting", "reference_regimen"}, exclude_none=True
        )
        if self.targeting is not None:
            changes["targeting"] = (self.targeting.antigen, self.targeting.enrichment)
        drug = engineered(load(self.variant_of), self.name, **changes)
        own = self.reference_regimen
        return drug if own is None else drug.model_copy(update={"reference_regimen": own})


def read_variant(document: Document) -> Drug:
    """The drug of a document that says `variant_of`; InputError names file and line."""
    variant = document.validate(Variant)
    try:
        return variant.drug()
    except InputError as error:
        raise document.error(("variant_of",), error.message, error.remedy) from None
