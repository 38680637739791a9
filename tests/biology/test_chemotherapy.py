"""The historical control."""

import pytest


def kill(bench, day, dose=1000.0, **parameters):
    return bench.value("chemotherapy_kill", {"dacarbazine_effect": dose, "treatment_clock": day}, **parameters)


def test_one_standard_dose_kills_at_the_tabulated_rate(bench):
    assert kill(bench, 0.0) == pytest.approx(bench.medians["cytotoxic_kill_rate"])
    assert kill(bench, 0.0, dose=0.0) == 0.0


def test_sensitivity_halves_at_the_resistance_time_and_fades(bench):
    assert kill(bench, bench.medians["resistance_time"]) == pytest.approx(kill(bench, 0.0) / 2)
    assert kill(bench, 365.0) < 0.05 * kill(bench, 0.0)


def test_both_clones_die_alike(bench):
    treated = {"dacarbazine_effect": 1000.0, "tumour_low": 2000.0}
    for clone in ("high", "low"):
        name = f"killed_{clone}_1"
        more = bench.value(name, treated) - bench.value(name, {"tumour_low": 2000.0})
        assert more == pytest.approx(2000 * bench.medians["cytotoxic_kill_rate"])
