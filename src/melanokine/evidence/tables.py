"""The tables of published observations, read from the CSV files in `data/`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from melanokine.errors import InputError, nearest

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    import pandas as pd

_NUMBERS = frozenset(
    {"value", "value_low", "value_high", "low", "high", "ci_low", "ci_high", "n", "year", "month", "mw_kda"}
    | {"survival_fraction", "cv_percent", "KD", "KD_low", "KD_high", "kon", "koff_per_s", "k_int_per_min"}
    | {"k_deg_per_min", "recycled_fraction", "other_value", "other_low", "other_high"}
)


def names() -> list[str]:
    """The names of the tables, in alphabetical order."""
    files_here = (entry.name for entry in _folder().iterdir())
    return sorted(name.removesuffix(".csv") for name in files_here if name.endswith(".csv"))


def load(name: str) -> pd.DataFrame:
    """One table of published observations, a row each; the frame is the caller's own.

    Text that the source does not give is missing (NaN), and so is a number. Clinical values are percent
    unless the column `unit` says otherwise. `blind_designs` holds designs only: its trials are predicted,
    never fitted.

    Raises
    ------
    InputError
        When there is no table of that name.
    """
    return _read(name).copy()


@cache
def _read(name: str) -> pd.DataFrame:
    import pandas as pd

    if name not in names():
        raise InputError(f"no evidence table {name!r}", remedy=nearest(name, names()))
    with (_folder() / f"{name}.csv").open(encoding="utf-8") as stream:
        table = pd.read_csv(stream, dtype=str, keep_default_na=False, na_values=[""])
    for column in table.columns.intersection(list(_NUMBERS)):
        table[column] = pd.to_numeric(table[column])
    return table


def _folder() -> Traversable:
    return files("melanokine.evidence") / "data"
