"""The library of populations: sources, schema, and the facts that each should show."""

import json

import jsonschema
import numpy as np
import pytest
from ruamel.yaml import YAML
from scipy.special import ndtri

from melanokine.errors import InputError
from melanokine.patients import population as populations
from melanokine.patients.covariates import draw_covariates
from melanokine.patients.parameters import draw_parameters, parameter_table
from melanokine.patients.population import LIBRARY, SCHEMA, Population
from melanokine.yaml_file import read_yaml_text

NAMES = populations.names()
REFERENCE = "advanced melanoma, first line"
N = 4000


@pytest.fixture(scope="module")
def enrolled(model):
    """A parameter table and covariates of each population, all candidates taken to be diagnosed."""
    result = {}
    for name in NAMES:
        population = Population.load(name)
        table = parameter_table(model, population)
        streams = np.arange(N)
        values = draw_parameters(table, 1, streams)
        diameter = values[:, list(table).index("diagnosis_diameter")]
        pdl1 = values[:, list(table).index("basal_pdl1")]
        observed = {"sum_of_diameters": diameter, "pdl1": pdl1, "diameter_1": diameter / 2, "diameter_2": diameter / 3}
        result[name] = draw_covariates(population, table, 1, streams, values, observed)
    return result


def test_the_library_holds_the_populations():
    assert NAMES == [
        "advanced melanoma, IL-2 eligible",
        "advanced melanoma, after anti-CTLA-4",
        "advanced melanoma, after anti-PD-1",
        "advanced melanoma, at most one earlier therapy",
        "advanced melanoma, first line",
        "advanced melanoma, pretreated",
        "melanoma, injectable metastases",
    ]


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_file_fits_the_json_schema(path):
    record = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    record = json.loads(json.dumps(record))  # keys become text, as they do in melanokine
    jsonschema.validate(record, json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_json_schema_is_current():
    assert SCHEMA.read_text(encoding="utf-8") == populations.schema()


@pytest.mark.parametrize("name", NAMES)
def test_every_number_has_a_source_or_is_assumed(name):
    population = Population.load(name)
    assert all(source.startswith(("10.", "PMID", "NCT")) for source in population.sources())
    assert len(population.sources()) >= 3


# population, column, statistic, published value, tolerance (about 2.5 standard errors of N draws, or rounding), source
FACTS = [
    ("first line", "weight", "median", 79.3, 1.0, "10.1002/psp4.12140"),
    ("first line", "age", "median", 62, 1, "10.1002/psp4.12140"),
    ("first line", "baseline_sum_of_diameters", "median", 63, 3, "10.1056/NEJMoa2109970; 10.1002/psp4.12454"),
    ("first line", ("sex", "female"), "fraction", 0.39, 0.02, "10.1002/psp4.12140"),
    ("first line", ("ecog", 0), "fraction", 0.69, 0.02, "10.1056/NEJMoa1503093"),
    ("first line", ("stage", "M1c"), "fraction", 0.62, 0.02, "10.1002/psp4.12454"),
    ("first line", "ldh_elevated", "fraction", 0.361, 0.02, "10.1056/NEJMoa2109970"),
    ("at most one earlier therapy", "weight", "median", 79.3, 1.0, "10.1002/psp4.12140"),
    ("at most one earlier therapy", "age", "median", 62, 1, "10.1056/NEJMoa1503093"),
    ("at most one earlier therapy", "baseline_sum_of_diameters", "median", 80.6, 3, "10.1002/psp4.12140"),
    ("at most one earlier therapy", ("line", 1), "fraction", 0.66, 0.02, "10.1056/NEJMoa1503093"),
    ("at most one earlier therapy", ("sex", "male"), "fraction", 0.6, 0.02, "10.1056/NEJMoa1503093"),
    ("at most one earlier therapy", ("ecog", 0), "fraction", 0.69, 0.02, "10.1056/NEJMoa1503093"),
    ("at most one earlier therapy", ("stage", "M1c"), "fraction", 0.66, 0.02, "10.1056/NEJMoa1503093"),
    ("at most one earlier therapy", "ldh_elevated", "fraction", 0.32, 0.02, "10.1056/NEJMoa1503093"),
    ("pretreated", ("ecog", 0), "fraction", 0.54, 0.02, "10.1016/S1470-2045(15)00083-2"),
    ("pretreated", "age", "median", 57, 1, "10.1056/NEJMoa1003466"),
    ("pretreated", "ldh_elevated", "fraction", 0.38, 0.02, "10.1056/NEJMoa1003466"),
    ("pretreated", ("stage", "M1c"), "fraction", 0.71, 0.02, "10.1056/NEJMoa1003466"),
    ("after anti-PD-1", "age", "median", 56, 1, "10.1136/jitc-2022-005755"),
    ("after anti-PD-1", "baseline_sum_of_diameters", "median", 97.8, 4, "10.1136/jitc-2022-005755"),
    ("after anti-PD-1", ("ecog", 0), "fraction", 0.68, 0.02, "10.1136/jitc-2022-005755"),
    ("after anti-PD-1", ("sex", "female"), "fraction", 0.458, 0.02, "10.1136/jitc-2022-005755"),
    ("after anti-PD-1", "ldh_elevated", "fraction", 0.542, 0.02, "10.1136/jitc-2022-005755"),
    ("IL-2 eligible", "age", "mean", 48.6, 1, "10.1056/NEJMoa1012863"),
    ("IL-2 eligible", ("ecog", 0), "fraction", 0.835, 0.02, "10.1056/NEJMoa1012863"),
    ("IL-2 eligible", ("stage", "M1c"), "fraction", 0.356, 0.02, "10.1056/NEJMoa1012863"),
]


@pytest.mark.parametrize(("name", "column", "statistic", "published", "tolerance", "source"), FACTS)
def test_covariates_show_the_published_facts(enrolled, name, column, statistic, published, tolerance, source):
    name = f"advanced melanoma, {name}"
    assert set(source.split("; ")) <= set(Population.load(name).sources())
    covariates = enrolled[name]
    values = covariates[column[0]] == column[1] if isinstance(column, tuple) else covariates[column]
    found = values.median() if statistic == "median" else values.mean()
    assert found == pytest.approx(published, abs=tolerance)


def test_twice_the_upper_limit_of_ldh_is_as_rare_as_published(enrolled):
    ratio = enrolled["advanced melanoma, first line"]["ldh_ratio"]
    assert (ratio > 2).mean() == pytest.approx(0.088, abs=0.015)  # RELATIVITY-047, 10.1056/NEJMoa2109970
    assert ratio.min() > 0.4


def test_covariates_hang_together(enrolled):
    covariates = enrolled["advanced melanoma, first line"]
    ranks = covariates.select_dtypes("number").rank()
    assert ranks["ldh_ratio"].corr(ranks["baseline_sum_of_diameters"]) == pytest.approx(0.51, abs=0.04)
    assert ranks["ecog"].corr(ranks["frailty"]) > 0.4
    assert covariates.groupby("sex")["weight"].median().diff()["male"] > 5
    assert covariates.groupby("stage")["ldh_ratio"].median().is_monotonic_increasing
    by_stain = covariates.groupby("pdl1_positive")["pdl1_percent"]
    assert by_stain.max()[False] < 1 <= by_stain.min()[True]
    assert set(covariates["line"]) == {1}
    assert set(covariates["era"]) == {2014}


def test_fitter_patients_are_the_il2_eligible(enrolled):
    fit, others = enrolled["advanced melanoma, IL-2 eligible"], enrolled["advanced melanoma, pretreated"]
    assert fit["age"].median() < others["age"].median()
    assert fit["baseline_sum_of_diameters"].median() < others["baseline_sum_of_diameters"].median()
    assert set(fit["line"]) == {1, 2}


@pytest.mark.parametrize("name", NAMES)
def test_frailty_is_shifted_as_performance_status_says(enrolled, name):
    """By the regression of frailty on the score behind ECOG, from the fractions of the files alone."""
    ecog = {each: Population.load(each).covariates["ecog"] for each in (REFERENCE, name)}
    here, there = (ndtri(ecog[each].fractions["0"]) for each in (name, REFERENCE))
    expected = ecog[name].follows["frailty"] * (there - here)
    shift = Population.load(name).frailty
    assert (shift.mean if shift else 0.0) == pytest.approx(expected, abs=0.001)
    assert enrolled[name]["frailty"].mean() == pytest.approx(expected, abs=0.04)
    assert enrolled[name]["frailty"].std() == pytest.approx(1.0, abs=0.03)


def test_a_shift_of_frailty_moves_nothing_else(model):
    shifted = Population.load("advanced melanoma, IL-2 eligible")
    table = parameter_table(model, shifted)
    streams = np.arange(200)
    values = draw_parameters(table, 1, streams)
    observed = {"sum_of_diameters": values[:, 0], "pdl1": values[:, 0]}
    one, other = (
        draw_covariates(population, table, 1, streams, values, observed)
        for population in (shifted, shifted.model_copy(update={"frailty": None}))
    )
    np.testing.assert_allclose(one.pop("frailty") - other.pop("frailty"), shifted.frailty.mean)
    assert one.equals(other)


def test_the_nearest_population_is_named():
    with pytest.raises(InputError, match="did you mean 'advanced melanoma, first line'"):
        Population.load("advanced melanoma first line")


MINIMAL = "name: mine\ndescription: test\nera: 2020\n"


@pytest.mark.parametrize(
    ("addition", "line", "message"),
    [
        ("colour: red\n", 4, "unknown key 'colour'"),
        ("era: 1066\n", 4, "given twice"),
        ("covariates:\n  sex:\n    fractions: {male: 0.5, female: 0.6}\n    how: assumed\n", 5, "add up to 1.1"),
        (
            "parameters:\n  body_weight: {value: 80, unit: kg, distribution: fixed, how: measured}\n",
            5,
            "needs a source",
        ),
        ("frailty: {mean: 0.3, how: derived}\n", 4, "needs a source"),
        ("shifts:\n  growth: {standard_deviations: big, how: assumed}\n", 5, "standard_deviations"),
        (
            "covariates:\n"
            "  a: {fractions: {x: 1.0}, follows: {b: 0.5}, how: assumed}\n"
            "  b: {fractions: {x: 1.0}, how: assumed}\n",
            None,
            "stands below it",
        ),
    ],
)
def test_a_bad_file_is_refused_with_its_line(addition, line, message):
    with pytest.raises(InputError, match=message) as refused:
        read_yaml_text(MINIMAL + addition, Population, file="mine.yaml")
    if line:
        assert refused.value.line in range(line, line + 3)


def test_a_file_of_ones_own_is_read(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(MINIMAL, encoding="utf-8")
    mine = Population.load(path)
    assert mine.name == "mine"
    assert mine.digest != Population.load("advanced melanoma, first line").digest
    with pytest.raises(InputError, match="no such file"):
        Population.load(tmp_path / "yours.yaml")
