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


def test_drugs_are_grouped_by_parent_interleukins_first(melanokine):
    lines = [line.strip() for line in melanokine("drugs").stdout.splitlines()]
    headings = [lines.index(parent) for parent in ("IL-2", "IL-10", "IL-15", "IL-18", "CTLA-4", "PD-1")]
    assert headings == sorted(headings)
    place = next(i for i, line in enumerate(lines) if line.startswith("iboctadekin "))
    assert headings[3] < place < headings[4]


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
    assert "mL/min" in text
    (record,) = json.loads(melanokine("drugs", "aldesleukin", "--json").stdout)
    assert record["id"] == "aldesleukin"
    assert "pharmacokinetics" in record


def test_every_number_of_a_drug_shows_grade_origin_and_source(melanokine):
    lines = melanokine("drugs", "nemvaleukin").stdout.splitlines()
    (clearance,) = (line.strip() for line in lines if line.strip().startswith("clearance"))
    assert clearance == "clearance: 0.28 L/h (0.05 to 0.6, cv 40 %); grade B, fitted, 10.1093/oncolo/oyaf301"
    (mass,) = (line.strip() for line in lines if "kDa" in line)
    assert mass == "value: 40 kDa (34 to 45); grade D, assumed"
    assert any(line.startswith("grade A:") for line in lines)


def test_what_a_drug_is_targeted_to_is_shown(melanokine):
    text = melanokine("drugs", "eciskafusp_alfa").stdout
    for part in ("targeting", "PD-1", "enrichment", "anti_pd1", "il2_ligand", "haemodynamic_tolerance"):
        assert part in text


def test_model_describes_size_mechanisms_and_citations(melanokine):
    text = melanokine("model").stdout
    for part in ("states", "parameters", "killing", "il2_receptor", "nivolumab", "Citations", "https://doi.org/"):
        assert part in text


def test_model_as_json(melanokine):
    record = json.loads(melanokine("model", "--json").stdout)
    assert record["lesions"] == 3
    assert record["states"] > 50
    (killing,) = [module for module in record["modules"] if module["name"] == "killing"]
    assert killing["parameters"] > 0
    assert killing["sources"]


def test_model_shows_both_faces(melanokine):
    text = melanokine("model", "--faces").stdout
    for part in ("IL-2", "IL-10", "pro-tumour", "anti-tumour", "activation_death", "PMID:9295017"):
        assert part in text
    records = json.loads(melanokine("model", "--faces", "--json").stdout)
    assert {record["face"] for record in records if record["interleukin"] == "IL-10"} == {"pro-tumour", "anti-tumour"}
    for record in records:
        assert record["sign"] in (-1, 1)
        assert record["changes"]
        assert record["sources"]
