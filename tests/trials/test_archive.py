"""A trial in a COMBINE archive: it reopens as it was, runs again to the same bytes, and shows when it was touched."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from xml.etree import ElementTree

import libsbml
import pandas as pd
import pytest

from melanokine.cli.main import main
from melanokine.drugs import load
from melanokine.errors import InputError
from melanokine.interchange.omex import Entry, archive_bytes, read_archive
from melanokine.patients.population import Population
from melanokine.trials import Trial
from melanokine.trials.adam import datasets
from melanokine.trials.archive import open_trial, write_archive
from melanokine.trials.archive.writing import TABLES


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A trial of a drug and a population of its own, and its archive."""
    folder = tmp_path_factory.mktemp("archive")
    own = Population.load("advanced melanoma, first line").model_copy(update={"name": "of my own", "era": 2011})
    population = folder / "own.yaml"
    population.write_text(json.dumps(own.model_dump(mode="json")), encoding="utf-8")
    mutein = load("aldesleukin").engineered("mutein", alpha_affinity=0)
    trial = Trial(
        arms={"mutein, low": ["mutein 0.5 mg IV every 3 weeks"], "none": []}, patients_per_arm=5, duration_months=5,
        population=str(population), subsequent_therapy="none", drugs=[mutein], name="my trial", courses=["nk_cells"],
    )  # fmt: skip
    result = trial.run(seed=3, patients=4, records=True)
    path = write_archive(result, folder / "trial.omex", drugs=trial.drugs)
    population.unlink()  # what is in the archive must do
    return result, path


@pytest.fixture(scope="module")
def opened(made):
    return open_trial(made[1])


def test_the_result_reads_back(made, opened):
    result, _ = made
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(opened.result, name), getattr(result, name), check_dtype=False)
    assert opened.result.summary_record()["arms"] == result.summary_record()["arms"]
    assert opened.result.citations == result.citations
    assert opened.design.arms == result.design.arms
    assert [drug.id for drug in opened.drugs] == ["mutein"]
    for name, dataset in datasets(result).items():
        assert len(opened.adam[name]) == len(dataset.frame)
        assert opened.adam[name]["USUBJID"].tolist() == dataset.frame["USUBJID"].tolist()


