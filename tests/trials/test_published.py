"""Published names and values: endpoints of ours, from the report that suits the design, beside the arm they name."""

import math

import pytest

from melanokine import evidence
from melanokine.trials import TrialDesign, load, published
from melanokine.trials.published_names import ENDPOINTS, landmark_month, understood

CHECKMATE = ("nivolumab + ipilimumab", "nivolumab", "ipilimumab")


def checkmate(arms=CHECKMATE, *, reference="", duration_months=60.0):
    """CheckMate-067 with some arms, another reference or another follow-up; treatment does not matter here."""
    records = {name: {"regimen": [], "evidence": {"trial_id": "CheckMate-067", "arm": name}} for name in arms}
    return TrialDesign.build(
        arms=records, patients_per_arm=40, reference=reference, duration_months=duration_months, courses=[]
    )


def value(design, arm, endpoint, reference=""):
    found = published(design).set_index(["arm", "reference", "endpoint"])
    return found.loc[(arm, reference, endpoint), "value"]


@pytest.mark.parametrize(
    ("name", "endpoint", "reference", "years"),
    [
        ("ORR", "ORR", "", math.nan),
        ("ORR_6.5y_update", "ORR", "", 6.5),
        ("CR_3y_update", "CR", "", 3.0),
        ("ORR_final", "ORR", "", 2.0),
        ("grade3plus_TRAE_5y", "grade3plus_TRAE", "", 5.0),
        ("OS_median_months_10y_report", "OS_median_months", "", 10.0),
        ("OS_HR_5y_table", "OS_HR", "", 5.0),
        ("PFS_HR_vs_ipi", "PFS_HR", "ipi", math.nan),
        ("PFS_48mo", "PFS_48mo", "", math.nan),
        ("TRAE_grade3plus", "grade3plus_TRAE", "", math.nan),
    ],
)
def test_a_name_tells_endpoint_reference_and_follow_up(name, endpoint, reference, years):
    found = understood(name)
    assert (found.endpoint, found.reference) == (endpoint, reference)
    assert found.years == pytest.approx(years, nan_ok=True)


@pytest.mark.parametrize(
    "name",
    ["ORR_5y_irRC", "ORR_finally", "mPFS_median_months_7y", "OS_24mo_stageIV", "PFS_median_months_PDL1_ge5",
     "ORR_vs_ipi", "PR", "DMFS_HR", "responders_progression_free_at_analysis"],
)  # fmt: skip
def test_other_endpoints_are_not_ours(name):
    assert understood(name) is None


def test_every_endpoint_of_ours_is_its_own_name():
    assert [understood(name).endpoint for name in ENDPOINTS] == list(ENDPOINTS)
    assert landmark_month("OS_120mo") == 120
    assert landmark_month("OS_median_months") is None


@pytest.mark.parametrize(
    ("months", "response", "toxicity"),
    [(12, 57.6, 55.0), (24, 57.6, 55.0), (42, 57.6, 58.0), (60, 58.3, 58.0), (120, 58.3, 58.0)],
)
def test_the_report_nearest_in_follow_up_stands(months, response, toxicity):
    design = checkmate(duration_months=months)
    assert value(design, "nivolumab + ipilimumab", "ORR") == response
    assert value(design, "nivolumab + ipilimumab", "grade3plus_TRAE") == toxicity


def test_responses_by_other_criteria_are_left_out():
    keynote = load("keynote-006")
    notes = evidence.published("KEYNOTE-006", "ipilimumab").set_index("endpoint")["note"]
    assert notes["PFS_median_months_5y"] == "irRC"
    assert value(keynote, "ipilimumab", "PFS_median_months") == 2.8
    assert value(keynote, "ipilimumab", "ORR") == 13.0  # of the final analysis, not the 17 % of irRC


def test_landmarks_stand_as_far_as_the_design_reaches():
    months = published(checkmate(duration_months=36.0))["endpoint"].map(landmark_month)
    assert set(months.dropna()) == {12, 24, 36}
    assert value(checkmate(), "nivolumab", "OS_48mo") == pytest.approx(46.0)  # from the table of survival fractions


def test_doubt_is_kept():
    found = published(load("checkmate-067")).set_index(["arm", "endpoint"])["verified"]
    assert found["ipilimumab", "PFS_12mo"] == "unverified"
    assert found["nivolumab", "PFS_12mo"] == "yes"


def test_a_ratio_stands_beside_the_arm_that_it_names():
    for arm, ratio in (("nivolumab", 0.57), ("nivolumab + ipilimumab", 0.42)):
        assert value(checkmate(), arm, "PFS_HR", "ipilimumab") == ratio
        assert value(checkmate(reference="nivolumab"), arm, "PFS_HR", "ipilimumab") == ratio
    assert value(load("mdx010-20"), "ipilimumab", "OS_HR", "gp100") == 0.66
    assert value(load("checkmate-066"), "nivolumab", "PFS_HR", "dacarbazine") == 0.43  # the only other arm


def test_a_ratio_against_an_arm_that_is_missing_is_left_out():
    found = published(checkmate(("nivolumab + ipilimumab", "nivolumab")))
    assert not found["endpoint"].isin(["PFS_HR", "OS_HR"]).any()
    assert (found["reference"] == "").all()


def test_no_value_stands_twice():
    for name in ("checkmate-066", "checkmate-067", "keynote-006", "mdx010-20", "hd-il2"):
        assert not published(load(name)).duplicated(["arm", "reference", "endpoint"]).any()


@pytest.mark.parametrize("reference", ["ipilimumab", "nivolumab"])
def test_the_summary_shows_a_ratio_against_its_own_reference_only(small, reference):
    result = small.run(checkmate(reference=reference))
    table = result.summary().set_index(["arm", "reference", "endpoint"])["published"]
    ratios = table[[key for key in table.index if key[2] in ("PFS_HR", "OS_HR")]]
    assert len(ratios) == 4
    assert ratios.notna().all() if reference == "ipilimumab" else ratios.isna().all()
    assert table["nivolumab", "", "PFS_12mo"] == 43


def test_an_arm_left_out_of_the_run_is_no_reference(small):
    result = small.run(checkmate(), sizes={"nivolumab + ipilimumab": 40, "nivolumab": 40})
    assert [contrast.reference for contrast in result.contrasts] == ["nivolumab"]
    table = result.summary()
    assert table[table["endpoint"].isin(["PFS_HR", "OS_HR"])]["published"].isna().all()
