"""The ADaM datasets of a trial agree with each other, with its endpoints, and with themselves in every format."""

from __future__ import annotations

import csv
import datetime
import json
import re
import sys
from dataclasses import replace

import jsonschema
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest

from melanokine.errors import InputError
from melanokine.interchange.clinical import Dataset, Variable, check_format
from melanokine.trials.adam import DATASETS, datasets, write_adam
from melanokine.trials.adam.write import VARIABLES
from melanokine.trials.scans import DAYS_PER_MONTH
from melanokine.trials.survival import kaplan_meier

FORMS = {"parquet": "parquet", "json": "json", "xpt": "xpt"}

DATASET_JSON = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "datasetJSONCreationDateTime", "datasetJSONVersion", "itemGroupOID", "records", "name", "label", "columns",
    ],
    "properties": {
        "datasetJSONCreationDateTime": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(([+-]\d\d:\d\d)|Z)?$"},
        "datasetJSONVersion": {"pattern": r"^1\.1(\.(0|([1-9][0-9]*)))?$"},
        **{name: {"type": "string", "minLength": 1} for name in ("fileOID", "studyOID", "itemGroupOID", "name")},
        **{name: {"type": "string"} for name in ("originator", "label")},
        "sourceSystem": {
            "type": "object", "required": ["name", "version"], "additionalProperties": False,
            "properties": {"name": {"type": "string"}, "version": {"type": "string"}},
        },
        "records": {"type": "integer", "minimum": 0},
        "columns": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["itemOID", "name", "label", "dataType"],
                "properties": {
                    **{name: {"type": "string", "minLength": 1} for name in ("itemOID", "name")},
                    **{name: {"type": "string"} for name in ("label", "displayFormat")},
                    "dataType": {
                        "enum": ["string", "integer", "decimal", "float", "double", "boolean", "datetime", "date",
                                 "time", "URI"]
                    },
                    "targetDataType": {"enum": ["integer", "decimal"]},
                    **{name: {"type": "integer", "minimum": 1} for name in ("length", "keySequence")},
                },
            },
        },
        "rows": {
            "type": "array",
            "items": {"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}},
        },
    },
}  # fmt: skip
"""The rules of the specification of Dataset-JSON 1.1 (CDISC, 5 December 2024), tables of attributes."""


@pytest.fixture(scope="module")
def adam(kept):
    return {name: dataset.frame for name, dataset in datasets(kept).items()}


@pytest.fixture(scope="module")
def files(kept, tmp_path_factory):
    folder = tmp_path_factory.mktemp("adam")
    for form in FORMS:
        write_adam(kept, folder, form)
    return folder


# metadata


def test_every_variable_is_described_within_the_limits_of_sas():
    with VARIABLES.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len({(row["dataset"], row["name"]) for row in rows}) == len(rows)
    labels: dict[str, str] = {}
    for row in rows:
        assert re.fullmatch(r"[A-Z][A-Z0-9]{0,7}", row["name"])
        assert 0 < len(row["label"]) <= 40
        assert row["origin"]
        assert labels.setdefault(row["name"], row["label"]) == row["label"]  # one label wherever a variable is
        assert row["name"].endswith(("DT", "TDT")) == (row["kind"] == "date"), row["name"]
        assert not row["name"].endswith("FL") or row["label"].endswith(("Flag", "Flag 01"))


def test_every_dataset_has_keys_and_is_sorted_by_subject(adam, kept):
    for name, dataset in datasets(kept).items():
        assert dataset.keys[:2] == ["STUDYID", "USUBJID"]
        assert dataset.label == DATASETS[name]
        assert len(adam[name])


# subjects


def test_subjects_agree(adam, kept):
    subjects = adam["ADSL"]
    assert subjects["USUBJID"].is_unique
    assert len(subjects) == len(kept.patients)
    for name in ("ADTR", "ADRS", "ADTTE", "ADAE"):
        assert set(adam[name]["USUBJID"]) <= set(subjects["USUBJID"])
        shared = [c for c in ("STUDYID", "SUBJID", "SITEID", "SAFFL", "ITTFL") if c in adam[name]]
        joined = adam[name][["USUBJID", *shared]].merge(subjects, on="USUBJID", suffixes=("", "_sl"))
        for column in shared:
            assert (joined[column] == joined[f"{column}_sl"]).all()
    assert set(adam["ADTTE"]["USUBJID"]) == set(subjects["USUBJID"])
    assert set(adam["ADTR"]["USUBJID"]) == set(subjects["USUBJID"])


