"""Patients with doses of their own from a table: the same as each by itself, and the planned doses as a table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from melanokine.drugs import nonmem
from melanokine.errors import InputError, ModelError
from melanokine.patients import diagnose
from melanokine.patients.dosing_table import dosing_table, export_nonmem
from melanokine.patients.simulation import simulate

NIVOLUMAB = "nivolumab 3 mg/kg IV every 2 weeks"
HIGH_DOSE = "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days"
SUBCUTANEOUS = "aldesleukin 9 MIU SC every day"
DAYS, TIMES = 40, [0.0, 3.0, 20.0, 40.0]

ROWS = pd.DataFrame(
    [
        {"ID": 2, "TIME": 0.0, "AMT": 240.0, "RATE": 480.0, "II": 336.0, "ADDL": 9, "CMT": "nivolumab_central"},
        {"ID": 5, "TIME": 0.0, "AMT": 0.0, "CMT": "nivolumab_central"},
        {"ID": 4, "TIME": 24.0, "AMT": 1.1, "II": 24.0, "ADDL": 4, "CMT": "aldesleukin_depot"},
        {"ID": 3, "TIME": 0.0, "AMT": 240.0, "RATE": 480.0, "II": 336.0, "ADDL": 9, "CMT": "nivolumab_central"},
    ]
).fillna(0)


def test_each_patient_has_the_doses_of_its_id(model, first_line):
    records = nonmem.read(ROWS)
    together = simulate(model, first_line, records, days=DAYS, times=TIMES, seed=7)
    assert together["patient"].values.tolist() == [2, 3, 4, 5]
    assert together.sizes["dose"] == 5
    assert together["given"].sum("dose").values.tolist() == [3, 3, 5, 0]
    assert together["dose_time"].sel(patient=4).values.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert together["dose_drug"].sel(patient=3).values.tolist() == ["nivolumab"] * 3 + [""] * 2
    assert together.attrs["regimen"][2:] == ["5 recorded doses of aldesleukin", "no recorded dose"]
    cohort = diagnose(model, first_line, 6, seed=7)
    for patient in records:
        alone = simulate(model, cohort.select([patient - 1]), records[patient], days=DAYS, times=TIMES)
        for name in model.network.observables:
            np.testing.assert_array_equal(together[name].sel(patient=patient).values, alone[name].values[0])
    within = simulate(model, cohort, records, days=DAYS, times=TIMES)
    assert within.equals(together)


def test_a_table_of_planned_doses_is_as_good_as_the_sentences(model, first_line):
    sentences = [NIVOLUMAB, HIGH_DOSE, SUBCUTANEOUS]
    table = dosing_table(model, sentences, days=DAYS, patients=4, population=first_line, seed=7)
    assert table["ID"].unique().tolist() == [1, 2, 3, 4]
    assert table["WT"].nunique() == table["BSA"].nunique() == 4
    by_table = simulate(model, first_line, nonmem.read(table), days=DAYS, times=TIMES, seed=7)
    in_words = simulate(model, first_line, sentences, days=DAYS, times=TIMES, seed=7, patients=4)
    assert by_table["given"].sum().item() == in_words["given"].sum().item()
    for name in model.network.observables:
        np.testing.assert_allclose(by_table[name], in_words[name], rtol=1e-6, err_msg=name)


def test_the_typical_patient_stands_for_every_id(model, first_line, tmp_path):
    path = export_nonmem(tmp_path / "doses.csv", model, NIVOLUMAB, days=DAYS, population=first_line)
    table = pd.read_csv(path)
    assert table[["ID", "ADDL"]].to_numpy().tolist() == [[1, 2]]
    assert table["WT"][0] == pytest.approx(79.3, rel=1e-3)  # the median within the range of weights
    assert table["AMT"][0] == pytest.approx(3 * table["WT"][0])
    twice = pd.concat([table, table.assign(ID=8)])
    course = simulate(model, "typical", nonmem.read(twice), days=DAYS, times=TIMES)
    assert course["patient"].values.tolist() == [1, 8]
    in_words = simulate(model, "typical", NIVOLUMAB, days=DAYS, times=TIMES)
    np.testing.assert_allclose(course["sum_of_diameters"].sel(patient=8), in_words["sum_of_diameters"][0], rtol=1e-6)


def test_doses_before_a_steady_state_move_the_table(model):
    table = pd.DataFrame([{"TIME": 0.0, "AMT": 240.0, "SS": 1, "II": 336.0, "CMT": "nivolumab_central"}])
    course = simulate(model, "typical", nonmem.read(table, steady_state_doses=2), days=DAYS)
    assert course.attrs["time_zero"] == 28.0
    assert course["dose_time"].values.tolist() == [[0.0, 14.0, 28.0]]
    assert course["time"].values[-1] == DAYS


def test_bad_tables_are_refused(model, first_line, tmp_path):
    cohort = diagnose(model, first_line, 4, seed=7)
    with pytest.raises(InputError, match="ID 5 is not in the cohort"):
        simulate(model, cohort, nonmem.read(ROWS), days=DAYS)
    with pytest.raises(InputError, match="ID 0 is no patient; number patients from 1"):
        simulate(model, first_line, nonmem.read(ROWS.assign(ID=[0, 1, 2, 3])), days=DAYS)
    with pytest.raises(InputError, match="has no patient"):
        simulate(model, cohort, nonmem.read(ROWS.iloc[:0]), days=DAYS)
    with pytest.raises(ModelError, match="the model does not hold 'ipilimumab'"):
        simulate(model, cohort, nonmem.read(ROWS.iloc[:1].assign(CMT="ipilimumab_central")), days=DAYS)
    with pytest.raises(InputError, match="nobody is given anything"):
        dosing_table(model, [])
    with pytest.raises(InputError, match="cannot be written: no such file or directory"):
        export_nonmem(tmp_path / "absent" / "doses.csv", model, NIVOLUMAB)
    assert list(tmp_path.iterdir()) == []
