"""The public verb: labelled arrays, failures counted, the typical patient, and bad input."""

import numpy as np
import pytest

from melanokine.errors import InputError, ModelError
from melanokine.network import Parameter
from melanokine.patients import diagnose
from melanokine.patients.simulation import simulate

NIVOLUMAB = "nivolumab 3 mg/kg IV every 2 weeks"
HIGH_DOSE = "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days"
SUBCUTANEOUS = "aldesleukin 9 MIU SC every day"
DAYS = 90


@pytest.fixture(scope="module")
def treated(model, first_line):
    return simulate(model, first_line, [NIVOLUMAB, HIGH_DOSE], days=DAYS, patients=60, seed=7, states=["tumour_2"])


def test_everything_observable_is_there_with_its_unit(model, treated):
    assert treated.sizes["patient"] == 60
    assert list(treated["patient"].values[:3]) == [1, 2, 3]
    for name, quantity in model.network.observables.items():
        assert treated[name].dims == ("patient", "time")
        assert treated[name].attrs["units"] == str(quantity.unit)
        assert treated[name].notnull().all()
    assert treated["tumour_2"].attrs["units"] == "Mcell"
    assert treated["time"].attrs["units"] == "d"
    assert (treated["status"] == 0).all()
    assert treated.attrs["population"] == "advanced melanoma, first line, seed 7"


def test_the_antibody_shrinks_tumours_and_untreated_ones_grow(model, first_line, treated):
    untreated = simulate(model, first_line, [], days=DAYS, patients=60, seed=7)
    assert untreated.sizes["dose"] == 0
    size = "sum_of_diameters"
    np.testing.assert_array_equal(untreated[size].isel(time=0), treated[size].isel(time=0))
    assert (untreated[size].isel(time=-1) > untreated[size].isel(time=0)).all()
    assert (treated[size].isel(time=-1) < untreated[size].isel(time=-1)).all()


def test_doses_are_listed_and_guards_withhold_them(model, treated, first_line):
    cohort = diagnose(model, first_line, 60, seed=7)
    names = list(model.equations.parameters)
    kill, growth = (cohort.parameters[:, names.index(name)] for name in ("kill", "growth"))
    is_il2 = (treated["dose_drug"] == "aldesleukin").values
    assert is_il2.sum() == 28
    assert treated["given"].values[:, ~is_il2].all()
    np.testing.assert_array_equal(treated["given"].values[:, is_il2].all(axis=1), kill < growth)


def test_doses_follow_the_weight_of_each_patient(model, first_line):
    """Two thirds of the way through the infusion nobody has had more, per kg, than two thirds of the dose."""
    cohort = diagnose(model, first_line, 60, seed=7)
    weight = cohort.covariates["weight"].to_numpy()
    course = simulate(
        model, cohort, "nivolumab 3 mg/kg IV over 60 min", days=0.04, times=[0.0277], states=["nivolumab_central"]
    )
    nmol_per_kg = 3 / 146 * 1e3
    amount = course["nivolumab_central"].values[:, 0]
    np.testing.assert_allclose(amount / weight, nmol_per_kg * 0.0277 * 24, rtol=0.02)


def test_company_times_and_workers_change_no_value(model, first_line, treated):
    times = treated["time"].values[::7]
    few = simulate(model, first_line, [NIVOLUMAB, HIGH_DOSE], days=DAYS, times=times, patients=11, seed=7, workers=2)
    np.testing.assert_array_equal(
        few["sum_of_diameters"], treated["sum_of_diameters"].sel(patient=few["patient"], time=times)
    )


def test_a_value_at_the_time_of_a_dose_is_the_one_before_it(model, first_line):
    course = simulate(model, first_line, NIVOLUMAB, days=30, times=[0.0, 14.0, 14.2], patients=3)
    concentration = course["concentration_nivolumab"]
    assert (concentration.isel(time=0) == 0).all()
    assert (concentration.isel(time=1) < concentration.isel(time=2)).all()


def test_default_times_show_peaks_and_troughs(model, first_line):
    course = simulate(model, first_line, SUBCUTANEOUS, days=3)
    assert len(course["time"]) > 300
    assert course["time"].values[0] == 0
    assert course["time"].values[-1] == 3
    long = simulate(model, first_line, [], days=1000)
    assert np.diff(long["time"]).max() <= 1


def test_the_typical_patient_is_one_at_the_medians(model):
    course = simulate(model, "typical", NIVOLUMAB, days=30)
    assert course.sizes["patient"] == 1
    assert float(course["sum_of_diameters"][0, 0]) == pytest.approx(63, abs=1)
    assert course.attrs["population"] == "typical patient"


def test_a_controlled_typical_patient_is_refused(make_model):
    with pytest.raises(ModelError, match="typical patient is not diagnosed"):
        simulate(make_model(kill=0.05), "typical", [], days=10)


def test_a_cohort_of_another_model_is_refused(model, make_model, first_line):
    extra = Parameter("more", 1.0, "1", how="measured", source="10.0/x")
    other = make_model(extra=[extra])
    with pytest.raises(ModelError, match="another model"):
        simulate(other, diagnose(model, first_line, 2), [], days=10)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"days": 0}, "not a number of days"),
        ({"days": float("nan")}, "not a number of days"),
        ({"times": [3.0, 2.0]}, "increasing"),
        ({"times": [0.0, 11.0]}, "between 0 and 10"),
        ({"times": []}, "increasing"),
        ({"states": ["tumor_1"]}, "did you mean 'tumour_1'"),
        ({"population": "advanced melanoma, 1L"}, "no population"),
        ({"regimen": "nivolumabb 3 mg/kg IV every 2 weeks"}, "did you mean"),
    ],
)
def test_bad_input_is_refused(model, first_line, changes, message):
    arguments = {"population": first_line, "regimen": [], "days": 10} | changes
    with pytest.raises(InputError, match=message):
        simulate(model, arguments.pop("population"), arguments.pop("regimen"), **arguments)
