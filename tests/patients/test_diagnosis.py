"""Evolve to diagnosis on a small model with the real engine: who is found, and that nothing else changes who."""

import numpy as np
import pandas as pd
import pytest

from melanokine import engine
from melanokine.errors import InputError, ModelError
from melanokine.network import Parameter
from melanokine.patients import diagnosis
from melanokine.patients.diagnosis import SURVEILLANCE_DAYS, diagnose, follow_to_diagnosis
from melanokine.patients.parameters import draw_parameters, parameter_table

PATIENTS = 150


@pytest.fixture
def nothing_kept():
    diagnosis._ENROLMENTS.clear()
    yield
    diagnosis._ENROLMENTS.clear()


@pytest.fixture(scope="module")
def cohort(model, first_line):
    return diagnose(model, first_line, PATIENTS, seed=7)


def same(one, other):
    np.testing.assert_array_equal(one.streams, other.streams)
    np.testing.assert_array_equal(one.parameters, other.parameters)
    np.testing.assert_array_equal(one.states, other.states)
    pd.testing.assert_frame_equal(one.covariates, other.covariates, check_exact=True)


def test_patients_are_found_at_the_size_drawn_for_them(model, cohort):
    names = list(model.equations.parameters)
    drawn = cohort.parameters[:, names.index("diagnosis_diameter")]
    np.testing.assert_allclose(cohort.covariates["baseline_sum_of_diameters"], drawn, rtol=1e-6)
    lesions = cohort.covariates[[f"baseline_diameter_{i}" for i in (1, 2, 3)]]
    np.testing.assert_allclose(lesions.sum(axis=1), drawn, rtol=1e-6)
    assert (lesions.std(axis=1) > 0.02 * lesions.mean(axis=1)).mean() > 0.9, "lesions are unequal"
    assert cohort.covariates["days_to_diagnosis"].between(1, SURVEILLANCE_DAYS).all()


def test_the_clock_of_treatment_starts_at_diagnosis_and_no_drug_is_there(model, cohort):
    states = [state.name for state in model.equations.states]
    for name in ("treatment_clock", "nivolumab_central", "aldesleukin_depot"):
        np.testing.assert_array_equal(cohort.states[:, states.index(name)], 0)


def test_candidates_whose_tumour_is_controlled_are_not_patients(model, first_line, cohort):
    assert 0.2 < cohort.diagnosed_fraction < 0.95
    assert cohort.failed == 0
    table = parameter_table(model, first_line)
    names = list(table)
    everyone = draw_parameters(table, 7, np.arange(cohort.candidates))
    growth, kill = everyone[:, names.index("growth")], everyone[:, names.index("kill")]
    assert not np.isin(np.flatnonzero(growth < kill), cohort.streams).any()
    net = growth - kill
    assert net[cohort.streams].mean() > net.mean()


def test_the_growth_of_an_exponential_tumour_is_followed_exactly(make_model, first_line):
    """Without kill and capacity the time to diagnosis has a formula: ln(size / seed) / growth."""
    constant = {"how": "measured", "source": "10.0/x"}
    model = make_model(extra=[Parameter("unused", 1.0, "1", **constant)], kill=1e-12)
    names = list(model.equations.parameters)
    row = np.array([parameter.value for parameter in model.network.parameters.values()])
    row[names.index("capacity")] = 1e15
    row[names.index("diagnosis_diameter")] = 60.0
    states, days, status = follow_to_diagnosis(model, row[None, :])
    volume = np.pi / 6 * 2.0**3  # mL of each of three equal lesions of 20 mm
    expected = np.log(volume * 250 / 0.1) / 0.02
    assert status[0] == engine.status.OK
    assert days[0] == pytest.approx(expected, rel=1e-4)
    tumour = [i for i, state in enumerate(model.equations.states) if state.name.startswith("tumour")]
    np.testing.assert_allclose(states[0, tumour], volume * 250, rtol=1e-3)


@pytest.mark.parametrize("number", [1, 37, 149])
def test_fewer_patients_are_the_first_of_more(model, first_line, cohort, number, nothing_kept):
    same(diagnose(model, first_line, number, seed=7), cohort.select(slice(number)))


def test_patients_found_in_steps_are_the_same(model, first_line, cohort, nothing_kept, monkeypatch):
    monkeypatch.setattr(diagnosis, "MOST_BLOCKS", 1)
    diagnose(model, first_line, 20, seed=7)
    same(diagnose(model, first_line, PATIENTS, seed=7), cohort)


def test_workers_change_nothing(model, first_line, cohort, nothing_kept):
    same(diagnose(model, first_line, PATIENTS, seed=7, workers=2), cohort)


def test_patients_once_found_are_kept(model, first_line, cohort, monkeypatch):
    diagnose(model, first_line, PATIENTS, seed=7)
    monkeypatch.setattr(diagnosis, "follow_to_diagnosis", lambda *_: pytest.fail("looked for patients again"))
    same(diagnose(model, first_line.name, PATIENTS, seed=7), cohort)


def test_another_seed_or_population_is_another_cohort(model, first_line, cohort):
    other = diagnose(model, first_line, PATIENTS, seed=8)
    assert not np.isin(other.parameters[:, 0], cohort.parameters[:, 0]).any()
    pretreated = diagnose(model, "advanced melanoma, pretreated", PATIENTS, seed=7)
    shared = np.intersect1d(pretreated.streams, cohort.streams)
    assert len(shared) > 50
    one, two = (c.parameters[np.isin(c.streams, shared)] for c in (cohort, pretreated))
    growth = list(model.equations.parameters).index("growth")
    np.testing.assert_array_equal(one[:, growth], two[:, growth])
    assert set(pretreated.covariates["line"]) == {2}


def test_a_changed_distribution_is_not_served_from_what_is_kept(make_model, first_line, cohort):
    harsher = make_model(kill=0.009)
    other = diagnose(harsher, first_line, PATIENTS, seed=7)
    assert other.diagnosed_fraction < cohort.diagnosed_fraction


def test_a_selection_keeps_numbers_and_streams(cohort):
    some = cohort.select([3, 10, 4])
    assert list(some.patients) == [4, 11, 5]
    assert list(some.covariates.index) == [4, 11, 5]
    np.testing.assert_array_equal(some.streams, cohort.streams[[3, 10, 4]])
    assert len(cohort.select(cohort.covariates["ldh_elevated"].to_numpy())) == cohort.covariates["ldh_elevated"].sum()


def test_hardly_any_diagnosis_is_an_error(make_model, first_line, nothing_kept):
    with pytest.raises(ModelError, match="reached the size of diagnosis"):
        diagnose(make_model(kill=20.0), first_line, 5)


@pytest.mark.parametrize("number", [0, -3, 1.5, True, None, "5"])
def test_a_bad_number_of_patients_is_refused(model, first_line, number):
    with pytest.raises(InputError, match="not a number of patients"):
        diagnose(model, first_line, number)
