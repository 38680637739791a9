"""Sources as readers want them: a text and a link."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PATTERNS = (
    (re.compile(r"^(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)$", re.I), "https://doi.org/{}", "doi {}"),
    (re.compile(r"^PMID:?\s*(\d+)$", re.I), "https://pubmed.ncbi.nlm.nih.gov/{}/", "PMID {}"),
    (re.compile(r"^(NCT\d{8})$", re.I), "https://clinicaltrials.gov/study/{}", "{}"),
)


@dataclass(frozen=True)
class Citation:
    """`text` names the source; `url` leads to it, and is empty where no register lists it."""

    text: str
    url: str = ""


def citation(source: str) -> Citation:
    """A DOI, PMID or NCT number with its link; anything else as it stands."""
    for pattern, url, text in _PATTERNS:
        found = pattern.match(source.strip())
        if found:
            return Citation(text.format(found[1]), url.format(found[1]))
    return Citation(source.strip())


def citations(sources: Iterable[str]) -> list[Citation]:
    """Each source once, linked ones first, by text. A source may hold several, parted by semicolons or blanks."""
    parts: set[str] = set()
    for source in sources:
        for part in source.split(";"):
            words = part.split()
            parts.update(words if len(words) > 1 and all(citation(word).url for word in words) else [part.strip()])
    found = {citation(part) for part in parts if part}
    return sorted(found, key=lambda one: (not one.url, one.text.lower()))