def test_it_runs_again_to_the_same_bytes(made, opened, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    again = opened.rerun(workers=1)
    assert opened.differs(again) == []
    first = write_archive(again, tmp_path / "1.omex", drugs=opened.drugs)
    second = write_archive(again, tmp_path / "2.omex", drugs=opened.drugs)
    assert first.read_bytes() == second.read_bytes()
    old, new = read_archive(made[1]), read_archive(first)
    same = {name for name in old if old[name] == new[name]}
    assert set(old) - same == {"ro-crate-metadata.json"}  # which has the time of making
    other = again.patients.assign(os_months=again.patients["os_months"] + 1e-12)
    assert opened.differs(type(again)(**{**vars_of(again), "patients": other})) == ["patients"]


def vars_of(result):
    return {name: getattr(result, name) for name in result.__dataclass_fields__}


def test_models_and_simulation_belong_together(opened):
    sedml = ElementTree.fromstring(opened.files["simulation.sedml"])
    space = {"s": "http://sed-ml.org/sed-ml/level1/version4"}
    models = {one.get("id"): one.get("source") for one in sedml.iterfind(".//s:model", space)}
    assert sorted(models.values()) == sorted(name for name in opened.files if name.startswith("model/"))
    tasks = {one.get("id"): one.get("modelReference") for one in sedml.iterfind(".//s:task", space)}
    documents = {name: libsbml.readSBMLFromString(opened.files[name].decode()) for name in models.values()}
    assert all(document.getNumErrors() == 0 for document in documents.values())
    assert [documents[name].getModel().getNumEvents() > 0 for name in sorted(documents)] == [True, False]
    targets = [one for one in sedml.iterfind(".//s:variable", space) if one.get("target")]
    assert len(targets) == 2 + 1  # the sum of diameters in either arm, and the exposure to the drug in one
    for one in targets:
        identifier = re.search(r"@id='(\w+)'", one.get("target"))[1]
        model = documents[models[tasks[one.get("taskReference")]]].getModel()
        assert model.getParameter(identifier) is not None


def test_the_metadata_are_those_of_ro_crate(opened):
    crate = json.loads(opened.files["ro-crate-metadata.json"])
    assert crate["@context"] == "https://w3id.org/ro/crate/1.1/context"
    entities = {one["@id"]: one for one in crate["@graph"]}
    assert len(entities) == len(crate["@graph"])
    assert entities["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    root = entities["./"]
    assert {"name", "description", "datePublished", "license", "hasPart"} <= set(root)
    assert {one["@id"] for one in root["hasPart"]} == set(opened.files) - {"ro-crate-metadata.json"}
    for location, content in opened.files.items():
        if location != "ro-crate-metadata.json":
            assert entities[location]["sha256"] == hashlib.sha256(content).hexdigest()
            assert entities[location]["contentSize"] == str(len(content))

    def referred(value):
        if isinstance(value, dict):
            return {value["@id"]} if set(value) == {"@id"} else set().union(*map(referred, value.values()))
        return set().union(*map(referred, value)) if isinstance(value, list) else set()

    assert referred(crate["@graph"]) <= {*entities, "https://w3id.org/ro/crate/1.1"}
    assert len(root["citation"]) == len(opened.result.citations)


def changed(files, tmp_path, **changes):
    """An archive in which files have another content, with metadata that agree unless they are changed as well."""
    files = {**files, **{name: content for name, content in changes.items() if content is not None}}
    files = {name: content for name, content in files.items() if changes.get(name, b"") is not None}
    if "ro-crate-metadata.json" not in changes:
        crate = json.loads(files["ro-crate-metadata.json"])
        for one in crate["@graph"]:
            if "sha256" in one and one["@id"] in files:
                one["sha256"] = hashlib.sha256(files[one["@id"]]).hexdigest()
        files["ro-crate-metadata.json"] = json.dumps(crate).encode()
    path = tmp_path / "changed.omex"
    path.write_bytes(archive_bytes(Entry(name, "json", content) for name, content in files.items()))
    return path


def edited(files, name, **changes):
    return json.dumps({**json.loads(files[name]), **changes}).encode()


def test_what_was_touched_is_refused(opened, tmp_path):
    files = opened.files
    cases = [
        (
            {"results/summary.json": None},
            "holds no results/summary.json: it is an archive, but none of a virtual trial",
        ),
        ({"run.json": b"{"}, "run.json is not JSON"),
        (
            {"run.json": edited(files, "run.json", layout=2)},
            "run.json: layout: Input should be less than or equal to 1",
        ),
        ({"run.json": edited(files, "run.json", arms=["x"])}, "run.json: the design has no arm 'x'"),
        ({"run.json": edited(files, "run.json", seed="1")}, "run.json: seed: Input should be a valid integer"),
        ({"design.json": edited(files, "design.json", scan="x")}, "design.json: scan: Extra inputs are not permitted"),
        ({"design.json": edited(files, "design.json", population="x")}, "design.json: population"),
        ({"drugs/mutein.json": b"[]"}, "drugs/mutein.json"),
        ({"ro-crate-metadata.json": b"{}"}, "ro-crate-metadata.json is no metadata of RO-Crate"),
    ]
    for changes, says in cases:
        with pytest.raises(InputError) as caught:
            open_trial(changed(files, tmp_path, **changes))
        assert says in str(caught.value)
    kept = files["ro-crate-metadata.json"]
    with pytest.raises(InputError, match=r"results/summary.json is not as it was written: its SHA-256 differs"):
        open_trial(changed(files, tmp_path, **{"results/summary.json": b"{}", "ro-crate-metadata.json": kept}))
    broken = open_trial(changed(files, tmp_path, **{"results/patients.parquet": b"PAR1"}))
    with pytest.raises(InputError, match=r"results/patients.parquet: is no table in Parquet"):
        _ = broken.result
    for name, says in (("model_hash", "the model of version"), ("population_hash", "has changed since")):
        other = open_trial(changed(files, tmp_path, **{"run.json": edited(files, "run.json", **{name: "0"})}))
        with pytest.raises(InputError, match=says):
            other.rerun()


def test_bad_requests_write_nothing(made, tmp_path):
    result, _ = made
    with pytest.raises(InputError, match="is a folder; name a file"):
        write_archive(result, tmp_path)
    with pytest.raises(InputError):
        write_archive(result, tmp_path / "x.omex")  # its own drug is not told
    assert list(tmp_path.iterdir()) == []


def test_the_command_opens_writes_and_runs_again(made, tmp_path, monkeypatch, capsys):
    _, path = made
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["melanokine", "open", str(path), "--rerun", "--workers", "1", "--out", "again"])
    with pytest.raises(SystemExit) as ended:
        main()
    out = capsys.readouterr().out
    assert ended.value.code == 0, out
    assert "seed 3, melanokine" in out
    assert "run again: the same bytes\nreport: again/report.html\n" in out
    assert (tmp_path / "again" / "patients.parquet").read_bytes() == open_trial(path).files["results/patients.parquet"]
    monkeypatch.setattr(sys, "argv", ["melanokine", "open", str(path), "--json", "--quiet"])
    with pytest.raises(SystemExit):
        main()
    assert json.loads(capsys.readouterr().out)["trial"] == "my trial"
