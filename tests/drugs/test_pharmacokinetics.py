"""The typical patient's exposure lies where pk.csv says it does, for every drug that has such rows.

A row gives a range, a spread between patients (the typical patient must lie within one standard deviation), or a single
number, for which the tolerance stands in the test. Receptors take none of the drug here: this is elimination alone.
"""

from __future__ import annotations

import numpy as np
import pytest

from melanokine import evidence
from melanokine.drugs import load

HOUR = 1 / 24


def row(agent: str, parameter: str, dose: str | None = None, **columns: str):
    """The one row of pk.csv with these entries."""
    table = evidence.load("pk")
    chosen = (table["agent_id"] == agent) & (table["parameter"] == parameter)
    for name, value in ({"dose": dose} | columns).items():
        if value is not None:
            chosen &= table[name] == value
    found = table[chosen]
    assert len(found) == 1, f"{agent} {parameter} {dose}: {len(found)} rows"
    return found.iloc[0]


def interval(*rows, tolerance: float = 0.0) -> tuple[float, float]:
    """Where the rows together allow the typical patient to be."""
    lows, highs = [], []
    for r in rows:
        spread = r["value"] * (r["cv_percent"] / 100 if r["cv_percent"] == r["cv_percent"] else tolerance)
        lows.append(r["value_low"] if r["value_low"] == r["value_low"] else r["value"] - spread)
        highs.append(r["value_high"] if r["value_high"] == r["value_high"] else r["value"] + spread)
    return min(lows), max(highs)


def half_life(times, concentration, begin: float, end: float) -> float:
    """Half-life of a log-linear decline between two times [d]."""
    part = (times >= begin) & (times <= end)
    return np.log(2) / -np.polyfit(times[part], np.log(concentration[part]), 1)[0]


def area(times, concentration, begin: float, end: float) -> float:
    part = (times >= begin) & (times <= end)
    return np.trapezoid(concentration[part], times[part])


def level_at(times, concentration, day: float) -> float:
    return float(np.interp(day, times, concentration))


class TestAldesleukin:
    @pytest.fixture
    def man(self, patient):
        return patient("aldesleukin", body_weight=70.0)

    def units(self, man, times, sentence):
        """Plasma level [IU/mL]."""
        per_unit = man.drugs["aldesleukin"].amount("1 IU").amount * 1e3  # pM at 1 IU/mL
        return man.give(sentence, times=times)["concentration_aldesleukin"] / per_unit

    def test_initial_level_and_half_lives_after_a_bolus(self, man):
        times = np.linspace(0, 8 * HOUR, 4801)
        level = self.units(man, times, "aldesleukin 1.73 MIU IV bolus")
        assert level[1] == pytest.approx(row("aldesleukin_hd", "C0")["value"], rel=0.05)
        low, high = interval(
            row("aldesleukin_hd", "t_half_terminal", "1e6 U/m2 bolus"),
            row("aldesleukin_hd", "t_half_terminal", "single injection"),
        )
        terminal = half_life(times, level, 6 * HOUR, 8 * HOUR)
        assert low <= round(terminal / HOUR * 60) <= high
        fast = level - level[-1] * np.exp(np.log(2) / terminal * (8 * HOUR - times))
        alpha = half_life(times, fast, 1 / 1440, 20 / 1440) * 1440
        assert alpha == pytest.approx(row("aldesleukin_hd", "t_half_alpha", "1e6 U/m2 bolus")["value"], rel=0.05)

    def test_steady_state_of_an_infusion(self, man):
        times = np.linspace(0, 7 * HOUR, 421)
        level = self.units(man, times, "aldesleukin 1.73 MIU IV over 6 hours")
        assert level.max() == pytest.approx(row("aldesleukin_hd", "Css")["value"], rel=0.05)

    def test_peak_of_a_high_dose(self, man):
        times = np.linspace(0, 2 * HOUR, 481)
        level = self.units(man, times, "aldesleukin 600000 IU/kg IV")
        low, high = interval(row("aldesleukin_hd", "Cmax_expected"))
        assert low <= level.max() <= high

    def test_clearance_is_that_of_the_source(self):
        clearance = load("aldesleukin").pharmacokinetics.clearance
        assert clearance.to("mL/min") == row("aldesleukin_hd", "CL", "bolus or 6 h infusion")["value"]

    @pytest.mark.parametrize("dose", [12, 15, 18])
    def test_subcutaneous_peak_time_and_half_life(self, man, dose):
        times = np.linspace(0, 24 * HOUR, 481)
        level = self.units(man, times, f"aldesleukin {dose} MIU SC")
        low, high = interval(row("aldesleukin_ldsc", "Cmax"))
        assert low <= level.max() <= high
        low, high = interval(row("aldesleukin_ldsc", "Tmax"))
        assert low <= times[level.argmax()] / HOUR <= high
        low, high = interval(row("aldesleukin_hd", "Tmax"))
        assert low <= times[level.argmax()] / HOUR <= high
        low, high = interval(row("aldesleukin_ldsc", "t_half_terminal"))
        assert low <= half_life(times, level, 8 * HOUR, 16 * HOUR) / HOUR <= high
        assert (level[times < 26 / 1440] == 0).all()

    def test_subcutaneous_exposure(self, man):
        times = np.linspace(0, 24 * HOUR, 481)
        level = self.units(man, times, "aldesleukin 34.6 MIU SC")
        low, high = interval(
            row("aldesleukin_ldsc", "AUC0_24", "20 MIU/m2 QD"), row("aldesleukin_ldsc", "AUC0_24", "10 MIU/m2 q12h")
        )
        assert low <= area(times, level, 0, 1) / HOUR <= high


