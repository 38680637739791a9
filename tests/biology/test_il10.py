"""IL-10: two thresholds, the untreated patient as zero, IFN-gamma of blood, and a dose that decides on the face."""

import numpy as np
import pytest

from melanokine import drugs
from melanokine.patients import Model, simulate

SIGNALS = ("il10_myeloid", "il10_cd8")
HOURS = 1 / 24


@pytest.fixture(scope="module")
def model():
    return Model([drugs.load("rhil10"), drugs.load("pegilodecakin")])


@pytest.fixture(scope="module")
def treated(model):
    """Observables of the typical patient at some days of a regimen (none: untreated)."""

    def under(sentence, times, *states):
        given = [sentence] if sentence else []
        return simulate(model, "typical", given, days=max(times) + 1, times=times, states=states).isel(patient=0)

    return under


def signals(bench, plasma, drug="rhil10"):
    state = bench.plasma(drug, plasma)
    return [bench.value(name, state) for name in SIGNALS]


def test_untreated_patient_is_the_zero(bench):
    for name in SIGNALS:
        assert bench.value(name) == pytest.approx(0.0, abs=1e-12)
    assert bench.value("interferon_factor_il10") == pytest.approx(1.0)
    assert bench.value("il10_il18_rise") == pytest.approx(1.0)


def test_nothing_depends_on_il10_drugs_that_are_absent(bench):
    with_more_treg = bench.value("il10_myeloid", {"treg_blood": 5.0})
    assert 0 < with_more_treg < 0.5
    assert bench.value("il10_cd8", {"treg_blood": 5.0}) < 1e-3


def test_monocytes_are_half_silent_at_the_measured_concentration(bench):
    """0.03 ng/mL of 37 kDa, in blood without IL-10 of its own."""
    alone = {"il10_tumour_resting": 1e-9, "il10_tumour_penetration": 1.0}
    state = bench.plasma("rhil10", 0.03e3 / 37)
    assert bench.value("il10_myeloid", state, **alone) == pytest.approx(0.5, abs=0.03)


def test_one_ligand_has_two_thresholds(bench):
    low_myeloid, low_cd8 = signals(bench, 20.0)
    high_myeloid, high_cd8 = signals(bench, 1000.0)
    assert low_myeloid > 0.7
    assert low_cd8 < 0.05
    assert high_myeloid > 0.95
    assert high_cd8 > 0.5


def test_signals_rise_with_concentration_up_to_one(bench):
    found = np.array([signals(bench, level) for level in (0.0, 0.3, 3.0, 30.0, 300.0, 3e3, 3e6)])
    assert (np.diff(found, axis=0) > 0).all()
    assert (found[-1] <= 1.0).all()
    assert found[-1, 0] == pytest.approx(1.0, abs=1e-3)


def test_potency_scales_the_concentration(bench):
    potency = bench.medians["pegilodecakin_receptor_affinity"]
    assert signals(bench, 100.0 / potency, "pegilodecakin") == pytest.approx(signals(bench, 100.0))


def test_cd8_cells_answer_only_where_they_see_antigen(bench):
    unseen = {"antigen_half": 1e9}
    for state in ("effector_1", "exhausted_1"):
        high = bench.plasma("pegilodecakin", 5000.0)
        gain, none = (bench.rates(high, **p)[state] - bench.rates({}, **p)[state] for p in ({}, unseen))
        assert gain > 0
        assert abs(none) < 1e-3 * gain


def test_interferon_of_blood_falls_for_hours_after_one_dose(treated):
    """72 to 87 % lower 6 h after 10 to 25 ug/kg, back after a day (Fuchs 1996)."""
    capacity = treated("rhil10 25 ug/kg IV once", [0.0, 6 * HOURS, 1.0, 2.0])["interferon_capacity"].to_numpy()
    fall = 1 - capacity[1] / capacity[0]
    assert 0.72 <= fall <= 0.87
    assert capacity[2] / capacity[0] == pytest.approx(1.0, abs=0.2)


def test_interferon_of_blood_rises_on_daily_high_doses_only(treated):
    """Before the dose on days 15 and 29 (Tilg 2002: 20 ug/kg raised it, lower doses did not)."""
    low, high = (
        treated(f"rhil10 {dose} ug/kg SC daily for 28 doses", [0.0, 15.0, 28.0])["interferon_capacity"].to_numpy()
        for dose in (1, 20)
    )
    assert high[2] > high[1] > 1.1 * high[0]
    assert (low[1:] < 1.05 * low[0]).all()


def test_pegylated_il10_reaches_cd8_cells_and_il18_follows(treated):
    course = treated("pegilodecakin 20 ug/kg SC daily for 60 doses", [0.0, 1.0, 29.0])
    assert course["il10_cd8"][0] == pytest.approx(0.0, abs=1e-3)
    assert course["il10_cd8"][2] > 0.3
    assert course["il10_il18_rise"][1] < 1.15
    assert course["il10_il18_rise"][2] > 1.3


def test_dose_decides_for_or_against_the_tumour(treated):
    """A low dose silences myeloid cells and lets the tumour grow faster; a high one has CD8 cells kill more of it."""
    regimens = {
        "none": None,
        "low": "pegilodecakin 0.2 ug/kg SC daily for 180 doses",
        "high": "pegilodecakin 20 ug/kg SC daily for 180 doses",
    }
    courses = {name: treated(sentence, [0.0, 60.0, 180.0]) for name, sentence in regimens.items()}
    size = {name: course["sum_of_diameters"].to_numpy() for name, course in courses.items()}
    assert size["low"][2] > 1.02 * size["none"][2]
    assert size["high"][2] < 0.9 * size["none"][2]
    assert courses["low"]["il10_myeloid"][1] > 0.7
    assert courses["low"]["il10_cd8"][1] < 0.1
    assert courses["high"]["growth_rate"][1] < courses["none"]["growth_rate"][1]
    assert courses["low"]["growth_rate"][1] > courses["none"]["growth_rate"][1]
