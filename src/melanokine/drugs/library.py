"""The drugs that come with melanokine, and those in a user's own files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from melanokine.drugs.record import Drug
from melanokine.errors import InputError, nearest
from melanokine.yaml_file import read_document

LIBRARY = Path(__file__).parent / "library"


def names() -> list[str]:
    """The ids of all drugs of the library, sorted."""
    return sorted(path.stem for path in LIBRARY.glob("*.yaml"))


def load(name: str) -> Drug:
    """The drug of that id, name, brand or code, in any spelling of case, spaces and hyphens.

    Raises InputError with the nearest known name.
    """
    return find(name, ())


def load_file(path: str | Path) -> Drug:
    """The drug in a YAML file of the user's: a whole record, or a variant of a drug of the library (`variant_of`).

    Raises InputError naming file and line.
    """
    document = read_document(path)
    if isinstance(document.data, dict) and "variant_of" in document.data:
        from melanokine.drugs.engineering.file import read_variant

        return read_variant(document)
    return document.validate(Drug)


def find(name: str, more: Iterable[Drug]) -> Drug:
    """As `load`, among the drugs `more` first and then those of the library."""
    if not isinstance(name, str):
        raise InputError(f"a drug is named by text, not by {name!r}")
    drugs = (*more, *_library())
    for drug in drugs:
        if _plain(name) in {_plain(known) for known in spellings(drug)}:
            return drug
    known = [spelling for drug in drugs for spelling in spellings(drug)]
    remedy = nearest(name, known)
    if not remedy.startswith("did you mean"):
        remedy = "known: " + ", ".join(drug.id for drug in drugs)
    raise InputError(f"unknown drug {name!r}", remedy=remedy)


def spellings(drug: Drug) -> tuple[str, ...]:
    """All names by which a drug may be called."""
    return (drug.id, drug.name, *drug.aliases)


@lru_cache(maxsize=1)
def _library() -> tuple[Drug, ...]:
    return tuple(load_file(LIBRARY / f"{name}.yaml") for name in names())


def _plain(name: str) -> str:
    """A spelling without case, spaces, hyphens and underscores."""
    return re.sub(r"[\s_-]+", "", name).casefold()
