"""Events from hazards: a constant hazard by hand, and the hazards of new lesions and death."""

import numpy as np
import pytest

from melanokine.trials import hazards, tables
from melanokine.trials.death import Mortality, death_day
from melanokine.trials.follow_up import Conduct, last_day, never_scanned
from melanokine.trials.new_lesions import Seeding, first_new_lesion

DAYS = np.arange(0.0, 701.0, 7.0)
PATIENTS = np.arange(4000)


def test_a_constant_hazard_crosses_its_threshold_when_it_should():
    accumulated = hazards.cumulative(np.full((3, len(DAYS)), 0.01), DAYS)
    day = hazards.crossing_day(accumulated, DAYS, np.array([1.0, 2.5, 100.0]))
    assert day.tolist() == pytest.approx([100.0, 250.0, np.inf])


def test_a_step_is_crossed_inside_its_interval_and_zero_at_once():
    values = np.array([[0.0, 0.0, 1.0, 1.0]])
    days = np.array([0.0, 1.0, 2.0, 3.0])
    assert hazards.crossing_day(values, days, np.array([0.5]))[0] == 1.5
    assert hazards.crossing_day(values, days, np.array([0.0]))[0] == 0.0
    assert np.isnan(hazards.crossing_day(np.full((1, 4), np.nan), days, np.array([0.5]))[0])


def test_death_hazard_by_hand():
    mortality = Mortality(
        mortality_rate=0.001, burden_exponent=1.3, reference_burden=75.0, frailty_spread=0.8,
        background_rate=1e-5, era_change=2012, mortality_before=2.0, selection_days=90.0,
    )  # fmt: skip
    burden, zero, one = np.array([[150.0]]), np.zeros(1), np.ones(1)

    def hazard(burden, frailty, year, day=100.0):
        return mortality.hazard(burden, np.array([day]), frailty, year)[0, 0]

    assert hazard(burden, zero, 2012) == pytest.approx(0.001 * 2**1.3 + 1e-5)
    assert hazard(burden, one, 2012) == pytest.approx(0.001 * 2**1.3 * np.exp(0.8) + 1e-5)
    assert hazard(burden, zero, 2011) == pytest.approx(0.002 * 2**1.3 + 1e-5)
    assert hazard(np.zeros((1, 1)), zero, 2012) == pytest.approx(1e-5)
    assert hazard(burden, zero, 2012, day=45.0) == pytest.approx(0.5 * hazard(burden, zero, 2012))


def test_deaths_follow_the_hazard_and_keep_their_threshold():
    low = death_day(np.full((4000, len(DAYS)), 0.001), DAYS, 1, PATIENTS)
    high = death_day(np.full((4000, len(DAYS)), 0.002), DAYS, 1, PATIENTS)
    assert (low <= 365).mean() == pytest.approx(1 - np.exp(-0.365), abs=0.02)
    both = np.isfinite(low)
    np.testing.assert_allclose(low[both] / high[both], 2.0)


def test_new_lesions_need_growth():
    seeding = Seeding.from_table()
    cells, still = np.full((4000, len(DAYS)), seeding.reference_cells), np.zeros((4000, len(DAYS)))
    dormant = first_new_lesion(seeding, DAYS, cells, still, 1, PATIENTS)
    growing = first_new_lesion(seeding, DAYS, cells, still + seeding.reference_growth, 1, PATIENTS)
    assert (growing <= 365).mean() > 3 * (dormant <= 365).mean()
    by_hand = seeding.seeding_rate * np.exp(seeding.seeding_spread * 2.0) * (1 + seeding.dormant_share)
    growth = np.full((1, 1), seeding.reference_growth)
    assert seeding.hazard(cells[:1, :1], growth, np.array([2.0]))[0, 0] == pytest.approx(by_hand)


def test_follow_up_ends_at_the_cut_off_or_on_withdrawal():
    conduct = Conduct(unassessed_share=0.1, missed_share=0.0, withdrawal_rate=1e-12)
    assert (last_day(conduct, 700.0, 0.0, 1, PATIENTS) == 700.0).all()
    staggered = last_day(conduct, 700.0, 350.0, 1, PATIENTS)
    assert staggered.min() > 350.0
    assert staggered.mean() == pytest.approx(525.0, abs=10.0)
    quick = last_day(Conduct(0.1, 0.0, 0.01), 700.0, 0.0, 1, PATIENTS)
    assert (quick < 100.0).mean() == pytest.approx(1 - np.exp(-1.0), abs=0.02)
    assert never_scanned(conduct, 1, PATIENTS).mean() == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("name", tables.names())
def test_tables_give_a_source_or_admit_an_assumption(name):
    for parameter in tables.parameters(name):
        assert parameter.how == "assumed" or parameter.source, parameter.name
        assert parameter.note, parameter.name
        assert parameter.low <= parameter.value <= parameter.high, parameter.name


def test_tables_fit_their_records():
    Mortality.from_table()
    Conduct.from_table()
    assert "10.1016/j.ejca.2008.10.026" in tables.sources()
