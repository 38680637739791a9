"""A drug as data: what it is, what it binds, how the body handles it, and in which units it is given.

The network of a drug is generated from its record (add_to_network.py), so no drug has equations of its own, and a new
molecule is one YAML file. A record is checked as it is read: keys, units, ranges and sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field, model_validator

from melanokine.drugs.binding import AMOUNT_UNIT, Binding, CytokineBinding, Masking, Targeting
from melanokine.drugs.pharmacokinetics import AnyStructure, Engraftment, KineticPharmacodynamic, ReleaseChain, Routes
from melanokine.drugs.quantity import Amount, state_amount
from melanokine.drugs.value import MolarMass, Record, SpecificActivity, Value
from melanokine.errors import InputError
from melanokine.network import split_sources
from melanokine.yaml_file import as_value_error

Guard = Literal["haemodynamic_tolerance", "immune_tolerance", "haematological_tolerance"]

CONCENTRATION_UNIT = {"pmol": "pM", "nmol": "nM"}


class Drug(Record):
    """One molecule.

    Grades say how far the record can be trusted: A human pharmacokinetics of this molecule seen in the primary source;
    B seen through a secondary source; C known in part, the rest assumed; D mostly assumed. `strategy` is what the
    engineering does; `parent` the native cytokine or the target. `molar_mass` is the mass per mole of whatever a dose
    by mass counts, which for a conjugate may be the protein alone. `reference_regimen` is the regimen in clinical use,
    as a sentence (sentence.py), which stands for the drug where only its name is given.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    parent: str
    strategy: str
    grade: Literal["A", "B", "C", "D"]
    note: str = ""
    reference_regimen: str = ""
    molar_mass: MolarMass | None = None
    activity: SpecificActivity | None = None
    binding: Binding | tuple[Binding, ...]
    targeting: Targeting | None = None
    masking: Masking | None = None
    guard: Guard
    routes: Routes
    pharmacokinetics: AnyStructure

    @model_validator(mode="after")
    def _consistent(self) -> Drug:
        effect = {"cytotoxic", "lymphodepleting"}
        for wrong, message, remedy in (
            (not self.bindings, "the drug binds nothing", "give binding a role"),
            (
                len(set(self.roles)) < len(self.roles),
                "a role is given twice",
                "describe each thing that the drug binds once",
            ),
            (not self.routes.names, "the drug has no route", "give routes: IV, SC or IT"),
            (
                bool(effect & set(self.roles)) != isinstance(self.pharmacokinetics, KineticPharmacodynamic),
                "the roles cytotoxic and lymphodepleting and the structure kinetic_pharmacodynamic go together",
                "change one of them",
            ),
            (
                ("transferred_cells" in self.roles) != isinstance(self.pharmacokinetics, Engraftment),
                "the role transferred_cells and the structure engraftment go together",
                "change one of them",
            ),
            (
                isinstance(self.pharmacokinetics, ReleaseChain) and self.roles != ("il2_ligand",),
                "a release chain ends in IL-2, so its role is il2_ligand",
                "change the role or the structure",
            ),
            (
                self.masking is not None and (not self.is_cytokine or isinstance(self.pharmacokinetics, ReleaseChain)),
                "only a cytokine that is not a PEG prodrug can be masked",
                "leave masking out",
            ),
            (
                self.molar_mass is None and self.amount_unit != "Mcell",
                "the molar mass is missing",
                "give molar_mass in kDa",
            ),
        ):
            if wrong:
                raise as_value_error(InputError(message, remedy=remedy))
        return self

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """All that the drug binds, as a tuple even if it is one thing."""
        return self.binding if isinstance(self.binding, tuple) else (self.binding,)

    @property
    def roles(self) -> tuple[str, ...]:
        """What the drug is to biology."""
        return tuple(binding.role for binding in self.bindings)

    @property
    def is_cytokine(self) -> bool:
        """Whether the drug acts, if only in part, as an interleukin does."""
        return any(isinstance(binding, CytokineBinding) for binding in self.bindings)

    @property
    def amount_unit(self) -> str:
        """Unit of the drug's states: pmol for cytokines, nmol for antibodies; see binding.py."""
        return AMOUNT_UNIT[self.roles[0]]

    @property
    def exposure(self) -> tuple[str, str]:
        """Name and unit of the observable that shows exposure: a plasma concentration where there is one."""
        if self.amount_unit in CONCENTRATION_UNIT:
            return f"concentration_{self.id}", CONCENTRATION_UNIT[self.amount_unit]
        if self.amount_unit == "Mcell":
            return f"infused_{self.id}", "Mcell"
        return f"exposure_{self.id}", "1"

    @property
    def sources(self) -> tuple[str, ...]:
        """All DOIs, PMIDs and registry numbers of the record, sorted."""
        found = {source for value in _values(self) for source in split_sources(value.source)}
        return tuple(sorted(found))

    def summary(self) -> dict[str, object]:
        """What `melanokine drugs --json` prints."""
        fields = {name: getattr(self, name) for name in ("id", "name", "parent", "strategy", "grade")}
        return {**fields, "sources": list(self.sources)}

    def amount(self, dose: str) -> Amount:
        """A written dose such as `3 mg/kg` in the unit of the drug's states; InputError if it cannot be one."""
        return state_amount(self, dose)

    def engineered(self, name: str, **changes: Any) -> Drug:
        """A variant of this molecule with other affinities, valency, half-life, release, masking or targeting.

        See `melanokine.drugs.engineering.engineered` for the `changes`.
        """
        from melanokine.drugs.engineering import engineered

        return engineered(self, name, **changes)


def _values(part: object) -> Iterator[Value]:
    """All values in a record, however deep."""
    if isinstance(part, Value):
        yield part
    elif isinstance(part, Record):
        for name in type(part).model_fields:
            yield from _values(getattr(part, name))
    elif isinstance(part, tuple):
        for item in part:
            yield from _values(item)
