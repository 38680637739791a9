"""Endpoints in words and numbers."""

import math

import pytest

from melanokine.report.endpoints import Estimate, label, ordered, with_unit


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(43.72, 38.2, 49.4), "43.7 (38.2 to 49.4)"),
        (Estimate(0.571, 0.48, 0.684, "ratio"), "0.57 (0.48 to 0.68)"),
        (Estimate(16.0), "16.0"),
        (Estimate(11.5, 8.9, math.nan, "months"), "11.5 (8.9 to NR)"),
        (Estimate(math.nan, 20.6, math.nan, "months"), "NR (20.6 to NR)"),
        (Estimate(-3.2, -10.04, 3.6, "percentage points"), "−3.2 (−10.0 to 3.6)"),
        (Estimate(math.nan, unit="percent"), "–"),
    ],
)
def test_estimates_read_well(estimate, text):
    assert str(estimate) == text


def test_endpoints_stand_in_reading_order_with_words():
    assert ordered({"OS_HR", "zebra", "ORR", "OS_12mo"}) == ["ORR", "OS_12mo", "OS_HR", "zebra"]
    assert label("OS_36mo") == "Alive at 36 months"
    assert with_unit("ORR", "percent") == "Objective response rate, %"
    assert with_unit("PFS_HR", "ratio") == "Hazard ratio, progression or death"
