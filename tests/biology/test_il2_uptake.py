"""Receptor-mediated uptake of IL-2 ligands."""

import pytest

CENTRAL, CONJUGATE = "aldesleukin_central", "bempegaldesleukin_one_peg"


def clearance(bench, ligand, concentration, changes=None):
    """Receptor-mediated clearance [L/d] at `concentration` [pM]."""
    drug = ligand.rsplit("_", 1)[0] if ligand == CENTRAL else "bempegaldesleukin"
    amount = concentration / bench.value(f"{drug}_concentration", {ligand: 1.0})
    state = {ligand: amount, **(changes or {})}
    with_cells = bench.rates(state)[ligand]
    without = bench.rates(state, il2_accessible_share=0.0)[ligand]
    return (without - with_cells) / concentration


def test_it_matters_at_low_concentrations_and_is_saturated_at_high_ones(bench):
    """Renal clearance of aldesleukin (173 L/d) was measured where receptors are saturated."""
    low, high = clearance(bench, CENTRAL, 3.0), clearance(bench, CENTRAL, 5000.0)
    assert 10 < low < 300
    assert high < 0.15 * low
    assert high < 0.1 * 173


def test_treg_take_most_of_a_low_concentration(bench):
    whole = clearance(bench, CENTRAL, 3.0)
    without_treg = clearance(bench, CENTRAL, 3.0, {"treg_blood": 0.0})
    assert 0.4 < 1 - without_treg / whole < 0.95


@pytest.mark.parametrize("cells", ["treg_blood", "nk_blood", "cd8_blood"])
def test_clearance_rises_with_the_cells_that_the_drug_expands(bench, cells):
    for ligand in (CENTRAL, CONJUGATE):
        grown = clearance(bench, ligand, 300.0, {cells: 10.0})
        assert grown > 1.05 * clearance(bench, ligand, 300.0)


def test_induced_cd25_makes_cd8_cells_a_sink(bench):
    assert clearance(bench, CENTRAL, 30.0, {"cd25": 600.0}) > 1.2 * clearance(bench, CENTRAL, 30.0, {"cd25": 0.0})


def test_ligands_compete_for_it(bench):
    crowd = {"bempegaldesleukin_two_peg": 1e6}
    assert clearance(bench, CENTRAL, 30.0, crowd) < 0.5 * clearance(bench, CENTRAL, 30.0)


def test_a_ligand_that_does_not_bind_is_not_taken_up(bench):
    state = {CONJUGATE: 1000.0}
    blind = {"bempegaldesleukin_betagamma_affinity": 0.0}
    rate, reference = (bench.rates(state, il2_accessible_share=share, **blind)[CONJUGATE] for share in (0.3, 0.0))
    assert rate == pytest.approx(reference)
