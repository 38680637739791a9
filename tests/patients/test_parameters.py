"""The parameter table: keyed by name, shaped by the population."""

from types import SimpleNamespace

import numpy as np
import pytest

from melanokine.errors import ModelError, UnitError
from melanokine.network import Parameter
from melanokine.patients.parameters import draw_parameters, parameter_table, typical
from melanokine.patients.population import Distribution, Population, Shift

STREAMS = np.arange(3000)


def population(**changes):
    return Population(name="test", description="test", era=2020, **changes)


def column(model, values, name):
    return values[..., list(model.network.parameters).index(name)]


def test_adding_a_parameter_changes_no_other(model, make_model):
    more = make_model(extra=[Parameter("aardvark", 2.0, "1", "lognormal", 1.0, how="measured", source="10.0/x")])
    few = draw_parameters(parameter_table(model), 1, STREAMS)
    many = draw_parameters(parameter_table(more), 1, STREAMS)
    for name in model.network.parameters:
        np.testing.assert_array_equal(column(model, few, name), column(more, many, name))


def test_lesions_are_drawn_apart(model):
    values = draw_parameters(parameter_table(model), 1, STREAMS)
    shares = np.log(np.column_stack([column(model, values, f"share_{i}") for i in (1, 2, 3)]))
    assert np.abs(np.corrcoef(shares, rowvar=False) - np.eye(3)).max() < 0.06
    np.testing.assert_allclose(shares.std(axis=0), 0.8, atol=0.04)


def test_a_population_replaces_distributions_in_the_unit_of_the_model(model):
    shape = {"distribution": "normal", "how": "assumed", "low": 0}
    heavy = Distribution(value=120_000, unit="g", spread=1_000, **shape)
    values = draw_parameters(parameter_table(model, population(parameters={"body_weight": heavy})), 1, STREAMS)
    weight = column(model, values, "body_weight")
    assert np.median(weight) == pytest.approx(120, abs=0.1)
    assert weight.std() == pytest.approx(1, abs=0.05)


def test_a_replaced_distribution_leaves_the_rank_of_each_patient(model):
    wide = Distribution(value=100, unit="mm", distribution="lognormal", spread=1.0, how="assumed")
    before = draw_parameters(parameter_table(model), 1, STREAMS)
    after = draw_parameters(parameter_table(model, population(parameters={"diagnosis_diameter": wide})), 1, STREAMS)
    ranks = [np.argsort(column(model, values, "diagnosis_diameter")) for values in (before, after)]
    np.testing.assert_array_equal(*ranks)
    np.testing.assert_array_equal(column(model, before, "growth"), column(model, after, "growth"))


def test_a_shift_is_in_standard_deviations_between_patients(model):
    shifted = population(shifts={"growth": Shift(standard_deviations=0.5, how="assumed")})
    before = draw_parameters(parameter_table(model), 1, STREAMS)
    after = draw_parameters(parameter_table(model, shifted), 1, STREAMS)
    ratio = column(model, after, "growth") / column(model, before, "growth")
    np.testing.assert_allclose(ratio, np.exp(0.5 * 0.4), rtol=1e-12)


def test_surface_area_follows_weight(model):
    values = draw_parameters(parameter_table(model), 1, STREAMS)
    weight, area = column(model, values, "body_weight"), column(model, values, "body_surface_area")
    np.testing.assert_allclose(area, 0.1173 * weight**0.6466, rtol=1e-12)
    assert column(model, typical(model), "body_surface_area") == pytest.approx(1.99, abs=0.02)  # at 80 kg


def test_the_typical_patient_is_at_the_medians(model, first_line):
    values = typical(model, first_line)
    assert column(model, values, "growth") == pytest.approx(0.02)
    assert column(model, values, "kill") == pytest.approx(0.006 * np.log(2))
    assert column(model, values, "body_weight") == pytest.approx(79.3, rel=2e-3)
    assert column(model, values, "diagnosis_diameter") == pytest.approx(63, abs=1)


def test_a_model_without_drugs_needs_no_body_size(model, first_line):
    parameters = {name: p for name, p in model.network.parameters.items() if not name.startswith("body_")}
    lean = SimpleNamespace(network=SimpleNamespace(parameters=parameters))
    assert list(parameter_table(lean, first_line)) == list(parameters)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"shifts": {"growht": Shift(standard_deviations=1, how="assumed")}}, ModelError, "did you mean 'growth'"),
        ({"shifts": {"kill": Shift(standard_deviations=1, how="assumed")}}, ModelError, "no standard deviation"),
        (
            {"parameters": {"growth": Distribution(value=1, unit="kg", distribution="fixed", how="assumed")}},
            UnitError,
            "cannot convert kg",
        ),
    ],
)
def test_what_does_not_fit_the_model_is_refused(model, changes, error, message):
    with pytest.raises(error, match=message):
        parameter_table(model, population(**changes))
