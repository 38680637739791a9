"""What reports read from a result: published values only where they are allowed and fit."""

import io
import re
from types import SimpleNamespace

import pytest
from rich.console import Console

from melanokine.report.published_table import published_table
from melanokine.report.reading import first_replicate, read
from melanokine.report.tables import contrast_table, summary_table
from melanokine.report.terminal import print_summary
from melanokine.trials import load, names


def text_of(result):
    console = Console(file=io.StringIO(), width=140, highlight=False)
    print_summary(result, console)
    return console.file.getvalue()


def test_a_blind_design_has_nothing_published(blind_result):
    reading = read(blind_result)
    assert reading.blind
    assert all(not arm.published for arm in reading.arms)
    assert all(not contrast.published for contrast in reading.contrasts)


def test_unverified_rows_are_not_shown(open_result, monkeypatch):
    from melanokine import trials
    from melanokine.report import reading

    def with_doubt(design):
        return trials.published(design).assign(verified="unverified")

    monkeypatch.setattr(reading, "published", with_doubt)
    assert all(not arm.published for arm in read(open_result).arms)


def test_the_published_difference_is_that_of_the_published_rates(open_result):
    (contrast,) = read(open_result).contrasts
    assert contrast.published["ORR_difference"].value == pytest.approx(57.6 - 43.7)


def test_a_published_hazard_ratio_holds_against_its_own_reference_only(open_result):
    usual = read(open_result).contrasts[0].published
    assert "PFS_HR" in usual
    open_result.design.reference_arm = "bempegaldesleukin + nivolumab"
    try:
        other = read(open_result).contrasts[0].published
    finally:
        open_result.design.reference_arm = "nivolumab"
    assert "PFS_HR" not in other


def test_figures_show_the_first_replicate_without_failures(blind_result):
    patients = blind_result.patients.copy()
    patients.loc[3, "failed"] = True
    second = patients.assign(replicate=2)
    import pandas as pd

    shown = first_replicate(SimpleNamespace(patients=pd.concat([patients, second])))
    assert len(shown) == len(patients) - 1
    assert set(shown["replicate"]) == {1}


def test_tables_have_a_cell_for_every_column(blind_result, open_result):
    for result in (blind_result, open_result):
        for table in (summary_table(read(result)), contrast_table(read(result))):
            assert sum(group.span for group in table.groups) == len(table.header) - 1
            assert all(len(row.cells) == len(table.header) - 1 for row in table.rows)


def test_the_terminal_shows_arms_intervals_and_published_values(open_result):
    text = text_of(open_result)
    assert "7.4 (6.1 to 9.3)" in text
    assert "published 11.5 (8.9 to 16.7)" in text
    assert "Hazard ratio, progression or death" in text


def test_the_terminal_is_silent_about_publications_of_a_blind_design(blind_result):
    text = text_of(blind_result)
    assert "blind design: predicted, not fitted" in text
    assert not re.search(r"published \d", text)


def test_published_table_sets_predicted_beside_published(open_result):
    page = published_table([open_result])
    assert "| nivolumab (n = 40) | Objective response rate, % |" in page
    assert "[doi 10.1056/NEJMoa1504030](https://doi.org/10.1056/NEJMoa1504030)" in page
    assert re.search(r"Objective response rate: \d of 2 arms within 10 points", page)


def test_published_table_refuses_a_blind_design(blind_result):
    with pytest.raises(ValueError, match="blind"):
        published_table([blind_result])


@pytest.mark.parametrize("name", names())
def test_every_design_of_the_library_can_be_read(name, blind_result):
    from melanokine.report.reading import published_values

    design = load(name)
    known = published_values(design)
    assert not (design.blind and known)
    assert known.keys() <= design.arms.keys()
