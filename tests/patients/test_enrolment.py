"""Enrolment: whom a calibrated population sends into a trial, and whom a population that is not calibrated sends."""

import numpy as np
import pytest

from melanokine.errors import InputError
from melanokine.patients import calibrated, enrolment
from melanokine.patients.diagnosis import diagnose, examine
from melanokine.patients.enrolment import calibration_of, enrol
from melanokine.patients.model import model_of
from melanokine.patients.population import Population
from melanokine.trials import load
from melanokine.trials.simulator import trial_model

FIRST_LINE = "advanced melanoma, first line"
NOT_CALIBRATED = "melanoma, injectable metastases"


@pytest.fixture(scope="module")
def model():
    return trial_model(load("checkmate-066").sentences)


@pytest.fixture(scope="module")
def cohort(model):
    return enrol(model, FIRST_LINE, 60, seed=3)


def test_patients_are_those_that_the_calibration_draws(model, cohort):
    found = calibrated.load()
    numbers = found.numbers[found.draw(FIRST_LINE, 60, 3)]
    assert cohort.streams.tolist() == numbers.tolist()
    assert cohort.patients.tolist() == list(range(1, 61))
    assert cohort.covariates.index.tolist() == list(range(1, 61))
    assert cohort.model_digest == model.digest


def test_a_patient_is_the_same_as_when_grown_in_the_model_of_the_trial(model, cohort):
    numbers = np.unique(cohort.streams)
    direct = examine(model, Population.load(FIRST_LINE), calibrated.load().seed, numbers)
    rows = np.searchsorted(direct.streams, cohort.streams)
    assert np.array_equal(cohort.parameters, direct.parameters[rows])
    for column in ("weight", "frailty", "age", "ldh_ratio"):
        assert cohort.covariates[column].tolist() == direct.covariates[column].to_numpy()[rows].tolist()
    size = cohort.covariates["baseline_sum_of_diameters"].to_numpy()
    assert size == pytest.approx(direct.covariates["baseline_sum_of_diameters"].to_numpy()[rows], rel=1e-3)


def test_more_patients_change_none(model, cohort):
    more = enrol(model, FIRST_LINE, 90, seed=3)
    assert np.array_equal(more.states[:60], cohort.states)
    assert more.streams[:60].tolist() == cohort.streams.tolist()


def test_chance_belongs_to_the_place_in_the_trial(model, cohort):
    """A virtual patient who is drawn twice is scanned on other days the second time."""
    seed, places = cohort.chance
    assert seed == 3
    assert places.tolist() == list(range(60))
    assert cohort.select([5, 7]).chance[1].tolist() == [5, 7]
    other = enrol(model, FIRST_LINE, 60, seed=4)
    assert other.streams.tolist() != cohort.streams.tolist()


def test_covariates_are_as_common_as_the_weights_say(model):
    """Mean burden of many patients is that of the weighted population, and not that of the population as it is."""
    found, population = calibrated.load(), Population.load(FIRST_LINE)
    weights = found.weights(FIRST_LINE)
    there = weights > 0
    every = examine(model_of(()), population, found.seed, found.numbers[there])
    burden = np.log(every.covariates["baseline_sum_of_diameters"].to_numpy())
    drawn = np.log(enrol(model, population, 4000, seed=1).covariates["baseline_sum_of_diameters"].to_numpy())
    error = drawn.std() / np.sqrt(4000)
    assert drawn.mean() == pytest.approx(weights[there] @ burden, abs=4 * error)


def test_without_calibration_the_first_diagnosed_enter(model):
    plain = enrol(model, FIRST_LINE, 20, seed=3, calibrated=False)
    assert plain.streams.tolist() == diagnose(model, FIRST_LINE, 20, seed=3).streams.tolist()
    assert plain.chance[0] == 3
    assert plain.chance[1].tolist() == plain.streams.tolist()


def test_a_population_that_is_not_calibrated_enters_as_it_is(model):
    plain = enrol(model, NOT_CALIBRATED, 5, seed=3)
    assert plain.streams.tolist() == diagnose(model, NOT_CALIBRATED, 5, seed=3).streams.tolist()
    with pytest.raises(InputError, match="is not calibrated"):
        enrol(model, NOT_CALIBRATED, 5, calibrated=True)


def test_an_own_population_of_a_calibrated_name_is_not_taken_for_it():
    library = Population.load(FIRST_LINE)
    own = library.model_copy(update={"era": 2020})
    assert calibration_of(library) is calibrated.load()
    assert calibration_of(own) is None
    assert calibration_of(library, False) is None


def test_someone_whom_this_processor_does_not_diagnose_is_replaced(model, monkeypatch, cohort):
    enrolment._grown.cache_clear()
    lost = int(np.unique(cohort.streams)[10])

    def all_but_one(own, population, seed, candidates, *, workers=None):
        found = examine(own, population, seed, candidates, workers=workers)
        return found.select(found.streams != lost)

    monkeypatch.setattr(enrolment, "examine", all_but_one)
    again = enrol(model, FIRST_LINE, 60, seed=3)
    enrolment._grown.cache_clear()
    changed = again.streams != cohort.streams
    assert changed.tolist() == (cohort.streams == lost).tolist()
    assert len(again) == 60


@pytest.mark.parametrize("patients", [0, -1, 2.5, True])
def test_numbers_that_are_none_are_refused(model, patients):
    with pytest.raises(InputError, match="not a number of patients"):
        enrol(model, FIRST_LINE, patients)