def test_the_same_virtual_patient_is_a_subject_of_every_arm(adam):
    pairs = adam["ADSL"].pivot(index="VPATID", columns="ARM", values="WEIGHTBL")
    assert (pairs["both"] == pairs["one"]).all()
    assert adam["ADSL"].groupby("VPATID")["USUBJID"].nunique().eq(3).all()


def test_treatment_is_what_was_given(adam):
    subjects = adam["ADSL"].set_index("ARM")
    assert (subjects.loc["none", "SAFFL"] == "N").all()
    assert subjects.loc["none", ["TRTSDT", "TRTEDT", "TRT01AN"]].isna().all().all()
    assert (subjects.loc["none", "TRT01A"] == "").all()
    assert (subjects.loc["both", "SAFFL"] == "Y").all()
    assert (subjects.loc["both", "TRTSDT"] == subjects.loc["both", "RANDDT"]).all()
    assert (subjects.loc["both", "TRTEDT"] >= subjects.loc["both", "TRTSDT"]).all()
    assert subjects["TRT01PN"].groupby(level=0).first().to_dict() == {"both": 1, "none": 3, "one": 2}
    assert (adam["ADAE"]["SAFFL"] == "Y").all()


def test_nothing_is_invented(adam, small):
    assert not {"AGE", "SEX", "AGEU", "RACE", "ECOGBL"} & set(adam["ADSL"])
    cohort = small.cohort(60)
    known = cohort.covariates.assign(age=62.9, sex=["male", "female"] * 30, ecog=1, ldh_ratio=0.8)
    told = small.run(small.design(), cohort=replace(cohort, covariates=known), records=True)
    subjects = datasets(told)["ADSL"].frame
    assert subjects[["AGE", "AGEU", "ECOGBL", "LDHRBL"]].drop_duplicates().to_numpy().tolist() == [
        [62, "YEARS", 1, 0.8]
    ]
    assert subjects["SEX"].tolist()[:3] == ["M", "F", "M"]


def test_entry_is_staggered_from_the_first_of_january(small):
    told = small.run(small.design(year=2009, accrual_months=6), records=True)
    entry = datasets(told)["ADSL"].frame["RANDDT"]
    assert entry.min() >= pd.Timestamp("2009-01-01")
    assert pd.Timestamp("2009-05-15") < entry.max() < pd.Timestamp("2009-07-04")
    assert entry.nunique() > 30


def test_failures_are_flagged_and_have_nothing_else(small):
    told = small.run(small.design(), simulator=small.Simulator(broken_above=0.004), records=True)
    found = {name: dataset.frame for name, dataset in datasets(told).items()}
    failed = found["ADSL"][found["ADSL"]["FAILFL"] == "Y"]
    assert len(failed) == told.patients["failed"].sum() > 0
    assert (failed["ITTFL"] == "N").all()
    assert (failed[["SAFFL", "DTHFL", "EOSSTT"]] == ["N", "", ""]).all().all()
    for name in ("ADTR", "ADRS", "ADTTE", "ADAE"):
        assert not set(failed["USUBJID"]) & set(found[name]["USUBJID"])


# endpoints


def by_subject(frame, parameter, column):
    return frame[frame["PARAMCD"] == parameter].set_index("USUBJID")[column]


def test_best_responses_are_the_trials(adam, kept):
    best = by_subject(adam["ADRS"], "CBOR", "AVALC").reindex(adam["ADSL"]["USUBJID"])
    assert best.tolist() == kept.patients["best_response"].tolist()
    response = by_subject(adam["ADRS"], "CRSP", "AVALC").reindex(adam["ADSL"]["USUBJID"]) == "Y"
    rates = 100 * response.groupby(adam["ADSL"]["ARM"].to_numpy()).mean()
    for arm, endpoints in kept.endpoints.items():
        assert rates[arm] == pytest.approx(endpoints["ORR"].value)
    control = by_subject(adam["ADRS"], "CCB", "AVALC").reindex(adam["ADSL"]["USUBJID"]) == "Y"
    assert 100 * control[adam["ADSL"]["ARM"].to_numpy() == "one"].mean() == pytest.approx(
        kept.endpoints["one"]["DCR"].value
    )
    loose = datasets(replace(kept, design=kept.design.model_copy(update={"confirmation": False})))
    assert loose["ADRS"].frame.equals(adam["ADRS"])


