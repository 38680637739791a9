"""IFN-gamma in lesions."""

import pytest


def test_needs_effectors_with_antigen_or_nk(bench):
    silent = {"effector": 0.0, "exhausted": 0.0, "nk": 0.0, "interferon": 0.0}
    assert bench.rates(silent)["interferon_1"] == 0
    assert bench.rates({**silent, "effector": 10.0})["interferon_1"] > 0
    assert bench.rates({**silent, "nk": 10.0})["interferon_1"] > 0
    blind = {**silent, "effector": 10.0, "tumour_high": 0.0, "tumour_low": 0.0}
    assert bench.rates(blind)["interferon_1"] == 0


def test_half_life_is_two_hours(bench):
    silent = {"effector": 0.0, "exhausted": 0.0, "nk": 0.0, "interferon": 1.0}
    assert bench.rates(silent)["interferon_1"] == pytest.approx(-7.68)


@pytest.mark.parametrize("cause", ["anti_pd1", "il2"])
def test_anti_pd1_and_il2_raise_it(bench, cause):
    treated = bench.plasma("nivolumab", 300.0) if cause == "anti_pd1" else {"signal_effector": 0.7}
    assert bench.rates(treated)["interferon_1"] > bench.rates()["interferon_1"]


def test_observable_is_relative_to_the_half_maximal_level(bench):
    assert bench.observe("interferon_gamma", {"interferon": 2.96}) == pytest.approx(1.0)
