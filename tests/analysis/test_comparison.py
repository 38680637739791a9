"""Drugs side by side: the same patients, measures of their courses, and what is left out."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from melanokine import drugs
from melanokine.analysis import compare
from melanokine.analysis.metrics import (
    MEASURES,
    day_of_expansion,
    log_kill,
    moved,
    responded,
    selectivity,
)
from melanokine.errors import InputError


@pytest.fixture(scope="module")
def result():
    return compare(["aldesleukin", "nivolumab", "bempegaldesleukin + nivolumab"], patients=25, days=63)


def value(result, candidate, measure, column="value", drug=None):
    rows = result.table[(result.table["candidate"] == candidate) & (result.table["measure"] == measure)]
    if drug is not None:
        rows = rows[rows["drug"] == drug]
    assert len(rows) == 1, rows
    return rows[column].iloc[0]


class TestMeasures:
    def test_keys_and_titles_differ(self):
        assert len({measure.key for measure in MEASURES}) == len(MEASURES)
        assert len({(measure.group, measure.title) for measure in MEASURES}) == len(MEASURES)

    def test_log_kill_counts_no_cell_that_no_scan_sees(self):
        treated, untreated = np.array([999.0, 0.0, 9999.0]), np.array([9999.0, 9999.0, 9999.0])
        np.testing.assert_allclose(log_kill(treated, untreated), [1.0, 4.0, 0.0])

    def test_a_response_is_a_third_less(self):
        assert list(responded(np.array([70.0, 70.1]), np.array([100.0, 100.0]))) == [True, False]

    def test_selectivity_needs_signal_on_treg(self):
        found = selectivity(*np.array([[0.3, 0.3], [0.1, 0.1], [0.5, 0.105], [0.1, 0.1]]))
        assert found[0] == pytest.approx(0.5)
        assert math.isnan(found[1])

    def test_a_peak_needs_a_rise(self):
        found = day_of_expansion(np.array([7.0, 7.0]), np.array([2.0, 1.05]), np.array([1.0, 1.0]))
        assert found[0] == 7
        assert math.isnan(found[1])

    def test_what_no_drug_moves_is_left_out(self):
        fever = next(measure for measure in MEASURES if measure.key == "temperature_peak")
        before = np.full(20, 36.8)
        assert not moved(fever, before + 0.1, before)
        assert not moved(fever, before + np.where(np.arange(20) == 0, 2.0, 0.0), before)
        assert moved(fever, before + np.where(np.arange(20) < 2, 2.0, 0.0), before)
        assert moved(fever, before - 1.0, before)
        always = next(measure for measure in MEASURES if measure.key == "leak_peak")
        assert moved(always, before, before)


class TestComparison:
    def test_every_candidate_has_every_measure(self, result):
        counts = result.table[result.table["drug"] == ""].groupby("candidate")["measure"].nunique()
        assert counts.nunique() == 1
        assert counts.iloc[0] >= 25
        assert result.failed == 0

    def test_what_is_known_of_these_drugs(self, result):
        il2, pd1, both = "Aldesleukin", "Nivolumab", "Bempegaldesleukin + Nivolumab"
        assert value(result, il2, "leak_peak") > 10 * value(result, pd1, "leak_peak")
        assert value(result, il2, "pressure_lowest") < value(result, both, "pressure_lowest")
        assert value(result, il2, "nk_cells_peak") > 2
        assert value(result, il2, "signal_treg_peak") > 0.5
        assert value(result, pd1, "signal_nk_peak") < 0.01
        assert math.isnan(value(result, pd1, "selectivity_nk"))
        assert value(result, both, "log_kill") > value(result, pd1, "log_kill") > 0

    def test_measures_of_other_cytokines_stand_where_some_drug_moves_them(self, result):
        shown = set(result.table["measure"])
        assert {"temperature_peak", "interleukin_6_peak", "interferon_plasma_peak", "nk_bright_cells_peak"} <= shown
        assert "il10_cd8_mean" not in shown
        assert value(result, "Aldesleukin", "interleukin_6_peak") > 5 * value(result, "Nivolumab", "interleukin_6_peak")

    def test_exposure_is_that_of_each_drug(self, result):
        alone = value(result, "Nivolumab", "peak")
        together = value(result, "Bempegaldesleukin + Nivolumab", "peak", drug="Nivolumab")
        assert together == pytest.approx(alone, rel=1e-3)
        assert value(result, "Nivolumab", "peak", "unit") == "nM"
        assert value(result, "Aldesleukin", "area", "unit") == "pM d"
        assert 5 < value(result, "Nivolumab", "effective_half_life") < 20
        assert value(result, "Aldesleukin", "effective_half_life") < 0.1
        assert value(result, "Aldesleukin", "doses_given") < 100

    def test_medians_lie_between_their_percentiles(self, result):
        known = result.table[result.table["value"].notna()]
        assert (known["low"] <= known["value"]).all()
        assert (known["value"] <= known["high"]).all()

    def test_courses_begin_where_patients_do(self, result):
        start = result.courses[result.courses["day"] == 0]
        changes = start[start["observable"].isin(["sum_of_diameters", "mean_arterial_pressure"])]
        assert len(changes) == 6
        assert (changes[["low", "median", "high"]] == 0).all(axis=None)
        assert result.courses["day"].max() == 63

    def test_the_record_is_json(self, result):
        record = json.loads(json.dumps(result.record(), allow_nan=False))
        assert record["patients"] == 25
        assert len(record["measures"]) == len(result.table)
        assert any(row["value"] is None for row in record["measures"])

    def test_an_engineered_drug_that_is_its_parent_does_much_the_same(self):
        """Much, because the clearance and volumes of a patient are drawn for each drug."""
        same = drugs.load("aldesleukin").engineered("same", betagamma_affinity=1.0)
        found = compare(["aldesleukin", same], patients=40, days=21)
        for measure in ("leak_peak", "nk_cells_peak", "signal_treg_peak"):
            assert value(found, "same", measure) == pytest.approx(value(found, "Aldesleukin", measure), rel=0.15)

    def test_a_mask_spares_the_vessels_more_than_the_tumour(self):
        long = drugs.load("aldesleukin").engineered("long", half_life="20 h")
        masked = drugs.load("aldesleukin").engineered("masked", half_life="20 h", masking=0.95)
        dose = "0.005 mg/kg IV every 3 weeks"
        found = compare([long, masked], doses={"long": dose, "masked": dose}, patients=12, days=21)
        spared = value(found, "masked", "leak_peak") / value(found, "long", "leak_peak")
        kept = value(found, "masked", "signal_effector_peak") / value(found, "long", "signal_effector_peak")
        assert spared < 0.7
        assert kept > 0.9

    @pytest.mark.parametrize(
        ("given", "changes", "says"),
        [
            ([], {}, "0 drugs cannot be compared"),
            (["nivolumab"], {"patients": 0}, "0 is not a number of patients; give 1 to 100000"),
            (["nivolumab"], {"patients": 1.5}, "1.5 is not a number of patients"),
            (["nivolumab"], {"days": 0}, "0 is no number of days"),
            (["nivolumab"], {"population": "nobody"}, "no population is called 'nobody'"),
        ],
    )
    def test_what_cannot_be_compared_is_refused(self, given, changes, says):
        with pytest.raises(InputError) as caught:
            compare(given, **changes)
        assert says in str(caught.value)
