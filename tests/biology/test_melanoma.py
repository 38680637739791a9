"""Growth, dead cells, scar and diameters."""

import math

import pytest

LONE = {"tumour_low": 0.0, "dead": 0.0, "scar": 0.0, "effector": 0.0, "exhausted": 0.0, "tissue_memory": 0.0, "nk": 0.0}


def specific_growth(bench, cells):
    return bench.rates({**LONE, "tumour_high": cells})["tumour_high_1"] / cells


def test_growth_at_the_reference_size_is_the_tabulated_rate(bench):
    reference = bench.medians["reference_size"]
    assert specific_growth(bench, reference) == pytest.approx(bench.medians["tumour_growth_rate"], rel=1e-6)


def test_growth_slows_with_size_and_fails_below_ten_cells(bench):
    rates = [specific_growth(bench, cells) for cells in (1.0, 100.0, 1e4, 1e6)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] > 0
    assert specific_growth(bench, 1e-7) < 0.05 * specific_growth(bench, 1e-3)


def test_a_lesion_of_4_mL_measures_20_mm(bench):
    diameter = bench.observe("diameter_1", {**LONE, "tumour_high": 4.0 / 3 * math.pi * bench.medians["cell_density"]})
    assert diameter == pytest.approx(20.0)


def test_dead_cells_and_scar_are_seen_on_a_scan(bench):
    sizes = [bench.observe("sum_of_diameters", {**LONE, **more}) for more in ({}, {"dead": 500.0}, {"scar": 500.0})]
    assert sizes[0] < sizes[1] < sizes[2]


def test_body_of_a_killed_cell_is_cleared_or_turned_into_scar(bench):
    rates = bench.rates({"tumour_high": 0.0, "tumour_low": 0.0, "scar": 0.0, "dead": 100.0})
    assert rates["dead_1"] == pytest.approx(-100 * bench.medians["dead_clearance"])
    assert 0 < rates["scar_1"] < 0.01 * -rates["dead_1"]


def test_seed_is_shared_out_between_the_clones(bench):
    states = bench.equations.initial_states(bench.parameters(mhc_low_odds=0.25))
    high, low = (states[bench.positions[f"tumour_{clone}_1"]] for clone in ("high", "low"))
    assert high + low == pytest.approx(bench.medians["seed_size"])
    assert low == pytest.approx(0.25 * high)
