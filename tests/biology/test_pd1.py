"""PD-1, its ligands and antibodies against it."""

import pytest


def occupancy(bench, state):
    return bench.observe("pd1_occupancy", state)


def test_half_of_pd1_is_bound_at_the_half_saturation_in_tumour(bench):
    plasma = bench.medians["nivolumab_half_saturation"] / bench.medians["pd1_antibody_penetration"]
    assert occupancy(bench, bench.plasma("nivolumab", plasma)) == pytest.approx(0.5)


def test_antibodies_compete(bench):
    states = [bench.plasma(drug, 30.0) for drug in ("nivolumab", "pembrolizumab")]
    odds = [occupancy(bench, state) / (1 - occupancy(bench, state)) for state in (*states, states[0] | states[1])]
    assert odds[2] == pytest.approx(odds[0] + odds[1])


def test_trough_of_the_label_dose_binds_nearly_all(bench):
    assert occupancy(bench, bench.plasma("nivolumab", 400.0)) > 0.95


def test_interferon_induces_pdl1_and_so_inhibition(bench):
    levels = [bench.observe("pdl1", {"interferon": level}) for level in (0.0, bench.medians["interferon_half"], 1e6)]
    assert levels[0] == pytest.approx(bench.medians["pdl1_basal"])
    assert levels[1] - levels[0] == pytest.approx(bench.medians["pdl1_induced"] / 2)
    inhibition = [bench.value("pd1_inhibition_1", {"interferon": level}) for level in (0.0, 3.0, 30.0)]
    assert inhibition == sorted(inhibition)
    assert inhibition[0] > 0
    assert inhibition[-1] < bench.medians["pd1_maximal_inhibition"]


def test_pdl2_adds_a_quarter_to_basal_ligation_and_none_to_the_induced(bench):
    without, alone = (
        bench.value("pd1_inhibition_1", {"interferon": 0.0}, pdl2_copies=copies) for copies in (0.0, 0.07)
    )
    odds = [x / (bench.medians["pd1_maximal_inhibition"] - x) for x in (without, alone)]
    assert (odds[1] / odds[0]) ** (1 / bench.medians["pd1_exponent"]) == pytest.approx(1.25, abs=0.01)


def test_lesion_without_tumour_cells_counts_little_in_the_mean(bench):
    mixed = bench.observe("pdl1", {"tumour_high_1": 0.0, "tumour_low_1": 0.0, "interferon_1": 0.0})
    assert mixed == pytest.approx(bench.observe("pdl1"), rel=1e-6)