def test_unconfirmed_best_responses_are_those_of_a_trial_without_confirmation(adam, small):
    without = small.run(small.design(confirmation=False))
    best = by_subject(adam["ADRS"], "BOR", "AVALC").reindex(adam["ADSL"]["USUBJID"])
    assert best.tolist() == without.patients["best_response"].tolist()
    assert (best.to_numpy() != by_subject(adam["ADRS"], "CBOR", "AVALC").reindex(best.index).to_numpy()).any()


@pytest.mark.parametrize("endpoint", ["OS", "PFS"])
def test_times_to_events_are_the_trials_to_the_day(adam, kept, endpoint):
    frame = adam["ADTTE"][adam["ADTTE"]["PARAMCD"] == endpoint].set_index("USUBJID").reindex(adam["ADSL"]["USUBJID"])
    name = endpoint.lower()
    days = kept.patients[f"{name}_months"].to_numpy(float) * DAYS_PER_MONTH
    assert np.array_equal(frame["AVAL"].to_numpy() - 1, np.floor(days + 1e-9))
    assert ((frame["CNSR"] == 0).to_numpy() == kept.patients[f"{name}_event"].to_numpy(bool)).all()
    for arm in kept.arms:
        chosen = (adam["ADSL"]["ARM"] == arm).to_numpy()
        curve = kaplan_meier(frame["AVAL"].to_numpy()[chosen] - 1, (frame["CNSR"] == 0).to_numpy()[chosen])
        exact = kaplan_meier(days[chosen], kept.patients[f"{name}_event"].to_numpy(bool)[chosen])
        assert curve.at(180.5)[0] == pytest.approx(exact.at(180.5)[0], abs=0.01)


def test_sources_of_times_to_events_hold_the_same_day(adam):
    frame = adam["ADTTE"]
    responses = adam["ADRS"].set_index(["USUBJID", "ASEQ"])
    subjects = adam["ADSL"].set_index("USUBJID")
    for row in frame.itertuples():
        if row.SRCDOM == "ADRS":
            assert responses.loc[(row.USUBJID, row.SRCSEQ), row.SRCVAR] == row.ADT
        else:
            assert subjects.loc[row.USUBJID, row.SRCVAR] == row.ADT
    assert set(frame["EVNTDESC"]) >= {"Death", "Disease progression", "Data cut-off", "Withdrawal"}
    assert ((frame["CNSR"] == 0) == (frame["CNSDTDSC"] == "")).all()
    assert (frame["AVAL"] == (frame["ADT"] - frame["STARTDT"]).dt.days + 1).all()
    lasting = frame[frame["PARAMCD"] == "DOR"].set_index("USUBJID")
    first = by_subject(adam["ADRS"], "CRSP", "ADT").dropna()
    assert (lasting["STARTDT"] == first.reindex(lasting.index)).all()
    assert len(lasting) == len(first)


def test_deaths_agree_everywhere(adam):
    subjects = adam["ADSL"].set_index("USUBJID")
    died = subjects.index[subjects["DTHFL"] == "Y"]
    assert set(by_subject(adam["ADRS"], "DEATH", "AVALC").loc[lambda s: s == "Y"].index) == set(died)
    assert set(by_subject(adam["ADTTE"], "OS", "CNSR").loc[lambda s: s == 0].index) == set(died)
    assert (subjects.loc[died, "DTHDT"] == subjects.loc[died, "LSTALVDT"]).all()
    assert (subjects.loc[died, "DCSREAS"] == "DEATH").all()
    assert subjects.loc[subjects["DTHFL"] == "", "DTHDT"].isna().all()


