"""Priming, clonal expansion and the pools in blood."""

import pytest


def test_each_primed_cell_has_512_progeny_without_il2(bench):
    assert bench.medians["early_progeny"] * bench.medians["late_progeny"] == 512
    rates = bench.rates({"memory": 0.0, "primed_early": 0.0})
    renewal = bench.medians["naive_turnover"] * (bench.medians["naive_pool"] - 14.0)
    primed = renewal - rates["naive"]
    assert rates["primed_early"] == pytest.approx(primed * bench.medians["early_progeny"])
    late = bench.rates({"primed_early": 1.0, "primed_late": 0.0})["primed_late"]
    assert late == pytest.approx(bench.medians["node_rate"] * bench.medians["late_progeny"], rel=1e-3)


def test_all_that_leaves_the_node_arrives_in_blood(bench):
    closed = {"effector_blood": 0.0, "stem_like_blood": 0.0, "primed_early": 0.0}
    rates = bench.rates(closed)
    assert rates["effector_blood"] + rates["stem_like_blood"] == pytest.approx(-rates["primed_late"])


@pytest.mark.parametrize("cause", ["anti_ctla4", "antigen", "help"])
def test_what_raises_priming(bench, cause):
    changes = {"anti_ctla4": bench.plasma("ipilimumab", 300.0), "antigen": {"dendritic": 0.7}, "help": {"helper": 3.0}}
    assert bench.rates(changes[cause])["primed_early"] > bench.rates()["primed_early"]
    assert bench.rates(changes[cause])["naive"] < bench.rates()["naive"]


@pytest.mark.parametrize("pool", ["effector_blood", "stem_like_blood", "primed_late"])
def test_il2_expands_circulating_cells(bench, pool):
    assert bench.rates({"signal_circulating": 0.7})[pool] > bench.rates()[pool]


def test_fas_sensitive_effectors_die(bench):
    assert bench.rates({"activation_death": 0.5})["effector_blood"] < bench.rates()["effector_blood"]


def test_central_memory_lasts_for_years_and_comes_from_effectors(bench):
    forgotten = bench.rates({"effector_blood": 0.0, "dendritic": 0.0, "memory": 100.0})
    assert forgotten["memory"] == pytest.approx(-0.27)
    dying = bench.medians["effector_blood_loss"] * 100.0
    gained = bench.rates({"effector_blood": 100.0, "memory": 0.0})["memory"]
    assert gained == pytest.approx(bench.medians["memory_share"] * dying)


def test_antigen_recalls_memory(bench):
    assert bench.rates({"memory": 100.0})["primed_early"] > bench.rates({"memory": 0.0})["primed_early"]
    assert bench.rates({"memory": 100.0, "dendritic": 0.7})["memory"] < bench.rates({"memory": 100.0})["memory"]
