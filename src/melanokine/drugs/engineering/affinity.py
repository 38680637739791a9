"""Other affinities for the chains of a receptor, or for a decoy, relative to those of the parent."""

from __future__ import annotations

from collections.abc import Mapping

from melanokine.drugs.binding import Binding, CytokineBinding
from melanokine.drugs.engineering.designed import designed, is_number
from melanokine.drugs.record import Drug
from melanokine.errors import InputError

STRONGEST = 1e4
"""No mutein binds a receptor this many times better than the native cytokine."""


def with_affinities(drug: Drug, factors: Mapping[str, float]) -> Drug:
    """`drug` with its affinity for each chain of `factors` multiplied; it loses its international unit."""
    bindings = list(drug.bindings)
    for chain, factor in factors.items():
        if not is_number(factor, 0, STRONGEST):
            remedy = f"give a multiplier from 0 (no binding) to {STRONGEST:g}; 1 leaves it as it is"
            raise InputError(f"an affinity for {chain} cannot be {factor!r}", remedy=remedy)
        holders = [i for i, x in enumerate(bindings) if isinstance(x, CytokineBinding) and chain in x.chains()]
        if not holders:
            known = sorted({c for x in bindings if isinstance(x, CytokineBinding) for c in x.chains()})
            remedy = f"it binds {', '.join(known)}" if known else "change affinities of a cytokine such as aldesleukin"
            raise InputError(f"{drug.id} does not bind {chain}", remedy=remedy)
        for i in holders:
            binding = bindings[i]
            assert isinstance(binding, CytokineBinding)
            changed = {chain: designed(factor * binding.affinity(chain), "1")}
            bindings[i] = binding.model_copy(update=changed)
    return drug.model_copy(update={"binding": one_or_several(bindings), "activity": None})


def one_or_several(bindings: list[Binding]) -> Binding | tuple[Binding, ...]:
    """Bindings as the record holds them."""
    return bindings[0] if len(bindings) == 1 else tuple(bindings)
