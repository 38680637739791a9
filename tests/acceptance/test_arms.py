"""Arms of real designs, in the populations that trials draw from: their order, and how near the published they come.

Bounds are wide enough for the chance of 250 patients and for a change of parameters, narrow enough to catch a lost arm.
"""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from melanokine.trials import Estimate, Result, Trial, load

PATIENTS, SEED = 250, 1
POINTS = 10.0
"""How far a trial may lie from a published response rate or progression-free survival at a year."""


@cache
def run(name: str) -> Result:
    return Trial(name).run(seed=SEED, patients=PATIENTS)


def arm(trial: str, name: str) -> dict[str, Estimate]:
    return run(trial).endpoints[name]


CALIBRATION = ("checkmate-066", "checkmate-067", "excel-nktr214", "hd-il2", "keynote-006", "mdx010-20")
"""Designs that were in view when the population was set; the others are compared, but nothing is promised of them."""


@pytest.mark.parametrize("endpoint", ["ORR", "PFS_12mo"])
@pytest.mark.parametrize("trial", CALIBRATION)
def test_arms_lie_within_ten_points_of_the_published(trial, endpoint):
    """Within ten points of the interval that so few patients leave."""
    table = run(trial).summary()
    rows = table[(table["reference"] == "") & (table["endpoint"] == endpoint) & table["published"].notna()]
    if endpoint == "ORR":
        assert len(rows) == len(load(trial).arms)
    for row in rows.itertuples():
        assert row.low - POINTS <= row.published <= row.high + POINTS, (row.arm, row.value, row.published)


class TestWithoutEffectiveTreatment:
    def test_inert_vaccine(self):
        """gp100 (Hodi 2010): 1.5 % responses, none complete, median progression-free survival 2.8 months."""
        found = arm("mdx010-20", "gp100")
        assert found["ORR"].value <= 4
        assert found["CR"].value <= 1
        assert 2.3 <= found["PFS_median_months"].value <= 3.5
        assert found["PFS_6mo"].value <= 15
        assert 10 <= found["OS_12mo"].value <= 45
        assert found["grade3plus_TRAE"].value == 0

    def test_no_treatment_in_first_line(self):
        result = Trial(arms={"none": []}, patients_per_arm=PATIENTS, scans="every 6 weeks").run(seed=SEED)
        found = result.endpoints["none"]
        assert found["ORR"].value <= 4
        assert 1.3 <= found["PFS_median_months"].value <= 4.5
        assert found["PFS_12mo"].value <= 10
        assert result.patients["best_change_percent"].median() > -10

    def test_dacarbazine(self):
        """CheckMate-066: 13.9 % responses, 1 % complete, median progression-free survival 2.2 months, none lasting."""
        found = arm("checkmate-066", "dacarbazine")
        assert 4 <= found["ORR"].value <= 24
        assert found["CR"].value <= 4
        assert 1.5 <= found["PFS_median_months"].value <= 4.5
        assert found["PFS_12mo"].value <= 16


class TestOrderOfCheckpointAntibodies:
    """CheckMate-067: responses in 58, 44 and 19 %."""

    combination, anti_pd1, anti_ctla4 = "nivolumab + ipilimumab", "nivolumab", "ipilimumab"

    @pytest.mark.parametrize("endpoint", ["ORR", "CR", "DCR", "PFS_12mo", "PFS_median_months", "OS_24mo"])
    def test_efficacy(self, endpoint):
        both, pd1, ctla4 = (
            arm("checkmate-067", name)[endpoint].value for name in (self.combination, self.anti_pd1, self.anti_ctla4)
        )
        assert both > pd1 > ctla4

    def test_size_of_the_steps(self):
        both, pd1, ctla4 = (
            arm("checkmate-067", name)["ORR"].value for name in (self.combination, self.anti_pd1, self.anti_ctla4)
        )
        assert 5 <= both - pd1 <= 25
        assert 15 <= pd1 - ctla4 <= 40

    def test_hazard_ratios(self):
        """Published against ipilimumab: 0.42 and 0.57 for progression, 0.53 and 0.63 for death."""
        ratios = {contrast.arm: contrast.endpoints for contrast in run("checkmate-067").contrasts}
        assert {contrast.reference for contrast in run("checkmate-067").contrasts} == {self.anti_ctla4}
        assert 0.30 <= ratios[self.combination]["PFS_HR"].value <= 0.60
        assert 0.42 <= ratios[self.anti_pd1]["PFS_HR"].value <= 0.78
        assert 0.38 <= ratios[self.combination]["OS_HR"].value <= 0.75
        assert 0.45 <= ratios[self.anti_pd1]["OS_HR"].value <= 0.90
        for endpoint in ("PFS_HR", "OS_HR"):
            assert ratios[self.combination][endpoint].value < ratios[self.anti_pd1][endpoint].value

    def test_toxicity(self):
        """Grade 3 or 4 in 55, 16 and 27 %."""
        both, pd1, ctla4 = (
            arm("checkmate-067", name)["grade3plus_TRAE"].value
            for name in (self.combination, self.anti_pd1, self.anti_ctla4)
        )
        assert 40 <= both <= 75
        assert 8 <= pd1 < ctla4 < both - 10

    def test_anti_pd1_beats_chemotherapy(self):
        nivolumab, dacarbazine = (arm("checkmate-066", name) for name in ("nivolumab", "dacarbazine"))
        assert nivolumab["ORR"].value > dacarbazine["ORR"].value + 15
        assert nivolumab["PFS_12mo"].value > dacarbazine["PFS_12mo"].value + 15
        assert nivolumab["OS_24mo"].value > dacarbazine["OS_24mo"].value

    def test_two_schedules_of_pembrolizumab_do_the_same(self):
        two, three = (arm("keynote-006", f"pembrolizumab every {weeks} weeks") for weeks in (2, 3))
        assert abs(two["ORR"].value - three["ORR"].value) < 5
        assert abs(two["PFS_6mo"].value - three["PFS_6mo"].value) < 5


def test_responses_to_antibodies_last():
    """Most who respond to anti-PD-1 are without progression two years after the first dose."""
    table = run("checkmate-067").patients
    responders = table[(table["arm"] == "nivolumab") & table["best_response"].isin(["CR", "PR"])]
    assert (responders["pfs_months"] > 24).mean() > 0.6
    first_months = responders["response_months"].median()
    assert 2.0 <= first_months <= 6.0


def test_bempegaldesleukin_alone_hardly_acts():
    """EXCEL: no response among 26; hypotension of grade 3 in 12 %."""
    found = arm("excel-nktr214", "bempegaldesleukin")
    assert found["ORR"].value <= 10
    assert found["CR"].value <= 2
    assert found["hypotension_grade3plus"].value <= 30


def test_response_falls_with_burden_and_ldh():
    """Both are known to predict a poor outcome in every arm of these trials."""
    table = pd.concat([run("checkmate-067").patients, run("keynote-006").patients])
    treated = table[table["arm"] != "ipilimumab"]
    responded = treated["best_response"].isin(["CR", "PR"])
    small = treated["baseline_sum_of_diameters"] < treated["baseline_sum_of_diameters"].median()
    assert responded[small].mean() > responded[~small].mean()
    assert (
        treated.loc[~treated["ldh_elevated"], "os_months"].median()
        > treated.loc[treated["ldh_elevated"], "os_months"].median()
    )
