"""Which cells of blood IL-15 and IL-2 without alpha multiply, in which order, and when they leave blood and return.

How far cohort medians agree with the published counts, `melanokine validate` says row by row.
"""

from functools import cache

import numpy as np
import pytest

from .systemic import systemic

DAYS = np.arange(0.0, 42.0, 0.25)
PMOL_PER_UG = 1e6 / 14.5e3
SCHEDULES = {
    "boluses": (range(12), 0.3, 0.5),
    "10 days": ([0.0], 20.0, 240.0),
    "5 days, twice": ([0.0, 28.0], 20.0, 120.0),
}
"""rhIL-15: days, ug/kg in each infusion, and its hours."""


@cache
def course(schedule: str) -> dict[str, np.ndarray]:
    """Counts of patients by observable, shape (patients, days)."""
    model, (days, dose, hours) = systemic(), SCHEDULES[schedule]
    given = model.simulate(model.patients(80), "rhil15_infusion", list(days), dose * PMOL_PER_UG, DAYS, hours=hours)
    names = ("nk_cells", "nk_bright_cells", "cd8_t_cells", "regulatory_t_cells")
    return {name: model.observed(given, name) for name in names}


def highest(schedule: str, name: str, before: float = 28.0) -> float:
    return float(np.median(course(schedule)[name][:, before > DAYS].max(axis=1)))


def test_infusions_expand_nk_cells_more_than_boluses_and_bright_cells_most():
    """38-fold against 2.5-fold, bright cells 358-fold (doi 10.1136/jitc-2020-002193, table 2)."""
    assert highest("10 days", "nk_cells") > 3 * highest("boluses", "nk_cells")
    for schedule in ("10 days", "5 days, twice"):
        bright, all_nk, cd8 = (highest(schedule, n) for n in ("nk_bright_cells", "nk_cells", "cd8_t_cells"))
        assert bright > 3 * all_nk > 9 * cd8


def test_boluses_expand_cd8_cells_as_much_as_nk_cells():
    """3.0-fold and 2.5-fold: presented for days, IL-15 reaches memory CD8 cells better."""
    nk, cd8 = (highest("boluses", name) for name in ("nk_cells", "cd8_t_cells"))
    assert 0.5 < nk / cd8 < 2


def test_regulatory_t_cells_are_not_favoured():
    """As any cell with beta-gamma they answer, but less than NK cells by far."""
    assert highest("10 days", "regulatory_t_cells") < 0.25 * highest("10 days", "nk_cells")


def test_il2_without_alpha_expands_nk_cells_most():
    """Simlukafusp alfa, 15 mg every week."""
    model, days = systemic(), DAYS[DAYS < 28]
    dose = 15e-3 / 160e3 * 1e12
    weeks = [0.0, 7.0, 14.0, 21.0]
    given = model.simulate(model.patients(80), "simlukafusp_alfa_infusion", weeks, dose, days, per_kg=False)
    nk, cd8, treg = (
        np.median(model.observed(given, name).max(axis=1)) for name in ("nk_cells", "cd8_t_cells", "regulatory_t_cells")
    )
    assert nk > 2 * max(cd8, treg) > 2


def test_cells_leave_blood_within_minutes_and_return():
    """Near-complete efflux of NK and memory CD8 cells, then influx (doi 10.1200/JCO.2014.57.3329)."""
    model = systemic()
    times = np.concatenate([np.arange(0.0, 0.2, 0.5 / 24), [2.0]])
    given = model.simulate(model.patients(1), "rhil15_infusion", [0.0], 3.0 * PMOL_PER_UG, times, hours=0.5)
    count = model.observed(given, "nk_cells")[0]
    assert count[1] < 0.6
    assert count[:-1].min() < 0.25
    assert count[-1] > 3 * count.min()


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
    model, times = systemic(), np.arange(0.0, 14.0, 0.25)
    peaks = []
    for sensitivity in (0.0, 0.8):
        patients = model.patients(1, nk_activation_death=sensitivity)
        with_alpha = model.simulate(patients, "aldesleukin_infusion", list(range(5)), 5e4, times)
        without = model.simulate(patients, "simlukafusp_alfa_infusion", [0.0], 5000.0, times)
        peaks.append([model.observed(x, "nk_cells").max() for x in (with_alpha, without)])
    assert peaks[1][0] < 0.8 * peaks[0][0]
    assert peaks[1][1] == pytest.approx(peaks[0][1], rel=0.02)


def test_an_emptied_pool_is_slow_to_return_and_a_full_one_as_before(bench):
    loss = bench.medians["cd8_loss"]
    assert bench.rates({"cd8_blood": 3.0})["cd8_blood"] == pytest.approx(-2 * loss, abs=0.02)
    assert 0 < bench.rates({"cd8_blood": 0.02})["cd8_blood"] < 0.15 * loss