def test_bempegaldesleukin_active_cytokine(patient):
    times = np.linspace(0, 8, 769)
    level = patient("bempegaldesleukin").give("bempegaldesleukin 0.006 mg/kg IV", times=times)
    active = level["concentration_bempegaldesleukin"]
    low, high = interval(row("bempeg", "Tmax_active"))
    assert low <= times[active.argmax()] / HOUR <= high
    low, high = interval(row("bempeg", "t_half_terminal_active"), tolerance=0.25)
    assert low <= half_life(times, active, 4, 7) / HOUR <= high
    assert level["bempegaldesleukin_free"].max() < 0.02 * level["bempegaldesleukin_one_peg"].max()


class TestNivolumab:
    times = np.linspace(0, 400, 4001)

    @pytest.fixture
    def level(self, patient):
        man = patient("nivolumab", body_weight=80.0)
        return lambda *sentences: man.give(*sentences, times=self.times)["concentration_nivolumab"]

    def test_half_life_early_and_late(self, level):
        single = level("nivolumab 3 mg/kg IV")
        low, high = interval(row("nivolumab", "t_half_serum"))
        assert low <= half_life(self.times, single, 14, 35) <= high
        low, high = interval(row("nivolumab", "t_half_terminal"))
        assert low <= half_life(self.times, single, 250, 390) <= high
        assert half_life(self.times, single, 250, 390) == pytest.approx(
            row("nivolumab", "t_half_terminal")["value"], 0.1
        )

    def test_volume_and_accumulation(self, level):
        volumes = load("nivolumab").pharmacokinetics
        low, high = interval(row("nivolumab", "Vss"))
        assert low <= volumes.central_volume.to("L") + volumes.peripheral_volume.to("L") <= high
        repeated = level("nivolumab 3 mg/kg IV every 2 weeks")
        ratio = level_at(self.times, repeated, 363.9) / level_at(self.times, repeated, 13.9)
        assert ratio == pytest.approx(row("nivolumab", "accumulation_ratio")["value"], rel=0.1)

    @pytest.mark.parametrize(
        ("schedule", "dose"),
        [("3 mg/kg IV every 3 weeks", "ipi 3 mg/kg q3w"), ("1 mg/kg IV every 6 weeks", "ipi 1 mg/kg q6w")],
    )
    def test_ipilimumab_raises_its_clearance(self, patient, schedule, dose):
        """Both published increases come from one saturable effect of the ipilimumab concentration."""
        man = patient("nivolumab", "ipilimumab", body_weight=80.0)
        ipilimumab = man.give(f"ipilimumab {schedule}", times=np.linspace(0, 300, 3001))["concentration_ipilimumab"]
        gain, half = man.values["nivolumab_gain_by_ipilimumab"], man.values["nivolumab_half_gain_by_ipilimumab"]
        late = ipilimumab[self.times[:3001] >= 174]
        increase = 100 * np.mean(gain * late / (late + half))
        assert increase == pytest.approx(row("nivolumab", "CL_increase_with_ipi", dose)["value"], rel=0.2)

    def test_order_of_the_drugs_does_not_matter(self, patient):
        sentences = "nivolumab 1 mg/kg IV every 3 weeks", "ipilimumab 3 mg/kg IV every 3 weeks"
        times = np.linspace(0, 84, 85)
        one = patient("nivolumab", "ipilimumab").give(*sentences, times=times)
        other = patient("ipilimumab", "nivolumab").give(*sentences, times=times)
        alone = patient("nivolumab").give(sentences[0], times=times)
        for name in ("concentration_nivolumab", "concentration_ipilimumab"):
            np.testing.assert_allclose(one[name], other[name], rtol=1e-4)
        assert one["concentration_nivolumab"][84] < 0.95 * alone["concentration_nivolumab"][84]

    def test_clearance_drifts_from_the_first_dose_whenever_that_is(self, patient):
        man = patient("nivolumab")
        times = np.linspace(0, 300, 3001)
        now = man.give("nivolumab 3 mg/kg IV every 2 weeks", times=times)["concentration_nivolumab"]
        later = man.give("nivolumab 3 mg/kg IV every 2 weeks, starting day 100", times=times)
        np.testing.assert_allclose(later["concentration_nivolumab"][1000:], now[:2001], rtol=1e-4, atol=1e-3)
        assert (later["nivolumab_days_on_drug"][:1001] == 0).all()


