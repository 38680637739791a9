"""Exposure of the typical patient in the whole model against pk.csv: with receptors that take up IL-2, and with guards.

`tests/drugs` checks the elimination of each drug by itself; here its receptors, the tumour and other drugs are present.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from melanokine import drugs, evidence
from melanokine.patients import simulate, standard_model

HOUR = 1 / 24
MINUTE = HOUR / 60


@dataclass(frozen=True)
class Exposure:
    """A course of exposure: days, and the observable of the drug, both (times,)."""

    days: np.ndarray
    level: np.ndarray

    def half_life(self, begin: float, end: float) -> float:
        """Half-life of the log-linear decline between two days [d]."""
        part = (self.days >= begin) & (self.days <= end)
        return np.log(2) / -np.polyfit(self.days[part], np.log(self.level[part]), 1)[0]

    def first_half_life(self, terminal: float, begin: float, end: float) -> float:
        """Half-life of what is left when the terminal decline, taken from the last point, is subtracted [d]."""
        rest = self.level - self.level[-1] * 2.0 ** ((self.days[-1] - self.days) / terminal)
        return Exposure(self.days, np.maximum(rest, 1e-12)).half_life(begin, end)

    def area(self, begin: float, end: float) -> float:
        part = (self.days >= begin) & (self.days <= end)
        return np.trapezoid(self.level[part], self.days[part])

    def at(self, day: float) -> float:
        return float(np.interp(day, self.days, self.level))

    @property
    def peak_day(self) -> float:
        return self.days[self.level.argmax()]


def give(sentence: str, days: float, points: int = 4001) -> Exposure:
    """The typical patient, first line, under one regimen; every dose is given."""
    times = np.linspace(0.0, days, points)
    data = simulate(standard_model(), "typical", sentence, days=days, times=times)
    assert data["given"].all()
    return Exposure(times, data[drugs.load(sentence.split()[0]).exposure[0]].to_numpy()[0])


def in_units(exposure: Exposure) -> Exposure:
    """Aldesleukin in IU/mL instead of pM."""
    return Exposure(exposure.days, exposure.level / (drugs.load("aldesleukin").amount("1 IU").amount * 1e3))


def allowed(agent: str, parameter: str, *doses: str, tolerance: float = 0.0) -> tuple[float, float]:
    """The range that rows of pk.csv give: by their limits, one standard deviation between patients, or `tolerance`."""
    table = evidence.load("pk")
    rows = table[(table["agent_id"] == agent) & (table["parameter"] == parameter)]
    rows = rows[rows["dose"].isin(doses)] if doses else rows
    assert len(rows) == max(len(doses), 1), (agent, parameter, doses, len(rows))
    lows, highs = [], []
    for row in rows.to_dict("records"):
        known = {name: row[name] for name in ("value_low", "value_high", "cv_percent") if row[name] == row[name]}
        spread = known.get("cv_percent", 0.0) / 100
        lows.append(known.get("value_low", row["value"] * (1 - spread)) * (1 - tolerance))
        highs.append(known.get("value_high", row["value"] * (1 + spread)) * (1 + tolerance))
    return min(lows), max(highs)


def inside(value: float, limits: tuple[float, float]) -> None:
    low, high = limits
    assert low <= value <= high, f"{value:.4g} lies outside {low:.4g} to {high:.4g}"


@pytest.fixture(scope="module")
def bolus() -> Exposure:
    return in_units(give("aldesleukin 1.73 MIU IV bolus", 8 * HOUR, 4801))


class TestAldesleukinIntoAVein:
    def test_level_at_first(self, bolus):
        inside(bolus.level[1], allowed("aldesleukin_hd", "C0", tolerance=0.05))

    def test_half_lives(self, bolus):
        """Terminal: 85 min by one source, 100 to 123 by another; receptors shorten that of elimination a little."""
        terminal = bolus.half_life(6 * HOUR, 8 * HOUR)
        rows = "1e6 U/m2 bolus", "single injection"
        inside(terminal / MINUTE, allowed("aldesleukin_hd", "t_half_terminal", *rows, tolerance=0.05))
        assert terminal < drugs.load("aldesleukin").pharmacokinetics.half_life()
        fast = bolus.first_half_life(terminal, 1 * MINUTE, 20 * MINUTE)
        inside(fast / MINUTE, allowed("aldesleukin_hd", "t_half_alpha", "1e6 U/m2 bolus", tolerance=0.05))

    def test_level_of_an_infusion(self):
        level = in_units(give("aldesleukin 1.73 MIU IV over 6 hours", 7 * HOUR)).level.max()
        inside(level, allowed("aldesleukin_hd", "Css", tolerance=0.15))

    def test_peak_of_a_high_dose(self):
        level = in_units(give("aldesleukin 600000 IU/kg IV", 2 * HOUR)).level.max()
        inside(level, allowed("aldesleukin_hd", "Cmax_expected"))


class TestAldesleukinUnderTheSkin:
    @pytest.mark.parametrize("dose", [12, 15, 18])
    def test_peak_time_and_half_life(self, dose):
        course = in_units(give(f"aldesleukin {dose} MIU SC", 1.0))
        inside(course.level.max(), allowed("aldesleukin_ldsc", "Cmax"))
        inside(course.peak_day / HOUR, allowed("aldesleukin_ldsc", "Tmax"))
        inside(course.half_life(8 * HOUR, 16 * HOUR) / HOUR, allowed("aldesleukin_ldsc", "t_half_terminal"))

    @pytest.mark.parametrize("dose", ["20 MIU/m2 SC", "10 MIU/m2 SC every 12 hours for 2 doses"])
    def test_area_over_a_day(self, dose):
        area = in_units(give(f"aldesleukin {dose}", 1.0)).area(0.0, 1.0) / HOUR
        inside(area, allowed("aldesleukin_ldsc", "AUC0_24", "20 MIU/m2 QD", "10 MIU/m2 q12h"))


def test_bempegaldesleukin_active_cytokine():
    course = give("bempegaldesleukin 0.006 mg/kg IV", 8.0)
    inside(course.peak_day / HOUR, allowed("bempeg", "Tmax_active"))
    inside(course.half_life(4.0, 7.0) / HOUR, allowed("bempeg", "t_half_terminal_active", tolerance=0.25))


def test_nivolumab():
    single = give("nivolumab 3 mg/kg IV", 400.0)
    inside(single.half_life(14.0, 35.0), allowed("nivolumab", "t_half_serum"))
    inside(single.half_life(250.0, 390.0), allowed("nivolumab", "t_half_terminal"))
    repeated = give("nivolumab 3 mg/kg IV every 2 weeks", 365.0)
    inside(repeated.at(363.9) / repeated.at(13.9), allowed("nivolumab", "accumulation_ratio", tolerance=0.1))


def test_pembrolizumab():
    single = give("pembrolizumab 2 mg/kg IV", 120.0)
    inside(single.half_life(40.0, 120.0), allowed("pembrolizumab", "t_half_terminal"))
    repeated = give("pembrolizumab 200 mg IV every 3 weeks", 357.0)
    ratio = repeated.area(336.0, 357.0) / repeated.area(0.0, 21.0)
    inside(ratio, allowed("pembrolizumab", "accumulation_ratio", tolerance=0.1))


def test_ipilimumab():
    inside(give("ipilimumab 3 mg/kg IV", 80.0).half_life(30.0, 80.0), allowed("ipilimumab", "t_half_terminal", "label"))
    mass = drugs.load("ipilimumab").molar_mass.to("kDa") * 1e-3
    for dose in (3, 10):
        course = give(f"ipilimumab {dose} mg/kg IV every 3 weeks for 4 doses", 84.0)
        inside(course.at(83.9) * mass, allowed("ipilimumab", "Cmin_ss", f"{dose} mg/kg q3w", tolerance=0.15))
        ratio = course.area(63.0, 84.0) / course.area(0.0, 21.0)
        inside(ratio, allowed("ipilimumab", "accumulation_ratio", tolerance=0.1))


def test_dacarbazine_effect():
    """No pharmacokinetic row: it is followed by its effect, which must pass as its record says."""
    course = give("dacarbazine 1000 mg/m2 IV every 3 weeks", 21.0)
    record = drugs.load("dacarbazine").pharmacokinetics
    assert course.level.max() == pytest.approx(1.0, rel=0.05)
    assert course.half_life(1.0, 20.0) == pytest.approx(record.half_life(), rel=0.01)


def test_cemiplimab():
    course = give("cemiplimab 350 mg IV every 3 weeks", 420.0)
    mass = drugs.load("cemiplimab").molar_mass.to("kDa") * 1e-3
    inside(course.at(419.9) * mass, allowed("cemiplimab", "Ctrough_ss_obs"))
    inside(course.area(399.0, 420.0) / course.area(0.0, 21.0), allowed("cemiplimab", "accumulation_ratio"))


def test_atezolizumab():
    course = give("atezolizumab 1200 mg IV every 3 weeks", 420.0)
    mass = drugs.load("atezolizumab").molar_mass.to("kDa") * 1e-3
    inside(course.at(419.9) * mass, allowed("atezolizumab", "Ctrough_ss"))
    inside(course.area(399.0, 420.0) * mass, allowed("atezolizumab", "AUC_ss"))
    skin = give("atezolizumab 1875 mg SC", 21.0)
    inside(skin.level.max() * mass, allowed("atezolizumab", "Cmax_cycle1", tolerance=0.15))
    inside(skin.peak_day, allowed("atezolizumab", "Tmax"))


def test_tremelimumab():
    """Published as a model only: its first half-life."""
    half_life = give("tremelimumab 300 mg IV", 80.0).half_life(14.0, 60.0)
    assert half_life == pytest.approx(drugs.load("tremelimumab").pharmacokinetics.half_life(), rel=0.1)


def test_interleukin_10():
    """Healthy volunteers of 70 kg; the typical patient is heavier, for the same dose per kilogram."""
    bolus = give("rhil10 25 ug/kg IV bolus", 1.0)
    mass = drugs.load("rhil10").molar_mass.to("kDa") * 1e-3
    inside(bolus.at(3 * MINUTE) * mass, allowed("rhil10", "Cmax", "25 ug/kg bolus", tolerance=0.3))
    rows = "25 ug/kg", "1-25 ug/kg bolus"
    inside(bolus.half_life(6 * HOUR, 14 * HOUR) / HOUR, allowed("rhil10", "t_half_terminal", *rows))
    skin = give("rhil10 25 ug/kg SC", 1.0)
    inside(skin.half_life(10 * HOUR, 24 * HOUR) / HOUR, allowed("rhil10", "t_half_terminal", "1-50 ug/kg"))


def test_pegilodecakin():
    course = give("pegilodecakin 20 ug/kg SC", 8.0)
    inside(course.half_life(2.0, 6.0) / HOUR, allowed("pegilodecakin", "t_half_terminal"))


def test_interleukin_15():
    """The human rows are remembered ones: 2.5 h, and peaks that are held to a factor of two."""
    course = give("rhil15 1 ug/kg IV over 30 min", 0.5)
    inside(
        course.half_life(1 * HOUR, 6 * HOUR) / HOUR, allowed("rhil15", "t_half_terminal", "0.3-3 ug/kg", tolerance=0.3)
    )
    mass = drugs.load("rhil15").molar_mass.to("kDa") * 1e-3
    inside(course.level.max() * mass / 2, allowed("rhil15", "Cmax", "1 ug/kg", tolerance=0.5))


def test_heterodimeric_interleukin_15():
    """Exposure falls as the cells that take it up multiply."""
    course = give("hetil15 4 ug/kg SC every 2 days for 7 doses", 14.0)
    change = course.area(12.0, 14.0) - course.area(0.0, 2.0)
    assert np.sign(change) == allowed("hetil15", "exposure_week2_vs_week1")[0]


def test_every_drug_with_human_pharmacokinetics_is_checked_here():
    source = evidence.load("pk")
    agents = set(source.loc[source["species"] == "human", "agent_id"])
    checked = {"aldesleukin_hd", "aldesleukin_ldsc", "bempeg", "nivolumab", "pembrolizumab", "ipilimumab"}
    checked |= {"cemiplimab", "atezolizumab", "tremelimumab", "rhil10", "pegilodecakin", "rhil15", "hetil15"}
    named = {agent for agent in agents if any(name.startswith(agent.split("_")[0]) for name in drugs.names())}
    in_test_il2_family = {"nemvaleukin", "pegenzileukin", "hu1418_il2", "mdna11"}
    assert named == checked | in_test_il2_family
