"""MHC-I and what the T-cell receptor sees."""

import pytest


def test_interferon_uncovers_the_mhc_low_clone(bench):
    hidden, shown = (bench.value("recognition_low_1", {"interferon": level}) for level in (0.0, 1e6))
    assert hidden == pytest.approx(bench.medians["mhc_low_recognition"])
    responsiveness = bench.medians["mhc_low_responsiveness"]
    assert shown == pytest.approx(hidden + (1 - hidden) * responsiveness, rel=1e-4)


def test_a_clone_without_the_interferon_pathway_stays_hidden(bench):
    seen = bench.value("recognition_low_1", {"interferon": 1e6}, mhc_low_responsiveness=0.0)
    assert seen == pytest.approx(bench.medians["mhc_low_recognition"])


def test_antigen_is_half_maximal_in_a_lesion_of_5_mm(bench):
    lone = {"tumour_low": 0.0, "tumour_high": bench.medians["antigen_half"]}
    assert bench.value("antigen_1", lone) == pytest.approx(0.5)
    assert 4 < bench.observe("diameter_1", {**lone, "dead": 0.0, "scar": 0.0}) < 6
