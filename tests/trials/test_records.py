"""Records of a trial: the endpoints follow from them, and keeping them changes nothing."""

import numpy as np
import pandas as pd
import pytest

from melanokine.errors import InputError
from melanokine.trials import Trial, run
from melanokine.trials.grades import grade_courses, worst_grades
from melanokine.trials.records import joined
from melanokine.trials.scans import DAYS_PER_MONTH


def test_records_change_no_number_and_do_not_depend_on_blocks(small, design, result, kept, monkeypatch):
    pd.testing.assert_frame_equal(kept.patients, result.patients)
    monkeypatch.setattr(run, "BLOCK", 7)
    again = small.run(design, records=True).records
    for name in ("patients", "scans", "lesions", "events"):
        first, second = (getattr(each, name) for each in (kept.records, again))
        by = ["arm", "patient", *[c for c in ("scan", "lesion", "event") if c in first]]
        assert first.sort_values(by).reset_index(drop=True).equals(second.sort_values(by).reset_index(drop=True)), name


def test_the_table_of_patients_follows_from_the_records(kept, design):
    records, patients = kept.records.patients, kept.patients
    assert records["patient"].tolist() == patients["patient"].tolist()
    assert (records["best_confirmed"] == patients["best_response"]).all()
    for name in ("pfs", "os"):
        assert np.allclose(records[f"{name}_day"] / DAYS_PER_MONTH, patients[f"{name}_months"])
        assert (records[f"{name}_event"] == patients[f"{name}_event"]).all()
    assert np.allclose(records["progression"] / DAYS_PER_MONTH, patients["progression_months"], equal_nan=True)
    scans = kept.records.scans
    least = scans[scans["readable"] & (scans["scan"] > 0)].groupby(["arm", "patient"])["sum"].min()
    first = scans[scans["scan"] == 0].set_index(["arm", "patient"])["sum"]
    change = patients.set_index(["arm", "patient"])["best_change_percent"].dropna()
    assert np.allclose(100 * (least / first.reindex(least.index) - 1), change.reindex(least.index))
    assert len(change) == len(least)


def test_sums_are_those_of_the_target_lesions(kept):
    lesions, scans = kept.records.lesions, kept.records.scans
    key = ["arm", "patient", "scan"]
    sums = lesions[lesions["is_target"]].groupby(key)["diameter"].sum()
    seen = scans[scans["readable"]].set_index(key)["sum"]
    assert len(sums) == len(seen)
    assert np.allclose(sums.reindex(seen.index), seen)


def test_no_scan_follows_progression_death_or_the_end(kept):
    scans = kept.records.scans.merge(kept.records.patients[["arm", "patient", "progression", "last_day"]])
    assert (scans["day"] <= scans["last_day"]).all()
    assert not (scans["day"] > scans["progression"]).any()
    shows = scans[scans["overall"] == "PD"]
    assert (shows["day"] == shows["progression"]).all()
    assert not scans.loc[~scans["readable"], ["sum"]].notna().any().any()
    assert (scans.loc[~scans["readable"], "overall"] == "NE").all()


def test_events_agree_with_the_endpoints(kept):
    events, patients = kept.records.events, kept.patients.set_index(["arm", "patient"])
    severe = events[events["grade"] >= 3].groupby(["arm", "patient"])["event"].agg(set)
    counts = {"lymphopenia", "neutropenia", "thrombocytopenia", "anaemia", "eosinophilia"}
    graded = severe.map(lambda names: bool(names - counts)).reindex(patients.index, fill_value=False)
    assert (graded == patients["grade3plus_TRAE"]).all()
    for event, column in (("hypotension", "hypotension_grade"), ("fever", "fever_grade"), ("CRS", "CRS_grade")):
        worst = events[events["event"] == event].set_index(["arm", "patient"])["grade"]
        assert (worst.reindex(patients.index, fill_value=0) == patients[column]).all()
    withdrawn = events[events["action"] == "withdrawn"].set_index(["arm", "patient"]).index
    assert set(withdrawn) == set(patients.index[patients["discontinuation_for_toxicity"]])
    immune = events[events["event"] == "immune-related"].set_index(["arm", "patient"])["first_day"]
    assert np.allclose(immune / DAYS_PER_MONTH, patients["immune_event_months"].reindex(immune.index))
    assert (events["first_day"] <= events["last_day"].fillna(np.inf)).all()


def test_grades_over_time_reach_the_worst_grade(small):
    random = np.random.default_rng(3)
    course = small.Simulator().follow(
        small.cohort(40).parameters, small.cohort(40).states,
        small.Simulator().plan(["nivolumab 360 mg IV every 3 weeks"], 90), np.arange(0.0, 90.0),
    )  # fmt: skip
    spread = {"mean_arterial_pressure": 60, "temperature": 2.5, "lymphocyte_count": 1.5, "neutrophils": 3.5,
              "platelets": 230, "haemoglobin": 6, "eosinophils": 0.6}  # fmt: skip
    for name, width in spread.items():
        course.observables[name] = course.observables[name] + width * random.uniform(-1, 1, (40, 90))
    observed = np.arange(90.0) <= random.uniform(0, 90, 40)[:, None]
    worst = worst_grades(course, observed).columns()
    over_time = grade_courses(course, observed)
    assert {f"{event}_grade" for event in over_time} == set(worst)
    for event, grade in over_time.items():
        assert (grade.max(axis=1) == worst[f"{event}_grade"]).all(), event
        assert (grade > 0).any()


def test_patients_whose_simulation_failed_have_no_record_but_their_own(small, design):
    kept = small.run(design, simulator=small.Simulator(broken_above=0.004), records=True)
    failed = kept.records.patients["failed"]
    assert (failed == kept.patients["failed"]).all()
    assert 0 < failed.sum() < len(failed)
    assert kept.records.patients.loc[failed, ["pfs_day", "best_confirmed", "last_day"]].isna().all().all()
    for table in (kept.records.scans, kept.records.lesions, kept.records.events):
        assert not set(table["patient"]) & set(kept.records.patients.loc[failed, "patient"])
    assert joined([kept.records, kept.records]).patients.shape[0] == 2 * len(failed)


def test_records_are_kept_of_one_trial():
    trial = Trial(arms={"untreated": []}, patients_per_arm=2)
    with pytest.raises(InputError, match="records are kept of one trial, not of 2"):
        trial.run(records=True, replicates=2)
