"""Endogenous IL-12."""

import pytest


def test_level_is_one_in_the_typical_patient_at_diagnosis(bench):
    assert bench.value("il12_level") == pytest.approx(1.0, abs=1e-9)
    assert bench.value("il12_signal_excess") == pytest.approx(0.0, abs=1e-12)
    assert bench.observe("il12") == pytest.approx(bench.medians["il12_resting_concentration"])


def test_dendritic_cells_and_interferon_raise_it(bench):
    assert bench.value("il12_level", {"dendritic": 0.0}) == pytest.approx(bench.medians["il12_basal_share"])
    by_dendritic = [bench.value("il12_level", {"dendritic": x}) for x in (0.1, 0.35, 0.9)]
    by_interferon = [bench.value("il12_level", {"interferon": x}) for x in (0.0, 2.5, 50.0)]
    for levels in (by_dendritic, by_interferon):
        assert levels[0] < levels[1] < levels[2]
    assert by_interferon[2] < 2.0


def test_one_lesion_counts_in_part(bench):
    one, all_ = ({name: 50.0} for name in ("interferon_1", "interferon"))
    assert bench.value("il12_level") < bench.value("il12_level", one) < bench.value("il12_level", all_)


def test_half_the_receptors_are_occupied_at_the_dissociation_constant(bench):
    assert bench.value("il12_signal", il12_resting_concentration=300.0) == pytest.approx(0.5)


def test_it_does_nothing_alone(bench):
    """Without an IL-18 signal and a common-gamma signal above rest, IFN-gamma production is as before."""
    for level in (0.0, 0.9):
        for suffix in ("", "_tumour"):
            assert bench.value(f"interferon_gain_il18{suffix}", {"dendritic": level}, il18_receptor_il12_gain=0) == 1.0
