"""`melanokine trials`, `drugs` and `model` for people and for programs."""

import json


def test_trials_lists_every_design(melanokine):
    done = melanokine("trials")
    assert done.returncode == 0
    assert "pivot-io-001" in done.stdout
    assert "blind" in done.stdout
    assert "nivolumab + ipilimumab (314)" in done.stdout


def test_trials_are_grouped_by_subject_and_chosen_by_drug(melanokine):
    text = melanokine("trials", "--drug", "Opdivo", "--published").stdout
    assert text.index("checkpoint antibodies") < text.index("checkmate-066")
    assert "keynote-006" not in text
    assert "blind" not in text.split("designs.")[0]
    records = json.loads(melanokine("trials", "--drug", "nivolumab", "--blind", "--json").stdout)
    assert {record["name"] for record in records} >= {"pivot-io-001", "relativity-047", "checkmate-511"}
    assert all(record["blind"] for record in records)
    assert {record["subject"] for record in records} >= {"interleukin-2", "checkpoint antibodies"}


def test_trials_that_are_not_covered(melanokine):
    records = json.loads(melanokine("trials", "--not-covered", "--json").stdout)
    assert all(record["reason"] for record in records)
    assert "epacadostat" in melanokine("trials", "--not-covered").stdout


def test_trials_as_json(melanokine):
    records = {record["name"]: record for record in json.loads(melanokine("trials", "--json").stdout)}
    assert {"checkmate-067", "checkmate-066", "keynote-006", "mdx010-20", "hd-il2", "pivot-io-001"} <= records.keys()
    pivot = records["pivot-io-001"]
    assert pivot["blind"] is True
    assert pivot["nct"] == "NCT03635983"
    assert all(arm["patients"] > 0 and arm["regimen"] for arm in pivot["arms"])


def test_drugs_lists_the_library(melanokine):
    done = melanokine("drugs")
    assert done.returncode == 0
    for name in ("aldesleukin", "bempegaldesleukin", "nivolumab", "pembrolizumab", "ipilimumab", "dacarbazine"):
        assert name in done.stdout


def test_drugs_as_json(melanokine):
    records = json.loads(melanokine("drugs", "--json").stdout)
    assert len(records) >= 6
    for record in records:
        assert {"id", "name", "parent", "strategy", "grade", "sources"} <= record.keys()
        assert record["sources"]


def test_one_drug_in_full(melanokine):
    text = melanokine("drugs", "aldesleukin").stdout
    for part in ("Aldesleukin", "pharmacokinetics", "clearance", "sources", "https://doi.org/"):
        assert part in text
    (record,) = json.loads(melanokine("drugs", "aldesleukin", "--json").stdout)
    assert record["id"] == "aldesleukin"
    assert "pharmacokinetics" in record


def test_model_describes_size_mechanisms_and_citations(melanokine):
    text = melanokine("model").stdout
    for part in ("states", "parameters", "killing", "il2_receptor", "nivolumab", "Citations", "https://doi.org/"):
        assert part in text
