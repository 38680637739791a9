"""IFN-gamma in blood."""

import pytest


def test_is_lost_with_a_half_life_of_two_hours(bench):
    rest = bench.medians["interferon_plasma_resting"]
    quiet, raised = (bench.rates({"interferon_plasma": x}) for x in (rest, rest + 1))
    assert quiet["interferon_plasma"] == pytest.approx(0.0, abs=1e-9)
    assert raised["interferon_plasma"] == pytest.approx(-7.68)


@pytest.mark.parametrize("cause", [{"nk_blood": 3.0}, {"signal_nk": 0.5}, {"il18_endogenous": 500.0}])
def test_cells_and_cytokines_raise_it(bench, cause):
    assert bench.rates(cause)["interferon_plasma"] > 0.1


def test_a_full_signal_of_il2_raises_it_four_fold(bench):
    made = bench.rates({"signal_nk": 1.0, "interferon_plasma": 0.0})["interferon_plasma"]
    assert made / 7.68 / bench.medians["interferon_plasma_resting"] == pytest.approx(4.0, rel=0.15)
