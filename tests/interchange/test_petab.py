"""PEtab: scores by hand, derivatives, fits, the command line, and what is wrong in a problem."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from melanokine.cli.main import run
from melanokine.errors import InputError
from melanokine.interchange.petab import evaluate, fit, read_petab
from melanokine.interchange.petab.formulas import formula_of
from melanokine.interchange.petab.gradient import Objective
from melanokine.interchange.petab.problem import scaled

from .petab_problem import version1

TIMES, MEASURED = np.array([0.0, 1.0, 2.0, 4.0]), np.array([6.3, 3.7, 2.1, 0.9])
Y = 3.0 * 2.0 * np.exp(-0.5 * TIMES)


@pytest.mark.parametrize(
    ("noise", "transformation", "expected"),
    [
        ("normal", "lin", -0.5 * ((MEASURED - Y) / 0.2) ** 2 - math.log(0.2 * math.sqrt(2 * math.pi))),
        ("laplace", "lin", -np.abs(MEASURED - Y) / 0.2 - math.log(0.4)),
        ("normal", "log", -0.5 * (np.log(MEASURED / Y) / 0.2) ** 2 - np.log(0.2 * math.sqrt(2 * math.pi) * MEASURED)),
        ("laplace", "log10", -np.abs(np.log10(MEASURED / Y)) / 0.2 - np.log(0.4 * MEASURED * math.log(10.0))),
    ],
)
def test_scores_by_hand(tmp_path, noise, transformation, expected):
    done = evaluate(read_petab(version1(tmp_path, noise=noise, transformation=transformation)))
    np.testing.assert_allclose(done.values, Y, rtol=1e-6)
    assert done.scores.llh == pytest.approx(expected.sum(), rel=1e-6)


@pytest.mark.parametrize("noise", ["normal", "laplace"])
def test_gradient_is_that_of_the_exact_solution(tmp_path, noise):
    objective = Objective(read_petab(version1(tmp_path, noise=noise)), rtol=1e-9)
    x = np.log10([0.4, 2.9, 0.3])

    def exact(x):
        k, scale, sigma = 10.0**x
        r = (scale * 2.0 * np.exp(-k * TIMES) - MEASURED) / sigma
        return float((-0.5 * r**2 - np.log(sigma)).sum() if noise == "normal" else (-np.abs(r) - np.log(sigma)).sum())

    wanted = [(exact(x + h) - exact(x - h)) / 2e-6 for h in 1e-6 * np.eye(3)]
    np.testing.assert_allclose(objective.derivatives(x).gradient(objective.noise.normal), wanted, rtol=1e-4)


@pytest.mark.parametrize("noise", ["normal", "laplace"])
def test_fit_finds_the_optimum_from_anywhere(tmp_path, noise):
    problem = read_petab(version1(tmp_path, noise=noise))
    found = fit(problem, starts=4, nominal=False)
    again = fit(problem, starts=4, nominal=False)
    assert found.parameters == again.parameters
    assert found.best.scores.llh > evaluate(problem).scores.llh
    assert found.parameters["k"] == pytest.approx(0.52, abs=0.03)
    if noise == "normal":  # at its optimum, sigma is the root of the mean square
        rest = found.best.values - MEASURED
        assert found.parameters["sigma"] == pytest.approx(math.sqrt((rest**2).mean()), rel=1e-3)
        slope = Objective(problem).derivatives(np.log10(list(found.parameters.values())))
        assert np.abs(slope.gradient(np.ones(4, bool))).max() < 1e-2


def test_a_prior_pulls(tmp_path):
    header = "parameterId\tparameterScale\tlowerBound\tupperBound\tnominalValue\testimate\tobjectivePriorType"
    rows = "k\tlog10\t0.001\t100\t0.5\t1\tparameterScaleNormal\t-0.5;0.02\nscale\tlin\t0.01\t100\t3\t0\t\t\n"
    table = f"{header}\tobjectivePriorParameters\n{rows}sigma\tlin\t0.001\t10\t0.2\t0\t\t\n"
    problem = read_petab(version1(tmp_path, parameters=table))
    found = fit(problem, starts=2)
    assert -0.5 < scaled(found.parameters["k"], "log10") < -0.35  # the data alone say -0.29
    assert found.best.scores.log_posterior > evaluate(problem).scores.log_posterior


def test_command_line(tmp_path, capsys):
    problem, out = version1(tmp_path), tmp_path / "out"
    assert run(["petab", "evaluate", str(problem), "--out", str(out), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert set(record) == {"llh", "chi2", "simulations"}
    lines = Path(record["simulations"]).read_text(encoding="utf-8").splitlines()
    assert lines[0].split("\t") == ["observableId", "simulationConditionId", "time", "simulation"]
    assert [float(line.split("\t")[-1]) for line in lines[1:]] == pytest.approx(Y.tolist(), rel=1e-6)
    assert run(["petab", "fit", str(problem), "--out", str(out), "--starts", "2", "--json"]) == 0
    fitted = json.loads(capsys.readouterr().out)
    assert fitted["llh"] > record["llh"]
    assert set(fitted["parameters"]) == {"k", "scale", "sigma"}
    assert (out / "parameters.tsv").exists()
    assert run(["petab", "simulate", str(problem), "--out", str(out)]) == 0


PARAMETERS = "parameterId\tparameterScale\tlowerBound\tupperBound\tnominalValue\testimate\n"


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"observables": "observableId\tobservableFormula\tnoiseFormula\no\tscale*(x\tsigma\n"}, "observableFormula"),
        ({"observables": "observableId\tobservableFormula\tnoiseFormula\no\tscale*y\tsigma\n"}, "y"),
        ({"measurements": "observableId\tsimulationConditionId\ttime\tmeasurement\no\tother\t0\t1\n"}, "other"),
        ({"measurements": "observableId\tsimulationConditionId\ttime\tmeasurement\np\tc\t0\t1\n"}, "p"),
        ({"measurements": "observableId\tsimulationConditionId\ttime\tmeasurement\no\tc\tsoon\t1\n"}, "soon"),
        ({"conditions": "conditionId\tz\nc\t2\n"}, "z"),
        (
            {
                "parameters": PARAMETERS
                + "k\tlog10\t0.1\t0.01\t0.5\t1\nscale\tlin\t0\t1\t1\t0\nsigma\tlin\t0\t1\t1\t0\n"
            },
            "k",
        ),
        (
            {"parameters": PARAMETERS + "k\tlog7\t0.1\t1\t0.5\t1\nscale\tlin\t0\t1\t1\t0\nsigma\tlin\t0\t1\t1\t0\n"},
            "log7",
        ),
        ({"parameters": "nonsense\n"}, "parameter"),
    ],
)
def test_one_clear_error(tmp_path, capsys, tables, words):
    problem, out = version1(tmp_path, **tables), tmp_path / "out"
    assert run(["petab", "evaluate", str(problem), "--out", str(out)]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "problem.yaml" in told or "tsv" in told
    assert words in told
    assert not out.exists()


def test_missing_files_and_versions(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_petab(tmp_path / "nothing.yaml")
    problem = version1(tmp_path)
    (tmp_path / "measurements.tsv").unlink()
    with pytest.raises(InputError, match=r"measurements\.tsv"):
        read_petab(problem)
    problem.write_text("format_version: 7\n", encoding="utf-8")
    with pytest.raises(InputError, match="PEtab 1 and 2"):
        read_petab(problem)


def test_measurements_without_a_logarithm_are_refused(tmp_path):
    rows = "observableId\tsimulationConditionId\ttime\tmeasurement\no\tc\t0\t-1\n"
    problem = version1(tmp_path, transformation="log", measurements=rows)
    with pytest.raises(InputError, match=r"logarithm|positive|negative"):
        evaluate(read_petab(problem))


def test_mathematics_as_in_petab():
    assert formula_of("x", "here", "f") == ("symbol", "x")
    assert formula_of("2", "here", "f") == ("number", 2.0)
    assert formula_of("time", "here", "f") == ("time",)
    assert formula_of("ln(x)", "here", "f") == ("apply", "ln", (("symbol", "x"),))
    piecewise = formula_of("piecewise(1, time > 3, x)", "here", "f")
    assert piecewise[0] == "piecewise"
    assert piecewise[2] == ("symbol", "x")
