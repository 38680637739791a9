"""A variant: its name, the properties that were changed, in their order, and what the record says of them."""

from __future__ import annotations

import re
from typing import Any

from melanokine.drugs.engineering.affinity import with_affinities
from melanokine.drugs.engineering.half_life import with_half_life
from melanokine.drugs.engineering.masking import with_mask
from melanokine.drugs.engineering.reference_dose import with_reference_regimen
from melanokine.drugs.engineering.release import with_release
from melanokine.drugs.engineering.targeting import with_targeting
from melanokine.drugs.engineering.valency import with_valency
from melanokine.drugs.library import names
from melanokine.drugs.record import Drug
from melanokine.errors import InputError


def engineered(
    drug: Drug,
    name: str,
    *,
    alpha_affinity: float | None = None,
    betagamma_affinity: float | None = None,
    receptor_affinity: float | None = None,
    decoy_affinity: float | None = None,
    valency: int | None = None,
    half_life: str | None = None,
    release: str | None = None,
    masking: float | None = None,
    targeting: tuple[str, float] | None = None,
) -> Drug:
    """A variant of `drug` called `name`.

    `..._affinity` multiplies the affinity for a chain (drugs/binding.py) that the drug has; 0 for none. `valency` is
    how many cytokine moieties stand in place of one. `half_life`, such as `20 h`, is the terminal half-life of the
    typical patient, reached by another clearance; `release` the half-life of each step by which IL-2 sheds its PEG
    chains. `masking` is the share of the potency that is hidden where no tumour protease has removed the mask.
    `targeting` names an antigen and the enrichment by it, such as `("EDB", 8)`.

    A release comes first, so that affinities given with it are those of the conjugates. Raises InputError for what
    makes no sense for this drug.
    """
    identity, said = _identity(name), []
    affinities = {
        "alpha": alpha_affinity,
        "betagamma": betagamma_affinity,
        "receptor": receptor_affinity,
        "decoy": decoy_affinity,
    }
    factors = {chain: factor for chain, factor in affinities.items() if factor is not None}
    changed = drug
    if release is not None:
        changed = with_release(changed, release)
        said.append(f"PEG released with a half-life of {release} per step")
    if factors:
        changed = with_affinities(changed, factors)
        said += [f"{chain} affinity x {factor:g}" for chain, factor in factors.items()]
    if valency is not None:
        changed = with_valency(changed, valency)
        said.append(f"{valency} cytokine moieties for each one")
    if half_life is not None:
        changed = with_half_life(changed, half_life)
        said.append(f"half-life {half_life}")
    if masking is not None:
        changed = with_mask(changed, masking)
        said.append(f"{100 * masking:g} % of the potency masked outside the tumour")
    if targeting is not None:
        changed = with_targeting(changed, targeting)
        said.append(f"targeted to {targeting[0]} (enriched {targeting[1]:g}-fold)")
    if not said:
        remedy = "give an affinity, a valency, a half-life, a release, a mask or a target"
        raise InputError(f"{name!r} differs from {drug.id} in nothing", remedy=remedy)
    about: dict[str, Any] = {"id": identity, "name": name.strip(), "aliases": (), "grade": "D"}
    about["strategy"] = f"{drug.name} with {', '.join(said)}"
    return with_reference_regimen(changed.model_copy(update=about), drug)


def _identity(name: str) -> str:
    """A name for networks: lower-case words joined by underscores."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold() if isinstance(name, str) else "").strip("_")
    if not plain:
        raise InputError(f"{name!r} is no name for a drug", remedy="use letters and digits")
    identity = plain if plain[0].isalpha() else f"variant_{plain}"
    if identity in names():
        raise InputError(f"{name!r} is the name of a drug of the library", remedy="choose another name")
    return identity
