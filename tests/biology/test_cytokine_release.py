"""IL-6, tolerance, fever, and the effect of cytokines on vessels and blood cells."""

import pytest


def test_il6_answers_interferon_and_activated_lymphocytes_and_saturates(bench):
    rest = bench.rates()["il6"]
    by_interferon = [bench.rates({"interferon_plasma": level})["il6"] for level in (50.0, 500.0, 5000.0)]
    by_cells = bench.rates({"activated_lymphocytes": 0.5})["il6"]
    assert rest < by_interferon[0] < by_interferon[1] < by_interferon[2] < 1.2 * by_interferon[1]
    assert by_cells > 100 * abs(rest)
    highest = bench.medians["il6_loss"] * bench.medians["il6_peak"]
    assert 0.9 * highest < by_interferon[2] < highest


def test_tolerance_lowers_release_and_passes_in_days(bench):
    stimulus = {"interferon_plasma": 100.0, "il6": 0.0}
    naive, tolerant = (bench.rates({**stimulus, "macrophage_tolerance": t})["il6"] for t in (0.0, 0.8))
    own = bench.medians["il6_loss"] * bench.medians["il6_resting"]
    assert tolerant - own == pytest.approx(0.2 * (naive - own), rel=1e-6)
    assert bench.rates({"interferon_plasma": 100.0})["macrophage_tolerance"] > 1.0
    fading = -bench.rates({"macrophage_tolerance": 0.8})["macrophage_tolerance"] / 0.8
    assert 1.0 < 1 / fading < 7.0


def test_sensitive_patients_make_more(bench):
    stimulus = {"interferon_plasma": 100.0, "il6": 0.0}
    one, double = (bench.rates(stimulus, cytokine_sensitivity=s)["il6"] for s in (1.0, 2.0))
    assert 1.9 * one < double < 2.0 * one


def test_half_life_of_half_an_hour(bench):
    """Dwivedi 2014 (PMID 24402116): 34.8 per day."""
    lost = [-bench.rates({"il6": level})["il6"] for level in (5.0, 15.0)]
    assert (lost[1] - lost[0]) / 10.0 == pytest.approx(34.8)


def test_temperature_is_normal_plus_fever_and_has_a_ceiling(bench):
    assert bench.observe("temperature") == pytest.approx(36.8)
    assert bench.observe("temperature", {"fever": 1.7}) == pytest.approx(38.5)
    assert bench.rates({"il6": 1e6, "fever": 4.6})["fever"] < 0 < bench.rates({"il6": 1e6, "fever": 4.4})["fever"]


def test_febrile_levels_of_il6_make_fever(bench):
    """Median 171 pg/mL within a day of unexplained fever, 15 in episodes without (Steinmetz 1995)."""

    def settled(picogram_per_ml):
        level = picogram_per_ml / bench.medians["il6_mass"]
        return bench.rates({"il6": level})["fever"] / bench.medians["fever_rate"]

    assert bench.observe("interleukin_6", {"il6": 10.0}) == pytest.approx(210.0)
    assert settled(171.0) > 1.2
    assert settled(15.0) < 0.4


def test_both_cytokines_add_up_in_one_effect(bench):
    rest = {"interferon_plasma": bench.medians["interferon_resting"], "il6": bench.medians["il6_resting"]}
    assert bench.value("cytokine_effect", rest) == 0
    one = bench.value("cytokine_effect", {**rest, "interferon_plasma": 100.2})
    other = bench.value("cytokine_effect", {**rest, "il6": 20.2})
    both = bench.value("cytokine_effect", {"interferon_plasma": 100.2, "il6": 20.2})
    assert one == pytest.approx(0.5)
    assert other == pytest.approx(0.5)
    assert both == pytest.approx(2 / 3)
