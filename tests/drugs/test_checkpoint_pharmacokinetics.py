"""Exposure of the typical patient to antibodies against checkpoints, against pk.csv and the sources of their records.

Nivolumab, pembrolizumab and ipilimumab are held to their half-lives and accumulation in test_pharmacokinetics.py.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from melanokine.drugs import load

from .test_pharmacokinetics import area, half_life, interval, level_at, row

TOLERANCE = 0.3
"""For a published number that comes without a range."""
TIMES = np.linspace(0, 420, 42001)


@pytest.fixture
def level(patient):
    """Plasma level [ug/mL] of the reference patient of a record over 60 weeks."""

    def under(sentence: str) -> np.ndarray:
        drug = load(sentence.split()[0])
        man = patient(drug.id, body_weight=drug.pharmacokinetics.reference_weight.value)
        return man.give(sentence, times=TIMES)[drug.exposure[0]] * drug.molar_mass.to("kDa") * 1e-3

    return under


def volume(drug: str) -> float:
    model = load(drug).pharmacokinetics
    return model.central_volume.to("L") + model.peripheral_volume.to("L")


def within(value: float, *rows, tolerance: float = TOLERANCE) -> None:
    low, high = interval(*rows, tolerance=tolerance)
    assert low <= value <= high, f"{value:.4g} lies outside {low:.4g} to {high:.4g}"


class TestCemiplimab:
    def test_steady_state(self, level):
        course = level("cemiplimab 350 mg IV every 3 weeks")
        last = (TIMES >= 399) & (TIMES < 420)
        within(course[last].max(), row("cemiplimab", "Cmax_ss_obs"))
        within(course[last].min(), row("cemiplimab", "Ctrough_ss_obs"))
        within(area(TIMES, course, 399, 420) / 21, row("cemiplimab", "Cav_ss_pred"))
        ratio = area(TIMES, course, 399, 420) / area(TIMES, course, 0, 21)
        within(ratio, row("cemiplimab", "accumulation_ratio"))

    def test_half_life_early_and_late(self, level):
        course = level("cemiplimab 350 mg IV")
        early, late = half_life(TIMES, course, 14, 28), half_life(TIMES, course, 200, 300)
        within(early, row("cemiplimab", "t_half_first_dose"))
        within(late, row("cemiplimab", "t_half_steady_state"))
        assert early < late
        within(volume("cemiplimab"), row("cemiplimab", "Vss"))


class TestAtezolizumab:
    def test_steady_state(self, level):
        course = level("atezolizumab 1200 mg IV every 3 weeks")
        within(level_at(TIMES, course, 419.9), row("atezolizumab", "Ctrough_ss"))
        within(area(TIMES, course, 399, 420), row("atezolizumab", "AUC_ss"))
        ratio = area(TIMES, course, 399, 420) / area(TIMES, course, 0, 21)
        within(ratio, row("atezolizumab", "accumulation_AUC"), tolerance=0.15)
        peaks = course[(TIMES >= 399) & (TIMES < 420)].max() / course[TIMES < 21].max()
        within(peaks, row("atezolizumab", "accumulation_Cmax"), tolerance=0.15)
        troughs = level_at(TIMES, course, 419.9) / level_at(TIMES, course, 20.9)
        within(troughs, row("atezolizumab", "accumulation_Ctrough"), tolerance=0.15)

    def test_half_life_and_volume(self, level):
        within(half_life(TIMES, level("atezolizumab 1200 mg IV"), 40, 120), row("atezolizumab", "t_half_terminal"))
        within(volume("atezolizumab"), row("atezolizumab", "Vss"), tolerance=0.05)

    def test_under_the_skin(self, level):
        course = level("atezolizumab 1875 mg SC")
        within(course.max(), row("atezolizumab", "Cmax_cycle1"), tolerance=0.15)
        within(TIMES[course.argmax()], row("atezolizumab", "Tmax"))
        vein = level("atezolizumab 1875 mg IV")
        available = area(TIMES, course, 0, 420) / area(TIMES, vein, 0, 420)
        assert available == pytest.approx(row("atezolizumab", "F_sc")["value"], rel=0.01)


class TestAvelumab:
    def test_is_cleared_faster_than_atezolizumab(self, level):
        """Its Fc part is intact and takes part in its clearance (PMC8409756)."""
        fast, slow = level("avelumab 800 mg IV"), level("atezolizumab 1200 mg IV")
        assert 4 < half_life(TIMES, fast, 7, 28) < half_life(TIMES, slow, 7, 28) / 3

    def test_clearance_falls_by_the_published_share(self, level):
        course = level("avelumab 800 mg IV every 2 weeks")
        early, late = area(TIMES, course, 28, 42), area(TIMES, course, 406, 420)
        assert 1 < late / early < 1 / (1 - 0.08533)


class TestTremelimumab:
    def test_half_life(self, level):
        """About 18 days, of which the record's first half-life is 17.4; it shortens as clearance rises by a sixth."""
        course = level("tremelimumab 300 mg IV")
        early, late = half_life(TIMES, course, 14, 60), half_life(TIMES, course, 150, 250)
        assert early == pytest.approx(18, rel=0.1)
        rise = math.exp(row("tremelimumab", "CL_Tmax_mono")["value"])
        assert 1 < early / late < rise

    def test_is_given_by_the_published_model(self):
        model = load("tremelimumab").pharmacokinetics
        assert model.clearance.to("L/d") == row("tremelimumab", "CL0")["value"]
        assert volume("tremelimumab") == row("tremelimumab", "Vc")["value"] + row("tremelimumab", "Vp")["value"]

    def test_spares_the_cells_that_ipilimumab_kills(self):
        blocking = {name: load(name).bindings[0] for name in ("ipilimumab", "tremelimumab")}
        assert blocking["tremelimumab"].depletion.value == 0 < blocking["ipilimumab"].depletion.value
        assert blocking["tremelimumab"].half_saturation.value == blocking["ipilimumab"].half_saturation.value


