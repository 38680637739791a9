"""Neutrophils, platelets, haemoglobin and absolute lymphocytes."""

import pytest

CYTOKINES = {"interferon_plasma": 200.0, "il6": 5.0}


def test_neutrophils_leave_while_cytokines_act_and_return_within_days(bench):
    rates = bench.rates(CYTOKINES)
    daily = -rates["neutrophils"] / bench.medians["neutrophil_baseline"]
    assert 0.3 < daily < 1.0
    renewed = bench.rates({"neutrophils": 2.0})["neutrophils"]
    assert (bench.medians["neutrophil_baseline"] - 2.0) / renewed < 2.0


def test_steady_cytokines_leave_some_neutrophils(bench):
    effect = bench.value("cytokine_effect", CYTOKINES)
    left = 1 / (1 + bench.medians["neutrophil_departure"] * effect / bench.medians["neutrophil_turnover"])
    assert 0.4 < left < 0.8
    settled = bench.rates({**CYTOKINES, "neutrophils": left * bench.medians["neutrophil_baseline"]})["neutrophils"]
    assert settled == pytest.approx(0.0, abs=1e-9)


def test_platelets_are_consumed_by_the_leak_and_by_nothing_else(bench):
    assert bench.rates({"vascular_leak": 0.5})["platelets"] < -40
    assert bench.rates(CYTOKINES)["platelets"] == pytest.approx(0.0, abs=1e-9)
    assert bench.rates({"platelets": 100.0})["platelets"] > 10


def test_haemoglobin_falls_by_a_fraction_of_a_gram_a_day(bench):
    assert 0.2 < -bench.rates(CYTOKINES)["haemoglobin"] < 0.8
    assert bench.rates({"haemoglobin": 10.0})["haemoglobin"] < 0.2


def test_counts_of_the_untreated_are_their_baselines(bench):
    for name in ("neutrophil", "platelet", "haemoglobin", "lymphocyte"):
        count = {"haemoglobin": "haemoglobin", "lymphocyte": "lymphocyte_count"}.get(name, f"{name}s")
        assert bench.observe(count) == pytest.approx(bench.medians[f"{name}_baseline"])


def test_absolute_lymphocytes_follow_the_relative_count(bench):
    emptied = {"lymphocyte_blood": 0.1}
    assert bench.observe("lymphocyte_count", emptied) == pytest.approx(
        bench.medians["lymphocyte_baseline"] * bench.observe("lymphocytes", emptied)
    )
