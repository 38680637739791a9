"""Records in and out: doses survive the way there and back, ADDL is expanded exactly, the rest is refused by name."""

from __future__ import annotations

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
    assert list(table.columns) == list(nonmem.COLUMNS)
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
        ({"SS": 1}, "SS in row 0: steady state is not supported"),
        ({"EVID": 2}, "EVID in row 0: 2 is another kind of event"),
        ({"EVID": 3}, "3 is a reset"),
        ({"EVID": 4}, "4 is a reset with a dose"),
        ({"EVID": 9}, "9 is unknown"),
        ({"EVID": 0}, "AMT in row 0: is 240 where EVID is 0"),
        ({"EVID": 1, "AMT": 0.0}, "is 0 where EVID is 1"),
        ({"EVID": 1, "AMT": -5.0}, "is -5"),
        ({"RATE": -1}, "modelled rate"),
        ({"RATE": -2}, "modelled rate"),
        ({"RATE": -3}, "RATE in row 0: is negative"),
        ({"DUR": -3}, "DUR in row 0: is negative"),
        ({"RATE": 480.0, "DUR": 2.0}, "AMT/RATE is 0.5"),
        ({"ADDL": 3}, "is 3 with II 0"),
        ({"ADDL": -1, "II": 3}, "is -1"),
        ({"ADDL": 1.5, "II": 3}, "1.5 is not a whole number"),
        ({"CMT": "nivolumab_centrl"}, "no drug is given into 'nivolumab_centrl'; did you mean 'nivolumab_central'?"),
        ({"CMT": 1}, "no drug is given into '1'"),
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
