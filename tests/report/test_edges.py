"""Results at the edge still make a report: an arm that failed altogether, one patient, no scan, six arms."""

import dataclasses
import warnings

import numpy as np
import pandas as pd
import pytest

from melanokine.report import write_report


def report(result, folder):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return write_report(result, folder).read_text(encoding="utf-8")


@pytest.fixture
def result(blind_result):
    return dataclasses.replace(blind_result, patients=blind_result.patients.copy())


def test_an_arm_that_failed_altogether(result, tmp_path):
    result.patients.loc[result.patients["arm"] == "nivolumab", "failed"] = True
    assert "Number at risk" in report(result, tmp_path)


def test_one_patient_per_arm(result, tmp_path):
    one = dataclasses.replace(result, patients=result.patients[result.patients["patient"] == 2])
    assert "Number at risk" in report(one, tmp_path)


def test_nobody_scanned_and_nothing_recorded(result, tmp_path):
    result.patients["best_change_percent"] = np.nan
    result.patients["best_response"] = "NE"
    bare = dataclasses.replace(
        result, curves=result.curves.iloc[:0], exposure=result.exposure.iloc[:0], spider=result.spider.iloc[:0]
    )
    page = report(bare, tmp_path)
    assert "Toxicity" in page
    assert 'id="exposure"' not in page
    assert sorted(path.stem for path in (tmp_path / "figures").iterdir()) == [
        "kaplan-meier-os",
        "kaplan-meier-pfs",
        "toxicity",
    ]


def test_covariates_that_are_missing_have_no_row(result, tmp_path):
    bare = dataclasses.replace(result, patients=result.patients.drop(columns=["age", "weight", "sex", "ldh_elevated"]))
    assert "Baseline" not in report(bare, tmp_path)


def test_a_drug_given_only_later_has_no_panel():
    from melanokine.report.figures.exposure import exposure

    day = np.arange(0.0, 57.0)
    rows = [("early", np.exp(-day / 20)), ("late", np.zeros_like(day))]
    table = pd.concat(
        pd.DataFrame({"arm": "a", "drug": drug, "unit": "nM", "day": day, "low": c / 2, "median": c, "high": c * 2})
        for drug, c in rows
    )
    figure = exposure(table, arms=["a"], colours={"a": "#1f5a93"}, days=56.0)
    assert len(figure.axes) == 1
    nothing = exposure(table[table["drug"] == "late"], arms=["a"], colours={"a": "#1f5a93"}, days=56.0)
    assert not nothing.axes
