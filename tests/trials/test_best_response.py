"""Best overall response with and without confirmation (RECIST 1.1, table 3)."""

import numpy as np
import pytest

from melanokine.trials.best_response import best_overall_response
from melanokine.trials.recist import Response

LETTERS = {"C": Response.CR, "P": Response.PR, "S": Response.SD, "D": Response.PD, "-": Response.NE}


def best(scans, step=42, *, confirmation=True, first=None, stable=42):
    overall = np.array([[LETTERS[letter] for letter in scans]], np.int8)
    days = np.arange(1.0, len(scans) + 1)[None] * step
    if first is not None:
        days[0, 0] = first
    response = best_overall_response(overall, days, confirmation=confirmation, stable_disease_days=stable)
    return Response(int(response[0])).name


@pytest.mark.parametrize(
    ("scans", "response"),
    [
        ("CC", "CR"),
        ("PP", "PR"),
        ("PC", "PR"),  # complete response not confirmed, partial response confirmed by it
        ("PCC", "CR"),
        ("CP", "PR"),
        ("P", "SD"),  # not confirmed
        ("PD", "SD"),
        ("SSD", "SD"),
        ("D", "PD"),
        ("-D", "PD"),
        ("--", "NE"),
        ("P-P", "PR"),  # one unreadable scan between
        ("P--P", "SD"),  # two are too many
        ("PSP", "SD"),  # something worse between
        ("PSPP", "PR"),
        ("SPSCC", "CR"),
        ("C-C", "CR"),
        ("CSCD", "SD"),
    ],
)
def test_with_confirmation(scans, response):
    assert best(scans) == response


def test_without_confirmation_one_scan_suffices():
    assert best("PD", confirmation=False) == "PR"
    assert best("SCD", confirmation=False) == "CR"


def test_confirmation_needs_four_weeks():
    assert best("PP", step=27) == "SD"
    assert best("PP", step=28) == "PR"
    assert best("PPP", step=20) == "PR"  # first and third lie 40 days apart


def test_stable_disease_must_last():
    assert best("SD", first=41) == "PD"
    assert best("S", first=41) == "NE"
    assert best("PD", first=41) == "PD"


def test_no_scan_at_all_is_not_evaluable():
    nothing = np.empty((2, 0))
    response = best_overall_response(nothing.astype(np.int8), nothing, confirmation=True, stable_disease_days=42)
    assert response.tolist() == [0, 0]
