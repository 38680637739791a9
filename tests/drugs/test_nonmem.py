"""Records in and out: doses survive the way there and back, ADDL is expanded exactly, steady states,
lags and bioavailability are as in NONMEM, and the rest is refused by name."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from melanokine.drugs import Regimen, load, nonmem
from melanokine.errors import InputError

SENTENCES = [
    "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days",
    "aldesleukin 18 MIU SC daily for 5 days",
    "aldesleukin 1 MIU/m2 IV bolus every week",
    "nivolumab 1 mg/kg IV every 3 weeks for 4 doses then 3 mg/kg every 2 weeks",
    "bempegaldesleukin 0.006 mg/kg IV every 3 weeks",
    "dacarbazine 1000 mg/m2 IV every 3 weeks for 6 doses",
    "pembrolizumab 200 mg IV q3w, starting day 84",
]


@pytest.mark.parametrize("unit", ["hour", "day"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_there_and_back(sentence, unit, tmp_path: Path):
    doses = Regimen.parse(sentence).doses(200)
    table = nonmem.write({7: doses}, weight_kg=80.0, surface_m2=2.0, time_unit=unit)
    assert list(table.columns) == [*nonmem.COLUMNS, "WT", "BSA"]
    path = tmp_path / "doses.csv"
    table.to_csv(path, index=False)
    for source in (table, path):
        back = nonmem.read(source, time_unit=unit, surface_m2=2.0)[7].doses(200)
        assert len(back) == len(doses)
        for found, dose in zip(back, doses, strict=True):
            size = {"flat": 1.0, "kg": 80.0, "m2": 2.0}[dose.per]
            assert found.time_d == pytest.approx(dose.time_d, abs=1e-12)
            assert found.amount == pytest.approx(dose.amount * size)
            assert found.duration_d == pytest.approx(dose.duration_d)
            assert found[8:] == dose[8:]
            assert (found.drug, found.route, found.unit) == (dose.drug, dose.route, dose.unit)


def test_evenly_spaced_doses_share_a_row():
    table = nonmem.write({1: Regimen.parse(SENTENCES[0]).doses(30)}, weight_kg=70.0)
    assert table[["TIME", "II", "ADDL", "EVID", "SS", "CMT"]].to_numpy().tolist() == [
        [0.0, pytest.approx(8.0), 13, 1, 0, "aldesleukin_central"],
        [336.0, pytest.approx(8.0), 13, 1, 0, "aldesleukin_central"],
    ]
    assert table["AMT"][0] == pytest.approx(0.6 * 70 / 16.36)
    assert table["RATE"][0] == pytest.approx(table["AMT"][0] * 4)


def test_patients_have_their_own_doses_and_weights():
    doses = Regimen.parse("ipilimumab 3 mg/kg IV every 3 weeks").doses(1)
    table = nonmem.write({1: doses, 2: doses}, weight_kg={1: 60.0, 2: 90.0})
    assert table["AMT"].tolist() == pytest.approx([180.0, 270.0])
    read = nonmem.read(table)
    assert read[2].doses(1)[0].amount == pytest.approx(1.5 * read[1].doses(1)[0].amount)


def test_a_table_as_others_write_it(tmp_path: Path):
    path = tmp_path / "study.csv"
    path.write_text(
        "#id, time, amt, rate, ii, addl, evid, mdv, dv, wt, cmt\n"
        "1, 0, 240, 480, 336, 2, 1, 1, ., 80, nivolumab_central\n"
        "1, 24, ., ., ., ., 0, 0, 61.2, 80, nivolumab_central\n"
        "2, 0, 1.1, ., ., ., 1, 1, ., 70, aldesleukin_depot\n"
    )
    read = nonmem.read(path)
    assert [dose.time_d for dose in read[1].doses(100)] == [0.0, 14.0, 28.0]
    assert read[1].doses(1)[0].duration_d == pytest.approx(0.5 / 24)
    assert read[2].doses(1)[0].route == "SC"
    assert read[2].doses(1)[0].amount == pytest.approx(load("aldesleukin").amount("18 MIU").amount, rel=1e-3)
    assert read[1].doses(20) == read[1].doses(100)[:2]


def test_additional_doses_are_exact():
    table = pd.DataFrame({"TIME": [0.0], "AMT": [1.0], "II": [8.0], "ADDL": [89], "CMT": ["aldesleukin_central"]})
    times = [dose.time_d for dose in nonmem.read(table)[1].doses(100)]
    assert times == [k * 8 / 24 for k in range(90)]
    assert times[3::3] == [float(k) for k in range(1, 30)]


GOOD = {"ID": 1, "TIME": 0.0, "AMT": 240.0, "CMT": "nivolumab_central"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"SS": 1}, "SS in row 0: a steady state of doses needs the interval between them; give II"),
        ({"SS": 2, "II": 24}, "SS in row 0: says that doses came before, but not how many"),
        ({"SS": 3, "II": 24}, "SS in row 0: 3 is unknown"),
        ({"SS": 1, "AMT": 0.0, "RATE": 10.0}, "AMT in row 0: is 0 where EVID is 0"),
        ({"EVID": 2}, "AMT in row 0: is 240 where EVID is 2"),
        ({"EVID": 3}, "AMT in row 0: is 240 where EVID is 3"),
        ({"EVID": 9}, "EVID in row 0: 9 is unknown"),
        ({"EVID": 0}, "AMT in row 0: is 240 where EVID is 0"),
        ({"EVID": 1, "AMT": 0.0}, "is 0 where EVID is 1"),
        ({"EVID": 1, "AMT": -5.0}, "is -5"),
        ({"RATE": -1}, "modelled rate"),
        ({"CMT": "aldesleukin_depot", "RATE": -2}, "modelled rate"),
        ({"RATE": -2, "DUR": 1.0}, "DUR in row 0: is given, and RATE -2 as well"),
        ({"RATE": -3}, "RATE in row 0: is negative"),
        ({"DUR": -3}, "DUR in row 0: is negative"),
        ({"RATE": 480.0, "DUR": 2.0}, "AMT/RATE is 0.5"),
        ({"ADDL": 3}, "is 3 with II 0"),
        ({"ADDL": -1, "II": 3}, "is -1"),
        ({"ADDL": 1.5, "II": 3}, "1.5 is not a whole number"),
        ({"CMT": "nivolumab_centrl"}, "no drug is given into 'nivolumab_centrl'; did you mean 'nivolumab_central'?"),
        ({"CMT": 1}, "CMT in row 0: no drug is given into '1'; name it, or add a column CMTNAME"),
        ({"CMTNAME": "nivolumab"}, "CMTNAME in row 0: no drug is given into 'nivolumab'"),
        ({"F": 0.0}, "F in row 0: is 0"),
        ({"ALAG": -1.0}, "ALAG in row 0: is negative"),
        ({"BSA": -1.0, "CMT": "dacarbazine_effect"}, "BSA in row 0: is -1"),
        ({"AMT": 1e15}, "AMT in row 0: a dose of 1000000000000000.0 mg is beyond reason"),
        ({"ADDL": 1e9, "II": 1}, "ADDL in row 0: the row stands for more than 100000 doses"),
        ({"TIME": -1.0}, "TIME in row 0: is -1"),
        ({"TIME": 1e300}, "TIME in row 0: the doses go on for more than a century"),
        ({"II": 1e5, "ADDL": 99}, "TIME in row 0: the doses go on for more than a century"),
        ({"ALAG": 1e9}, "ALAG in row 0: asks for more than a century; check the number and its unit"),
        ({"RATE": 1e-300}, "RATE in row 0: asks for more than a century"),
        ({"DUR": 1e9}, "DUR in row 0: asks for more than a century"),
        ({"TIME": float("inf")}, "TIME in row 0: inf is not a finite number"),
        ({"TIME": float("nan")}, "TIME in row 0: is missing"),
        ({"TIME": "noon"}, "'noon' is not a finite number"),
        ({"CMT": "aldesleukin_depot", "RATE": 20.0}, "is no infusion"),
        ({"CMT": "dacarbazine_effect"}, "give surface_m2"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(change, says):
    with pytest.raises(InputError) as caught:
        nonmem.read(pd.DataFrame([GOOD | change]))
    assert says in str(caught.value)


def one(**change):
    """The doses of a table of one row."""
    return nonmem.read(pd.DataFrame([GOOD | change]))[1].doses(1000)


def test_decimal_times_are_exact():
    hours = [dose.time_d * 24 for dose in one(TIME=0.1, II=0.1, ADDL=9)]
    assert hours == [float(Fraction(k, 10) / 24) * 24 for k in range(1, 11)]
    assert [
        dose.time_d for dose in nonmem.read(pd.DataFrame([GOOD | {"II": 0.1, "ADDL": 10}]), time_unit="day")[1].doses(9)
    ] == [float(Fraction(k, 10)) for k in range(11)]


def test_rate_and_duration_are_two_words_for_one_thing():
    (by_rate,), (by_duration,) = one(RATE=480.0), one(DUR=0.5)
    assert by_rate.duration_d == by_duration.duration_d == 0.5 / 24
    assert by_rate.target == ("infusion", "nivolumab_infusion")
    (as_recorded,) = one(RATE=-2)
    assert as_recorded.duration_d == load("nivolumab").routes.IV.duration.to("d")
    (at_once,) = one()
    assert at_once.target == ("bolus", "nivolumab_central")


def test_bioavailability_scales_the_amount_as_in_nonmem():
    """F AMT enters: during F AMT / RATE at the rate of the table, or during DUR at F times the rate."""
    (whole,), (by_rate,), (by_duration,) = one(RATE=480.0), one(RATE=480.0, F=0.25), one(DUR=0.5, F1=0.25)
    assert by_rate.amount == by_duration.amount == pytest.approx(0.25 * whole.amount)
    assert by_rate.duration_d == pytest.approx(0.25 * 0.5 / 24)
    assert by_duration.duration_d == 0.5 / 24


def test_what_a_record_knows_of_absorption_is_its_default():
    depot = {"CMT": "aldesleukin_depot", "AMT": 1.1}
    known = load("aldesleukin").routes.SC
    (plain,), (halved,), (late,) = one(**depot), one(**depot, F=known.bioavailability.value / 2), one(**depot, ALAG=6.0)
    assert plain.lag_d == known.lag.to("d")
    assert halved.amount == pytest.approx(plain.amount / 2)
    assert (late.time_d, late.enters_d) == (0.0, 0.25)
    (written,) = nonmem.write({1: [plain]})[["ALAG", "F"]].to_numpy().tolist()
    assert written == [pytest.approx(plain.lag_d * 24), known.bioavailability.value]


def test_a_steady_state_is_the_doses_that_lead_to_it():
    table = pd.DataFrame(
        [
            GOOD | {"ID": 1, "TIME": 48.0, "SS": 1, "II": 24.0, "ADDL": 1},
            GOOD | {"ID": 2, "TIME": 0.0},
            GOOD | {"ID": 2, "TIME": 240.0, "SS": 2, "II": 24.0},
        ]
    )
    within = nonmem.read(table, steady_state_doses=2)
    assert within.time_zero_d == 0.0
    assert [dose.time_d for dose in within[1].doses(99)] == [0.0, 1.0, 2.0, 3.0]
    assert [dose.time_d for dose in within[2].doses(99)] == [0.0, 8.0, 9.0, 10.0]
    before = nonmem.read(table, steady_state_doses=5)
    assert before.time_zero_d == 3.0
    assert [dose.time_d for dose in before[1].doses(99)] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert [dose.time_d for dose in before[2].doses(99)] == [3.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0]
    again = pd.DataFrame([GOOD, GOOD | {"TIME": 24.0, "SS": 1, "II": 24.0}])
    with pytest.raises(InputError, match="1 begins anew where doses came before, which no patient can; write SS 2"):
        nonmem.read(again, steady_state_doses=3)
    for wrong in (-1, True, 2.0):
        with pytest.raises(InputError, match="give the number of doses"):
            nonmem.read(again, steady_state_doses=wrong)


def test_events_without_a_dose_and_patients_who_begin():
    rows = [
        {"EVID": 3, "AMT": 0.0},
        {"EVID": 4, "TIME": 0.0},
        {"EVID": 2, "AMT": 0.0, "TIME": 5.0},
        {"EVID": 1, "TIME": 24},
    ]
    for start in (rows[0:1], rows[1:2]):
        table = pd.DataFrame([GOOD | row for row in [*start, *rows[2:]]])
        assert [dose.time_d for dose in nonmem.read(table)[1].doses(9)] == [0.0] * (start == rows[1:2]) + [1.0]
    with pytest.raises(InputError, match=r"EVID in row 1: 4 resets a patient, .*; give the next occasion an ID"):
        nonmem.read(pd.DataFrame([GOOD | rows[3], GOOD | rows[1]]))


def test_compartments_may_be_numbers():
    doses = [*Regimen.parse(SENTENCES[1]).doses(20), *Regimen.parse(SENTENCES[6]).doses(200)]
    table = nonmem.write({3: doses}, numbered=True)
    assert table[["CMT", "CMTNAME"]].drop_duplicates().to_numpy().tolist() == [
        [1, "aldesleukin_depot"],
        [2, "pembrolizumab_central"],
    ]
    named = nonmem.read(table)
    assert [dose.drug for dose in named[3].doses(90)] == ["aldesleukin"] * 5 + ["pembrolizumab"]
    assert named.drugs == ("aldesleukin", "pembrolizumab")
    told = nonmem.read(table.drop(columns="CMTNAME"), compartments={1: "aldesleukin_depot", 2: "pembrolizumab_central"})
    assert told == named
    assert str(told[3]) == f"{len(told[3].recorded)} recorded doses of aldesleukin, pembrolizumab"


def test_cells_are_counted_and_body_surface_may_be_a_column():
    doses = Regimen.parse("lifileucel 20000000000 cells IV").doses(1)
    table = nonmem.write({1: doses})
    assert table["AMT"].tolist() == [pytest.approx(2e10)]
    assert nonmem.read(table)[1].doses(1)[0].amount == pytest.approx(doses[0].amount)
    dacarbazine = pd.DataFrame(
        [{**GOOD, "ID": k, "CMT": "dacarbazine_effect", "AMT": 2000.0, "BSA": 1.0 + k} for k in (1, 3)]
    )
    assert [doses.doses(1)[0].amount for doses in nonmem.read(dacarbazine).values()] == [1000.0, 500.0]


def test_columns_are_given_once():
    table = pd.DataFrame([[0.0, 240.0, "nivolumab_central", 0.0, 1.0]], columns=["TIME", "AMT", "CMT", "LAG", "ALAG1"])
    with pytest.raises(InputError, match="the column ALAG is given twice"):
        nonmem.read(table)
    with pytest.raises(InputError, match="hours or days, not in 'minute'"):
        nonmem.read(table, time_unit="minute")


def test_errors_in_files_name_the_line(tmp_path: Path):
    path = tmp_path / "doses.csv"
    pd.DataFrame([GOOD, GOOD | {"TIME": -4.0}]).to_csv(path, index=False)
    with pytest.raises(InputError, match=r"doses.csv:3: TIME: goes back from 0 to -4; sort the rows"):
        nonmem.read(path)
    path.write_text("ID,TIM,AMT,CMT\n1,0,240,nivolumab_central\n")
    with pytest.raises(InputError, match=r"doses.csv:1: the column TIME is missing; did you mean 'TIM'\?"):
        nonmem.read(path)
    path.write_text("")
    with pytest.raises(InputError, match="is not a table in CSV"):
        nonmem.read(path)
    with pytest.raises(InputError, match="cannot be read: no such file"):
        nonmem.read(tmp_path / "absent.csv")


def test_body_sizes_and_drugs_must_be_known():
    doses = Regimen.parse("ipilimumab 3 mg/kg IV every 3 weeks").doses(1)
    with pytest.raises(InputError, match="doses of ipilimumab are per kg; give weight_kg"):
        nonmem.write({1: doses})
    with pytest.raises(InputError, match="a body size cannot be -3"):
        nonmem.write({1: doses}, weight_kg=-3)
    mutein = load("aldesleukin").engineered("x", alpha_affinity=0)
    other = Regimen.parse("x 1 mg SC", drugs=[mutein]).doses(1)
    with pytest.raises(InputError, match="unknown drug 'x'"):
        nonmem.write({1: other})
    table = nonmem.write({1: other}, drugs=[mutein])
    assert nonmem.read(table, drugs=[mutein])[1].doses(1)[0] == other[0]._replace(amount=pytest.approx(other[0].amount))
