"""Eosinophils follow alpha-containing occupancy of ILC2, after days in the marrow."""

import numpy as np
import pytest

from melanokine import drugs
from melanokine.patients import simulate
from melanokine.patients.model import Model


def test_only_occupancy_with_alpha_drives_them(bench):
    """Without copies of alpha on ILC2 the same concentration does nothing."""
    low = {**bench.plasma("aldesleukin", 50.0), "il2_endogenous": 0.0}
    strong, none = bench.rates(low), bench.rates(low, il2_alpha_copies_ilc2=0.0)
    assert strong["eosinophil_precursors"] > 5.0
    assert none["eosinophil_precursors"] == pytest.approx(0.0, abs=1e-9)


def test_innate_cells_answer_low_doses(bench):
    """They answer concentrations that do nothing to NK cells."""
    low = {**bench.plasma("aldesleukin", 50.0), "il2_endogenous": 0.0}
    assert bench.value("il2_alpha_occupancy_ilc2", low) > 10 * bench.value("il2_occupancy_nk", low)


def test_cells_pass_the_marrow_in_order(bench):
    rates = bench.rates({"eosinophil_precursors": 11.0})
    assert rates["eosinophil_maturing"] > 0
    assert rates["eosinophils"] == pytest.approx(0.0, abs=1e-12)
    baseline, loss = bench.medians["eosinophil_baseline"], bench.medians["eosinophil_loss"]
    assert bench.rates({"eosinophil_maturing": 11.0})["eosinophils"] == pytest.approx(10 * baseline * loss)
    assert np.log(2) / loss * 24 == pytest.approx(18, abs=1)


@pytest.fixture(scope="module")
def courses():
    """Blood eosinophils of the typical patient on five days of IL-2 and of the same without affinity for alpha."""
    native = drugs.load("aldesleukin")
    mutein = native.engineered("no alpha", alpha_affinity=0)
    model, days = Model([native, mutein]), np.arange(0.0, 25.0, 0.25)

    def course(drug):
        treated = simulate(model, "typical", f"{drug} 1 mg IV every day for 5 doses", days=25.0, times=days)
        return treated["eosinophils"].to_numpy()[0]

    return days, course("aldesleukin"), course("no-alpha")


def test_the_count_peaks_after_five_days_and_returns(courses):
    days, native, _ = courses
    assert 4.5 <= days[native.argmax()] <= 7
    assert 5 < native.max() / native[0] < 25
    assert native[-1] < 1.5 * native[0]


def test_without_alpha_there_is_no_eosinophilia(courses):
    """MDNA11: none at any dose (https://jitc.bmj.com/content/10/Suppl_2/A776)."""
    _, _, mutein = courses
    assert mutein.max() < 1.1 * mutein[0]
