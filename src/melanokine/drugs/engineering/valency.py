"""Several cytokine moieties on one molecule, as in a fusion to both arms of an Fc.

With n moieties a molecule meets a receptor n times as often, so its potency on the chains that signal is n times that
of one moiety (statistical factor; avidity, by which two moieties on one cell hold each other, is left out). The molar
mass stays that of the record, and with it the number of molecules in a dose.
"""

from __future__ import annotations

from melanokine.drugs.binding import CytokineBinding
from melanokine.drugs.engineering.affinity import one_or_several
from melanokine.drugs.engineering.designed import designed, is_number
from melanokine.drugs.pharmacokinetics import ReleaseChain
from melanokine.drugs.record import Drug
from melanokine.errors import InputError

MOST_MOIETIES = 12
SIGNALLING = ("betagamma", "receptor")
"""Chains whose binding makes a receptor signal; alpha and decoy only hold a moiety."""


def with_valency(drug: Drug, moieties: int) -> Drug:
    """`drug` with `moieties` of its cytokine in place of each one; it loses its international unit."""
    if not is_number(moieties, 1, MOST_MOIETIES) or moieties != int(moieties):
        raise InputError(f"a valency cannot be {moieties!r}", remedy=f"give a whole number from 1 to {MOST_MOIETIES}")
    if not drug.is_cytokine:
        raise InputError(f"{drug.id} has no cytokine moiety", remedy="change the valency of a cytokine")
    if isinstance(drug.pharmacokinetics, ReleaseChain):
        message = f"{drug.id} sets free IL-2, of which one molecule is one moiety"
        raise InputError(message, remedy="change the valency of a drug that is not a PEG prodrug")
    bindings = list(drug.bindings)
    for i, binding in enumerate(bindings):
        if isinstance(binding, CytokineBinding):
            chains = [chain for chain in SIGNALLING if chain in binding.chains()]
            changed = {chain: designed(moieties * binding.affinity(chain), "1") for chain in chains}
            bindings[i] = binding.model_copy(update=changed)
    return drug.model_copy(update={"binding": one_or_several(bindings), "activity": None})
