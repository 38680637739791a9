"""Lymphocyte redistribution and multiplication, against what was seen in blood."""

import numpy as np
import pytest

from .systemic import PMOL_PER_MG, PMOL_PER_MIU, high_dose, systemic

SURFACE = 1.9
"""m2."""


class TestHighDose:
    """600,000 IU/kg every 8 hours, twice up to 14 doses."""

    def test_blood_is_emptied_within_a_day(self):
        """By 93 % on average in 199 patients (PMID 7842405)."""
        assert 0.04 < high_dose().guarded_at("lymphocytes", 1.0).mean() < 0.2

    def test_and_stays_so_during_dosing(self):
        course = high_dose()
        count = systemic().observed(course.guarded, "lymphocytes")
        dosing = (course.times > 0.3) & (course.times <= course.last_dose[:, None])
        mean = np.nanmean(np.where(dosing, count, np.nan), axis=1)
        assert 0.1 < np.median(mean) < 0.4
        in_full = systemic().observed(course.full, "lymphocytes")[:, (course.times > 0.3) & (course.times < 4.4)]
        assert (np.median(in_full, axis=0) < 0.4).all()

    def test_it_rebounds_within_two_days_of_the_last_dose(self):
        """2-6 fold in 24-48 h (12 patients), twice the baseline after 4 days (mean of 199; PMID 7842405)."""
        course = high_dose()
        early = [course.guarded_at("lymphocytes", course.last_dose + day) for day in np.linspace(1.0, 2.0, 9)]
        assert 1.7 < np.median(np.max(early, axis=0)) < 6
        assert 1.6 < course.guarded_at("lymphocytes", course.last_dose + 4).mean() < 2.6

    def test_and_higher_after_the_second_cycle(self):
        course = high_dose()
        count = systemic().observed(course.guarded, "lymphocytes")
        first, second = (count[:, window].max(axis=1) for window in (course.times < 13.9, course.times > 14))
        assert 1 < np.median(second / first) < 2
        assert 2 < np.median(second) < 6

    @pytest.mark.parametrize(("cells", "low", "high"), [("nk_cells", 2, 6), ("regulatory_t_cells", 2, 6)])
    def test_nk_and_regulatory_t_cells_multiply_several_fold(self, cells, low, high):
        course = high_dose()
        peak = systemic().observed(course.guarded, cells)[:, course.times < 13.9].max(axis=1)
        assert low < np.median(peak) < high


class TestLowDose:
    """Subcutaneous aldesleukin, daily for four weeks (doi 10.4049/jimmunol.1900733)."""

    @staticmethod
    def treated(million_iu_per_m2, days):
        model = systemic()
        times = np.arange(0.0, 29.0, 0.5)
        amount = million_iu_per_m2 * SURFACE * PMOL_PER_MIU
        result = model.simulate(model.patients(100), "aldesleukin_depot", days, amount, times, per_kg=False)
        return {name: model.observed(result, name) for name in ("regulatory_t_cells", "cd8_t_cells", "lymphocytes")}

    def test_regulatory_t_cells_multiply_and_others_do_not(self):
        seen = self.treated(1.0, range(28))
        assert 4 < np.median(seen["regulatory_t_cells"].max(axis=1)) < 16
        assert np.median(seen["cd8_t_cells"].max(axis=1)) < 1.4

    def test_more_at_higher_doses(self):
        peaks = [np.median(self.treated(d, range(28))["regulatory_t_cells"].max(axis=1)) for d in (0.3, 1.0, 3.0)]
        assert peaks == sorted(peaks)

    def test_a_single_tenth_of_a_million_moves_them_by_some_percent(self):
        """10 % (SE 8) at most within a week (doi 10.1371/journal.pmed.1002139)."""
        assert 1.01 < np.median(self.treated(0.1, [0.0])["regulatory_t_cells"].max(axis=1)) < 1.26


