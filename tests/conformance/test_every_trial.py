"""What every trial of the library must do, by registry: run, give values that make sense, keep blind what is blind."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest

from melanokine import drugs, evidence, patients
from melanokine.drugs import Regimen
from melanokine.trials import Result, Trial, load, names
from melanokine.trials.published_names import ENDPOINTS
from melanokine.trials.published_values import published

from .summary_schema import SCHEMA

PATIENTS = 6
OUTCOMES = ("outcomes", "km_points", "toxicity", "pd")
"""Tables of the evidence that hold what trials found."""
BLIND = [name for name in names() if load(name).blind]


def drugs_of(name: str) -> frozenset[str]:
    return frozenset(Regimen.parse(sentence).drug.id for sentence in load(name).sentences)


FIRST_OF_ITS_DRUGS = {drugs_of(name): name for name in reversed(BLIND)}.values()
"""Blind designs whose reports are written here; those of others with the same drugs only by `pytest -m slow`."""
REPORTED = [pytest.param(name, marks=() if name in FIRST_OF_ITS_DRUGS else pytest.mark.slow) for name in BLIND]


@pytest.fixture(scope="module", params=names())
def result(request) -> Result:
    """Of each trial in turn, so that each is run once."""
    return Trial(request.param).run(seed=5, patients=PATIENTS, workers=2)


def test_design_is_whole(result):
    design = result.design
    assert design.population in patients.names()
    assert design.reference_arm in design.arms
    assert design.sources
    assert len(design.calendar.days(30.4375 * design.duration_months)) >= 3
    for name, arm in design.arms.items():
        assert design.patients(name) >= 1
        for sentence in arm.regimen:
            regimen = Regimen.parse(sentence)
            assert regimen.drug.id in drugs.names()
            assert Regimen.parse(str(regimen)) == regimen, sentence


def test_nobody_fails_and_everybody_is_in_every_arm(result):
    table = result.patients
    assert not table["failed"].any()
    for arm in result.design.arms:
        assert table.loc[table["arm"] == arm, "patient"].tolist() == list(range(1, PATIENTS + 1))


def test_values_of_a_patient_make_sense(result):
    table, months = result.patients, result.design.duration_months
    assert set(table["best_response"]) <= {"CR", "PR", "SD", "PD", "NE"}
    assert ((table["pfs_months"] >= 0) & (table["pfs_months"] <= table["os_months"] + 1e-9)).all()
    assert (table["os_months"] <= months + 1e-9).all()
    assert (table["best_change_percent"].dropna() >= -100).all()
    responders = table["best_response"].isin(["CR", "PR"])
    assert (table.loc[responders, "best_change_percent"] <= -30).all()
    assert (table["response_months"].notna() == responders).all()
    assert (table["response_months"].dropna() <= months).all()
    assert table["hypotension_grade"].between(0, 5).all()
    assert ((table["hypotension_grade"] >= 3) == table["hypotension_grade3plus"]).all()
    assert (~table["hypotension_grade3plus"] | table["grade3plus_TRAE"]).all()
    assert table["weight"].between(35, 200).all()
    assert np.allclose(
        table["baseline_sum_of_diameters"], table.filter(regex=r"^baseline_diameter_\d").sum(axis=1), rtol=1e-9
    )


def test_baseline_is_the_same_in_every_arm(result):
    table = result.patients
    covariates = table.loc[:, "weight":"days_to_diagnosis"].columns
    first, *others = (table.loc[table["arm"] == arm, covariates].reset_index(drop=True) for arm in result.design.arms)
    for other in others:
        assert other.equals(first)


def test_endpoints_of_an_arm_make_sense(result):
    for endpoints in result.endpoints.values():
        assert endpoints["CR"].value <= endpoints["ORR"].value <= endpoints["DCR"].value
        assert endpoints["PFS_6mo"].value >= endpoints["PFS_12mo"].value
        assert endpoints["OS_12mo"].value >= endpoints["OS_24mo"].value
        assert endpoints["PFS_12mo"].value <= endpoints["OS_12mo"].value
        assert endpoints["PFS_median_months"].value <= endpoints["OS_median_months"].value
        assert endpoints["hypotension_grade3plus"].value <= endpoints["grade3plus_TRAE"].value
        for name, (value, low, high, unit) in endpoints.items():
            assert not low > value, name
            assert not high < value, name
            if unit == "percent":
                assert 0 <= low <= high <= 100, name


def test_summary_record_has_the_promised_layout(result):
    record = json.loads(json.dumps(result.summary_record(), allow_nan=False))
    jsonschema.Draft202012Validator(SCHEMA).validate(record)
    assert record["trial"] == result.design.name
    assert [arm["arm"] for arm in record["arms"]] == list(result.design.arms)
    assert {contrast["reference"] for contrast in record["contrasts"]} <= {result.design.reference_arm}
    assert len(record["contrasts"]) == len(record["arms"]) - 1


def test_everything_used_is_cited(result):
    assert set(result.design.sources) <= set(result.citations)
    for arm in result.design.arms.values():
        for sentence in arm.regimen:
            assert set(Regimen.parse(sentence).drug.sources) <= set(result.citations), sentence


def test_published_values_stand_beside_what_is_not_blind(result):
    """Some early studies report no endpoint that summaries hold."""
    table, told = result.summary(), published(result.design)
    known = table["published"].notna()
    assert set(table.loc[known, "arm"]) == set(told.loc[told["endpoint"].isin(ENDPOINTS), "arm"])
    assert (table.loc[known, "source"] != "").all()


def test_a_blind_trial_names_no_evidence_and_shows_no_published_value(result):
    design, table = result.design, result.summary()
    if design.blind:
        assert design.nct in set(evidence.load("blind_designs")["nct"])
        assert all(arm.evidence is None for arm in design.arms.values())
        assert published(design).empty
        assert table[["published", "published_low", "published_high"]].isna().all(axis=None)
        assert (table[["source", "verified"]] == "").all(axis=None)
    else:
        assert any(arm.evidence for arm in design.arms.values())


def test_there_are_blind_trials_and_others_with_published_values():
    assert 10 < len(BLIND) < len(names()) - 20


@pytest.mark.parametrize("name", REPORTED)
def test_no_outcome_is_looked_up_on_the_way_from_design_to_report(name, monkeypatch, tmp_path):
    looked_up = []
    load_table = evidence.load

    def watched(table):
        looked_up.append(table)
        return load_table(table)

    def forbidden(*arguments):
        raise AssertionError(f"published values were asked for: {arguments}")

    for module in ("melanokine.evidence", "melanokine.evidence.arms", "melanokine.evidence.tables"):
        monkeypatch.setattr(f"{module}.load", watched, raising=False)
    monkeypatch.setattr("melanokine.evidence.published", forbidden)
    monkeypatch.setattr("melanokine.evidence.arms.published", forbidden)
    Trial(name).run(seed=5, patients=PATIENTS).write(tmp_path)
    assert not set(looked_up) & set(OUTCOMES)
    assert "published" not in (tmp_path / "summary.json").read_text(encoding="utf-8")
