"""Regulatory T cells in the tumour."""

import pytest


def test_restraint_is_half_at_the_tabulated_density(bench):
    treg = bench.medians["treg_suppression_half"] * bench.value("neighbourhood_1")
    assert bench.value("treg_restraint_1", {"treg": treg}) == pytest.approx(0.5)


def test_anti_ctla4_depletes_them(bench):
    """The rate may be zero: biopsies show no depletion."""
    treated = bench.plasma("ipilimumab", 300.0)
    lost = bench.rates()["treg_1"] - bench.rates(treated)["treg_1"]
    occupancy = bench.observe("ctla4_occupancy", treated)
    assert lost == pytest.approx(
        bench.medians["treg_depletion_rate"] * occupancy * bench.state()[bench.positions["treg_1"]]
    )
    assert bench.rates(treated, treg_depletion_rate=0.0)["treg_1"] == pytest.approx(bench.rates()["treg_1"])


def test_they_grow_on_il2_within_their_room(bench):
    few, many = ({"treg": number} for number in (1.0, 1e4))
    growth = [bench.rates({**n, "signal_treg": 1.0})["treg_1"] - bench.rates(n)["treg_1"] for n in (few, many)]
    assert 0 < growth[0] < bench.medians["tumour_treg_growth"]
    assert growth[1] / 1e4 < growth[0]


def test_metastases_are_richer_in_them_than_blood(bench):
    """At balance, Treg per T cell of the tumour exceed 7.5 % of CD4 cells (a twentieth of T cells) of blood."""
    influx = bench.rates({"treg": 0.0})["treg_1"]
    balance = influx / bench.medians["tumour_treg_loss"]
    t_cells = sum(bench.state()[bench.positions[f"{name}_1"]] for name in ("stem_like", "effector", "exhausted"))
    assert balance / (balance + t_cells) > 0.05
