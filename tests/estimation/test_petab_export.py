"""The mechanism's calibration as a PEtab problem: valid, read back to the same likelihood, without a blind value."""

import json
import logging
from dataclasses import replace

import libsbml
import numpy as np
import pandas as pd
import pytest

import melanokine as mk
from melanokine.analysis.validation import questions
from melanokine.cli.main import run
from melanokine.errors import InputError
from melanokine.estimation.predicted import log_likelihood, predicted
from melanokine.estimation.rows import BLIND, PLANS, UNANSWERED, rows
from melanokine.interchange.petab import evaluate
from melanokine.patients import simulate
from melanokine.patients.model import model_of

SIZES = {"flat": 1.0, "kg": 80.0, "m2": 2.0}
DRUGS = ["rhil10", "atezolizumab"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("petab")


@pytest.fixture(scope="module")
def written(folder):
    return mk.export_petab(folder, DRUGS)


@pytest.fixture(scope="module")
def read(written, folder):
    return mk.read_petab(folder / "problem.yaml")


def test_the_format_has_nothing_to_say_against_it(written, folder, caplog):
    from petab import v1
    from petab.v1.lint import lint_problem

    with caplog.at_level(logging.WARNING, logger="petab"):
        assert not lint_problem(v1.Problem.from_yaml(str(folder / "problem.yaml")))
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    document = libsbml.readSBMLFromFile(str(folder / "model.xml"))
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, True)
    document.checkConsistency()
    assert document.getNumErrors() == 0


def test_read_back_it_has_the_likelihood_of_our_own_simulation(written, read):
    done = evaluate(read)
    own = predicted(written.measured, written.rows)
    np.testing.assert_allclose(done.values, own, rtol=1e-6)
    assert done.scores.llh == pytest.approx(log_likelihood(written.rows, own), abs=1e-6)
    assert {row.kind for row in written.rows} >= {"level", "fold", "area", "clearance", "half_life", "steady_volume"}


def test_estimated_parameters_act_as_ours_do(written, read):
    names = [p.id for p in read.parameters]
    vector, changed = read.nominal.copy(), written.measured.parameters.copy()
    ours = list(written.measured.model.parameters)
    for name, factor in (("rhil10_clearance", 1.5), ("atezolizumab_peripheral_volume", 0.6)):
        assert vector[names.index(name)] == changed[ours.index(name)]
        vector[names.index(name)] *= factor
        changed[ours.index(name)] *= factor
    own = predicted(replace(written.measured, parameters=changed), written.rows)
    np.testing.assert_allclose(evaluate(read, vector).values, own, rtol=1e-6)


def test_what_is_measured_is_what_the_model_without_additions_says(written):
    """Exposure of steady state, its trough and the clearance of one dose, from an ordinary simulation."""
    drug = mk.drug("atezolizumab")
    said = {row.key[1]: (row, value) for row, value in zip(written.rows, predicted(written.measured, written.rows),
                                                            strict=True)}  # fmt: skip
    micrograms = drug.molar_mass.to("kDa")  # of 1 nM in a mL, divided by 1000
    times = np.linspace(0.0, 189.0, 7561)
    course = simulate(model_of((drug,)), "typical", "atezolizumab 1200 mg IV every 3 weeks", days=190, times=times)
    level = course["concentration_atezolizumab"][0].to_numpy() * micrograms / 1e3
    assert said["Ctrough_ss"][1] == pytest.approx(np.interp(188.9, times, level), rel=1e-5)
    last = times >= 168.0
    assert said["AUC_ss"][1] == pytest.approx(np.trapezoid(level[last], times[last]), rel=2e-3)
    times = np.linspace(0.0, 200.0, 8001)
    course = simulate(model_of((drug,)), "typical", "atezolizumab 1200 mg IV once", days=201, times=times)
    level = course["concentration_atezolizumab"][0].to_numpy() * micrograms / 1e3
    assert said["CL"][1] == pytest.approx(1200.0 / np.trapezoid(level, times), rel=2e-3)


def test_every_published_value_is_said_or_left_out_for_a_reason(written):
    for wanted in (None, frozenset(DRUGS)):
        said, left = rows(SIZES, wanted)
        every = {f"{plan}_{k}": question for plan in PLANS for k, question in enumerate(questions(plan), 1)}
        assert sorted([*(row.id for row in said), *(each.id for each in left)]) == sorted(every)
        reasons = {each.id: each.reason for each in left}
        for id, question in every.items():
            assert (reasons.get(id) == BLIND) == question.blind
            assert (reasons.get(id) == UNANSWERED) == (bool(question.reason) and not question.blind)


def test_no_blind_value_is_even_looked_at(monkeypatch):
    from melanokine import evidence
    from melanokine.analysis.validation.plan import KEYS
    from melanokine.estimation import rows as module

    def without_blind(name):
        table = load(name)
        plan, keys = next((plan, keys) for plan, (known, keys) in KEYS.items() if known == name)
        blind = {question.key for question in questions(plan) if question.blind}
        named = table[list(keys)].fillna("").astype(str)
        return table[[tuple(key) not in blind for key in named.to_numpy().tolist()]]

    before, load = rows(SIZES), evidence.load
    monkeypatch.setattr(module.evidence, "load", without_blind)
    module._observations.cache_clear()
    try:
        assert rows(SIZES) == before
    finally:
        module._observations.cache_clear()


def test_tables_say_what_each_measurement_is(written, folder):
    measured, evidence = (pd.read_csv(folder / f"{name}.tsv", sep="\t") for name in ("measurements", "evidence"))
    assert measured["datasetId"].tolist() == evidence["datasetId"].tolist() == [row.id for row in written.rows]
    left = pd.read_csv(folder / "left_out.tsv", sep="\t")
    assert left["reason"].value_counts().to_dict() == written.reasons
    parameters = pd.read_csv(folder / "parameters.tsv", sep="\t").set_index("parameterId")
    assert (parameters["lowerBound"] <= parameters["nominalValue"]).all()
    assert (parameters["nominalValue"] <= parameters["upperBound"]).all()
    prior = parameters.loc["infiltration", "objectivePriorParameters"]  # a quarter of the spread between patients
    spread = written.measured.model.parameters["infiltration"].spread
    assert [float(x) for x in prior.split(";")] == pytest.approx([0.0, 0.25 * spread])


def test_command_line(tmp_path, capsys):
    out = tmp_path / "out"
    assert run(["export", "--petab", str(out), "--drugs", "rhil10"]) == 0
    told = capsys.readouterr().out
    assert told.endswith(f"PEtab: {out / 'problem.yaml'}\n")
    assert "26 left out: the trial is predicted, never fitted\n" in told
    assert run(["petab", "evaluate", str(out / "problem.yaml"), "--out", str(tmp_path / "done"), "--json"]) == 0
    assert np.isfinite(json.loads(capsys.readouterr().out)["llh"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--drugs", "rhil99"], "unknown drug 'rhil99'"),
        (["--drugs", "mdna11"], "nothing that was measured of mdna11"),
        (["--sbml", "model.xml"], "--sbml has no place"),
        (["nivolumab 3 mg/kg IV once"], "a regimen has no place"),
        (["--patients", "3"], "--patients has no place"),
    ],
)
def test_one_clear_error(tmp_path, capsys, words, told):
    out = tmp_path / "out"
    assert run(["export", "--petab", str(out), *words]) == 2
    line = capsys.readouterr().err
    assert told in line
    assert line.count("\n") == 1
    assert not out.exists()


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="cannot be written"):
        mk.export_petab(tmp_path / "file", DRUGS)
