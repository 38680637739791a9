"""Costimulation: CD28 against CTLA-4 for CD80 and CD86."""

import pytest


def test_untreated_costimulation_is_the_reference(bench):
    assert bench.value("costimulation") == pytest.approx(bench.value("costimulation_untreated"))
    assert bench.value("costimulation") == pytest.approx(1 / 8, rel=0.02)


def test_costimulation_is_whole_without_ctla4(bench):
    assert bench.value("costimulation", ctla4_to_cd28=0.0) == pytest.approx(1.0)
    assert bench.value("costimulation", bench.plasma("ipilimumab", 1e9)) == pytest.approx(1.0, rel=1e-3)


def test_the_two_ligands_act_nearly_as_one_competition(bench):
    """1 / (1 + 7 free CTLA-4), the form with one ligand, holds within a tenth over the whole range of occupancy."""
    for occupancy in (0.0, 0.3, 0.6, 0.9, 0.99):
        half = bench.medians["ipilimumab_half_saturation"] / bench.medians["ctla4_antibody_penetration"]
        state = bench.plasma("ipilimumab", half * occupancy / (1 - occupancy))
        assert bench.observe("ctla4_occupancy", state) == pytest.approx(occupancy, abs=1e-12)
        assert bench.value("costimulation", state) == pytest.approx(1 / (1 + 7 * (1 - occupancy)), rel=0.1)


def test_more_regulatory_cells_take_costimulation_away(bench):
    assert bench.value("costimulation", {"treg_blood": 3.0}) < bench.value("costimulation_untreated")


def test_cd80_is_lost_to_ctla4_sooner_than_cd86(bench):
    cd80, cd86 = (bench.value("costimulation", **{absent: 0.0}) for absent in ("cd86_copies", "cd80_copies"))
    assert cd80 < cd86
