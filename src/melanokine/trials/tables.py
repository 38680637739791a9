"""The trial layer's own numbers: the CSV tables in `tables/`, in the format of every other parameter table."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from melanokine.network.parameter import Parameter, read_parameters, split_sources

FOLDER = Path(__file__).parent / "tables"


def names() -> list[str]:
    """The names of the tables that hold parameters, in alphabetical order."""
    return sorted(path.stem for path in FOLDER.glob("*.csv") if path.stem != "subsequent_therapy")


@cache
def parameters(name: str) -> tuple[Parameter, ...]:
    """All rows of one table."""
    return tuple(read_parameters(FOLDER / f"{name}.csv", module=f"trials.{name}"))


def values(name: str) -> dict[str, float]:
    """The tabulated values of one table by parameter name."""
    return {parameter.name: parameter.value for parameter in parameters(name)}


def sources() -> list[str]:
    """DOI, PMID and NCT numbers cited by the tables, without repetition, in alphabetical order."""
    rows = (parameter for name in names() for parameter in parameters(name))
    return sorted({source for parameter in rows for source in split_sources(parameter.source)})
