"""CD8 T cells in the tumour."""

import pytest

SUBSETS = ("stem_like", "effector", "tissue_memory", "exhausted")
GONE = {"tumour_high": 0.0, "tumour_low": 0.0}
CLOSED = {"stem_like_blood": 0.0, "effector_blood": 0.0}


def only(subset, number=100.0):
    return {**CLOSED, **dict.fromkeys(SUBSETS, 0.0), subset: number}


def test_stem_like_cells_give_rise_to_effectors_and_renew(bench):
    rates = bench.rates(only("stem_like"), stem_like_loss=0.0, stem_like_antigen_growth=0.0, residence_rate=0.0)
    lost, born = -rates["stem_like_1"], rates["effector_1"]
    renewal = bench.medians["asymmetric_renewal"]
    assert born > 0
    assert lost / born == pytest.approx((1 - renewal) / bench.medians["effector_progeny"], rel=1e-3)


def test_anti_pd1_speeds_differentiation(bench):
    treated = bench.rates({**only("stem_like"), **bench.plasma("nivolumab", 300.0)})
    assert treated["effector_1"] > 1.5 * bench.rates(only("stem_like"))["effector_1"]


def test_no_new_effectors_without_antigen(bench):
    assert bench.rates({**only("stem_like"), **GONE})["effector_1"] == 0


def test_antigen_exhausts_effectors_one_for_one(bench):
    rates = bench.rates(only("effector"), effector_loss=0.0, activation_death_sensitivity=0.0, residence_rate=0.0)
    assert rates["exhausted_1"] > 0
    assert rates["effector_1"] == pytest.approx(-rates["exhausted_1"], rel=1e-3)


def test_memory_forms_when_antigen_has_gone(bench):
    kept = bench.rates({**only("stem_like"), **GONE}, stem_like_loss=0.0)
    assert kept["tissue_memory_1"] == pytest.approx(-kept["stem_like_1"], rel=1e-2)
    assert kept["tissue_memory_1"] > 10 * bench.rates(only("stem_like"))["tissue_memory_1"]


def test_tissue_memory_lasts_for_a_year_without_antigen_and_returns_with_it(bench):
    assert bench.rates({**only("tissue_memory"), **GONE})["tissue_memory_1"] > -100 / 365
    recalled = bench.rates(only("tissue_memory"))
    assert recalled["stem_like_1"] > 0
    assert recalled["tissue_memory_1"] < -recalled["stem_like_1"]


@pytest.mark.parametrize("subset", ["stem_like", "effector"])
def test_il2_expands_within_the_room_there_is(bench, subset):
    def boost(number):
        few = only(subset, number)
        return (bench.rates({**few, "signal_effector": 0.7})[f"{subset}_1"] - bench.rates(few)[f"{subset}_1"]) / number

    assert boost(1.0) > boost(1e4) > 0


def test_fas_sensitive_effectors_die(bench):
    assert bench.rates({"activation_death": 0.5})["effector_1"] < bench.rates()["effector_1"]


def test_tumour_cd8_counts_all_subsets_in_all_lesions(bench):
    assert bench.observe("tumour_cd8") == pytest.approx(3 * (30 + 40 + 2 + 50))
