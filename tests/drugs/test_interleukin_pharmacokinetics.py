"""Exposure of the typical patient to IL-15, IL-10 and IL-18 and their variants, against human rows of pk.csv.

Ligands of the IL-15 receptor are taken up by it, so they are followed in the whole model, one drug at a time; the
others by their elimination alone. Drugs of which no human number could be read are held to their class or to animals,
as their records say.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from melanokine.drugs import load
from melanokine.patients import Model, simulate

from .test_pharmacokinetics import HOUR, area, half_life, interval, row

TOLERANCE = 0.3
"""For a published number that comes without a range."""


@cache
def in_the_model(sentence: str, days: float) -> tuple[np.ndarray, np.ndarray]:
    """Days, and the plasma concentration [pM] of a drug that is alone in the model, in the typical patient."""
    drug = load(sentence.split()[0])
    times = np.linspace(0.0, days, 4001)
    data = simulate(Model([drug]), "typical", sentence, days=days, times=times)
    assert data["given"].all()
    return times, data[f"concentration_{drug.id}"].to_numpy()[0]


class TestInterleukinTen:
    times = np.linspace(0, 24 * HOUR, 2881)

    @pytest.fixture
    def level(self, patient):
        """Plasma level [ng/mL] of a volunteer of 70 kg."""
        man = patient("rhil10", body_weight=70.0)
        mass = man.drugs["rhil10"].molar_mass.to("kDa") * 1e-3
        return lambda sentence: man.give(sentence, times=self.times)["concentration_rhil10"] * mass

    @pytest.mark.parametrize("dose", [1, 10, 25])
    def test_peak_of_a_bolus(self, level, dose):
        peak = np.interp(3 / 1440, self.times, level(f"rhil10 {dose} ug/kg IV bolus"))
        low, high = interval(row("rhil10", "Cmax", f"{dose} ug/kg bolus"), tolerance=TOLERANCE)
        assert low <= peak <= high

    def test_clearance_volume_and_half_life(self, level):
        model = load("rhil10").pharmacokinetics
        clearance = row("rhil10", "CL", "25 ug/kg")["value"]
        assert model.clearance.to("L/d") == pytest.approx(clearance * 70 * 24e-3, rel=1e-6)
        volume = model.central_volume.to("L") + model.peripheral_volume.to("L")
        assert volume == pytest.approx(row("rhil10", "Vss", "25 ug/kg")["value"] * 70e-3, rel=0.2)
        bolus = level("rhil10 25 ug/kg IV bolus")
        low, high = interval(
            row("rhil10", "t_half_terminal", "25 ug/kg"),
            row("rhil10", "t_half_terminal", "1-25 ug/kg bolus"),
            row("rhil10", "t_half_terminal", "0.1-100 ug/kg"),
        )
        assert low <= half_life(self.times, bolus, 6 * HOUR, 14 * HOUR) / HOUR <= high

    def test_under_the_skin(self, level):
        vein, skin = (level(f"rhil10 25 ug/kg {route}") for route in ("IV bolus", "SC"))
        available = area(self.times, skin, 0, 1) / area(self.times, vein, 0, 1)
        assert available == pytest.approx(row("rhil10", "F_sc", "25 ug/kg")["value"], rel=0.05)
        low, high = interval(row("rhil10", "t_half_terminal", "1-50 ug/kg"))
        assert low <= half_life(self.times, skin, 10 * HOUR, 24 * HOUR) / HOUR <= high
        assert skin.max() < 0.2 * vein.max()


def test_pegilodecakin_covers_the_day(patient):
    times = np.linspace(0, 14, 1401)
    man = patient("pegilodecakin")
    single = man.give("pegilodecakin 20 ug/kg SC", times=times)["concentration_pegilodecakin"]
    low, high = interval(row("pegilodecakin", "t_half_terminal"))
    assert low <= half_life(times, single, 2, 6) / HOUR <= high
    daily = man.give("pegilodecakin 20 ug/kg SC daily", times=times)["concentration_pegilodecakin"]
    last = daily[(times >= 12) & (times < 13)]
    assert last.min() > 0.4 * last.max()


class TestInterleukinEighteen:
    times = np.linspace(0, 7, 7001)

    def test_accumulation_and_half_life(self, patient):
        level = patient("iboctadekin").give("iboctadekin 100 ug/kg IV daily for 5 doses", times=self.times)
        level = level["concentration_iboctadekin"]
        low, high = interval(row("rhil18", "accumulation_ratio"), tolerance=0.1)
        assert low <= level[self.times >= 4].max() / level[self.times < 1].max() <= high
        assert low <= area(self.times, level, 4, 5) / area(self.times, level, 0, 1) <= high
        low, high = interval(row("rhil18", "t_half_effective"), row("rhil18", "t_half_terminal"), tolerance=0.1)
        assert low <= half_life(self.times, level, 5, 7) / HOUR <= high

    def test_the_decoy_resistant_variant_differs_in_its_binding_only(self):
        native, variant = load("iboctadekin"), load("st067")
        assert native.bindings[0].affinity("decoy") == native.bindings[0].affinity("receptor") == 1
        assert variant.bindings[0].affinity("decoy") == 0
        assert variant.bindings[0].affinity("receptor") == 1
        assert variant.pharmacokinetics.half_life() == native.pharmacokinetics.half_life()


class TestInterleukinFifteen:
    def test_half_life_is_that_of_monkeys_stretched_by_body_weight(self):
        """From some 5 kg to 80 kg, time going with weight to the power of a quarter."""
        times, level = in_the_model("rhil15 0.3 ug/kg IV over 30 min", 0.5)
        monkey = row("rhil15", "t_half_terminal", "10 ug/kg/d")
        low, high = interval(monkey, tolerance=TOLERANCE)
        stretch = (80 / 5) ** 0.25
        assert low * stretch <= half_life(times, level, 1 * HOUR, 6 * HOUR) / HOUR <= high * stretch

    def test_receptors_at_rest_take_a_third_and_more_as_cells_multiply(self):
        times, level = in_the_model("rhil15 0.3 ug/kg IV over 30 min", 0.5)
        dose = load("rhil15").amount("0.3 ug/kg").amount * 79.3
        clearance = dose / area(times, level, 0, 0.5)
        own = load("rhil15").pharmacokinetics.clearance.to("L/d")
        assert 1.2 < clearance / own < 2

    @pytest.mark.parametrize("dose", [10, 20])
    def test_nogapendekin_under_the_skin_of_healthy_people(self, dose):
        """The peak is broad: at the sampling time that was found the highest, nearly all of it is reached."""
        times, level = in_the_model(f"nogapendekin {dose} ug/kg SC", 7.0)
        found = row("n803", "Tmax", "healthy, two doses")["value"]
        assert np.interp(found * HOUR, times, level) > 0.9 * level.max()
        assert np.interp([0.5 * found * HOUR, 4 * found * HOUR], times, level).max() < 0.9 * level.max()
        low, high = interval(row("n803", "t_half_terminal", "healthy, two doses"), tolerance=TOLERANCE)
        assert low <= half_life(times, level, 24 * HOUR, 72 * HOUR) / HOUR <= high
        assert low <= half_life(times, level, 48 * HOUR, 96 * HOUR) / HOUR <= high

    def test_nogapendekin_is_gone_when_it_was_found_gone(self):
        times, vein = in_the_model("nogapendekin 10 ug/kg IV", 7.0)
        _, skin = in_the_model("nogapendekin 10 ug/kg SC", 7.0)
        hours_vein = row("n803", "detectable_duration", "1-10 ug/kg", route="IV")["value"]
        hours_skin = row("n803", "detectable_duration", "1-10 ug/kg", route="SC")["value"]
        assert np.interp(hours_vein * HOUR, times, vein) < 1e-3 * vein.max()
        assert skin[-1] < 0.02 * skin.max()
        assert hours_skin == 7 * 24
        assert np.interp(96 * HOUR, times, skin) > 0.02 * skin.max()
        assert vein.max() > 20 * skin.max()

    @pytest.mark.parametrize("dose", [0.75, 6, 12])
    def test_nanrilkefusp_alfa(self, dose):
        times, level = in_the_model(f"nanrilkefusp_alfa {dose} ug/kg SC", 2.0)
        low, high = interval(row("so_c101", "Tmax"))
        assert low <= round(times[level.argmax()] / HOUR, 1) <= high
        low, high = interval(row("so_c101", "t_half_terminal"), tolerance=TOLERANCE)
        assert low <= half_life(times, level, 12 * HOUR, 24 * HOUR) / HOUR <= high

    def test_nanrilkefusp_alfa_in_proportion_to_dose(self):
        areas = {
            dose: area(*in_the_model(f"nanrilkefusp_alfa {dose} ug/kg SC", 2.0), 0, 2) / dose for dose in (0.75, 12)
        }
        assert areas[12] / areas[0.75] == pytest.approx(1, rel=TOLERANCE)

    def test_peg_prolongs(self):
        """26-fold in monkeys; less here, since receptors take the drug at every dose that a patient can be given."""
        times, level = in_the_model("nktr255 3 ug/kg IV", 7.0)
        native = half_life(*in_the_model("rhil15 3 ug/kg IV over 30 min", 0.5), 1 * HOUR, 6 * HOUR)
        assert 5 < half_life(times, level, 2, 5) / native < 26

    def test_hetil15_exposure_falls_as_cells_multiply(self):
        times, level = in_the_model("hetil15 4 ug/kg SC every 2 days for 7 doses", 14.0)
        assert area(times, level, 12, 14) < 0.7 * area(times, level, 0, 2)

    def test_the_weakest_lasts_longest(self):
        """Efbalropendekin was made weak so that its receptors take less of it."""
        times, weak = in_the_model("efbalropendekin 0.06 mg/kg IV", 14.0)
        _, strong = in_the_model("nogapendekin 0.06 mg/kg IV", 14.0)
        assert half_life(times, weak, 1, 5) > 1.5 * half_life(times, strong, 1, 5)

    def test_pf07209960_is_cleared_faster_than_an_antibody_and_slower_than_in_monkeys(self):
        times, level = in_the_model("pf07209960 10 mg IV", 7.0)
        low, _ = interval(
            row("pf07209960", "t_half_terminal", "0.03 mg/kg"), row("pf07209960", "t_half_terminal", "0.1 mg/kg")
        )
        assert low < half_life(times, level, 1, 4) / HOUR < 4.1 * 24
