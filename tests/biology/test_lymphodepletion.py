"""Lymphodepletion: what dies, how far, and how it returns."""

import numpy as np
import pytest

from melanokine import drugs
from melanokine.biology.lymphodepletion import LESIONAL, SYSTEMIC
from melanokine.patients import simulate
from melanokine.patients.model import Model

from .conftest import Bench

CONDITIONING = (
    "cyclophosphamide 60 mg/kg IV daily for 2 doses",
    "fludarabine 25 mg/m2 IV daily for 5 doses starting day 3",
)
"""Lymphodepletion over the week before cells are given on day 8."""

TIMES = np.array([0.0, 7.0, 10.0, 14.0, 28.0, 90.0])


@pytest.fixture(scope="module")
def treatable() -> Model:
    return Model([drugs.load("cyclophosphamide"), drugs.load("fludarabine")])


@pytest.fixture(scope="module")
def course(treatable):
    return simulate(treatable, "typical", CONDITIONING, days=91, times=TIMES, states=["naive"])


@pytest.fixture(scope="module")
def with_drugs(treatable) -> Bench:
    return Bench(treatable.network)


@pytest.fixture(scope="module")
def dose(with_drugs) -> dict[str, float]:
    """The state just after one standard dose."""
    return {"cyclophosphamide_effect": with_drugs.medians["cyclophosphamide_standard_dose"]}


@pytest.mark.parametrize("pool", SYSTEMIC)
def test_every_pool_of_blood_and_nodes_dies_alike(with_drugs, dose, pool):
    lost = with_drugs.rates()[pool] - with_drugs.rates(dose)[pool]
    here = with_drugs.state()[with_drugs.positions[pool]]
    assert lost == pytest.approx(with_drugs.medians["lymphodepletion_rate"] * here)


@pytest.mark.parametrize("pool", LESIONAL)
def test_fewer_die_in_lesions(with_drugs, dose, pool):
    lost = with_drugs.rates()[f"{pool}_1"] - with_drugs.rates(dose)[f"{pool}_1"]
    rate = with_drugs.medians["lymphodepletion_rate"] * with_drugs.medians["lymphodepletion_in_lesions"]
    assert lost == pytest.approx(rate * with_drugs.state()[with_drugs.positions[f"{pool}_1"]])


def test_drugs_add_up(with_drugs, dose):
    both = {**dose, "fludarabine_effect": with_drugs.medians["fludarabine_standard_dose"]}
    assert with_drugs.value("lymphodepletion", both) == pytest.approx(2 * with_drugs.value("lymphodepletion", dose))
    assert with_drugs.value("lymphodepletion") == 0.0


def test_blood_is_nearly_empty_after_a_week_and_full_again_within_three_months(course):
    counts = {n: course[n].to_numpy()[0] for n in ("lymphocytes", "cd8_t_cells", "nk_cells", "regulatory_t_cells")}
    for name, count in counts.items():
        assert count[1] < 0.1, name
        assert count[5] > 0.8, name
    assert counts["lymphocytes"][3] < 0.7 < counts["lymphocytes"][4]
    naive = course["naive"].to_numpy()[0]
    assert naive[5] < 0.6 * naive[0]


def test_il15_rises_while_few_consume_it_and_falls_as_they_return(course):
    """Direction in melanoma patients (doi 10.1007/s00262-019-02307-x)."""
    level = course["trans_presented_il15"].to_numpy()[0]
    assert level[2] > 1.5
    assert level[5] < 1.3