def test_pembrolizumab(patient):
    times = np.linspace(0, 378, 3781)
    man = patient("pembrolizumab", body_weight=76.8)
    single = man.give("pembrolizumab 2 mg/kg IV", times=times)["concentration_pembrolizumab"]
    low, high = interval(row("pembrolizumab", "t_half_terminal"))
    assert low <= half_life(times, single, 40, 120) <= high
    clearance = load("pembrolizumab").pharmacokinetics.clearance.to("L/d") * 1e3
    assert row("pembrolizumab", "CL_steady_state")["value"] < clearance < row("pembrolizumab", "CL_first_dose")["value"]
    repeated = man.give("pembrolizumab 200 mg IV every 3 weeks", times=times)["concentration_pembrolizumab"]
    ratio = area(times, repeated, 336, 357) / area(times, repeated, 0, 21)
    assert ratio == pytest.approx(row("pembrolizumab", "accumulation_ratio")["value"], rel=0.1)


class TestIpilimumab:
    times = np.linspace(0, 190, 1901)

    @pytest.mark.parametrize("dose", [3, 10])
    def test_trough_after_four_doses(self, patient, dose):
        man = patient("ipilimumab", body_weight=80.0)
        sentence = f"ipilimumab {dose} mg/kg IV every 3 weeks for 4 doses"
        trough = level_at(self.times, man.give(sentence, times=self.times)["concentration_ipilimumab"], 83.9)
        micrograms = trough * load("ipilimumab").molar_mass.to("kDa") * 1e-3
        assert micrograms == pytest.approx(row("ipilimumab", "Cmin_ss", f"{dose} mg/kg q3w")["value"], rel=0.15)

    def test_half_life_volume_and_accumulation(self, patient):
        man = patient("ipilimumab", body_weight=80.0)
        single = man.give("ipilimumab 3 mg/kg IV", times=self.times)["concentration_ipilimumab"]
        low, high = interval(row("ipilimumab", "t_half_terminal", "label"))
        assert low <= half_life(self.times, single, 30, 80) <= high
        volumes = load("ipilimumab").pharmacokinetics
        volume = volumes.central_volume.to("L") + volumes.peripheral_volume.to("L")
        assert volume == pytest.approx(row("ipilimumab", "Vss")["value"], rel=0.1)
        repeated = man.give("ipilimumab 3 mg/kg IV every 3 weeks", times=self.times)["concentration_ipilimumab"]
        ratio = area(self.times, repeated, 63, 84) / area(self.times, repeated, 0, 21)
        assert ratio == pytest.approx(row("ipilimumab", "accumulation_ratio")["value"], rel=0.1)


def test_dacarbazine_has_no_row_and_is_followed_by_its_effect(patient):
    assert not evidence.load("pk")["agent_id"].str.contains("dacarbazine").any()
    times = np.linspace(0, 42, 4201)
    exposure = patient("dacarbazine").give("dacarbazine 1000 mg/m2 IV every 3 weeks", times=times)
    exposure = exposure["exposure_dacarbazine"]
    assert exposure.max() == pytest.approx(1.0, rel=0.05)
    assert exposure[2099] < 0.05
    assert half_life(times, exposure, 1, 20) == pytest.approx(np.log(2) / 0.2, rel=1e-3)
