"""Drug records: complete, sourced, and refused with file, line and remedy where they are not."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from melanokine import drugs
from melanokine.drugs.library import LIBRARY
from melanokine.drugs.record import Drug
from melanokine.drugs.schema import SCHEMA_FILE, schema_text
from melanokine.drugs.value import SOURCE, Value
from melanokine.errors import InputError
from melanokine.yaml_file import read_yaml_text

TEXT = (LIBRARY / "pembrolizumab.yaml").read_text(encoding="utf-8")


def refusal(text: str) -> InputError:
    assert text != TEXT, "the text to replace was not found"
    with pytest.raises(InputError) as caught:
        read_yaml_text(text, Drug, file="drug.yaml")
    assert "\n" not in str(caught.value)
    return caught.value


def test_schema_file_is_current():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), "run python -m melanokine.drugs.schema"


@pytest.mark.parametrize("name", drugs.names())
class TestEveryDrug:
    def test_file_names_its_schema_and_fits_it(self, name):
        text = (LIBRARY / f"{name}.yaml").read_text(encoding="utf-8")
        assert text.startswith("# yaml-language-server: $schema=../schema.json\n")
        schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
        jsonschema.validate(YAML(typ="safe", pure=True).load(text), schema)

    def test_summary_has_what_the_command_prints(self, name):
        drug = drugs.load(name)
        assert list(drug.summary()) == ["id", "name", "parent", "strategy", "grade", "sources"]
        assert drug.id == name
        assert drug.sources
        assert all(SOURCE.fullmatch(source) for source in drug.sources)
        json.dumps(drug.summary())

    def test_every_value_says_how_it_is_known(self, name):
        for value in _values(drugs.load(name)):
            assert value.source or value.how == "assumed"
            assert value.note or value.how != "assumed"

    def test_interactions_are_with_drugs_of_the_library(self, name):
        interactions = getattr(drugs.load(name).pharmacokinetics, "interactions", ())
        assert {interaction.drug for interaction in interactions} <= set(drugs.names()) - {name}

    def test_grade_is_no_better_than_that_of_its_clearance(self, name):
        drug = drugs.load(name)
        main = next(v for field, v in drug.pharmacokinetics.values() if "clearance" in field or "loss" in field)
        assert drug.grade >= main.grade


def _values(part):
    if isinstance(part, Value):
        return [part]
    fields = [getattr(part, name) for name in getattr(type(part), "model_fields", ())]
    items = part if isinstance(part, tuple) else fields
    return [value for item in items for value in _values(item)]


@pytest.mark.parametrize(
    ("written", "instead", "says", "remedy"),
    [
        ("grade: B\nnote", "graed: B\nnote", "unknown key 'graed'", "did you mean 'grade'?"),
        (
            "clearance: {value: 0.22",
            "clearence: {value: 0.22",
            "unknown key 'clearence' in pharmacokinetics",
            "clearance",
        ),
        ("value: 0.22, unit: L/d", "value: .nan, unit: L/d", ".nan is not a finite number", "give a number"),
        ("value: 0.22, unit: L/d", "value: -0.22, unit: L/d", "must be positive", ""),
        ("value: 0.22, unit: L/d", "value: 0.22, unit: L/fortnight", "unknown unit 'fortnight'", "known"),
        ("value: 0.22, unit: L/d", "value: 0.22, unit: L", "is in L", "give it in a unit like L/d"),
        ("cv: 38, low: 0.04", "cv: 38, low: 0.4", "outside its own range", ""),
        ("cv: 38, low", "cv: 38, spread: 0.3, low", "cv and spread are both given", "keep one"),
        ("source: 10.1002/psp4.12139, how: measured", "source: a book, how: measured", "'a book' is no source", "DOI"),
        ("source: 10.1002/psp4.12139, how: measured", "how: measured", "a measured value needs a source", "DOI"),
        ("structure: two_compartment", "structure: three_compartment", "'two_compartment'", ""),
        ("role: anti_pd1", "role: cytotoxic", "half_saturation", ""),
        ("guard: immune_tolerance", "guard: immune_tolerence", "guard", ""),
        ("  volume_weight_exponent: {", "  interactions: []\n  # {", "lacks volume_weight_exponent", "or none"),
        ("id: pembrolizumab", "id: 2-pembro", "id: string should match pattern", ""),
        ("routes:\n  IV:", "routes:\n  XX:", "unknown key 'XX'", "IV"),
    ],
)
def test_refusals(written, instead, says, remedy):
    error = refusal(TEXT.replace(written, instead, 1))
    assert says in error.message
    assert remedy in (error.remedy or "")
    assert error.file == "drug.yaml"
    assert error.line is not None
    assert error.line > 1 or says.startswith("id")


def test_a_users_own_file_is_a_drug(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT.replace("id: pembrolizumab", "id: mine").replace("name: Pembrolizumab", "name: Mine"))
    assert drugs.load_file(path).id == "mine"
    with pytest.raises(InputError, match="no such file"):
        drugs.load_file(tmp_path / "absent.yaml")


@pytest.mark.parametrize(
    ("spelling", "identity"),
    [
        ("Proleukin", "aldesleukin"),
        ("NKTR-214", "bempegaldesleukin"),
        ("nktr 214", "bempegaldesleukin"),
        ("MK-3475", "pembrolizumab"),
        ("IL-2", "aldesleukin"),
        ("OPDIVO", "nivolumab"),
        ("ipilimumab", "ipilimumab"),
        ("DTIC", "dacarbazine"),
    ],
)
def test_brands_and_codes_are_known(spelling, identity):
    assert drugs.load(spelling).id == identity


def test_no_two_drugs_share_a_spelling():
    spellings = [s.lower() for n in drugs.names() for d in [drugs.load(n)] for s in {d.id, d.name.lower(), *d.aliases}]
    assert len(spellings) == len(set(spellings))


def test_unknown_drugs_are_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"unknown drug 'nivolumba'; did you mean 'nivolumab'\?"):
        drugs.load("nivolumba")
    with pytest.raises(InputError, match="known: aldesleukin, "):
        drugs.load("xyz")
    with pytest.raises(InputError, match="named by text"):
        drugs.load(3)


def test_records_do_not_change():
    with pytest.raises(ValueError, match="frozen"):
        drugs.load("nivolumab").grade = "A"


def test_spread_from_a_coefficient_of_variation():
    value = Value(value=2.0, unit="L", cv=50, how="assumed", grade="D")
    assert value.distribution == "lognormal"
    assert value.deviation == pytest.approx(0.4724, abs=1e-4)
    assert value.to("mL") == pytest.approx(2000.0)
