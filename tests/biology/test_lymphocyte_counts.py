"""Counts of NK and CD8 cells in blood on IL-15 and on IL-2 without alpha, against what was seen in patients.

The records are those of the tests, with rough pharmacokinetics, so counts are to be met within a factor. Blind trials
(rhIL-15 under the skin, N-803 at 20 ug/kg) are not among the data.
"""

from functools import cache

import numpy as np
import pytest

from .systemic import systemic

DAYS = np.arange(0.0, 42.0, 0.25)
PMOL_PER_UG = 1e6 / 14.5e3
COMPLEX_PMOL_PER_UG = 1e6 / 100e3
NO_ALPHA_PMOL = 15e-3 / 160e3 * 1e12
"""15 mg of an antibody with IL-2."""
WEEKS = [0.0, 7.0, 14.0, 21.0]
SCHEDULES = {
    "bolus 0.3": (range(12), 0.3, 0.5),
    "bolus 3": (range(12), 3.0, 0.5),
    "10 days": ([0.0], 20.0, 240.0),
    "5 days": ([0.0], 20.0, 120.0),
    "5 days, twice": ([0.0, 28.0], 20.0, 120.0),
}
"""Native IL-15: days, ug/kg in each infusion, and its hours."""

SEEN = [
    ("bolus 0.3", "nk_cells", 2.5, 2.2),
    ("bolus 0.3", "cd8_t_cells", 3.0, 1.8),
    ("10 days", "nk_cells", 38.0, 2.0),
    ("10 days", "nk_bright_cells", 358.0, 2.5),
    ("10 days", "cd8_t_cells", 5.8, 2.2),
    ("5 days", "nk_cells", 34.0, 2.2),
    ("5 days", "nk_bright_cells", 144.0, 2.5),
    ("5 days", "cd8_t_cells", 3.4, 1.8),
]
"""Highest count relative to before (doi 10.1136/jitc-2020-002193, table 2), and the factor it is to be met within."""


@cache
def course(schedule: str) -> dict[str, np.ndarray]:
    """Medians of patients by observable, of the lowest and highest counts and day by day."""
    model, (days, dose, hours) = systemic(), SCHEDULES[schedule]
    given = model.simulate(model.patients(80), "test_il15_infusion", list(days), dose * PMOL_PER_UG, DAYS, hours=hours)
    names = ("nk_cells", "nk_bright_cells", "cd8_t_cells", "regulatory_t_cells", "lymphocytes")
    return {name: model.observed(given, name) for name in names}


def highest(schedule: str, name: str, before: float = 28.0) -> float:
    return float(np.median(course(schedule)[name][:, before > DAYS].max(axis=1)))


@pytest.mark.parametrize(("schedule", "name", "seen", "factor"), SEEN)
def test_cells_multiply_as_seen(schedule, name, seen, factor):
    assert seen / factor < highest(schedule, name) < seen * factor


@pytest.mark.parametrize(("name", "seen"), [("nk_cells", 5.0), ("nk_bright_cells", 6.0), ("cd8_t_cells", 2.0)])
def test_a_complex_under_the_skin_every_week_expands_nk_cells_modestly(name, seen):
    """N-803, 10 ug/kg (doi 10.1136/jitc-2020-002193, table 2)."""
    model = systemic()
    dose = 10.0 * COMPLEX_PMOL_PER_UG
    given = model.simulate(model.patients(80), "test_il15_complex_depot", WEEKS, dose, DAYS)
    highest_counts = model.observed(given, name)[:, DAYS < 28].max(axis=1)
    assert seen / 2 < np.median(highest_counts) < 2 * seen


@pytest.mark.parametrize(("name", "seen"), [("nk_cells", 13.0), ("cd8_t_cells", 3.5), ("regulatory_t_cells", 2.0)])
def test_il2_without_alpha_on_an_antibody_expands_nk_cells_most(name, seen):
    """Simlukafusp alfa, 5 to 35 mg every week (table pd.csv; the rise of CD4 cells is taken for that of Treg)."""
    model = systemic()
    given = model.simulate(model.patients(80), "test_no_alpha_infusion", WEEKS, NO_ALPHA_PMOL, DAYS, per_kg=False)
    highest_counts = model.observed(given, name)[:, DAYS < 28].max(axis=1)
    assert seen / 2.2 < np.median(highest_counts) < 2.2 * seen


