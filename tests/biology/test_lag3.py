"""LAG-3 and the release of killing by antibodies against it."""

import numpy as np
import pytest

from melanokine.drugs import load
from melanokine.patients import Model, simulate


def test_nothing_is_released_without_an_antibody(bench):
    for share in (0.02, 0.2, 0.7):
        assert bench.value("lag3_release", lag3_inhibition=share) == pytest.approx(1.0, abs=1e-12)
    assert bench.observe("lag3_occupancy") == 0


@pytest.mark.parametrize("share", [0.05, 0.2, 0.6])
def test_full_blockade_releases_all_that_the_receptor_took(bench, share):
    blocked = bench.plasma("relatlimab", 1e7)
    assert bench.value("lag3_release", blocked, lag3_inhibition=share) == pytest.approx(1 / (1 - share), rel=1e-4)


def test_half_of_it_at_the_half_saturation_in_the_tumour(bench):
    half = bench.medians["relatlimab_half_saturation"] / bench.medians["lag3_antibody_penetration"]
    state = bench.plasma("relatlimab", half)
    assert bench.observe("lag3_occupancy", state) == pytest.approx(0.5)
    share = bench.medians["lag3_inhibition"]
    assert bench.value("lag3_release", state) == pytest.approx((1 - share / 2) / (1 - share))


def test_multiplies_what_anti_pd1_releases(bench):
    """Below the rate at which killers crowd each other."""

    def killed(*drugs):
        state = {"nk": 0.0, "effector": 0.01, "exhausted": 0.0, "tissue_memory": 0.0}
        for drug in drugs:
            state |= bench.plasma(drug, 300.0)
        return bench.value("killed_high_1", state)

    none, lag3, pd1, both = killed(), killed("relatlimab"), killed("nivolumab"), killed("nivolumab", "relatlimab")
    assert both / pd1 == pytest.approx(lag3 / none, rel=1e-3)
    assert 1 < lag3 / none < pd1 / none


def test_relatlimab_adds_killing_in_a_patient():
    """The typical patient on nivolumab has a smaller tumour two months on, if relatlimab is given with it."""
    model = Model([load("nivolumab"), load("relatlimab")])
    nivolumab, relatlimab = "nivolumab 480 mg IV every 4 weeks", "relatlimab 160 mg IV every 4 weeks"
    alone, both = (
        simulate(model, "typical", sentences, days=60, times=np.linspace(0, 60, 61))
        for sentences in ([nivolumab], [nivolumab, relatlimab])
    )
    assert float(both["lag3_occupancy"].sel(time=56, method="nearest")[0]) > 0.9
    assert float(both["tumour_cells"][0, -1]) < float(alone["tumour_cells"][0, -1])
