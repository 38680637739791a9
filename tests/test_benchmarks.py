"""The benchmarks can be imported and set up the problems that they claim; nothing is timed here."""

from __future__ import annotations

import importlib
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
CORE = "{http://www.sbml.org/sbml/level3/version2/core}"
MATH = "{http://www.w3.org/1998/Math/MathML}"


@pytest.fixture(scope="module", autouse=True)
def _on_the_path():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield


def load(name: str):
    return importlib.import_module(name)


@pytest.fixture(scope="module")
def problem():
    return load("problems").problem("qsp113", "hd-il2", 3)


@pytest.mark.parametrize("name", sorted(path.stem for path in BENCHMARKS.glob("*.py")))
def test_a_script_can_be_imported(name):
    assert load(name).__doc__


def test_the_benchmark_model_has_its_size(problem):
    equations = problem.equations
    assert len(equations.states) == 113
    assert len(equations.parameters) == 141
    assert sum(len(row) for row in equations.jacobian) == 634
    assert len(problem.schedule) == 18 + 84


def test_models_of_tissues_grow_in_proportion():
    tissues = load("models.tissues")
    entries = {n: sum(len(row) for row in tissues.equations(n).jacobian) for n in (10, 20)}
    assert len(tissues.equations(10).states) == 80
    assert entries[20] == pytest.approx(2 * entries[10], rel=0.02)


@pytest.fixture(scope="module")
def export(problem):
    return load("sbml").Export(problem)


@pytest.fixture(scope="module")
def model(export):
    return ElementTree.fromstring(export.text).find(f"{CORE}model")


class TestSbml:
    def test_every_state_has_a_rate_and_every_dose_an_event(self, problem, model):
        rates = [rule.get("variable") for rule in model.iter(f"{CORE}rateRule")]
        assert rates == [state.name for state in problem.equations.states]
        # 84 boluses, 18 infusions that begin and end; the first of them begins at time zero
        assert len(list(model.iter(f"{CORE}event"))) == 84 + 2 * 18 - 1

    def test_the_document_says_what_the_equations_say(self, problem, export, model):
        states = problem.initial[1] * np.exp(0.3 * np.random.default_rng(0).standard_normal(113)) + 0.01
        values = dict(zip(export.constants, export.constant_values()[1], strict=True))
        values |= dict(zip(export.states, [*states, 3.0], strict=True))
        for rule in model.iter(f"{CORE}assignmentRule"):
            values[rule.get("variable")] = evaluate(rule.find(f"{MATH}math")[0], values)
        found = [evaluate(rule.find(f"{MATH}math")[0], values) for rule in model.iter(f"{CORE}rateRule")]
        expected = problem.equations.derivative(states, problem.parameters[1], np.array([3.0, 0.0]))
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)

    def test_doses_of_time_zero_are_in_the_initial_values(self, export):
        start = dict(zip(export.states, export.start()[0], strict=True))
        assert start["infA"] == 1333.0 * 48
        assert start["il2_blood"] == 0.1


def evaluate(element: ElementTree.Element, values: dict[str, float]) -> float:
    """The value of a MathML element with the functions that the export uses."""
    kind = element.tag.removeprefix(MATH)
    if kind == "ci":
        return values[element.text.strip()]
    if kind == "cn":
        return float("e".join(text.strip() for text in element.itertext()))
    function, *arguments = element
    x = [evaluate(argument, values) for argument in arguments]
    functions = {
        "plus": sum, "times": lambda x: x[0] * x[1], "minus": lambda x: x[0] - x[1] if len(x) == 2 else -x[0],
        "divide": lambda x: x[0] / x[1], "power": lambda x: x[0] ** x[1], "root": lambda x: np.sqrt(x[0]),
        "exp": lambda x: np.exp(x[0]), "ln": lambda x: np.log(x[0]),
        "max": max, "min": min,
    }  # fmt: skip
    return functions[function.tag.removeprefix(MATH)](x)


def test_cost_at_an_error_is_interpolated_between_efficient_runs():
    cost_at = load("peers").cost_at
    runs = [(1e-4, 1.0), (1e-6, 4.0), (1e-5, 9.0)]
    assert cost_at(runs, 1e-5) == pytest.approx(2.0)
    assert cost_at(runs, 1e-3) == 1.0
    assert cost_at(runs, 1e-7) is None


def test_without_peers_the_engine_is_still_reported(monkeypatch):
    peers = load("peers")

    def missing(*_):
        raise peers.ToolFailed("not installed")

    for tool in ("Amici", "RoadRunner", "SciPy"):
        monkeypatch.setattr(peers, tool, missing)
    monkeypatch.setattr(peers, "OWN_PATIENTS", 4)
    monkeypatch.setattr(peers, "OWN_TOLERANCES", (1e-4, 1e-6))
    found = peers.compare("qsp113", "q3w", 2, 1, set())
    assert set(found["absent"].values()) == {"not installed"}
    assert [row["tool"] for row in found["runs"]] == ["melanokine"] * 2
    assert found["runs"][1]["error"] < 2e-5 < found["runs"][0]["error"]
    assert found["equal_error"][0]["ratio"] == 1.0


def test_a_step_does_eight_solutions_and_one_factorisation():
    limit = load("limit")
    work = limit.step_work(load("models.tissues").equations(2), limit.host())
    assert {name: part["calls"] for name, part in work.items() if part["calls"]} == {
        "factorise": 1,
        "solve": 8,
        "rates": 7,
    }
    assert work["rates"]["flops"] > work["rates"]["vector"] / 2 > 0


@pytest.mark.slow
@pytest.mark.parametrize("module", ["roadrunner", "amici"])
@pytest.mark.parametrize("model", ["qsp113", "melanokine"])
def test_peers_solve_the_same_equations(model, module, monkeypatch, tmp_path, request):
    pytest.importorskip(module)
    if request.config.option.markexpr != "slow":
        pytest.skip("compiling the peers' models takes minutes: pytest -m slow")
    monkeypatch.setenv("MELANOKINE_CACHE", str(tmp_path))
    problem = load("problems").problem(model, "hd-il2", 2)
    export, equations = load("sbml").Export(problem), problem.equations
    tool, name = ("tools.roadrunner_cvode", "RoadRunner") if module == "roadrunner" else ("tools.amici_cvodes", "Amici")
    peer = getattr(load(tool), name)(export)
    states = problem.initial[1] * np.exp(0.3 * np.random.default_rng(0).standard_normal(len(equations.states)))
    states += 0.01 * problem.scales
    inputs = np.zeros(len(equations.inputs))
    inputs[equations.inputs.index(export.inputs[0])] = 3.0
    expected = equations.derivative(states, problem.parameters[1], inputs)
    found = peer.derivative(1, states, np.full(len(export.inputs), 3.0))
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12 * np.abs(expected).max())
