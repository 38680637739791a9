"""What may be compared, how it is called, and what is refused."""

from __future__ import annotations

import pytest

from melanokine import drugs
from melanokine.analysis import read_candidate, read_candidates
from melanokine.errors import InputError

VARIANT = "variant_of: aldesleukin\nname: Long IL-2\nhalf_life: 20 h\n"


def test_a_name_stands_for_the_regimen_in_clinical_use():
    one = read_candidate("Opdivo")
    assert one.name == "Nivolumab"
    assert one.sentences == ("nivolumab 240 mg IV every 2 weeks",)


def test_a_sentence_a_file_and_things_given_together(tmp_path):
    path = tmp_path / "long.yaml"
    path.write_text(VARIANT)
    given = [f"{path} 0.01 mg/kg IV every 3 weeks", f"nivolumab 480 mg IV every 4 weeks + {path}", "ipilimumab"]
    one, both, other = read_candidates(given)
    assert one.sentences == ("long_il_2 0.01 mg/kg IV every 3 weeks",)
    assert both.name == "Nivolumab + Long IL-2"
    assert [drug.id for drug in both.drugs] == ["nivolumab", "long_il_2"]
    assert both.sentences[1].startswith("long_il_2 600000 IU/kg")
    assert other.name == "Ipilimumab"


def test_a_dose_replaces_the_regimen_in_clinical_use():
    by_name, sentence = read_candidates(
        ["Keytruda", "nivolumab 3 mg/kg IV every 2 weeks"], {"pembrolizumab": "400 mg IV every 6 weeks"}
    )
    assert by_name.sentences == ("pembrolizumab 400 mg IV every 6 weeks",)
    assert sentence.sentences == ("nivolumab 3 mg/kg IV every 2 weeks",)
    (named,) = read_candidates(["ipilimumab"], {"Yervoy": "Yervoy 1 mg/kg IV every 6 weeks"})
    assert named.sentences == ("ipilimumab 1 mg/kg IV every 6 weeks",)


def test_names_are_told_apart_by_dose_and_then_by_all_that_is_said():
    first, second = read_candidates(["nivolumab", "nivolumab 480 mg IV every 4 weeks"])
    assert (first.name, second.name) == ("Nivolumab 240 mg IV", "Nivolumab 480 mg IV")
    first, second = read_candidates(["nivolumab 240 mg IV every 2 weeks", "nivolumab 240 mg IV every 3 weeks"])
    assert first.name == "Nivolumab nivolumab 240 mg IV every 2 weeks"
    assert first.name != second.name


def test_doses_are_scaled():
    one = read_candidate("nivolumab 1 mg/kg IV every 3 weeks for 4 doses then 3 mg/kg every 2 weeks")
    (half,) = one.scaled(0.5)
    assert [phase.amount for phase in half.phases] == [0.5, 1.5]
    assert one.scaled(0) == ()


def test_records_are_taken_as_they_are():
    mutein = drugs.load("aldesleukin").engineered("mutein", alpha_affinity=0)
    one, other = read_candidates([mutein, "mutein 1 mg IV every 3 weeks"])
    assert one.sentences[0].startswith("mutein 0.03667 mg/kg IV")
    assert other.sentences == ("mutein 1 mg IV every 3 weeks",)


@pytest.mark.parametrize(
    ("given", "doses", "says"),
    [
        (["nivolumap"], {}, "unknown drug 'nivolumap'; did you mean 'nivolumab'?"),
        ([""], {}, "unknown drug ''"),
        ([3], {}, "3 is no drug"),
        (["nivolumab", "Opdivo"], {}, "nivolumab 240 mg IV every 2 weeks is given twice"),
        (["missing.yaml"], {}, "missing.yaml: there is no such file"),
        (["nivolumab 3"], {}, "the unit of the dose 3 is missing"),
        (["nivolumab"], {"ipilimumab": "1 mg/kg IV"}, "a dose is given for ipilimumab, which is not compared"),
        (["nivolumab"], {"other.yaml": "1 mg/kg IV"}, "a dose is given for other.yaml, which is not compared"),
        (["nivolumab"], {"nivolumap": "1 mg/kg IV"}, "unknown drug 'nivolumap'"),
        (["nivolumab"], {"nivolumab": "often"}, "'often'"),
        (["nivolumab"], {"nivolumab": "1 mg/kg IV", "Opdivo": "2 mg/kg IV"}, "two doses are given for one drug"),
    ],
)
def test_what_cannot_be_compared_is_refused(given, doses, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        read_candidates(given, doses)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_drug_without_a_regimen_in_clinical_use_has_to_be_given_one():
    bare = drugs.load("aldesleukin").model_copy(update={"id": "bare", "name": "bare", "reference_regimen": ""})
    with pytest.raises(InputError, match='no reference_regimen; say how it is given, such as "bare 1 mg'):
        read_candidates([bare])


def test_two_files_may_not_call_different_drugs_alike(tmp_path):
    for name, hours in (("a", 20), ("b", 30)):
        (tmp_path / f"{name}.yaml").write_text(VARIANT.replace("20 h", f"{hours} h"))
    with pytest.raises(InputError, match="are different drugs called 'long_il_2'"):
        read_candidates([str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")])


@pytest.mark.parametrize("name", [name for name in drugs.names() if drugs.load(name).reference_regimen])
def test_every_reference_regimen_can_be_read_and_names_its_drug(name):
    (regimen,) = read_candidate(name).regimens
    assert regimen.drug.id == name