def test_sums_and_responses_agree(adam):
    sums = adam["ADTR"][adam["ADTR"]["PARAMCD"] == "SDIAM"].set_index(["USUBJID", "AVISITN"])
    lesions = adam["ADTR"][adam["ADTR"]["PARAMCD"] != "SDIAM"].groupby(["USUBJID", "AVISITN"])["AVAL"].sum()
    assert np.allclose(lesions.reindex(sums.index), sums["AVAL"])
    target = adam["ADRS"][adam["ADRS"]["PARAMCD"] == "TRGRESP"].set_index(["USUBJID", "AVISITN"])["AVALC"]
    seen = sums[sums["ABLFL"] == ""].join(target)
    grown = (seen["PCHGNAD"] >= 20 - 1e-9) & (seen["CHGNAD"] >= 5)
    shrunk = seen["PCHG"] <= -30 + 1e-9
    expected = np.select([grown, seen["AVAL"] == 0, shrunk], ["PD", "CR", "PR"], "SD")
    assert (seen["AVALC"] == expected).all()
    assert set(seen["AVALC"]) >= {"PD", "PR", "SD"}


def test_adverse_events_are_of_treatment(adam, kept):
    events = adam["ADAE"]
    assert (events["ATOXGRN"].astype(str) == events["AETOXGR"]).all()
    assert events["ATOXGRN"].between(1, 5).all()
    assert (events["ASTDY"] >= 1).all()
    assert (events["TRTEMFL"] == "Y").all()
    assert (events["AENDT"].isna() | (events["AENDT"] >= events["ASTDT"])).all()
    for arm in ("both", "one"):
        subjects = events[(events["TRTA"] == arm) & (events["ATOXGRN"] >= 3)]["USUBJID"].nunique()
        assert 100 * subjects / 60 == pytest.approx(kept.endpoints[arm]["grade3plus_TRAE"].value)
        stopped = events[(events["TRTA"] == arm) & (events["AEACN"] == "DRUG WITHDRAWN")]["USUBJID"].nunique()
        assert 100 * stopped / 60 == pytest.approx(kept.endpoints[arm]["discontinuation_for_toxicity"].value)


# formats


def test_dataset_json_keeps_the_rules_of_version_1_1(files, kept):
    for name, dataset in datasets(kept).items():
        document = json.loads((files / f"{name.lower()}.json").read_text(encoding="utf-8"))
        jsonschema.validate(document, DATASET_JSON)
        assert list(document)[:2] == ["datasetJSONCreationDateTime", "datasetJSONVersion"]
        assert document["records"] == len(document["rows"]) == len(dataset.frame)
        assert {len(row) for row in document["rows"]} == {len(document["columns"])}
        for place, column in enumerate(document["columns"]):
            values = [row[place] for row in document["rows"] if row[place] is not None]
            assert column["itemOID"] == f"IT.{name}.{column['name']}"
            if column["dataType"] == "string":
                assert all(isinstance(value, str) and 0 < len(value) <= column["length"] for value in values)
            elif column["dataType"] == "date":
                assert (column["targetDataType"], column["displayFormat"]) == ("integer", "E8601DA.")
                assert all(datetime.date.fromisoformat(value) for value in values)
            else:
                kinds = {"integer": int, "float": float}[column["dataType"]]
                assert all(type(value) is kinds for value in values)
        keys = sorted((c["keySequence"], c["name"]) for c in document["columns"] if "keySequence" in c)
        assert [key for _, key in keys] == dataset.keys


def plain(values, kind):
    if kind == "date":
        return [None if pd.isna(value) else pd.Timestamp(value).date() for value in values]
    if kind == "text":
        return ["" if value is None or value != value else value for value in values]
    return [None if pd.isna(value) else float(value) for value in values]


def test_all_formats_hold_the_same(files, kept):
    for name, dataset in datasets(kept).items():
        table = pq.read_table(files / f"{name.lower()}.parquet")
        xpt, meta = pyreadstat.read_xport(str(files / f"{name.lower()}.xpt"))
        document = json.loads((files / f"{name.lower()}.json").read_text(encoding="utf-8"))
        assert (meta.table_name, meta.file_label) == (name, dataset.label)
        assert table.schema.metadata[b"label"].decode() == dataset.label
        for place, variable in enumerate(dataset.variables):
            expected = plain(dataset.frame[variable.name], variable.kind)
            assert plain(table[variable.name].to_pylist(), variable.kind) == expected
            assert plain(xpt[variable.name], variable.kind) == expected, variable.name
            assert plain([row[place] for row in document["rows"]], variable.kind) == expected
            assert meta.column_names_to_labels[variable.name] == variable.label
            assert table.schema.field(variable.name).metadata[b"label"].decode() == variable.label


