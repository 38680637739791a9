"""What reports read from a result: published values only where they are allowed and fit."""

import copy
import dataclasses
import io
import re
from types import SimpleNamespace

import pytest
from rich.console import Console

from melanokine.report.plots import Plots
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


@pytest.fixture
def doubtful_result(open_result, monkeypatch):
    """The open result, with nothing verified."""
    from melanokine import trials
    from melanokine.report import reading

    monkeypatch.setattr(reading, "published", lambda design: trials.published(design).assign(verified="unverified"))
    return open_result


def test_unverified_values_are_marked_and_stand_in_no_figure(doubtful_result):
    reading = read(doubtful_result)
    assert all(arm.published for arm in reading.arms)
    assert not any(one.verified for arm in reading.arms for one in arm.published.values())
    assert not reading.contrasts[0].published["ORR_difference"].verified
    assert "published 11.5 (8.9 to 16.7; unverified)" in text_of(doubtful_result)
    assert Plots(doubtful_result).comparison()["published"].isna().all()
    page = published_table([doubtful_result])
    assert "43.7 (unverified)" in page
    assert "of 2 arms within 10 points, 2 of them against an unverified value." in page


def test_verified_values_carry_no_mark(open_result):
    assert "(unverified)" not in text_of(open_result) + published_table([open_result])


def test_a_later_report_says_so(open_result):
    long = copy.copy(open_result.design)
    long.duration_months = 60.0
    reading = read(dataclasses.replace(open_result, design=long))
    rate = reading.arms[0].published["grade3plus_TRAE"]
    assert (rate.value, rate.details()) == (58.0, "5-year report")
    first = read(open_result).arms[0].published["grade3plus_TRAE"]
    assert (first.value, first.details()) == (55.0, "")


def test_the_published_difference_is_that_of_the_published_rates(open_result):
    (contrast,) = read(open_result).contrasts
    assert contrast.published["ORR_difference"].value == pytest.approx(57.6 - 43.7)


def test_a_published_hazard_ratio_stands_beside_the_comparison_that_it_names(open_result):
    (against_nivolumab,) = read(open_result).contrasts
    assert against_nivolumab.published.keys() == {"ORR_difference"}  # the published ratios are against ipilimumab
    design = copy.copy(open_result.design)
    design.arms = {
        **design.arms,
        "nivolumab": SimpleNamespace(
            regimen=["ipilimumab 3 mg/kg IV every 3 weeks for 4 doses"],
            evidence=SimpleNamespace(trial_id="CheckMate-067", arm="ipilimumab"),
        ),
    }
    (against_ipilimumab,) = read(dataclasses.replace(open_result, design=design)).contrasts
    assert against_ipilimumab.published["PFS_HR"].value == pytest.approx(0.42)


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
    assert {arm for arm, _ in known} <= design.arms.keys()
    assert {reference for _, reference in known} <= {"", design.reference_arm}
