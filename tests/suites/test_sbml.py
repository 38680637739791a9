"""The SBML semantic suite, and models of BioModels against libRoadRunner where that is installed."""

import numpy as np
import pytest

from melanokine.interchange.sbml import read_sbml
from melanokine.interchange.sbml_suite import REFUSED, main

from .sbml_suite_cases import SUITES, case_names, described, run, unpack

pytestmark = pytest.mark.skipif(not SUITES.is_dir(), reason="the suites are not beside the checkout (../shared/suites)")

ONLY_CASE = {f"018{k:02}" for k in (4, 6, 8, 10, 12, 14, 16, 18, 20)}
"""Their variables differ in upper and lower case only, which the score of the suite does not tell apart."""
STOCHASTIC = {"00952", "00962", "00964", "00966", "01588", "01590", "01626"}
"""Thousands of events each, decided by chance."""


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return unpack("sbml-semantic-even.tar.xz", tmp_path_factory.mktemp("sbml"))


def check(outcome):
    if outcome.in_scope and outcome.case not in ONLY_CASE:
        assert outcome.result == "pass", f"{outcome.case}: {outcome.result} {outcome.detail}"
    elif not outcome.in_scope:
        assert outcome.result in ("pass", "refused"), f"{outcome.case}: {outcome.result} {outcome.detail}"


def test_names_that_differ_by_case_only(cases):
    """They pass where such names are told apart, as SBML does."""
    for case in sorted(ONLY_CASE):
        assert run(cases, case).exact, case


def test_a_sample_of_every_tag(cases):
    """For each tag its first two cases that are not slow."""
    chosen, seen = set(), {}
    for case in case_names(cases):
        tags, _ = described(cases, case)
        if case not in STOCHASTIC and any(seen.get(tag, 0) < 2 for tag in tags):
            chosen.add(case)
            for tag in tags:
                seen[tag] = seen.get(tag, 0) + 1
    assert 30 < len(chosen) < 120
    for case in sorted(chosen):
        check(run(cases, case))


@pytest.mark.slow
def test_every_case(cases):
    for case in case_names(cases):
        check(run(cases, case))


def test_the_wrapper_writes_or_refuses(cases, tmp_path, capsys):
    names = case_names(cases)
    sound = next(n for n in names if described(cases, n)[1])
    assert main([str(cases), sound, str(tmp_path)]) == 0
    assert (tmp_path / f"{sound}.csv").read_text(encoding="utf-8").startswith("time,")
    refused = next(n for n in names if "CSymbolDelay" in described(cases, n)[0])
    assert main([str(cases), refused, str(tmp_path)]) == REFUSED
    assert "delay()" in capsys.readouterr().err
    assert not (tmp_path / f"{refused}.csv").exists()


@pytest.fixture(scope="module")
def biomodels(tmp_path_factory):
    return sorted(unpack("biomodels-a.tar.xz", tmp_path_factory.mktemp("biomodels")).rglob("*.xml"))


@pytest.mark.slow
def test_biomodels_agree_with_libroadrunner(biomodels):
    roadrunner = pytest.importorskip("roadrunner", reason="libRoadRunner is the oracle here, and is not installed")
    assert len(biomodels) == 11
    times = np.linspace(0.0, 100.0, 101)
    for path in biomodels:
        model = read_sbml(path)
        names = list(model.species)
        own = model.simulate(times, quantities=[f"amount({name})" for name in names], rtol=1e-9)
        found = np.stack([own[f"amount({name})"].values[0] for name in names], axis=1)
        peer = roadrunner.RoadRunner(str(path))
        for setting, value in (("relative_tolerance", 1e-10), ("absolute_tolerance", 1e-14)):
            peer.integrator.setValue(setting, value)
        peer.integrator.setValue("maximum_num_steps", 200_000)
        peer.selections = ["time", *names]
        expected = np.array(peer.simulate(0, 100, 101))[:, 1:]
        floor = 1e-3 * np.abs(expected).max(axis=0) + 1e-300
        assert np.max(np.abs(found - expected) / np.maximum(np.abs(expected), floor)) < 1e-5, path.name


def test_biomodels_are_read(biomodels):
    for path in biomodels:
        assert read_sbml(path).species
