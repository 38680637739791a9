"""The run loop on the small disease: pairing, invariance, failures, replicates."""

import numpy as np
import pandas as pd
import pytest

from melanokine.errors import InputError
from melanokine.trials import run
from melanokine.trials.estimates import EVENTS
from melanokine.trials.write import write_parquet

SAME = {"check_dtype": True, "check_exact": True}


def rows(result, arm):
    return result.patients[result.patients["arm"] == arm].reset_index(drop=True)


def test_every_arm_has_the_same_patients(result):
    for arm in ("one", "none"):
        for column in ("patient", "weight", "frailty"):
            assert rows(result, arm)[column].tolist() == rows(result, "both")[column].tolist()
    assert rows(result, "one")["patient"].tolist() == list(range(1, 61))


def test_more_drugs_help_in_the_small_disease(result):
    share = {arm: found["DCR"].value for arm, found in result.endpoints.items()}
    assert share["both"] > share["one"] > share["none"]
    assert result.contrasts[0].reference == "none"
    assert result.contrasts[0].endpoints["PFS_HR"].value < 1


def test_dropping_an_arm_changes_no_number(small, design, result):
    alone = small.run(design, sizes={"one": 60})
    pd.testing.assert_frame_equal(rows(alone, "one"), rows(result, "one")[list(alone.patients.columns)], **SAME)


def test_adding_patients_changes_no_number(small, result):
    more = small.run(small.design(patients_per_arm=80))
    for arm in ("both", "one", "none"):
        pd.testing.assert_frame_equal(rows(more, arm).iloc[:60], rows(result, arm), **SAME)


def test_block_size_changes_no_number(small, design, result, monkeypatch):
    monkeypatch.setattr(run, "BLOCK", 7)
    pd.testing.assert_frame_equal(small.run(design).patients, result.patients, **SAME)


def test_another_seed_changes_numbers(small, design, result):
    other = small.run(design, seed=2)
    assert (other.patients["os_months"] != result.patients["os_months"]).mean() > 0.3


def test_the_same_seed_gives_the_same_bytes(small, design, result, tmp_path):
    write_parquet(result.patients, tmp_path / "first.parquet")
    write_parquet(small.run(design).patients, tmp_path / "second.parquet")
    assert (tmp_path / "first.parquet").read_bytes() == (tmp_path / "second.parquet").read_bytes()
    back = pd.read_parquet(tmp_path / "first.parquet")
    assert list(back.columns[:3]) == ["patient", "arm", "replicate"]
    pd.testing.assert_frame_equal(back, result.patients, check_dtype=False)


def test_replicates_are_fresh_patients_and_leave_the_first_trial_alone(small, design, result):
    repeated = small.run(design, replicates=3)
    first = repeated.patients[repeated.patients["replicate"] == 1].reset_index(drop=True)
    ordered = ["arm", "patient"]
    pd.testing.assert_frame_equal(
        first.sort_values(ordered, ignore_index=True), result.patients.sort_values(ordered, ignore_index=True), **SAME
    )
    last = repeated.patients[repeated.patients["replicate"] == 3]
    assert sorted(last["patient"].unique()) == list(range(121, 181))
    pooled = 100 * repeated.patients[repeated.patients["arm"] == "both"]["best_response"].isin(["CR", "PR"]).mean()
    estimate = repeated.endpoints["both"]["ORR"]
    assert estimate.value == pytest.approx(pooled)
    assert estimate.low <= estimate.value <= estimate.high
    assert repeated.summary_record()["arms"][0]["n"] == 60


def test_arms_of_unequal_size_share_their_numbers(small):
    arms = {"large": {"regimen": [], "patients": 30}, "small": {"regimen": [], "patients": 20}}
    unequal = small.run(small.design(arms=arms, patients_per_arm=None), replicates=2)
    second = unequal.patients[unequal.patients["replicate"] == 2]
    assert second[second["arm"] == "large"]["patient"].tolist() == list(range(31, 61))
    assert second[second["arm"] == "small"]["patient"].tolist() == list(range(31, 51))


def test_failures_are_missing_and_counted(small, design):
    failing = small.run(design, simulator=small.Simulator(broken_above=0.006))
    table = rows(failing, "one")
    broken = small.cohort(60).parameters[:, 0] > 0.006
    assert 0 < broken.sum() < 30
    assert table["failed"].tolist() == broken.tolist()
    for column in ("os_months", "pfs_months", "pfs_event", "best_response", "grade3plus_TRAE", "doses_nivolumab"):
        assert table[column].isna().tolist() == broken.tolist(), column
    assert table["weight"].notna().all()
    assert failing.summary_record()["arms"][1]["failed"] == broken.sum()
    assert set(failing.spider["patient"]).isdisjoint(table["patient"][broken])
    whole = small.run(design)
    pd.testing.assert_frame_equal(rows(whole, "one")[~broken], table[~broken], check_dtype=False)


