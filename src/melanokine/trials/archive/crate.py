"""RO-Crate 1.1 (w3id.org/ro/crate/1.1): the metadata of an archive as JSON-LD, written here for bytes that repeat."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from melanokine.interchange.omex import Entry

LOCATION = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
LICENCE = "https://spdx.org/licenses/BSD-3-Clause"
PROGRAM = "#melanokine"
MEDIA = {
    "sbml": "application/sbml+xml",
    "sedml": "application/xml",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}


def metadata(
    entries: Iterable[Entry],
    names: Mapping[str, str],
    *,
    title: str,
    description: str,
    version: str,
    made: datetime,
    sources: Iterable[str],
) -> Entry:
    """The metadata of `entries`, whose `names` say what each of them is; `sources` are DOI, PMID and NCT numbers."""
    entries, cited = list(entries), [_citation(source) for source in sources]
    graph: list[dict[str, Any]] = [
        {
            "@id": LOCATION,
            "@type": "CreativeWork",
            "conformsTo": {"@id": SPECIFICATION},
            "about": {"@id": "./"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": title,
            "description": description,
            "datePublished": made.date().isoformat(),
            "license": {"@id": LICENCE},
            "hasPart": [{"@id": entry.location} for entry in entries],
            "mentions": {"@id": "#run"},
            "citation": [{"@id": one["@id"]} for one in cited],
        },
        *(_file(entry, names[entry.location]) for entry in entries),
        {
            "@id": "#run",
            "@type": "CreateAction",
            "name": title,
            "endTime": made.isoformat(),
            "instrument": {"@id": PROGRAM},
            "object": [{"@id": entry.location} for entry in entries if not entry.location.startswith("results/")],
            "result": [{"@id": entry.location} for entry in entries if entry.location.startswith("results/")],
        },
        {
            "@id": PROGRAM,
            "@type": "SoftwareApplication",
            "name": "melanokine",
            "version": version,
            "license": {"@id": LICENCE},
        },
        {"@id": LICENCE, "@type": "CreativeWork", "name": "BSD 3-Clause licence"},
        *cited,
    ]
    document = {"@context": f"{SPECIFICATION}/context", "@graph": graph}
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    return Entry(LOCATION, "json-ld", text.encode())


def digests(document: bytes) -> dict[str, str]:
    """The SHA-256 of each file, as the metadata of an archive have it; ValueError where they are none."""
    graph = json.loads(document)["@graph"]
    return {one["@id"]: one["sha256"] for one in graph if "sha256" in one}


def _file(entry: Entry, name: str) -> dict[str, Any]:
    return {
        "@id": entry.location,
        "@type": "File",
        "name": name,
        "encodingFormat": MEDIA[entry.format],
        "contentSize": str(len(entry.content)),
        "sha256": hashlib.sha256(entry.content).hexdigest(),
    }


def _citation(source: str) -> dict[str, str]:
    if source.startswith("10."):
        return {"@id": f"https://doi.org/{source}", "@type": "ScholarlyArticle", "identifier": source}
    if source.startswith("PMID:"):
        number = source.removeprefix("PMID:")
        return {"@id": f"https://pubmed.ncbi.nlm.nih.gov/{number}", "@type": "ScholarlyArticle", "identifier": source}
    if source.startswith("NCT"):
        return {"@id": f"https://clinicaltrials.gov/study/{source}", "@type": "CreativeWork", "identifier": source}
    return {"@id": f"#source-{source.replace(' ', '-')}", "@type": "CreativeWork", "name": source}
