"""The library of published and planned trials, one YAML file each in `library/`, and what of the evidence it lacks."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from melanokine.drugs import Drug, Regimen
from melanokine.errors import InputError, nearest
from melanokine.trials.design import TrialDesign
from melanokine.yaml_file import read_yaml

LIBRARY = Path(__file__).parent / "library"

SUBJECTS = {
    "transferred cells": {"transferred_cells"},
    "interleukin-15": {"il15_ligand"},
    "interleukin-10": {"il10_ligand"},
    "interleukin-18": {"il18_ligand"},
    "interleukin-2": {"il2_ligand", "orthogonal_ligand", "anti_il2"},
}
"""What a design is about, by the roles of its drugs; the first that applies. All others have checkpoint antibodies or
chemotherapy."""
CHECKPOINT, CHEMOTHERAPY = "checkpoint antibodies", "chemotherapy"


class NotCovered(NamedTuple):
    """A trial of the evidence, or one arm of it (empty: the whole trial), that no design holds, and why."""

    trial_id: str
    arm: str
    reason: str


def names() -> list[str]:
    """The names of the trials in the library, in alphabetical order."""
    return sorted(path.stem for path in LIBRARY.glob("*.yaml"))


def load(name: str | Path) -> TrialDesign:
    """The design of that name in the library, or in the YAML file at that path.

    A file without a `name` is named after itself. Raises InputError when there is no such trial or it has a mistake.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        design = read_yaml(path, TrialDesign)
        return design if "name" in design.model_fields_set else design.model_copy(update={"name": path.stem})
    if str(name) not in names():
        near = nearest(str(name), names())
        known = near if near.startswith("did you mean") else "see `melanokine trials`"
        remedy = f"{known} (a design of your own is a file that ends in .yaml)"
        raise InputError(f"no trial is called {str(name)!r}", remedy=remedy)
    return read_yaml(LIBRARY / f"{name}.yaml", TrialDesign)


def drugs_of(design: TrialDesign) -> list[Drug]:
    """The drugs of all arms, in the order in which they are named."""
    found: dict[str, Drug] = {}
    for arm in design.arms.values():
        for sentence in arm.regimen:
            drug = Regimen.parse(sentence).drug
            found.setdefault(drug.id, drug)
    return list(found.values())


def subject(design: TrialDesign) -> str:
    """What a design of the library is about: a key of SUBJECTS, CHECKPOINT or CHEMOTHERAPY."""
    roles = {role for drug in drugs_of(design) for role in drug.roles}
    for name, own in SUBJECTS.items():
        if roles & own:
            return name
    return CHECKPOINT if any(role.startswith("anti_") for role in roles) else CHEMOTHERAPY


def not_covered() -> list[NotCovered]:
    """What of the published and of the blind trials has no design in the library, from `library/not-covered.csv`."""
    with (LIBRARY / "not-covered.csv").open(encoding="utf-8", newline="") as file:
        return [NotCovered(**row) for row in csv.DictReader(file)]
