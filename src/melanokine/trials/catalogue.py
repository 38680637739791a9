"""The library of published and planned trials, one YAML file each in `library/`."""

from __future__ import annotations

from pathlib import Path

from melanokine.errors import InputError, nearest
from melanokine.trials.design import TrialDesign
from melanokine.yaml_file import read_yaml

LIBRARY = Path(__file__).parent / "library"


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
        remedy = f"{nearest(str(name), names())} (a design of your own is a file that ends in .yaml)"
        raise InputError(f"no trial is called {str(name)!r}", remedy=remedy)
    return read_yaml(LIBRARY / f"{name}.yaml", TrialDesign)
