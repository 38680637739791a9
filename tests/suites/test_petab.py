"""The PEtab test suite (versions 1 and 2), and problems of the benchmark collection against reference simulations."""

import numpy as np
import pytest

from melanokine.interchange.petab import evaluate, fit, read_petab
from melanokine.interchange.petab.gradient import Objective

from .petab_suite_cases import SUITES, benchmark_names, case_folders, run, run_benchmark, unpack

pytestmark = pytest.mark.skipif(not SUITES.is_dir(), reason="the suites are not beside the checkout (../shared/suites)")

SAMPLE = {
    "v1": ("0001", "0006", "0007", "0009", "0010", "0012", "0016", "0018", "0019"),
    "v2": ("0007", "0016", "0017", "0018", "0021", "0022", "0023", "0024", "0025", "0026", "0028", "0030", "0031"),
}
"""One of each kind: overrides, transformations, preequilibration, compartments, rules, events, priors, periods."""
QUICK = ("Boehm_JProteomeRes2014", "Brannmark_JBC2010", "Elowitz_Nature2000", "Weber_BMC2015")
OTHERWISE = {"Zheng_PNAS2012"}
"""Its reference table repeats measurements instead of a simulation."""


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    return unpack("petab-suite.tar.xz", tmp_path_factory.mktemp("petab"))


@pytest.fixture(scope="module")
def benchmarks(tmp_path_factory):
    return unpack("petab-benchmarks-a.tar.xz", tmp_path_factory.mktemp("benchmarks"))


def passes(outcome):
    assert outcome.result == "pass", f"{outcome.name}: {outcome.result} {outcome.detail} {outcome.llh}"


def test_a_sample_of_every_kind(suite):
    chosen = [c for c in case_folders(suite) if c.name in SAMPLE[c.parents[1].name[:2]]]
    assert len(chosen) == sum(map(len, SAMPLE.values()))
    for case in chosen:
        passes(run(case))


@pytest.mark.slow
def test_every_case(suite):
    cases = case_folders(suite)
    assert len(cases) == 51
    for case in cases:
        passes(run(case))


def test_quick_benchmarks_agree_with_their_references(benchmarks):
    for name in QUICK:
        passes(run_benchmark(benchmarks, name))


@pytest.mark.slow
def test_benchmarks_agree_with_their_references(benchmarks):
    outcomes = [run_benchmark(benchmarks, name) for name in benchmark_names(benchmarks)]
    complete = [o for o in outcomes if o.result != "incomplete"]
    assert len(complete) == 16
    for outcome in complete:
        if outcome.name not in OTHERWISE:
            passes(outcome)


@pytest.mark.parametrize("case", ["0018", "0020", "0022", "0030"])
def test_gradient_of_cases_of_version_2(suite, case):
    """Preequilibration, initial values, changes between periods, an event at the time of a period."""
    folder = suite / "v2.0.0" / "sbml" / case
    problem = read_petab(folder / f"_{case}.yaml")
    objective = Objective(problem, rtol=1e-9)
    x = problem.nominal[problem.free] * 1.03
    wanted = [(objective.llh(x + h) - objective.llh(x - h)) / 2e-4 for h in 1e-4 * np.eye(len(x))]
    found = objective.derivatives(x).gradient(objective.noise.normal)
    np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-4)


def test_fit_of_a_case_of_version_2(suite):
    problem = read_petab(suite / "v2.0.0" / "sbml" / "0020" / "_0020.yaml")
    found = fit(problem, starts=3)
    assert found.best.scores.llh > evaluate(problem).scores.llh + 1.0
    assert sum(found.starts[0].objective - start.objective < 1e-3 for start in found.starts) >= 2
