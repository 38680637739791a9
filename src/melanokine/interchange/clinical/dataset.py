"""A table of clinical data and its variables, checked against each other and the limits of all formats."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from melanokine.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["text", "integer", "float", "date"]
DTYPES = {"text": "O", "integer": "Int64", "float": "float64", "date": "datetime64[s]"}
"""The type of a column of each kind."""

NAME = re.compile(r"[A-Z][A-Z0-9_]{0,7}")
LONGEST_LABEL = 40


@dataclass(frozen=True)
class Variable:
    """A column: its name, label and kind, its place among the keys (0: none), where it comes from, and when it is there
    (`always`, or the covariate of the patients that it needs)."""

    dataset: str
    name: str
    label: str
    kind: Kind
    key: int
    when: str
    origin: str


@dataclass(frozen=True)
class Dataset:
    """A table with exactly the columns of its variables, in their order, sorted by its keys.

    Raises InputError where a name or label is longer than transport files allow, or a column does not fit.
    """

    name: str
    label: str
    variables: tuple[Variable, ...]
    frame: pd.DataFrame

    def __post_init__(self) -> None:
        for variable in self.variables:
            if not NAME.fullmatch(variable.name) or not 0 < len(variable.label) <= LONGEST_LABEL:
                message = f"{self.name}.{variable.name} ({variable.label!r}) has no name and label of SAS"
                raise InputError(message, remedy=f"at most 8 capitals or digits, and {LONGEST_LABEL} characters")
        names = [variable.name for variable in self.variables]
        if list(self.frame.columns) != names:
            odd = sorted(set(self.frame.columns) ^ set(names)) or ["their order"]
            raise InputError(f"the columns of {self.name} are not its variables", remedy=f"look at {', '.join(odd)}")
        for variable in self.variables:
            found = str(self.frame[variable.name].dtype)
            if found != DTYPES[variable.kind].replace("O", "object"):
                message = f"{self.name}.{variable.name} is {found}"
                raise InputError(message, remedy=f"make it {DTYPES[variable.kind]}, as {variable.kind} is")
        keys = self.frame[self.keys]
        if keys.duplicated().any():
            again = keys[keys.duplicated()].iloc[0].tolist()
            raise InputError(f"two records of {self.name} have the keys {again}", remedy="add what tells them apart")

    @property
    def keys(self) -> list[str]:
        """The key variables in order."""
        keyed = [variable for variable in self.variables if variable.key]
        return [variable.name for variable in sorted(keyed, key=lambda variable: variable.key)]


def read_variables(path: Path) -> dict[str, tuple[Variable, ...]]:
    """The variables of each dataset in a table with the columns of `Variable`."""
    found: dict[str, list[Variable]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            record = {**row, "key": int(row["key"] or 0)}
            found.setdefault(row["dataset"], []).append(Variable(**record))  # type: ignore[arg-type]
    return {dataset: tuple(variables) for dataset, variables in found.items()}
