"""IL-15 that is presented by one cell to the next."""

import numpy as np
import pytest

from melanokine import drugs
from melanokine.patients import simulate
from melanokine.patients.model import Model

from .conftest import Bench

SIGNALS = {"signal_nk": "nk", "signal_nk_bright": "nk", "signal_circulating": "cd8"}


@pytest.fixture(scope="module")
def treatable() -> Model:
    return Model([drugs.load("rhil15"), drugs.load("nogapendekin")])


@pytest.fixture(scope="module")
def with_drugs(treatable) -> Bench:
    return Bench(treatable.network)


class TestWithoutDrugs:
    def test_nothing_is_added_at_rest(self, bench):
        assert bench.value("il15_trans_nk") == bench.value("il15_trans_cd8") == 0.0
        assert bench.observe("trans_presented_il15") == pytest.approx(1.0)

    def test_it_rises_as_its_consumers_fall(self, bench):
        empty = {"nk_blood": 0.02, "nk_bright_blood": 0.02, "cd8_blood": 0.02}
        assert bench.rates(empty)["il15_presented"] > 0
        assert bench.rates({"nk_blood": 10.0})["il15_presented"] < 0
        share = bench.medians["il15_consumed_share"]
        balanced = bench.medians["il15_presented_at_rest"] / (1 - 0.98 * share)
        assert bench.rates({**empty, "il15_presented": balanced})["il15_presented"] == pytest.approx(0.0, abs=1e-12)

    @pytest.mark.parametrize("cell", ["nk", "cd8"])
    def test_it_is_shared_among_the_cells_in_contact(self, bench, cell):
        rule, loaded = f"il15_trans_{cell}", {"il15_presented": 0.8}
        alone, few, many = (
            bench.value(rule, {**loaded, "nk_blood": n, "nk_bright_blood": n, "cd8_blood": n}) for n in (0.0, 1.0, 5.0)
        )
        assert 1 > alone > few > 2 * many >= 0

    @pytest.mark.parametrize("cells", [1.0, 50.0])
    def test_fewer_than_at_rest_take_nothing_away(self, bench, cells):
        assert bench.value("il15_trans_cd8", {"cd8_blood": cells, "il15_presented": 0.01}) == 0.0

    @pytest.mark.parametrize("signal", SIGNALS)
    def test_nk_and_cd8_cells_commit(self, bench, signal):
        gained = bench.rates({"il15_presented": 0.8})[signal] - bench.rates()[signal]
        cell = "cd8" if signal == "signal_circulating" else signal.removeprefix("signal_")
        free = 1 - bench.value(f"il2_occupancy_{cell}")
        rest = 1 - bench.state()[bench.positions[signal]]
        drive = bench.value(f"il15_trans_{SIGNALS[signal]}", {"il15_presented": 0.8})
        assert gained == pytest.approx(bench.medians["il2_commitment"] * free * drive * rest)

    def test_regulatory_and_helper_cells_do_not_and_nothing_leads_to_activation_death(self, bench):
        before, after = bench.rates(), bench.rates({"il15_presented": 0.9})
        for state in (
            "signal_effector",
            "signal_alpha",
            "activation_death",
            "signal_treg",
            "signal_helper",
            "signal_lymphocyte",
        ):
            assert after[state] == before[state]


class TestDrugs:
    def test_native_il15_is_loaded_and_half_at_its_affinity(self, with_drugs):
        free = {"il15_presented": 0.0}
        rest = with_drugs.rates(free)["il15_presented"]
        affinity = with_drugs.medians["il15_alpha_affinity"]
        low, high = (
            with_drugs.rates({**free, **with_drugs.plasma("rhil15", c)})["il15_presented"] - rest
            for c in (affinity, 1e6)
        )
        assert low == pytest.approx(0.5 * high, rel=1e-3)
        assert high == pytest.approx(with_drugs.medians["il15_loading"], rel=1e-3)

    def test_no_more_than_there_are_receptors(self, with_drugs):
        full = {"il15_presented": 1.0, **with_drugs.plasma("rhil15", 1e6)}
        assert with_drugs.rates(full)["il15_presented"] < 0

    def test_what_is_presented_has_left_plasma(self, with_drugs):
        dose = {**with_drugs.plasma("rhil15", 300.0), "il15_presented": 0.0}
        cells = with_drugs.medians["il15_presenting_cells"]
        free, blind = (with_drugs.rates(dose, il15_presenting_cells=n)["rhil15_central"] for n in (cells, 0.0))
        sites = with_drugs.medians["il15_presenting_cells"] * 1e6 * with_drugs.medians["il15_alpha_copies"]
        pmol = sites / 6.02214076e23 * 1e12
        bound = 300.0 / (300.0 + with_drugs.medians["il15_alpha_affinity"]) * with_drugs.medians["il15_loading"]
        assert blind - free == pytest.approx(pmol * bound, rel=1e-6)

    def test_a_complex_is_not_presented_but_acts_from_plasma(self, with_drugs):
        dose = with_drugs.plasma("nogapendekin", 300.0)
        assert with_drugs.rates(dose)["il15_presented"] == pytest.approx(with_drugs.rates()["il15_presented"])
        occupancy = with_drugs.value("il2_occupancy_nk", dose)
        assert occupancy > 2 * with_drugs.value("il2_occupancy_nk", with_drugs.plasma("rhil15", 300.0))

    def test_a_bolus_is_presented_for_days_after_it_has_left_plasma(self, treatable):
        times = np.array([0.0, 0.5, 2.0, 4.0, 21.0])
        course = simulate(treatable, "typical", ["rhil15 0.3 ug/kg IV"], days=22, times=times)
        presented = course["trans_presented_il15"].to_numpy()[0]
        drug = course["concentration_rhil15"].to_numpy()[0]
        assert presented[1] > 2
        assert drug[2] < 1e-3 * NATIVE_PEAK
        assert presented[2] > 0.5 * presented[1]
        assert presented[4] < 1.1


NATIVE_PEAK = 300.0
"""pM, after 0.3 ug/kg."""
