"""The blind arms: spelt as in the list of designs, told apart from the published, predicted in the agreed form."""

import csv
import json
from pathlib import Path

import pytest

from melanokine import trials
from melanokine.cli.main import run
from melanokine.prediction.blind_arms import blind_arms
from melanokine.prediction.predicted_arm import within_trials
from melanokine.trials.estimates import EVENTS

LIST = Path(__file__).resolve().parents[3] / "shared" / "evidence" / "blind_designs.csv"
KEYS = ["trial_id", "arm", "endpoint", "n", "value", "low50", "high50", "low80", "high80", "low95", "high95", "parts"]
ENDPOINTS = {
    "ORR", "CR", "DCR", "PFS_6mo", "PFS_12mo", "PFS_median_months", "OS_12mo", "OS_24mo", "OS_36mo",
    "OS_median_months", "grade3plus_TRAE", "hypotension_grade3plus",
}  # fmt: skip


def test_rows_are_those_of_the_list_of_blind_designs():
    if not LIST.exists():
        pytest.skip("no shared evidence beside this checkout")
    with LIST.open(encoding="utf-8", newline="") as stream:
        listed = [(row["trial_id"], row["arm"], int(row["n"])) for row in csv.DictReader(stream)]
    assert [(row.trial_id, row.arm, row.n) for row in blind_arms()] == listed


def test_every_row_is_simulated_by_blind_designs_of_the_library():
    for row in blind_arms():
        assert row.design.blind
        assert set(row.arms) <= set(row.design.arms)
        assert not len(trials.published(row.design))


def test_arms_are_compared_within_their_trial_and_both_ways():
    rows = blind_arms()
    pairs = within_trials(rows)
    assert all((j, i) in pairs and rows[i].trial_id == rows[j].trial_id for i, j in pairs)
    named = {(rows[i].arm, rows[j].arm) for i, j in pairs}
    assert ("BEMPEG + nivolumab", "nivolumab") in named
    assert ("NIVO3 + IPI1", "NIVO1 + IPI3") in named
    assert not any("all doses" in a or "all doses" in b for a, b in named)


def test_events_are_those_of_a_trial():
    from melanokine.calibration.arm_endpoints import HARMS

    assert set(HARMS) <= set(EVENTS)


@pytest.fixture(scope="module")
def predicted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("blind")
    asked = ["--trials", "CheckMate-069", "--patients", "40", "--quiet"]
    assert run(["predict-blind", *asked, "--out", str(folder / "p.json"), "--table", str(folder / "p.md")]) == 0
    return folder


def test_predictions_have_the_agreed_form(predicted):
    records = json.loads((predicted / "p.json").read_text(encoding="utf-8"))["predictions"]
    assert all(list(record) == KEYS for record in records)
    arms = {record["arm"] for record in records if " vs " not in record["arm"]}
    assert arms == {"nivolumab + ipilimumab", "ipilimumab", "nivolumab + ipilimumab (BRAF wt)", "ipilimumab (BRAF wt)"}
    for arm in arms:
        assert {record["endpoint"] for record in records if record["arm"] == arm} == ENDPOINTS
    ratio = {record["endpoint"] for record in records if record["arm"] == "nivolumab + ipilimumab vs ipilimumab"}
    assert ratio == {"ORR_difference", "PFS_HR", "OS_HR"}
    for record in records:
        limits = [record[key] for key in ("low95", "low80", "low50", "high50", "high80", "high95")]
        assert limits == sorted(limits)
        assert set(record["parts"]) == {"patients", "parameters", "sampling", "between_trials"}
    by = {(record["arm"], record["endpoint"]): record["value"] for record in records}
    assert by["nivolumab + ipilimumab", "ORR"] > by["ipilimumab", "ORR"]


def test_table_is_beside(predicted):
    text = (predicted / "p.md").read_text(encoding="utf-8")
    assert "| CheckMate-069 | nivolumab + ipilimumab vs ipilimumab | 142 |" in text
