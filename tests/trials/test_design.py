"""Trial designs: least form, mistakes with file and line, schema, and the library."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from melanokine import drugs, evidence
from melanokine.drugs import Regimen
from melanokine.errors import InputError
from melanokine.patients import population
from melanokine.trials import Trial, TrialDesign, load, names, not_covered, published
from melanokine.trials.design import COURSES, SCHEMA, schema
from melanokine.trials.simulator import trial_model
from melanokine.yaml_file import read_document

LEAST = """\
arms:
  combination: ["bempegaldesleukin 0.006 mg/kg IV every 3 weeks", "nivolumab 360 mg IV every 3 weeks"]
  nivolumab: ["nivolumab 360 mg IV every 3 weeks"]
patients_per_arm: 390
"""


def written(tmp_path, text):
    path = tmp_path / "my-trial.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_least_form(tmp_path):
    design = load(written(tmp_path, LEAST))
    assert design.name == "my-trial"
    assert list(design.arms) == ["combination", "nivolumab"]
    assert design.patients("nivolumab") == 390
    assert design.reference_arm == "nivolumab"
    assert design.population == "advanced melanoma, first line"


def test_keywords_say_the_same_as_a_file(tmp_path):
    arms = {"nivolumab": ["nivolumab 360 mg IV every 3 weeks"]}
    assert TrialDesign.build(arms=arms, patients_per_arm=5).arms["nivolumab"].regimen == arms["nivolumab"]


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        (LEAST + "pateints: 3\n", 5, "unknown key 'pateints'"),
        (LEAST + "scnas: every 9 weeks\n", 5, "did you mean 'scans'"),
        (LEAST.replace("nivolumab 360", "nivolumib 360", 1), 2, "did you mean 'nivolumab'"),
        (LEAST.replace("0.006 mg/kg", "-0.006 mg/kg"), 2, "dose must be positive"),
        (LEAST.replace("0.006 mg/kg", ".nan mg/kg"), 2, "nan"),
        (LEAST.replace("0.006 mg/kg", "0.006 mg/stone"), 2, "stone"),
        (LEAST.replace("390", "-390"), 4, "greater than or equal to 1"),
        (LEAST.replace("390", ".nan"), 4, "finite"),
        (LEAST.replace("390", "many"), 4, "valid integer"),
        (LEAST + "scans: now and then\n", 5, "is not understood"),
        (LEAST + "population: martians\n", 5, "no population is called 'martians'"),
        (LEAST + "reference: nivo\n", None, "no arm 'nivo'; did you mean 'nivolumab'"),
        (LEAST + "duration_months: 0\n", 5, "greater than 0"),
        (LEAST + "accrual_months: 24\n", None, "after the data cut-off"),
        (LEAST.replace("patients_per_arm: 390\n", ""), None, "has no number of patients"),
        ("patients_per_arm: 3\n", None, "the key 'arms' is missing"),
        ("arms: {}\npatients_per_arm: 3\n", 1, "at least 1 item"),
        ("arms:\n  a: {regimen: [], dose: 3}\npatients_per_arm: 3\n", 2, "unknown key 'dose'"),
        ("arms:\n  a: nivolumab\npatients_per_arm: 3\n", 2, "a"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, text, line, complaint):
    path = written(tmp_path, text)
    with pytest.raises(InputError) as refused:
        load(path)
    message = str(refused.value)
    assert re.search(re.escape(complaint), message, re.IGNORECASE), message
    assert message.startswith(str(path))
    assert "\n" not in message
    if line:
        assert refused.value.line == line, message


def own_population(folder, **changes):
    text = (population.LIBRARY / "advanced-melanoma-first-line.yaml").read_text(encoding="utf-8")
    for old, new in {"name: advanced melanoma, first line": "name: mine", **changes}.items():
        text = text.replace(old, new)
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return written(folder, LEAST + "population: mine.yaml\n")


def test_a_population_file_is_found_beside_the_trial(tmp_path, monkeypatch):
    folder = tmp_path / "study"
    folder.mkdir()
    own_population(folder)
    monkeypatch.chdir(tmp_path)
    design = load("study/my-trial.yaml")
    assert population.Population.load(design.population).name == "mine"
    assert TrialDesign.build(**design.model_dump()).population == design.population
    with pytest.raises(InputError, match=r"population: mine\.yaml: there is no such file"):
        TrialDesign.build(arms={"a": []}, patients_per_arm=3, population="mine.yaml")


def test_an_absolute_path_of_a_population_stays_as_it_is(tmp_path):
    own_population(tmp_path)
    (tmp_path / "study").mkdir()
    path = written(tmp_path / "study", LEAST + f"population: {tmp_path / 'mine.yaml'}\n")
    assert load(path).population == str(tmp_path / "mine.yaml")


def test_a_mistake_in_a_population_file_names_that_file(tmp_path):
    path = own_population(tmp_path, **{"era: 2014": "era: 1014"})
    with pytest.raises(InputError) as refused:
        load(path)
    mine = tmp_path / "mine.yaml"
    assert str(refused.value).startswith(f"{path}:5: population: {mine}:4: era: ")


def test_python_keywords_are_checked_alike():
    with pytest.raises(InputError, match="did you mean 'scans'"):
        TrialDesign.build(arms={"a": []}, patients_per_arm=3, scanz="every 9 weeks")


def test_an_unknown_trial_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'checkmate-067'"):
        load("checkmate-67")
    with pytest.raises(InputError, match="no such file"):
        load("not-here.yaml")


def test_blind_and_evidence_exclude_each_other():
    arm = {"regimen": [], "evidence": {"trial_id": "MDX010-20", "arm": "gp100"}}
    with pytest.raises(InputError, match="the trial is blind"):
        TrialDesign.build(arms={"a": arm}, patients_per_arm=3, blind=True)


def test_the_schema_is_current_and_admits_the_library(tmp_path):
    assert SCHEMA.read_text(encoding="utf-8") == schema(), "write design.schema() to schema.json"
    validator = jsonschema.Draft202012Validator(json.loads(schema()))
    for name in names():
        data = read_document(SCHEMA.parent / "library" / f"{name}.yaml").data
        assert not list(validator.iter_errors(data)), name
    assert not list(validator.iter_errors(read_document(written(tmp_path, LEAST)).data))


@pytest.mark.parametrize("name", names())
def test_every_design_of_the_library(name):
    design = load(name)
    assert design.name == name
    assert design.sources
    assert design.title
    for arm in design.arms.values():
        for sentence in arm.regimen:
            assert Regimen.parse(sentence).doses(700.0)
        assert (arm.evidence is None) == design.blind
        if arm.evidence:
            assert not evidence.published(arm.evidence.trial_id, arm.evidence.arm).empty


def test_courses_of_every_model_need_no_model_to_be_known():
    assert set(COURSES) <= set(trial_model([]).network.observables)


def test_every_trial_of_the_evidence_has_a_design_or_a_reason():
    """Each arm of which an outcome or a blind design ships, by itself or with its whole trial."""
    designs = [load(name) for name in names()]
    named = [arm.evidence for design in designs for arm in design.arms.values() if arm.evidence]
    held = {(own.trial_id, own.arm) for own in named}
    blind = {(design.nct, design.patients(arm)) for design in designs if design.blind for arm in design.arms}
    reasons = {(record.trial_id, record.arm): record.reason for record in not_covered()}
    assert all(reasons.values())
    arms = {}
    for table in ("outcomes", "blind_designs"):
        rows = evidence.load(table)[["trial_id", "arm", "nct", "n"]].drop_duplicates()
        for trial, arm, *known in rows.itertuples(index=False, name=None):
            arms.setdefault((trial, arm), set()).add(tuple(known))
    open_arms = {
        (trial, arm)
        for (trial, arm), known in arms.items()
        if (trial, arm) not in held and not known & blind and not {(trial, ""), (trial, arm)} & reasons.keys()
    }
    assert not open_arms
    known = {*arms, *((trial, "") for trial, _ in arms)}
    assert reasons.keys() <= known
    assert not reasons.keys() & held, "held and yet not covered"
    assert not {trial for trial, arm in reasons if not arm} & {trial for trial, _ in held}


def test_a_blind_trial_has_a_blind_design_and_what_the_evidence_withholds_is_blind():
    rows = evidence.load("blind_designs")
    missing = {(record.trial_id, record.arm) for record in not_covered()}
    designs = {}
    for name in names():
        design = load(name)
        if design.blind:
            assert published(design).empty
            designs.setdefault(design.nct, set()).update(design.patients(arm) for arm in design.arms)
    for row in rows.itertuples():
        if not {(row.trial_id, ""), (row.trial_id, row.arm)} & missing:
            assert row.n in designs[row.nct], (row.trial_id, row.arm)
    known = {number: set(rows.loc[rows["nct"] == number, "n"]) for number in designs}
    shipped = evidence.load("outcomes")
    for number, sizes in designs.items():
        assert known[number], f"{number} is blind in the library only"
        assert sizes <= known[number] | set(shipped.loc[shipped["nct"] == number, "n"])


def test_what_is_not_covered_is_told_in_the_docs():
    told = (Path(__file__).parents[2] / "docs" / "trials.md").read_text(encoding="utf-8")
    for record in not_covered():
        assert f"`{record.trial_id}`" in told, record


def test_numbers_per_arm_are_those_of_the_evidence():
    for name in names():
        design = load(name)
        for arm, record in design.arms.items():
            if record.evidence:
                rows = evidence.load("outcomes").query("trial_id == @record.evidence.trial_id")
                assert design.patients(arm) in set(rows[rows["arm"] == record.evidence.arm]["n"]), (name, arm)


def test_an_engineered_drug_may_be_named_or_given_as_a_regimen():
    mutein = drugs.load("aldesleukin").engineered("mutein", alpha_affinity=0)
    sentence = f"{mutein.id} 0.037 mg/kg IV every 3 weeks"
    named = Trial(arms={"mutein": [sentence]}, patients_per_arm=5, drugs=[mutein])
    given = Trial(arms={"mutein": [Regimen.parse(sentence, drugs=[mutein])]}, patients_per_arm=5)
    assert named.drugs == given.drugs == (mutein,)
    assert given.design.arms["mutein"].regimen[0].startswith(mutein.id)
    with pytest.raises(InputError, match=mutein.id):
        Trial(arms={"mutein": [sentence]}, patients_per_arm=5)


def test_a_trial_is_named_or_described():
    assert Trial("checkmate-067").design == load("checkmate-067")
    with pytest.raises(InputError, match="a design and keywords"):
        Trial(load("checkmate-067"), year=2015)
