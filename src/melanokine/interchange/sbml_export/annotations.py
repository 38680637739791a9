"""What the elements stand for: MIRIAM annotations from `annotations.csv`, and the sources of the parameters.

A row gives a pattern of names, or a module (a drug or a mechanism) whose species it concerns, a qualifier of BioModels
(is, isVersionOf, hasPart, hasProperty, isPropertyOf, encodes, occursIn, isPartOf), and a resource of identifiers.org.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from melanokine.interchange.sbml_export.xml import element
from melanokine.network import split_sources

TABLE = Path(__file__).with_suffix(".csv")
BASE = "https://identifiers.org/"
_RDF = {
    "xmlns:rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmlns:bqbiol": "http://biomodels.net/biology-qualifiers/",
    "xmlns:bqmodel": "http://biomodels.net/model-qualifiers/",
}
_REGISTERED = (
    (re.compile(r"^(?:doi:\s*)?(10\.\d{4,9}/\S+)$", re.I), "doi:{}"),
    (re.compile(r"^PMID:?\s*(\d+)$", re.I), "pubmed:{}"),
    (re.compile(r"^(PMC\d+)$", re.I), "pmc:{}"),
    (re.compile(r"^(NCT\d{8})$", re.I), "clinicaltrials:{}"),
)


class Annotation(NamedTuple):
    """A resource, and how an element is related to it (`bqbiol:is`)."""

    qualifier: str
    resource: str


@lru_cache(maxsize=1)
def table() -> tuple[dict[str, str], ...]:
    """The rows of the table: name, module, qualifier, resource, label."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def annotations_of(name: str, module: str) -> list[Annotation]:
    """What the table says of an element; a row without a name concerns all species of its module."""
    return [
        Annotation(f"bqbiol:{row['qualifier']}", BASE + row["resource"])
        for row in table()
        if (not row["name"] or fnmatchcase(name, row["name"])) and (not row["module"] or row["module"] == module)
    ]


def sources(text: str) -> list[Annotation]:
    """The registered ones (DOI, PubMed, ClinicalTrials.gov) among sources parted by semicolons."""
    found = []
    for source in split_sources(text):
        for pattern, resource in _REGISTERED:
            if match := pattern.match(source):
                found.append(Annotation("bqbiol:isDescribedBy", BASE + resource.format(match[1])))
    return found


def annotation(identifier: str, found: Iterable[Annotation]) -> str:
    """The `annotation` of the element with that metaid; nothing where there is none."""
    by_qualifier: dict[str, list[str]] = {}
    for qualifier, resource in found:
        if resource not in by_qualifier.setdefault(qualifier, []):
            by_qualifier[qualifier].append(resource)
    if not by_qualifier:
        return ""
    related = "".join(
        element(
            qualifier, {}, element("rdf:Bag", {}, "".join(element("rdf:li", {"rdf:resource": r}) for r in resources))
        )
        for qualifier, resources in by_qualifier.items()
    )
    description = element("rdf:Description", {"rdf:about": f"#{identifier}"}, related)
    return element("annotation", {}, element("rdf:RDF", _RDF, description))


def notes(*paragraphs: str) -> str:
    """`notes` of an element, one paragraph each (escaped text)."""
    written = "".join(f"<p>{one}</p>" for one in paragraphs if one)
    return element("notes", {}, f'<body xmlns="http://www.w3.org/1999/xhtml">{written}</body>') if written else ""