def test_infusions_expand_nk_cells_more_than_boluses_and_bright_cells_most():
    assert highest("10 days", "nk_cells") > 3 * highest("bolus 0.3", "nk_cells")
    for schedule in ("10 days", "5 days"):
        bright, all_nk, cd8 = (highest(schedule, n) for n in ("nk_bright_cells", "nk_cells", "cd8_t_cells"))
        assert bright > 3 * all_nk > 9 * cd8


def test_regulatory_t_cells_are_not_favoured():
    """As any cell with beta-gamma they answer, but less than NK cells by far."""
    assert highest("10 days", "regulatory_t_cells") < 0.25 * highest("10 days", "nk_cells")


def test_cells_leave_blood_within_minutes_and_return():
    """Near-complete efflux of NK and memory CD8 cells, then influx (doi 10.1200/JCO.2014.57.3329)."""
    model = systemic()
    times = np.array([0.0, 0.5 / 24, 1 / 24, 0.125, 1.0])
    dose = 3.0 * PMOL_PER_UG
    given = model.simulate(model.patients(1), "test_il15_infusion", [0.0], dose, times, hours=0.5)
    count = model.observed(given, "nk_cells")[0]
    assert count[1] < 0.5
    assert count[2] < 0.25
    assert count[4] > 3 * count.min()


def test_a_second_cycle_raises_nk_cells_less():
    """Relative to what it starts from (doi 10.1016/j.bneo.2024.100054)."""
    counts = np.median(course("5 days, twice")["nk_cells"], axis=0)
    first = counts[DAYS < 28].max()
    second = counts[DAYS > 28].max() / counts[np.searchsorted(DAYS, 28.0)]
    assert second < 0.8 * first
    bright = np.median(course("5 days, twice")["nk_bright_cells"], axis=0)
    assert bright[DAYS > 28].max() < 1.1 * bright[DAYS < 28].max()


def test_nk_cells_that_are_kept_on_a_signal_tire_and_recover(bench):
    signal = {"signal_nk": 0.7, "signal_nk_bright": 0.7}
    assert bench.rates(signal)["nk_refractory"] > 0 == bench.rates()["nk_refractory"]
    assert bench.rates({"nk_refractory": 0.5})["nk_refractory"] < 0
    for cells in ("nk_blood", "nk_bright_blood"):
        fresh, tired = (bench.rates({**signal, "nk_refractory": f})[cells] for f in (0.0, 0.5))
        assert tired == pytest.approx(0.5 * fresh, rel=0.02)


def test_activation_death_of_nk_cells_takes_the_alpha_chain(bench):
    for cells in ("nk_blood", "nk_bright_blood"):
        assert bench.rates({"activation_death": 0.5})[cells] < bench.rates()[cells]
    model, dose = systemic(), 5000.0
    times = np.arange(0.0, 14.0, 0.25)
    peaks = []
    for sensitivity in (0.0, 0.5):
        patients = model.patients(1, nk_activation_death=sensitivity)
        with_alpha = model.simulate(patients, "aldesleukin_infusion", list(range(5)), 10 * dose, times)
        without = model.simulate(patients, "test_no_alpha_infusion", [0.0], dose, times)
        peaks.append([model.observed(x, "nk_cells").max() for x in (with_alpha, without)])
    assert peaks[1][0] < 0.8 * peaks[0][0]
    assert peaks[1][1] == pytest.approx(peaks[0][1], rel=0.02)


def test_an_emptied_pool_is_slow_to_return_and_a_full_one_as_before(bench):
    loss = bench.medians["cd8_loss"]
    assert bench.rates({"cd8_blood": 3.0})["cd8_blood"] == pytest.approx(-2 * loss, abs=0.02)
    assert 0 < bench.rates({"cd8_blood": 0.02})["cd8_blood"] < 0.15 * loss
