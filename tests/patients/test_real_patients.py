"""Patients of the real model: who is diagnosed, what a trial would report of them, and how they are dosed."""

import numpy as np
import pytest

from melanokine.patients import Population, diagnose, names, simulate, standard_model, typical
from melanokine.patients.diagnosis import follow_to_diagnosis

PATIENTS = 400


@pytest.fixture(scope="module")
def cohorts():
    return {name: diagnose(standard_model(), name, PATIENTS, seed=1) for name in names()}


@pytest.mark.parametrize("name", names())
def test_most_candidates_become_patients_and_none_fails(cohorts, name):
    """The prototype diagnosed 58 % of its candidates; immune control of a large minority is what is wanted."""
    assert 0.4 < cohorts[name].diagnosed_fraction < 0.85
    assert cohorts[name].failed == 0
    assert np.isfinite(cohorts[name].states).all()
    assert cohorts[name].covariates.notna().all(axis=None)


@pytest.mark.parametrize(
    ("name", "median"),
    [("first line", 63), ("at most one earlier therapy", 80.6), ("pretreated", 88), ("IL-2 eligible", 57)],
)  # the derivations of these medians stand in the files of the library
def test_selection_by_diagnosis_hardly_changes_the_tumour_burden(cohorts, name, median):
    burden = cohorts[f"advanced melanoma, {name}"].covariates["baseline_sum_of_diameters"]
    assert burden.median() == pytest.approx(median, rel=0.15)


def test_pdl1_stains_as_often_as_published(cohorts):
    """RELATIVITY-047, 10.1056/NEJMoa2109970: 41 % from 1 % on, 24.4 % from 5 % on; 2.5 standard errors of 400."""
    stained = cohorts["advanced melanoma, first line"].covariates["pdl1_percent"]
    assert (stained >= 1).mean() == pytest.approx(0.41, abs=0.07)
    assert (stained >= 5).mean() == pytest.approx(0.244, abs=0.07)


def test_a_more_sensitive_assay_stains_more():
    """22C3 in KEYNOTE-006, 10.1056/NEJMoa1503093: 80.5 % from 1 % on; 2.5 standard errors of 2000."""
    cohort = diagnose(standard_model(), "advanced melanoma, at most one earlier therapy", 2000, seed=1)
    assert cohort.covariates["pdl1_positive"].mean() == pytest.approx(0.805, abs=0.025)


def test_pdl1_staining_reflects_the_tumour(cohorts):
    model, cohort = standard_model(), cohorts["advanced melanoma, first line"]
    observed = model.kernel.observe(cohort.parameters, cohort.states)
    pdl1 = observed[:, model.kernel.observable_index("pdl1")]
    stained = cohort.covariates["pdl1_percent"].rank()
    assert np.corrcoef(stained, np.argsort(np.argsort(pdl1)))[0, 1] == pytest.approx(0.7, abs=0.12)


def test_the_typical_patient_is_diagnosed():
    row = typical(standard_model(), Population.load("advanced melanoma, first line"))
    _, days, status = follow_to_diagnosis(standard_model(), row[None, :])
    assert status[0] == 0
    assert 200 < days[0] < 2000


@pytest.mark.parametrize(
    "regimen",
    [
        [],
        ["nivolumab 3 mg/kg IV every 2 weeks", "ipilimumab 3 mg/kg IV every 3 weeks for 4 doses"],
        "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days",
        "aldesleukin 9 MIU/m2 SC every day for 5 days",
        "bempegaldesleukin 0.006 mg/kg IV every 3 weeks",
        "dacarbazine 1000 mg/m2 IV every 3 weeks",
    ],
)
def test_every_route_and_size_of_dose_can_be_given(cohorts, regimen):
    some = cohorts["advanced melanoma, first line"].select(slice(20))
    course = simulate(standard_model(), some, regimen, days=60)
    assert (course["status"] == 0).all()
    assert course.to_array("variable").notnull().all()
    if course.sizes["dose"]:
        assert course["given"].any()
