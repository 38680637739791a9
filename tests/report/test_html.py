"""The report: self-contained, honest about blind designs, and complete."""

import dataclasses
import re
from html.parser import HTMLParser

import pytest

from melanokine.errors import InputError
from melanokine.report import write_html, write_report
from melanokine.report.methods import methods


class Page(HTMLParser):
    """Collects tags with their attributes, and the visible text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words.append(" ".join(data.split()))

    @property
    def text(self):
        return " ".join(word for word in self.words if word)


@pytest.fixture(scope="module")
def blind_page(blind_result, tmp_path_factory):
    path = write_html(blind_result, tmp_path_factory.mktemp("blind") / "report.html", command="melanokine trial x <y>")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def open_page(open_result, tmp_path_factory):
    return write_html(open_result, tmp_path_factory.mktemp("open") / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["blind_page", "open_page"])
def test_nothing_is_loaded_from_elsewhere(page, request):
    text = request.getfixturevalue(page)
    for tag, attributes in Page(text).tags:
        assert tag not in {"script", "link", "img", "iframe", "object", "embed"}, tag
        assert "src" not in attributes
        if tag != "a":
            assert (attributes.get("xlink:href") or attributes.get("href") or "#").startswith("#")
    assert not re.search(r"@import|url\((?!#)", text)
    assert "default-src 'none'" in text


def test_links_lead_only_to_sections_and_registers(open_page):
    page = Page(open_page)
    identifiers = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    for tag, attributes in page.tags:
        if tag == "a":
            target = attributes["href"]
            registers = ("https://doi.org/", "https://pubmed.ncbi.nlm.nih.gov/", "https://clinicaltrials.gov/")
            assert target[1:] in identifiers if target.startswith("#") else target.startswith(registers)


def test_identifiers_are_unique(open_page):
    identifiers = [attributes["id"] for _, attributes in Page(open_page).tags if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))


def test_a_blind_report_says_so_and_shows_nothing_published(blind_page):
    text = Page(blind_page).text
    assert "Blind design: predicted, not fitted; published values are not shown." in text
    headers = re.findall(r'<th scope="col">(\w+)', blind_page)
    assert "predicted" in headers
    assert "published" not in headers
    assert 'class="published"' not in blind_page


def test_an_open_report_has_published_values_beside_the_predicted(open_page):
    text = Page(open_page).text
    assert "blind" not in text.lower()
    assert "not how well it predicts" in text
    assert "57.6" in text  # response rate of nivolumab + ipilimumab in CheckMate-067
    assert "11.5 (8.9 to 16.7)" in text


def test_the_report_is_complete(blind_page):
    text = Page(blind_page).text
    for part in (
        "bempegaldesleukin 0.006 mg/kg IV every 3 weeks",
        "advanced melanoma, first line",
        "every 9 weeks",
        "NCT03635983",
        "Number at risk",
        "Blood lymphocytes",
        "All 80 simulations ended without failure",
        "Clopper and Pearson",
        "doi 10.1056/NEJMoa1504030",
        "PMID 2317789",
        "CTCAE 5.0",
        "0123456789abcdef",
        "melanokine trial x <y>",
        "seed 1",
    ):
        assert part in text, part


def test_replicates_are_told(blind_result):
    result = dataclasses.replace(blind_result, replicates=3)
    paragraphs = " ".join(methods(result))
    assert "repeated 3 times" in paragraphs
    assert "the reference arm of the next trial, and so with other patients" in paragraphs
    assert "Clopper" not in paragraphs


def test_markup_in_names_is_escaped(blind_page):
    assert "Bempegaldesleukin &amp; nivolumab &lt;first line&gt;" in blind_page
    assert "<first line>" not in blind_page


def test_the_report_is_deterministic(blind_result, blind_page, tmp_path):
    again = write_html(blind_result, tmp_path / "report.html", command="melanokine trial x <y>")
    assert again.read_text(encoding="utf-8") == blind_page


def test_a_directory_receives_report_and_figures(blind_result, tmp_path):
    path = write_report(blind_result, tmp_path / "deep" / "results")
    assert path.name == "report.html"
    assert (path.parent / "figures" / "waterfall.svg").exists()


def test_an_unwritable_place_is_one_clear_error(blind_result, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot write to .*file"):
        write_report(blind_result, tmp_path / "file" / "report.html")
