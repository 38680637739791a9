"""NK cells in the tumour."""

import pytest


def test_balance_of_homing_and_loss(bench):
    rates = bench.rates({"nk": 0.0})
    pool = bench.medians["nk_blood_pool"]
    assert rates["nk_1"] == pytest.approx(bench.medians["nk_homing_rate"] * bench.value("homing_1") * pool)
    assert bench.rates({"nk": 1e4})["nk_1"] < 0


def test_more_nk_in_blood_send_more_to_the_tumour(bench):
    assert bench.rates({"nk_blood": 3.0})["nk_1"] > bench.rates()["nk_1"]


def test_they_kill_the_mhc_low_clone_above_all(bench):
    quiet = {"effector": 0.0, "exhausted": 0.0, "tissue_memory": 0.0, "tumour_low": 2000.0, "interferon": 0.0}
    high, low = (bench.value(f"killed_{clone}_1", quiet) for clone in ("high", "low"))
    residual = bench.medians["nk_kill_through_mhc"] / (1 - bench.medians["mhc_low_recognition"])
    assert high / low == pytest.approx(residual)


def test_a_full_signal_arms_them(bench):
    assert bench.value("nk_kill_1", {"signal_nk": 1.0}, nk_il18_gain=0.0) == pytest.approx(
        (1 + bench.medians["nk_signal_gain"]) * bench.value("nk_kill_1", nk_il18_gain=0.0), rel=1e-3
    )