def test_progression_stops_treatment_and_another_therapy_may_follow(small):
    option = {"regimen": ["ipilimumab 3 mg/kg IV every 3 weeks for 4 doses"], "probability": 1.0}
    arms = {"none": []}
    alone = small.run(small.design(arms=arms, subsequent_therapy="none"))
    rescued = small.run(small.design(arms=arms, subsequent_therapy=[option]))
    before, after = rows(alone, "none"), rows(rescued, "none")
    assert before["pfs_months"].tolist() == after["pfs_months"].tolist()
    assert (after["subsequent_therapy"] != "").any()
    assert (before["subsequent_therapy"] == "").all()
    assert (after["os_months"] >= before["os_months"]).all()
    changed = after["os_months"] > before["os_months"]
    assert changed.any()
    assert after["subsequent_therapy"][changed].eq(option["regimen"][0]).all()


def test_doses_stop_with_progression(result):
    table = rows(result, "one")
    early = table["progression_months"] < 6
    assert early.any()
    most = 1 + np.ceil((table["progression_months"] * 30.4375 + 7) / 21)
    assert (table["doses_nivolumab"][early] <= most[early]).all()


def test_curves_exposure_and_spider_have_their_columns(result):
    assert list(result.curves.columns) == ["arm", "observable", "day", "low", "median", "high"]
    assert list(result.exposure.columns) == ["arm", "drug", "unit", "day", "low", "median", "high"]
    assert set(result.exposure["drug"]) == {"nivolumab", "ipilimumab"}
    assert list(result.spider.columns) == ["patient", "arm", "month", "change_percent"]
    baseline = result.spider[result.spider["month"] == 0]
    assert len(baseline) == 3 * 60
    assert (baseline["change_percent"] == 0).all()


def test_progress_is_reported(small, design):
    steps = []
    small.run(design, progress=lambda *step: steps.append(step))
    assert steps[-1] == ("none", 180, 180)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"patients": 0}, "patients is 0"),
        ({"patients": 2.5}, "patients is 2.5"),
        ({"replicates": -1}, "replicates is -1"),
        ({"workers": 0}, "workers is 0"),
        ({"patients": 3, "seed": -1}, "seed -1"),
        ({"patients": 10**6, "replicates": 2}, "more than 1000000"),
        ({"arms": ["nivo"]}, "no arm 'nivo'"),
        ({"arms": []}, "no arm is left"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(design, arguments, complaint):
    with pytest.raises(InputError, match=complaint):
        run.Trial(design).run(**arguments)


def test_an_unknown_course_is_refused(small):
    with pytest.raises(InputError, match="no observable 'lymphocyte'; did you mean 'lymphocytes'"):
        small.run(small.design(courses=["lymphocyte"]))


@pytest.mark.parametrize(
    "keywords",
    [
        {"duration_months": 1.0},  # over before the first scan
        {"duration_months": 30.0, "accrual_months": 29.0},
        {"scans": "week 12"},
        {"patients_per_arm": 1},
        {"scan_window_days": 0, "confirmation": False, "stable_disease_weeks": 0},
        {"courses": []},
        {"arms": {"only": []}},
    ],
    ids=str,
)
def test_unusual_designs_run(small, keywords):
    odd = small.run(small.design(**keywords))
    assert odd.patients["os_months"].notna().all()
    assert (odd.patients["pfs_months"] <= odd.patients["os_months"] + 1e-9).all()
    assert odd.patients["os_months"].max() <= odd.design.duration_months + 1e-9
    record = odd.summary_record()
    assert len(record["contrasts"]) == len(odd.arms) - 1
    assert len(odd.summary()) == sum(map(len, odd.endpoints.values())) + 3 * len(odd.contrasts)
    assert all(set(EVENTS) < set(endpoints) for endpoints in odd.endpoints.values())


def test_late_entry_is_followed_for_less(small):
    staggered = small.run(small.design(arms={"none": []}, accrual_months=20.0))
    censored = staggered.patients[~staggered.patients["os_event"].astype(bool)]
    assert censored["os_months"].min() < 20 < censored["os_months"].max()
