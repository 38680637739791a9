"""Sources become links."""

import pytest

from melanokine.report.citations import citation, citations


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("10.1056/NEJMoa1504030", "https://doi.org/10.1056/NEJMoa1504030"),
        ("doi:10.1056/NEJMoa1504030", "https://doi.org/10.1056/NEJMoa1504030"),
        ("https://doi.org/10.1056/NEJMoa1504030", "https://doi.org/10.1056/NEJMoa1504030"),
        ("PMID:2317789", "https://pubmed.ncbi.nlm.nih.gov/2317789/"),
        ("NCT01844505", "https://clinicaltrials.gov/study/NCT01844505"),
        ("Common Terminology Criteria 5.0", ""),
    ],
)
def test_registered_sources_have_a_link(source, url):
    assert citation(source).url == url


def test_each_source_stands_once():
    found = citations(["10.1/x; PMID:12", "PMID 12", "10.1234/abc PMID:12", "a label, 2019"])
    assert [one.text for one in found] == ["doi 10.1234/abc", "PMID 12", "10.1/x", "a label, 2019"]
