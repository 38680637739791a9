"""Every figure draws, says what it must, and gives the same bytes twice."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest

from melanokine.errors import InputError
from melanokine.report import Plots, write_figures
from melanokine.report.figure_list import drawn_figures
from melanokine.report.figures.at_a_glance import at_a_glance
from melanokine.report.figures.courses import COURSES, courses, moving
from melanokine.report.figures.exposure import exposure
from melanokine.report.figures.style import arm_colours
from melanokine.report.figures.svg import svg_text
from melanokine.trials.design import COURSES as RECORDED

COLOURS = {"a": "#1D5B94", "b": "#D2692A"}
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


def course_rows(observable, medians, arm="a"):
    day = np.linspace(0.0, 56.0, len(medians))
    values = np.asarray(medians, dtype=float)
    columns = {"low": 0.9 * values, "median": values, "high": 1.1 * values}
    return pd.DataFrame({"arm": arm, "observable": observable, "day": day, **columns})


class TestCourses:
    def test_a_panel_stands_where_some_arm_moves(self):
        table = pd.concat(
            [
                course_rows("lymphocytes", [1, 1, 1]),
                course_rows("temperature", [36.8, 36.8, 36.9]),
                course_rows("interleukin_6", [5, 5, 5]),
                course_rows("interleukin_6", [5, 150, 5], arm="b"),
                course_rows("il18_binding_protein", [56, 56, 30]),
                course_rows("platelets", [250, 240, 200]),
            ]
        )
        names = [panel.observable for panel in moving(table)]
        assert names == ["lymphocytes", "interleukin_6", "il18_binding_protein", "platelets"]
        text = words(svg_text(courses(table, arms=["a", "b"], colours=COLOURS, days=56.0), "courses", "courses"))
        assert "Plasma interleukin-6" in text
        assert "Temperature" not in text

    def test_every_panel_is_recorded_by_a_trial(self):
        assert {panel.observable for panel in COURSES} <= set(RECORDED)

    def test_what_begins_at_nothing_can_move(self):
        assert [panel.observable for panel in moving(course_rows("il18_signal", [0, 0.4, 0]))] == ["il18_signal"]


def test_exposure_is_named_by_what_it_is():
    day = np.arange(0.0, 57.0)
    units = {"Fludarabine": "1", "Lifileucel": "Mcell", "Iboctadekin": "pM"}
    table = pd.concat(
        pd.DataFrame({"arm": "a", "drug": drug, "unit": unit, "day": day, "low": 1.0, "median": 2.0, "high": 3.0})
        for drug, unit in units.items()
    )
    text = words(svg_text(exposure(table, arms=["a"], colours=COLOURS, days=56.0), "exposure", "exposure"))
    for words_for in ("exposure, relative to a dose", "infused cells in blood, million", "plasma concentration, pM"):
        assert words_for in text


def test_labels_of_toxicity_fit_their_margin(blind_result):
    figure = Plots(blind_result).toxicity()
    figure.draw_without_rendering()
    (axes,) = figure.axes
    for label in axes.get_yticklabels():
        assert label.get_window_extent().x0 >= 0, label.get_text()


@pytest.mark.parametrize("candidates", [2, 6])
def test_key_at_a_glance_is_clear_of_the_axis(candidates):
    names = [f"drug {i}" for i in range(candidates)]
    observables = {"mean_arterial_pressure": "mmHg", "sum_of_diameters": "%", "concentration_x": "nM"}
    rows = [
        course_rows(observable, [1, 2, 1]).assign(candidate=name, unit=unit, drug="x" if unit == "nM" else "")
        for name in names
        for observable, unit in observables.items()
    ]
    figure = at_a_glance(pd.concat(rows), colours=arm_colours(names), days=56.0)
    figure.draw_without_rendering()
    (key,) = figure.legends
    days = figure._supxlabel.get_window_extent()
    assert key.get_window_extent().y1 <= days.y0
    assert days.y1 <= min(axes.get_tightbbox().y0 for axes in figure.axes)
