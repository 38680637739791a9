"""What a result shows and writes."""

import json

import numpy as np
import pandas as pd
import pytest

from melanokine.errors import InputError
from melanokine.trials import write
from melanokine.trials.estimates import Estimate
from melanokine.trials.intervals import clopper_pearson
from melanokine.trials.survival import kaplan_meier

ENDPOINTS = [
    "ORR", "CR", "DCR", "PFS_median_months", "PFS_6mo", "PFS_12mo", "OS_median_months", "OS_12mo", "OS_24mo",
    "grade3plus_TRAE", "hypotension_any", "hypotension_grade3plus", "fever_any", "fever_grade3plus", "CRS_any",
    "CRS_grade3plus", "lymphopenia_grade3plus", "neutropenia_any", "neutropenia_grade3plus", "thrombocytopenia_any",
    "thrombocytopenia_grade3plus", "anaemia_grade3plus", "eosinophilia", "capillary_leak_grade3plus",
    "discontinuation_for_toxicity",
]  # fmt: skip


def test_the_record_has_the_layout_of_summary_json(result):
    record = result.summary_record()
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert list(record) == [
        "schema", "trial", "seed", "replicates", "version", "model_hash", "calibration", "arms", "contrasts",
        "runtime",
    ]  # fmt: skip
    assert record["schema"] == 1
    first = record["arms"][0]
    assert (first["arm"], first["n"], first["failed"]) == ("both", 60, 0)
    assert list(first["endpoints"]) == ENDPOINTS
    assert list(first["endpoints"]["ORR"]) == ["value", "low", "high", "unit"]
    assert [(c["arm"], c["reference"]) for c in record["contrasts"]] == [("both", "none"), ("one", "none")]
    assert list(record["contrasts"][0]["endpoints"]) == ["ORR_difference", "PFS_HR", "OS_HR"]


def test_intervals_are_those_of_the_patients(result):
    rows = result.patients[result.patients["arm"] == "one"]
    responders = int(rows["best_response"].isin(["CR", "PR"]).sum())
    low, high = clopper_pearson(responders, 60)
    assert result.endpoints["one"]["ORR"] == Estimate(100 * responders / 60, 100 * low, 100 * high, "percent")
    curve = kaplan_meier(rows["pfs_months"], rows["pfs_event"])
    assert result.endpoints["one"]["PFS_median_months"][:3] == curve.median()


def test_what_is_not_reached_is_none_in_the_record(result):
    value = result.endpoints["both"]["OS_median_months"]
    shown = result.summary_record()["arms"][0]["endpoints"]["OS_median_months"]
    assert (shown["value"] is None) == (not np.isfinite(value.value))
    assert (shown["high"] is None) == (not np.isfinite(value.high))


def test_the_summary_is_tidy(result):
    table = result.summary()
    assert len(table) == 3 * len(ENDPOINTS) + 2 * 3
    assert set(table["unit"]) == {"percent", "months", "ratio", "percentage points"}
    assert table["published"].isna().all()


@pytest.fixture
def without_report(monkeypatch):
    """The report is another floor's work: here it leaves a page and one figure."""

    class Report:
        @staticmethod
        def write_report(result, path, command=None):
            (path / "report.html").write_text("page", encoding="utf-8")
            (path / "figures").mkdir()
            (path / "figures" / "one.svg").write_text("figure", encoding="utf-8")

    monkeypatch.setattr(write, "import_module", lambda name: Report)
    return Report


def test_everything_is_written(result, tmp_path, without_report):
    target = tmp_path / "deep" / "results"
    write.write_result(result, target)
    write.write_result(result, target)  # again, over what is there
    assert sorted(path.name for path in target.iterdir()) == sorted(write.FILES)
    assert json.loads((target / "summary.json").read_text()) == result.summary_record()
    assert len(pd.read_csv(target / "summary.csv")) == len(result.summary())
    assert len(pd.read_parquet(target / "patients.parquet")) == 180
    assert (target / "figures" / "one.svg").read_text() == "figure"


def test_a_failure_leaves_nothing_half_written(result, tmp_path, without_report, monkeypatch):
    def full_disc(result, path, command=None):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(without_report, "write_report", staticmethod(full_disc))
    with pytest.raises(InputError, match="no space left on device"):
        write.write_result(result, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_written_is_refused_before(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="results cannot be written there"):
        write.prepare_directory(tmp_path / "file")
    with pytest.raises(InputError, match="results cannot be written there"):
        write.prepare_directory(tmp_path / "file" / "below")
