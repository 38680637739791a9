"""Responses in ADRS and ADTTE by worked cases: diameters of one subject in, RECIST 1.1 and the FDA's censoring out.

Cases follow RECIST 1.1 (doi 10.1016/j.ejca.2008.10.026): tables 1 and 3, sections 4.3 and 4.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melanokine.trials import recist
from melanokine.trials.adam import datasets
from melanokine.trials.assessment import Assessment
from melanokine.trials.best_response import best_overall_response, first_day_of, first_response
from melanokine.trials.endpoints import progression_day
from melanokine.trials.recist import Response
from melanokine.trials.records import Followed, records_of
from melanokine.trials.result import Result
from melanokine.trials.toxicity import PARAMETERS, toxicity

MISSED = None
NEVER = np.inf


@dataclass
class Case:
    """Diameters [mm] of one subject at baseline and at scans (None: missed), every 42 days unless told otherwise."""

    baseline: list[float]
    scans: list[list[float] | None]
    days: list[float] | None = None
    new: int | None = None
    """Position of the first scan with a new lesion."""
    death: float = NEVER
    last: float = 1000.0


@pytest.fixture
def analysed(small):
    """The datasets of a case."""

    def analyse(case: Case, **design):
        kept = small.design(arms={"a": ["nivolumab 360 mg IV every 3 weeks"]}, patients_per_arm=1, **design)
        count, lesions = len(case.scans), len(case.baseline)
        days = np.array([case.days or 42.0 * np.arange(1, count + 1)], float).reshape(1, count)
        readable = np.array([[scan is not MISSED for scan in case.scans]], bool).reshape(1, count)
        seen = [case.baseline, *(scan or [50.0] * lesions for scan in case.scans)]
        readings = np.array([seen], float).reshape(1, count + 1, lesions)
        new = (np.arange(count) >= (count if case.new is None else case.new))[None]
        read = recist.assess(readings[:, 1:], readings[:, 0], readable, new)
        progression = progression_day(read.overall, days)
        overall = np.where(days > progression[:, None], Response.NE, read.overall)
        scans = Assessment(days, overall, read.sums, read.baseline, progression, days[0], readable, readings, new, read)
        cohort, simulator = small.cohort(1), small.Simulator()
        plan = simulator.plan(kept.arms["a"].regimen, 100.0)
        course = simulator.follow(cohort.parameters, cohort.states, plan, np.arange(0.0, 100.0))
        tolerance = {name: np.array([np.inf]) for name in PARAMETERS if name.endswith("threshold")}
        tolerance |= {name: np.array([1.0]) for name in PARAMETERS if name.endswith("share")}
        last, death = np.array([case.last]), np.array([case.death])
        until = np.minimum(last, death)
        block = Followed(
            arm="a", design=kept, plan=plan, course=course, scans=scans, numbers=np.array([1]),
            harm=toxicity(course, plan, tolerance, until), tolerance=tolerance, failed=np.array([False]),
            entry=np.array([0.0]), death=death, last=last, until=until,
        )  # fmt: skip
        empty = pd.DataFrame()
        result = Result(
            design=kept, arms=("a",), seed=1, replicates=1, version="0", model_hash="", curves=empty, exposure=empty,
            patients=pd.DataFrame({"patient": [1], "arm": ["a"]}), spider=empty, citations=[], runtime={},
            records=records_of(block),
        )  # fmt: skip
        return {name: dataset.frame for name, dataset in datasets(result).items()}

    return analyse


def value(frame, parameter, column="AVALC"):
    (found,) = frame.loc[frame["PARAMCD"] == parameter, column]
    return found


def overall(frame):
    return frame.loc[frame["PARAMCD"] == "OVR", "AVALC"].tolist()


HALF, TENTH, GONE, SAME, GROWN = [30.0, 20.0], [6.0, 5.0], [0.0, 0.0], [60.0, 40.0], [90.0, 60.0]
BASE = [60.0, 40.0]


@pytest.mark.parametrize(
    ("scans", "ovr", "bor", "cbor"),
    [
        ([GONE, GONE], ["CR", "CR"], "CR", "CR"),
        ([GONE], ["CR"], "CR", "SD"),  # never confirmed: stable from day 42
        ([HALF, HALF], ["PR", "PR"], "PR", "PR"),
        ([HALF, GONE], ["PR", "CR"], "CR", "PR"),  # complete response confirms the partial one, not itself
        ([HALF, GONE, GONE], ["PR", "CR", "CR"], "CR", "CR"),
        ([HALF, MISSED, HALF], ["PR", "NE", "PR"], "PR", "PR"),  # one gap between
        ([HALF, MISSED, MISSED, HALF], ["PR", "NE", "NE", "PR"], "PR", "SD"),  # two gaps
        ([HALF, SAME, SAME], ["PR", "PD"], "PR", "SD"),  # +100 % over the nadir, and no scan counts after it
        ([SAME, SAME], ["SD", "SD"], "SD", "SD"),
        ([SAME, GROWN], ["SD", "PD"], "SD", "SD"),
        ([GROWN], ["PD"], "PD", "PD"),
        ([MISSED, GROWN], ["NE", "PD"], "PD", "PD"),
        ([GONE, [0.0, 5.0], GONE], ["CR", "PD"], "CR", "SD"),  # table 3: what reappears after CR is progression
        ([SAME, HALF, HALF], ["SD", "PR", "PR"], "PR", "PR"),
        ([MISSED, SAME], ["NE", "SD"], "SD", "SD"),
    ],
)
def test_best_overall_response(analysed, scans, ovr, bor, cbor):
    found = analysed(Case(BASE, scans))["ADRS"]
    assert overall(found) == ovr
    assert (value(found, "BOR"), value(found, "CBOR")) == (bor, cbor)
    assert value(found, "RSP") == ("Y" if bor in ("CR", "PR") else "N")
    assert value(found, "CRSP") == ("Y" if cbor in ("CR", "PR") else "N")
    assert value(found, "CB") == ("Y" if bor in ("CR", "PR", "SD") else "N")
    assert value(found, "CCB") == ("Y" if cbor in ("CR", "PR", "SD") else "N")
    assert value(found, "PD") == ("Y" if "PD" in ovr else "N")


@pytest.mark.parametrize(
    ("scans", "days", "cbor"),
    [
        ([SAME], [41], "NE"),  # too early for stable disease
        ([SAME], [42], "SD"),
        ([SAME, GROWN], [28, 56], "PD"),  # table 3: SD whose minimum duration was not met, then PD
        ([SAME, MISSED], [28, 56], "NE"),  # and then no evaluable assessment
        ([HALF, GROWN], [28, 56], "PD"),  # a response that is neither confirmed nor late enough for SD
        ([HALF, HALF], [42, 69], "SD"),  # 27 days apart
        ([HALF, HALF], [42, 70], "PR"),  # 28 days apart
        ([HALF, HALF, HALF], [42, 62, 82], "PR"),  # the first and the third
        ([HALF, HALF], [10, 38], "PR"),  # a confirmed response needs no minimum duration
    ],
)
def test_days_of_confirmation_and_of_stable_disease(analysed, scans, days, cbor):
    assert value(analysed(Case(BASE, scans, days))["ADRS"], "CBOR") == cbor


def test_the_designs_own_minimum_duration_counts(analysed):
    case = Case(BASE, [SAME], [50])
    assert value(analysed(case)["ADRS"], "CBOR") == "SD"
    assert value(analysed(case, stable_disease_weeks=8)["ADRS"], "CBOR") == "NE"


def test_lesions_decide_by_table_1(analysed):
    """Two target lesions and a non-target one of 8 mm."""
    base = [60.0, 40.0, 8.0]
    found = analysed(Case(base, [[0, 0, 8.0], [0, 0, 0], [0, 0, 13.0]]))["ADRS"]
    by_scan = {
        p: found.loc[found["PARAMCD"] == p, "AVALC"].tolist() for p in ("TRGRESP", "NTRGRESP", "OVR", "NEWLPROG")
    }
    assert by_scan == {
        "TRGRESP": ["CR", "CR", "CR"],
        "NTRGRESP": ["NON-CR/NON-PD", "CR", "PD"],
        "OVR": ["PR", "CR", "PD"],
        "NEWLPROG": ["N", "N", "N"],
    }
    assert found.loc[found["PARAMCD"] == "NTRGRESP", "AVAL"].tolist() == [4.0, 1.0, 5.0]
    without = analysed(Case([60.0, 40.0], [SAME]))["ADRS"]
    assert "NTRGRESP" not in set(without["PARAMCD"])


def test_a_new_lesion_is_progression_whatever_the_targets_do(analysed):
    found = analysed(Case(BASE, [HALF, TENTH, TENTH], new=1))
    adrs, adtte = found["ADRS"], found["ADTTE"]
    assert overall(adrs) == ["PR", "PD"]
    assert adrs.loc[adrs["PARAMCD"] == "NEWLPROG", "AVALC"].tolist() == ["N", "Y"]
    assert value(adrs, "CBOR") == "SD"
    assert (value(adtte, "PFS", "AVAL"), value(adtte, "PFS", "CNSR")) == (85.0, 0)


def test_growth_is_counted_from_the_nadir_and_needs_five_millimetres(analysed):
    found = analysed(Case([16.0], [[12.0], [16.0], [17.0]]))
    assert overall(found["ADRS"]) == ["SD", "SD", "PD"]  # 12 to 16 mm is +33 % but 4 mm; 12 to 17 mm is 5 mm
    sums = found["ADTR"][found["ADTR"]["PARAMCD"] == "SDIAM"]
    assert sums["NADIR"].tolist()[1:] == [16.0, 12.0, 12.0]
    assert sums["CHGNAD"].tolist()[1:] == [-4.0, 4.0, 5.0]
    assert sums["PCHGNAD"].tolist()[2:] == [pytest.approx(100 / 3), pytest.approx(500 / 12)]
    assert sums["PCHG"].tolist()[1:] == [-25.0, 0.0, 6.25]
    assert sums[["BASE", "ABLFL"]].drop_duplicates().to_numpy().tolist() == [[16.0, "Y"], [16.0, ""]]


def test_dates_are_those_of_the_first_scan_that_shows_it(analysed):
    found = analysed(Case(BASE, [SAME, HALF, HALF, GONE, GONE, GROWN]))
    adrs, adtte = found["ADRS"], found["ADTTE"]
    days = {p: value(adrs, p, "ADY") for p in ("RSP", "CRSP", "BOR", "CBOR", "CB", "PD", "LSTA")}
    assert days == {"RSP": 85, "CRSP": 85, "BOR": 169, "CBOR": 169, "CB": 169, "PD": 253, "LSTA": 253}
    assert (value(adtte, "DOR", "AVAL"), value(adtte, "DOR", "CNSR")) == (253 - 85 + 1, 0)
    unconfirmed = analysed(Case(BASE, [HALF, GROWN]))["ADRS"]
    assert value(unconfirmed, "RSP", "ADY") == 43
    assert pd.isna(value(unconfirmed, "CRSP", "ADY"))


def test_the_duration_of_response_belongs_to_the_responses_that_the_design_counts(analysed):
    case = Case(BASE, [HALF, GROWN])
    assert "DOR" not in set(analysed(case)["ADTTE"]["PARAMCD"])
    loose = analysed(case, confirmation=False)["ADTTE"]
    assert (value(loose, "DOR", "AVAL"), value(loose, "DOR", "CNSR")) == (43.0, 0)


@pytest.mark.parametrize(
    ("case", "day", "censored", "event", "because", "source"),
    [
        (Case(BASE, [SAME, GROWN]), 84, 0, "Disease progression", "", "ADRS"),
        (Case(BASE, [SAME, SAME], death=60, last=500), 60, 0, "Death", "", "ADSL"),
        (Case(BASE, [SAME, SAME]), 84, 1, "Data cut-off", "Last evaluable tumour assessment", "ADRS"),
        (Case(BASE, [SAME, MISSED]), 42, 1, "Data cut-off", "Last evaluable tumour assessment", "ADRS"),
        (Case(BASE, [SAME, GROWN], last=60), 42, 1, "Withdrawal", "Last evaluable tumour assessment", "ADRS"),
        (Case(BASE, [MISSED, MISSED]), 0, 1, "Data cut-off", "Randomisation", "ADSL"),
        (Case(BASE, [SAME, SAME], death=20, last=500), 20, 0, "Death", "", "ADSL"),
        (  # two scans missed before death: progression may have been missed
            Case(BASE, [SAME, MISSED, MISSED, SAME], death=130, last=500),
            42, 1, "Death after missed assessments or the last one due", "Last evaluable tumour assessment", "ADRS",
        ),
        (  # one scan missed before death
            Case(BASE, [SAME, MISSED, SAME], death=100, last=500), 100, 0, "Death", "", "ADSL",
        ),
    ],
)  # fmt: skip
def test_progression_free_survival(analysed, case, day, censored, event, because, source):
    found = analysed(case, duration_months=1000 / 30.4375)
    adtte, adrs = found["ADTTE"], found["ADRS"]
    row = adtte[adtte["PARAMCD"] == "PFS"].iloc[0]
    assert (row["AVAL"], row["CNSR"], row["EVNTDESC"], row["CNSDTDSC"], row["SRCDOM"]) == (
        day + 1, censored, event, because, source,
    )  # fmt: skip
    if source == "ADRS":
        cited = adrs[adrs["ASEQ"] == row["SRCSEQ"]].iloc[0]
        assert cited["ADT"] == row["ADT"]
        assert cited["PARAMCD"] == ("LSTA" if censored else "PD")
    else:
        assert pd.isna(row["SRCSEQ"])
        assert found["ADSL"][row["SRCVAR"]].iloc[0] == row["ADT"]


def test_whoever_is_never_scanned_is_not_evaluable(analysed):
    found = analysed(Case(BASE, [MISSED, MISSED, MISSED]))
    assert overall(found["ADRS"]) == []
    assert (value(found["ADRS"], "BOR"), value(found["ADRS"], "CBOR"), value(found["ADRS"], "LSTA")) == (
        "NE",
        "NE",
        "N",
    )
    assert found["ADTR"]["AVISIT"].unique().tolist() == ["Baseline"]
    nobody = analysed(Case(BASE, []))
    assert value(nobody["ADRS"], "CBOR") == "NE"


# the rules in other words, on any sequence of responses

LETTERS = {"C": Response.CR, "P": Response.PR, "S": Response.SD, "D": Response.PD, "-": Response.NE}


def best_by_pairs(letters, days, minimum, confirmation):
    """Table 3 read record by record: is there any pair of scans that makes the response?"""

    def confirmed(allowed):
        if not confirmation:
            return [i for i, letter in enumerate(letters) if letter in allowed]
        return [
            i
            for i in range(len(letters))
            for j in range(i + 1, len(letters))
            if letters[i] in allowed and letters[j] in allowed and days[j] - days[i] >= 28
            and set(letters[i + 1 : j]) <= {*allowed, "-"} and letters[i + 1 : j].count("-") <= 1
        ]  # fmt: skip

    stable = [i for i, letter in enumerate(letters) if letter in "CPS" and days[i] >= minimum]
    for name, scans in (("CR", confirmed("C")), ("PR", confirmed("CP")), ("SD", stable)):
        if scans:
            return name, days[min(scans)]
    return ("PD", days[letters.index("D")]) if "D" in letters else ("NE", None)


@given(
    st.text("CPS-", max_size=7),
    st.booleans(),
    st.lists(st.integers(7, 70), min_size=8, max_size=8),
    st.sampled_from([0, 42, 56]),
    st.booleans(),
)
def test_any_sequence_has_the_best_response_of_table_3(letters, progresses, steps, minimum, confirmation):
    letters += "D" * progresses
    days = np.cumsum(steps)[None, : len(letters)].astype(float)
    responses = np.array([[LETTERS[letter] for letter in letters]], np.int8).reshape(1, len(letters))
    rules = {"confirmation": confirmation, "stable_disease_days": minimum}
    best = best_overall_response(responses, days, **rules)
    name, day = best_by_pairs(letters, days[0].tolist(), minimum, confirmation)
    assert Response(int(best[0])).name == name
    found = first_day_of(best, responses, days, **rules)[0]
    assert (np.isnan(found) and day is None) or found == day
    if name == "PR":
        assert first_response(responses, days, confirmation=confirmation)[0] == day
