"""Every figure draws, says what it must, and gives the same bytes twice."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from melanokine.errors import InputError
from melanokine.report import Plots, write_figures
from melanokine.report.figure_list import drawn_figures
from melanokine.report.figures.svg import svg_text

BLIND = {
    "kaplan-meier-pfs",
    "kaplan-meier-os",
    "waterfall",
    "spider",
    "swimmer",
    "exposure",
    "immune-courses",
    "toxicity",
}


def words(svg):
    """All text in an SVG, in one string."""
    return " ".join(text.strip() for text in ElementTree.fromstring(svg).itertext() if text.strip())


def test_a_blind_result_has_every_figure_but_the_comparison(blind_result):
    assert {one.name for one in drawn_figures(blind_result)} == BLIND


def test_a_result_with_evidence_has_the_comparison_too(open_result):
    assert {one.name for one in drawn_figures(open_result)} == BLIND | {"forest"}


def test_figures_are_the_same_bytes_twice(blind_result, tmp_path):
    first = write_figures(blind_result, tmp_path / "first")
    second = write_figures(blind_result, tmp_path / "second")
    assert [path.name for path in first] == [path.name for path in second]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_svg_files_stand_alone(blind_result, tmp_path):
    for path in write_figures(blind_result, tmp_path):
        text = path.read_text(encoding="utf-8")
        root = ElementTree.fromstring(text.encode())
        assert root.get("width").endswith("pt")
        assert "<metadata" not in text
        assert "DOCTYPE" not in text
        assert not re.search(r"""(?:href|src)\s*=\s*["'](?!#)""", text)


def test_identifiers_in_one_page_do_not_clash(blind_result):
    seen = set()
    for one in drawn_figures(blind_result):
        identifiers = set(re.findall(r'\bid="([^"]+)"', svg_text(one.figure, one.name, one.caption)))
        assert not seen & identifiers
        seen |= identifiers


def test_kaplan_meier_shows_numbers_at_risk_and_medians(blind_result):
    text = words(svg_text(Plots(blind_result).kaplan_meier("PFS"), "km", "curve"))
    assert "Number at risk" in text
    assert "median 7.4 months (6.1 to 9.3)" in text
    assert "hazard ratio 0.94 (0.80 to 1.11)" in text
    assert "median not reached (20.6 to NR)" in words(svg_text(Plots(blind_result).kaplan_meier("OS"), "km", "curve"))


def test_published_landmarks_stand_only_where_the_design_is_open(blind_result, open_result):
    assert "published" in words(svg_text(Plots(open_result).kaplan_meier("PFS"), "km", "curve"))
    assert "published" not in words(svg_text(Plots(blind_result).kaplan_meier("PFS"), "km", "curve"))


def test_names_are_escaped(blind_result):
    text = svg_text(Plots(blind_result).toxicity(), "toxicity", "a < b & c")
    assert "a &lt; b &amp; c" in text


def test_unknown_survival_endpoint_names_the_nearest(blind_result):
    with pytest.raises(InputError, match="did you mean 'PFS'"):
        Plots(blind_result).kaplan_meier("PF")


def test_forest_without_evidence_is_refused(blind_result):
    with pytest.raises(InputError, match="no published value"):
        Plots(blind_result).forest()
