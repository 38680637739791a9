"""Receptors against the laboratory: pSTAT5 of human blood cells in a dish, from the tables of evidence."""

from __future__ import annotations

import pytest
from scipy.optimize import brentq

from melanokine import evidence
from melanokine.patients.model import Model

from ..biology.conftest import Bench
from ..biology.fixture_drugs import NATIVE, cytokine

CELLS = {"Treg": "treg", "Thelper": "helper", "NK CD56bright": "nk_bright", "NK": "nk", "CD8": "cd8"}
MUTEIN = cytokine("test_mutein", "il2_ligand", 15.3, clearance=30.0, volume=4.0, alpha=0.0, betagamma=1.0)
NATIVE_IL2 = cytokine("test_il2", "il2_ligand", 15.3, clearance=30.0, volume=4.0, alpha=1.0, betagamma=1.0)
DRUGS = {"aldesleukin_hd": "test_il2", "rhil15": "test_il15"}
FACTOR = 3.0


def measured() -> list[tuple[str, str, float]]:
    """Agent, cell and EC50 [pM] of the one study that measured them all (doi 10.1126/scisignal.adg0699)."""
    table = evidence.load("potency")
    rows = table[(table["doi"] == "10.1126/scisignal.adg0699") & (table["readout"] == "pSTAT5")]
    rows = rows[rows["cell_or_target"].isin(CELLS) & (rows["metric"] == "EC50") & (rows["unit"] == "pM")]
    return list(rows[["agent_id", "cell_or_target", "value"]].itertuples(index=False, name=None))


@pytest.fixture(scope="module")
def dish() -> Bench:
    return Bench(Model([NATIVE, NATIVE_IL2, MUTEIN]).network)


def half_maximal(dish: Bench, drug: str, cell: str) -> float:
    """Concentration [pM] that occupies half the receptors, in the absence of endogenous IL-2."""

    def occupancy(exponent: float) -> float:
        state = {**dish.plasma(drug, 10**exponent), "il2_endogenous": 0.0}
        return dish.value(f"il2_occupancy_{cell}", state) - 0.5

    return 10 ** brentq(occupancy, -2, 7)


def test_all_cells_were_measured_with_both_cytokines():
    assert {(agent, cell) for agent, cell, _ in measured()} == {(a, c) for a in DRUGS for c in CELLS}


@pytest.mark.parametrize(("agent", "cell", "value"), measured())
def test_half_maximal_concentrations_are_met(dish, agent, cell, value):
    found = half_maximal(dish, DRUGS[agent], CELLS[cell])
    assert value / FACTOR < found < value * FACTOR


def test_cells_rank_by_il2_as_measured():
    dish = Bench(Model([NATIVE_IL2]).network)
    found = [half_maximal(dish, "test_il2", cell) for cell in CELLS.values()]
    assert found[:4] == sorted(found[:4])
    assert found[4] >= 0.9 * found[3]


def test_il15_tells_cells_apart_far_less_than_il2(dish):
    spread = {}
    for drug in ("test_il2", "test_il15"):
        found = [half_maximal(dish, drug, cell) for cell in CELLS.values()]
        spread[drug] = max(found) / min(found)
    assert spread["test_il2"] > 20 * spread["test_il15"]


def test_without_alpha_binding_the_advantage_of_regulatory_t_cells_is_gone(dish):
    native, mutein = (
        half_maximal(dish, drug, "cd8") / half_maximal(dish, drug, "treg") for drug in ("test_il2", "test_mutein")
    )
    assert native > 30
    assert mutein == pytest.approx(1.0)


def test_bright_nk_cells_answer_il2_before_the_others_and_lose_it_without_alpha(dish):
    assert half_maximal(dish, "test_il2", "nk_bright") < 0.5 * half_maximal(dish, "test_il2", "nk")
    assert half_maximal(dish, "test_mutein", "nk_bright") == pytest.approx(half_maximal(dish, "test_mutein", "nk"))
