"""Plans answer every quantitative human row of the evidence; measures read known curves; units come out right."""

from __future__ import annotations

import re

import numpy as np
import pytest

from melanokine import drugs, evidence
from melanokine.analysis.validation import KEYS, PARTS, findings, questions
from melanokine.analysis.validation.measures import MEASURES
from melanokine.analysis.validation.units import in_unit
from melanokine.patients.dosing import as_regimens

DAYS = np.linspace(0.0, 10.0, 2001)
DECLINE = np.array([100 * np.exp(-DAYS), 50 * np.exp(-2 * DAYS)])
"""Two patients after a dose that fills a volume at once."""
HUMP = np.array([1 + 4 * DAYS * np.exp(1 - DAYS)])
"""One patient: 1 before treatment, 5 on day 1."""
COVARIATE_OR_DESIGN = re.compile(
    "exponent|coef|frac|residual|dose_range|dose_level|RP2D|mw|mass_per|molar_per|MTD|n_PEG|interval|structure|SUV"
)


@pytest.mark.parametrize("plan", KEYS)
class TestPlans:
    def test_each_question_is_about_one_row_of_the_evidence(self, plan):
        table, keys = KEYS[plan]
        rows = evidence.load(table)[list(keys)].fillna("").astype(str).to_numpy().tolist()
        asked = [list(question.key) for question in questions(plan)]
        assert [rows.count(key) for key in asked] == [1] * len(asked)
        assert len({tuple(key) for key in asked}) == len(asked)

    def test_each_question_can_be_asked_or_says_why_not(self, plan):
        for question in questions(plan):
            if question.reason:
                assert not question.regimen
                assert not question.measure
                continue
            assert question.measure in MEASURES, question.key
            assert question.days > 0
            for regimen in as_regimens(list(question.regimen)):
                assert regimen.doses(question.days)


def test_every_quantitative_human_row_of_pharmacodynamics_is_asked():
    rows = evidence.load("pd")
    kinds = ~rows["value_kind"].isin(["qualitative", "memory", "assumption", "recalled"])
    human = ~rows["population"].fillna("").str.contains("cynom|rhesus|mouse")
    wanted = rows[kinds & human & rows["value"].notna()][list(KEYS["pharmacodynamics"][1])].fillna("").astype(str)
    asked = {question.key for question in questions("pharmacodynamics")}
    assert {tuple(key) for key in wanted.to_numpy().tolist()} <= asked


def test_every_human_row_of_pharmacokinetics_is_asked():
    rows = evidence.load("pk")
    kinds = ~rows["source_kind"].isin(["qualitative", "memory", "assumption", "recalled"])
    simulated = ~rows["parameter"].str.contains(COVARIATE_OR_DESIGN)
    wanted = rows[kinds & simulated & (rows["species"] == "human") & rows["value"].notna()]
    keys = wanted[list(KEYS["pharmacokinetics"][1])].fillna("").astype(str).to_numpy().tolist()
    assert {tuple(key) for key in keys} <= {question.key for question in questions("pharmacokinetics")}


class TestMeasures:
    @pytest.mark.parametrize(
        ("measure", "at", "expected"),
        [
            ("half_life", "1-4", [np.log(2), np.log(2) / 2]),
            ("area", "", [100, 25]),
            ("peak", "", [100, 50]),
            ("level", "1", [100 / np.e, 50 / np.e**2]),
            ("lowest", "0-1", [100 / np.e, 50 / np.e**2]),
            ("fold", "1", [1 / np.e, 1 / np.e**2]),
            ("steady_volume", "", [100, 50]),
        ],
    )
    def test_of_a_decline(self, measure, at, expected):
        assert MEASURES[measure](DAYS, DECLINE, at) == pytest.approx(expected, rel=2e-3)

    @pytest.mark.parametrize(
        ("measure", "at", "expected"),
        [
            ("peak_fold", "", 5), ("peak_time", "", 1), ("peak_change", "", 4), ("rising", "", 1), ("above", "4.9", 1),
            ("above", "5.1", 0), ("below", "0.9", 0), ("onset", "", 0.0385), ("peak_time", "3-9", 0),
        ],
    )  # fmt: skip
    def test_of_a_hump(self, measure, at, expected):
        assert MEASURES[measure](DAYS, HUMP, at) == pytest.approx([expected], rel=0.05, abs=1e-9)

    def test_half_life_before_the_terminal_one(self):
        two_phases = np.array([80 * np.exp(-8 * DAYS) + 20 * np.exp(-0.3 * DAYS)])
        assert MEASURES["first_half_life"](DAYS, two_phases, "0-0.3") == pytest.approx([np.log(2) / 8], rel=0.02)

    def test_second_rise_over_the_first(self):
        twice = np.array([1 + 2 * (np.abs(DAYS - 2) < 0.5) + 6 * (np.abs(DAYS - 6) < 0.5)])
        assert MEASURES["second_over_first"](DAYS, twice, "4") == pytest.approx([3])


class TestUnits:
    drug = drugs.load("aldesleukin")

    @pytest.mark.parametrize(
        ("value", "measure", "per", "unit", "expected"),
        [
            (1.0, "half_life", "", "h", 24),
            (1.0, "peak_time", "", "min", 1440),
            (24.0, "area", "dose", "L/h", 1),
            (24.0 * 80, "area", "dose", "mL/kg/h", 1000),
            (8.0, "peak", "dose", "mL/kg", 100),
            (1000.0, "peak", "", "ng/mL", 15.3),
            (1000.0, "peak", "", "IU/mL", 250.3),
            (1000.0, "area", "", "IU*h/mL", 6007),
            (0.3, "peak_change", "", "percent", 30),
            (2.0, "area", "again 0-1", "fold", 2),
        ],
    )
    def test_of_measures(self, value, measure, per, unit, expected):
        assert in_unit(value, measure, per, unit, self.drug, "pM", 80.0) == pytest.approx(expected, rel=1e-3)


@pytest.fixture(scope="module")
def found():
    return {part: [f for f in findings(part) if f.answered] for part in PARTS}


class TestAgreement:
    """What the issue of the four interleukins asks for; the misses stand in docs/predicted-and-measured.md."""

    def test_potencies_of_the_laboratory_lie_within_three_fold(self, found):
        assert len(found["laboratory"]) == 11
        assert all(finding.agrees for finding in found["laboratory"])

    def test_nine_in_ten_of_pharmacokinetics_agree(self, found):
        assert np.mean([finding.agrees for finding in found["pharmacokinetics"]]) >= 0.9

    def test_four_in_five_of_pharmacodynamics_agree(self, found):
        assert np.mean([finding.agrees for finding in found["pharmacodynamics"]]) >= 0.8

    def test_what_is_known_of_every_miss_is_said(self, found):
        missed = [f.key for part in found.values() for f in part if not f.agrees and not f.note]
        assert missed == []

    def test_toxicity_has_rough_levels(self, found):
        assert np.mean([finding.agrees for finding in found["toxicity"]]) >= 0.5
