"""Entry into lesions."""

import numpy as np
import pytest


def test_entry_grows_with_surface_rather_than_volume(bench):
    sizes = {"tumour_low": 0.0, "tumour_high_2": 1000.0, "tumour_high_3": 1000.0}
    small, large = (bench.value("homing_1", {**sizes, "tumour_high_1": size}) for size in (1000.0, 1010.0))
    supply = (3010.0 + bench.medians["homing_capacity"]) / (3000.0 + bench.medians["homing_capacity"])
    exponent = np.log(large * supply / small) / np.log(1060.0 / 1050.0)
    assert exponent == pytest.approx(bench.medians["homing_exponent"], rel=1e-3)


def test_lesions_share_one_stream(bench):
    alone = bench.value("homing_1", {"tumour_high_2": 0.0, "tumour_high_3": 0.0})
    assert bench.value("homing_1", {"tumour_high_2": 1e5}) < alone


def test_patients_and_lesions_scale_entry(bench):
    one = bench.value("homing_1")
    assert bench.value("homing_1", infiltration=2.0) == pytest.approx(2 * one)
    assert bench.value("homing_1", lesion_infiltration_factor_1=3.0) == pytest.approx(3 * one)
    assert bench.value("homing_1", lesion_infiltration_factor_2=3.0) == pytest.approx(one)


def test_chemokines_follow_interferon(bench):
    none, most = (bench.value("chemokines_1", {"interferon": level}) for level in (0.0, 1e9))
    assert (none, most) == pytest.approx((1.0, 1 + bench.medians["chemokine_gain"]))


def test_cd8_cells_that_home_leave_the_blood(bench):
    """With everything but homing switched off, arrivals over progeny equal departures."""
    still = {"stem_like": 0.0, "effector": 0.0, "tissue_memory": 0.0, "primed_late": 0.0}
    off = {"effector_blood_loss": 0.0, "stem_like_blood_loss": 0.0, "activation_death_sensitivity": 0.0}
    rates = bench.rates(still, **off)
    for subset in ("stem_like", "effector"):
        arrived = sum(rates[f"{subset}_{i}"] for i in (1, 2, 3))
        assert arrived > 0
        assert rates[f"{subset}_blood"] == pytest.approx(-arrived / bench.medians["arrival_progeny"], rel=1e-3)