class TestBempegaldesleukin:
    """Direction and timing of the first-in-human study (doi 10.1158/2159-8290.CD-18-1495), not of any later trial."""

    times = np.arange(0.0, 42.0, 0.25)

    def median(self, name):
        model = systemic()
        amount = 0.006 * PMOL_PER_MG
        given = model.simulate(model.patients(100), "bempegaldesleukin_infusion", [0.0, 21.0], amount, self.times)
        return np.median(model.observed(given, name), axis=0)

    def test_lymphocytes_fall_then_rise_above_baseline(self):
        first = self.median("lymphocytes")[self.times < 20.9]
        assert 1 <= self.times[first.argmin()] <= 4
        assert first.min() < 0.6
        assert 6 <= self.times[first.argmax()] <= 11
        assert 1.1 < first.max() < 4

    @pytest.mark.parametrize("cells", ["nk_cells", "cd8_t_cells", "regulatory_t_cells"])
    def test_each_subset_multiplies_and_again_in_the_next_cycle(self, cells):
        course = self.median(cells)
        first, second = (course[window].max() for window in (self.times < 20.9, self.times > 21))
        assert first > 1.1
        assert second > 0.9 * first


def test_retention_moves_lymphocytes_from_blood_to_tissue(bench):
    before, after = bench.rates({"lymphocyte_retention": 0.0}), bench.rates({"lymphocyte_retention": 0.5})
    moved = before["lymphocyte_blood"] - after["lymphocyte_blood"]
    assert moved > 0
    assert after["lymphocyte_tissue"] - before["lymphocyte_tissue"] == pytest.approx(moved)


def test_growth_slows_as_the_pool_grows(bench):
    signal = {"signal_nk": 0.8}
    small, large = (bench.rates({**signal, "nk_blood": n})["nk_blood"] / n for n in (1.0, 40.0))
    assert large < 0.6 * small


def test_on_continuous_il2_blood_is_empty_first_and_full_again_after_a_week_or_two():
    """2-16 fold after early depletion, repopulated after 7-10 days, in 20 patients (PMID 2993418)."""
    model, days = systemic(), np.arange(0.0, 21.0, 0.5)
    amount = 14 * 0.216 * PMOL_PER_MIU
    given = model.simulate(model.patients(80), "aldesleukin_infusion", [0.0], amount, days, hours=14 * 24.0)
    count = np.median(model.observed(given, "lymphocytes"), axis=0)
    assert count[days <= 2.0].min() < 0.25
    assert 5.0 < days[np.argmax((count > 1.0) & (days > 1.0))] < 12.0
    assert 2.0 < count[days > 5.0].max() < 16.0


def test_retention_moves_fewer_lymphocytes_when_they_are_used_to_it(bench):
    def leaving(**state):
        held = {"lymphocyte_retention": 0.6, **state}
        return bench.rates({"lymphocyte_retention": 0.0})["lymphocyte_blood"] - bench.rates(held)["lymphocyte_blood"]

    fresh, used = (leaving(lymphocyte_habituation=h) for h in (0.0, 0.5))
    assert used == pytest.approx(0.25 * fresh, rel=0.1)
    assert leaving(endothelial_adhesion=0.1) > 3 * fresh


def test_habituation_follows_retention_over_days(bench):
    rate = bench.medians["lymphocyte_habituation_rate"]
    rising, falling = ({"lymphocyte_retention": r, "lymphocyte_habituation": 0.4} for r in (0.9, 0.0))
    assert bench.rates(rising)["lymphocyte_habituation"] == pytest.approx(0.5 * rate)
    assert bench.rates(falling)["lymphocyte_habituation"] == pytest.approx(-0.4 * rate)


def test_variants_without_alpha_leave_more_lymphocytes_in_blood(bench):
    """They keep cells as well as IL-2 does, but not by the endothelium."""
    for name, moved in (("aldesleukin", True), ("simlukafusp_alfa", False)):
        rate = bench.rates({**bench.plasma(name, 1000.0), "il2_endogenous": 0.0})["endothelial_adhesion"]
        assert rate > 0.1 if moved else rate == pytest.approx(0.0, abs=0.02)
