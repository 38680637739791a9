"""Killing by T cells."""

import pytest


def t_cell_kill(bench, changes=None, **parameters):
    """Per day and MHC-I-high tumour cell, without NK."""
    state = {**(changes or {}), "nk": 0.0}
    return bench.value("killed_high_1", state, **parameters) / bench.state(state)[bench.positions["tumour_high_1"]]


def test_killed_cells_become_dead_cells_one_for_one(bench):
    growth = {"tumour_growth_rate": 0.0, "dead_clearance": 0.0}
    rates = bench.rates(**growth)
    assert rates["tumour_high_1"] < 0
    assert rates["dead_1"] == pytest.approx(-rates["tumour_high_1"] - rates["tumour_low_1"])


@pytest.mark.parametrize(
    ("changes", "raises"),
    [
        ({"effector": 400.0}, True),
        ({"tissue_memory": 200.0}, True),
        ({"exhausted": 500.0}, True),
        ({"treg": 500.0}, False),
        ({"interferon": 100.0}, False),
        ({"signal_effector": 0.7}, True),
        ({"tumour_high": 20000.0}, False),
    ],
)
def test_sign_of_each_effect(bench, changes, raises):
    assert (t_cell_kill(bench, changes) > t_cell_kill(bench)) == raises


def test_anti_pd1_restores_killing(bench):
    assert t_cell_kill(bench, bench.plasma("nivolumab", 300.0)) > 1.5 * t_cell_kill(bench)


def test_never_faster_than_crowding_allows(bench):
    most = t_cell_kill(bench, {"effector": 1e7, "treg": 0.0})
    assert 0.9 * bench.medians["maximal_kill_rate"] < most < bench.medians["maximal_kill_rate"]


def test_a_free_effector_kills_a_few_cells_per_day(bench):
    """Unrestrained and rare, in a large lesion, as in Breart 2008 and Halle 2016."""
    lone = {"effector": 1.0, "exhausted": 0.0, "tissue_memory": 0.0, "treg": 0.0, "interferon": 0.0, "nk": 0.0}
    large = {**lone, "tumour_high": 1e5, "tumour_low": 0.0}
    killed = bench.value("killed_high_1", large, unsuppressed_killing=1.0, pd1_maximal_inhibition=0.0)
    assert killed == pytest.approx(bench.medians["kills_per_effector"], rel=1e-2)
    assert 2 <= killed <= 16


def test_growth_rate_is_what_the_viable_cells_do(bench):
    rates, state = bench.rates(), bench.state()
    names = [f"tumour_{clone}_{i}" for clone in ("high", "low") for i in (1, 2, 3)]
    net = sum(rates[name] for name in names) / sum(state[bench.positions[name]] for name in names)
    assert bench.observe("growth_rate") == pytest.approx(net, rel=1e-6)
