"""Antigen release and dendritic cells."""

import pytest


def test_killing_releases_antigen(bench):
    assert bench.value("antigen_release", {"effector": 400.0}) > bench.value("antigen_release")


def test_turnover_releases_antigen_without_killing(bench):
    quiet = {"effector": 0.0, "exhausted": 0.0, "tissue_memory": 0.0, "nk": 0.0}
    expected = bench.medians["tumour_turnover"] * sum(bench.value(f"visible_cells_{i}", quiet) for i in (1, 2, 3))
    assert bench.value("antigen_release", quiet) == pytest.approx(expected)


def test_nothing_is_presented_without_tumour(bench):
    assert bench.rates({"tumour_high": 0.0, "tumour_low": 0.0, "dendritic": 0.0})["dendritic"] == 0


def test_interferon_matures_dendritic_cells(bench):
    assert bench.rates({"interferon": 100.0})["dendritic"] > bench.rates({"interferon": 0.0})["dendritic"]


def test_presentation_never_exceeds_capacity(bench):
    assert bench.rates({"dendritic": 1.0, "effector": 1e6, "interferon": 1e6})["dendritic"] < 0