@pytest.mark.parametrize("form", FORMS)
def test_the_same_time_gives_the_same_bytes(kept, tmp_path, form, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first, second = write_adam(kept, tmp_path / "1", form), write_adam(kept, tmp_path / "2", form)
    for file in sorted(path.name for path in first.iterdir()):
        assert (first / file).read_bytes() == (second / file).read_bytes()
    if form == "xpt":
        head = (first / "adsl.xpt").read_bytes().partition(b"HEADER RECORD*******OBS ")[0]
        assert re.findall(rb"\d\d[A-Z]{3}\d\d:\d\d:\d\d:\d\d", head) == [b"14NOV23:22:13:20"] * 4
    assert len(list(first.iterdir())) == 5


def test_a_trial_without_events_still_has_its_tables(small, tmp_path):
    told = small.run(small.design(arms={"none": []}, patients_per_arm=3), records=True)
    for form in FORMS:
        write_adam(told, tmp_path, form)
    empty, meta = pyreadstat.read_xport(str(tmp_path / "adae.xpt"))
    assert len(empty) == 0
    assert "AEDECOD" in meta.column_names
    assert json.loads((tmp_path / "adae.json").read_text())["rows"] == []
    assert pq.read_table(tmp_path / "adae.parquet").num_rows == 0


# what cannot be


def test_bad_requests_leave_nothing(small, result, kept, tmp_path, monkeypatch):
    with pytest.raises(InputError, match="has no records of its patients; run the trial with records=True"):
        write_adam(result, tmp_path / "a")
    with pytest.raises(InputError, match="no format of clinical data is called 'sas'"):
        write_adam(kept, tmp_path / "a", "sas")
    greek = small.run(small.design(arms={"αPD-1": []}, patients_per_arm=2), records=True)
    with pytest.raises(InputError, match=r"ADSL.ARM is not ASCII: 'αPD-1'; rename it in the design, or choose parquet"):
        write_adam(greek, tmp_path / "b", "xpt")
    assert list((tmp_path / "b").iterdir()) == []
    write_adam(greek, tmp_path / "b", "json")
    long = small.run(small.design(arms={"x" * 201: []}, patients_per_arm=2), records=True)
    with pytest.raises(InputError, match="is longer than 200 characters"):
        write_adam(long, tmp_path / "c", "xpt")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written there"):
        write_adam(kept, tmp_path / "file")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(InputError, match="SOURCE_DATE_EPOCH is 'yesterday'; give the seconds since 1970"):
        write_adam(kept, tmp_path / "d")


def test_without_pyreadstat_only_xpt_is_refused(kept, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(InputError, match=r'XPT files need pyreadstat; install "melanokine\[interchange\]", or choose'):
        write_adam(kept, tmp_path / "x", "xpt")
    with pytest.raises(InputError, match="XPT files need pyreadstat"):
        check_format("xpt")
    assert not (tmp_path / "x").exists()
    write_adam(kept, tmp_path / "x", "json")


def test_a_dataset_is_checked_against_its_variables():
    variable = Variable("X", "AVAL", "Analysis Value", "float", 1, "always", "test")
    frame = pd.DataFrame({"AVAL": [1.0, 2.0]})
    assert Dataset("X", "Test", (variable,), frame).keys == ["AVAL"]
    for wrong, says in (
        ({"name": "TOOLONGNAME"}, "has no name and label of SAS"),
        ({"label": "x" * 41}, "has no name and label of SAS"),
        ({"name": "CHG"}, "the columns of X are not its variables; look at AVAL, CHG"),
        ({"kind": "integer"}, "X.AVAL is float64; make it Int64"),
    ):
        with pytest.raises(InputError, match=says):
            Dataset("X", "Test", (replace(variable, **wrong),), frame)
    with pytest.raises(InputError, match=r"two records of X have the keys \[2.0\]"):
        Dataset("X", "Test", (variable,), pd.DataFrame({"AVAL": [2.0, 2.0]}))
