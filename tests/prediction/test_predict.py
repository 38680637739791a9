"""Predictions of a design of the user's own: every arm, the comparison with the reference, and their intervals."""

import json

import pandas as pd
import pytest

import melanokine as mk
from melanokine.cli.main import run
from melanokine.prediction.predicted_arm import against_reference, arms_of
from melanokine.trials import TrialDesign

ARMS = {
    "untreated": [],
    "nivolumab": ["nivolumab 3 mg/kg IV every 2 weeks"],
    "ipilimumab": ["ipilimumab 3 mg/kg IV every 3 weeks for 4 doses"],
}


@pytest.fixture(scope="module")
def design():
    return TrialDesign.build(name="own", arms=ARMS, reference="ipilimumab", patients_per_arm=80, year=2014)


@pytest.fixture(scope="module")
def found(design):
    return pd.DataFrame(mk.predict(design, patients=60, draws=80))


def value(found, arm, endpoint):
    (row,) = found[(found["arm"] == arm) & (found["endpoint"] == endpoint)].to_dict("records")
    return row


def test_every_arm_is_predicted_and_compared_with_the_reference(design, found):
    assert found["arm"].drop_duplicates().tolist() == [
        "untreated", "untreated vs ipilimumab", "nivolumab", "nivolumab vs ipilimumab", "ipilimumab",
    ]  # fmt: skip
    assert set(found.loc[found["arm"] == "nivolumab", "n"]) == {80}
    assert set(found.loc[found["arm"] == "nivolumab vs ipilimumab", "n"]) == {160}
    assert against_reference(arms_of(design)) == [(0, 2), (1, 2)]


def test_intervals_are_nested_and_widen_in_a_smaller_trial(design, found):
    for level, wider in (("50", "80"), ("80", "95")):
        assert (found[f"low{wider}"] <= found[f"low{level}"]).all()
        assert (found[f"high{wider}"] >= found[f"high{level}"]).all()
    small = pd.DataFrame(mk.predict(design, patients_per_arm=12, patients=60, draws=80))
    wide, narrow = (value(table, "nivolumab", "ORR") for table in (small, found))
    assert wide["n"] == 12
    assert wide["value"] == narrow["value"]
    assert wide["high95"] - wide["low95"] > narrow["high95"] - narrow["low95"]
    assert wide["parts"]["sampling"] > 2 * narrow["parts"]["sampling"]
    assert wide["parts"]["parameters"] == narrow["parts"]["parameters"]


def test_values_say_what_the_drugs_do(found):
    rates = [value(found, arm, "ORR")["value"] for arm in ("untreated", "ipilimumab", "nivolumab")]
    assert rates == sorted(rates)
    assert value(found, "nivolumab vs ipilimumab", "PFS_HR")["value"] < 1


def test_the_command_writes_what_it_says(tmp_path, capsys):
    asked = ["predict", "hd-il2", "--patients", "50", "--virtual-patients", "20", "--quiet"]
    assert run([*asked, "--out", str(tmp_path / "p.json")]) == 0
    printed = capsys.readouterr().out
    assert "ORR, %" in printed
    assert "p.json" in printed
    records = json.loads((tmp_path / "p.json").read_text())["predictions"]
    assert run([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"predictions": records}
    assert {record["n"] for record in records} == {50}