class TestRelatlimab:
    def test_half_life_accumulation_and_volume(self, level):
        """A half-life of 26 to 27 days and 6.6 L (10.1097/MJT.0000000000001680)."""
        single = level("relatlimab 160 mg IV")
        assert 26 * (1 - TOLERANCE) <= half_life(TIMES, single, 40, 120) <= 27 * (1 + TOLERANCE)
        repeated = level("relatlimab 160 mg IV every 4 weeks")
        ratio = area(TIMES, repeated, 392, 420) / area(TIMES, repeated, 0, 28)
        effective = 28 * math.log(2) / -math.log(1 - 1 / ratio)
        assert 26 * (1 - TOLERANCE) <= effective <= 27 * (1 + TOLERANCE)
        assert volume("relatlimab") == pytest.approx(6.6)

    def test_blocks_its_receptor_between_doses(self, level):
        trough = level("relatlimab 160 mg IV every 4 weeks")[(TIMES > 28) & (TIMES < 392)].min()
        nanomolar = trough / load("relatlimab").molar_mass.to("kDa") * 1e3
        assert nanomolar > 20 * load("relatlimab").bindings[0].half_saturation.to("nM")


@pytest.mark.parametrize("drug", ["nivolumab", "pembrolizumab", "ipilimumab"])
def test_volume_of_the_older_antibodies(drug):
    """That of pembrolizumab stands a quarter above the label."""
    assert volume(drug) == pytest.approx(row(drug, "Vss")["value"], rel=TOLERANCE)


def test_ipilimumab_accumulates_little(level):
    course = level("ipilimumab 3 mg/kg IV every 3 weeks for 4 doses")
    ratio = area(TIMES, course, 63, 84) / area(TIMES, course, 0, 21)
    within(ratio, row("ipilimumab", "accumulation_ratio"), tolerance=0.1)
