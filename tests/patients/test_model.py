"""The model: it builds with any drugs, and its identity is that of its content."""

import pytest

from melanokine import drugs
from melanokine.network import lint
from melanokine.patients import Model, simulate, standard_model


def only(*names):
    return Model([drugs.load(name) for name in names])


@pytest.mark.parametrize("name", drugs.names())
def test_a_model_with_one_drug_is_sound(name):
    model = only(name)
    lint(model.network)
    assert list(model.drugs) == [name]
    assert {"body_weight", "body_surface_area"} <= model.network.outside


def test_a_model_without_drugs_describes_the_untreated_disease():
    model = only()
    lint(model.network)
    alone = simulate(model, "typical", [], days=30, times=[0, 30])["sum_of_diameters"]
    with_all = simulate(standard_model(), "typical", [], days=30, times=[0, 30])["sum_of_diameters"]
    assert alone.values == pytest.approx(with_all.values, rel=1e-3)
    assert alone[0, 1] > alone[0, 0]


def test_with_every_drug_only_dosing_uses_what_no_equation_needs():
    """A mechanism that asks for a role by a wrong name would leave its parameters here."""
    unmasked = {"target_protease"}  # acts on masked drugs, of which the library has none
    assert standard_model().network.outside == {"body_weight", "body_surface_area"} | unmasked


def test_two_roles_are_needed_for_joint_toxicity():
    assert "immune_hazard_joint" in only("nivolumab").network.outside
    assert "immune_hazard_joint" not in only("nivolumab", "ipilimumab").network.outside


def test_the_digest_tells_models_apart_and_only_those():
    assert only("nivolumab").digest == only("nivolumab").digest
    assert only("nivolumab").digest != only("pembrolizumab").digest
