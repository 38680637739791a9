"""Trials on the compiled model: every design runs, and a patient's numbers depend on nothing but the patient."""

import numpy as np
import pandas as pd
import pytest

from melanokine.trials import Trial, load, names, write_parquet

PATIENTS = 24


@pytest.fixture(scope="module")
def whole():
    return Trial("pivot-io-001").run(seed=3, patients=PATIENTS, workers=1)


def of(result, arm):
    return result.patients[result.patients["arm"] == arm].reset_index(drop=True)


@pytest.mark.parametrize("name", names())
def test_every_design_runs(name):
    result = Trial(load(name)).run(seed=1, patients=8, workers=2)
    record = result.summary_record()
    assert [arm["arm"] for arm in record["arms"]] == list(result.design.arms)
    assert {arm["n"] for arm in record["arms"]} == {8}
    assert sum(arm["failed"] for arm in record["arms"]) == 0
    assert result.citations
    assert np.isfinite(result.patients["os_months"]).all()
    assert (result.patients["pfs_months"] <= result.patients["os_months"] + 1e-9).all()
    assert set(result.exposure["drug"]) == {drug for arm in result.design.arms for drug in _drugs(result, arm)}
    assert (result.curves["low"] <= result.curves["high"]).all()


def _drugs(result, arm):
    return {sentence.split()[0] for sentence in result.design.arms[arm].regimen}


def test_dropping_an_arm_changes_no_number(whole):
    alone = Trial("pivot-io-001").run(seed=3, patients=PATIENTS, arms=["nivolumab"], workers=1)
    expected = of(whole, "nivolumab")[list(alone.patients.columns)]
    pd.testing.assert_frame_equal(of(alone, "nivolumab"), expected, check_exact=True)


def test_leaving_an_arm_out_of_the_design_changes_nothing_but_rounding(whole):
    """The model of a design holds the drugs of its arms, so that step sizes differ within the tolerance."""
    design = {key: value for key, value in load("pivot-io-001").model_dump(exclude_unset=True).items() if key != "name"}
    design["arms"] = {"nivolumab": design["arms"]["nivolumab"]}
    alone = Trial(**design).run(seed=3, patients=PATIENTS, workers=1)
    expected = of(whole, "nivolumab")[list(alone.patients.columns)]
    pd.testing.assert_frame_equal(of(alone, "nivolumab"), expected, rtol=1e-3, atol=1e-6)


def test_adding_patients_and_workers_changes_no_number(whole):
    more = Trial("pivot-io-001").run(seed=3, patients=PATIENTS + 9, workers=2)
    for arm in whole.arms:
        pd.testing.assert_frame_equal(of(more, arm).iloc[:PATIENTS], of(whole, arm), check_exact=True)


def test_the_same_seed_gives_the_same_file(whole, tmp_path):
    again = Trial("pivot-io-001").run(seed=3, patients=PATIENTS, workers=2)
    write_parquet(whole.patients, tmp_path / "one.parquet")
    write_parquet(again.patients, tmp_path / "two.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_an_untreated_arm_has_no_treatment_related_event():
    gp100 = of(Trial("mdx010-20").run(patients=40, arms=["gp100"]), "gp100")
    assert not gp100["grade3plus_TRAE"].any()
    assert not gp100["discontinuation_for_toxicity"].any()
