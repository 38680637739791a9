"""Lowered programs against NumPy, before LLVM has a say."""

import numpy as np
import pytest

from melanokine.engine.lowering.programs import programs
from melanokine.engine.lowering.scheduling import schedule

SHIFT = 40.0


@pytest.fixture(params=["as written", "scheduled"])
def arranged(request):
    return (lambda program: schedule(program, 16)) if request.param == "scheduled" else lambda program: program


@pytest.fixture
def prepared(every_operation, run_program, arranged):
    """Programs, with arrays in which the constants of one patient are prepared."""
    lowered = programs(every_operation.equations)
    states = every_operation.initial * 1.7
    size = len(states)
    arrays = {
        "parameter": every_operation.parameters,
        "hoisted": np.empty(lowered.hoisted),
        "state": states,
        "input": np.empty(0),
        "rate": np.linspace(1.0, 2.0, size),
        "factor": np.full(lowered.factors, np.nan),
        "diagonal": np.array([SHIFT, np.nan]),
    }
    run_program(arranged(lowered.programs["prepare"]), arrays)
    return {name: arranged(program) for name, program in lowered.programs.items()}, arrays


def reference(system, arrays):
    arguments = arrays["state"], arrays["parameter"], arrays["input"]
    return system.equations.derivative(*arguments), system.equations.dense_jacobian(*arguments)


def test_rates_agree_with_numpy(every_operation, prepared, run_program):
    written, arrays = prepared
    before = arrays["rate"].copy()
    run_program(written["rates"], arrays)
    expected, _ = reference(every_operation, arrays)
    np.testing.assert_allclose(arrays["rate"], expected + before, rtol=1e-13)


def test_factors_solve_the_linear_system(every_operation, prepared, run_program):
    written, arrays = prepared
    run_program(written["factorise"], arrays)
    rates, jacobian = reference(every_operation, arrays)
    np.testing.assert_allclose(arrays["rate"], rates, rtol=1e-13)
    arrays["vector"] = rates.copy()
    run_program(written["solve"], arrays)
    matrix = SHIFT * np.eye(len(rates)) - jacobian
    np.testing.assert_allclose(arrays["vector"], np.linalg.solve(matrix, rates), rtol=1e-11)
    assert arrays["diagonal"][1] > 0


def test_negative_pivot_shows(build, run_program):
    """Growth at 3 per day with a shift of 2: the only pivot is -1."""
    system = build({"x": 1.0}, {"rate": 3.0}, lambda g, s: [g.mul(s.rate, s.x)])
    lowered = programs(system.equations)
    arrays = {"hoisted": system.parameters, "state": system.initial, "input": np.empty(0)}
    arrays |= {"rate": np.empty(1), "factor": np.empty(1), "diagonal": np.array([2.0, np.nan])}
    run_program(lowered.programs["factorise"], arrays)
    assert arrays["diagonal"][1] == -1.0


def test_what_depends_on_an_input_is_not_hoisted(two_compartments):
    lowered = programs(two_compartments.equations)
    reads = {a[0] for i in lowered.programs["rates"].instructions for a in i.arguments if isinstance(a, tuple)}
    assert "input" in reads
    prepared = {a[0] for i in lowered.programs["prepare"].instructions for a in i.arguments if isinstance(a, tuple)}
    assert prepared <= {"parameter", "const"}


def test_powers_of_one_base_share_a_logarithm(build):
    def rhs(g, s):
        return [g.sub(g.pow(s.x, s.a), g.pow(s.x, s.b))]

    system = build({"x": 1.0}, {"a": 1.5, "b": 2.5}, rhs)
    rates = programs(system.equations).programs["rates"]
    operations = [instruction.operation for instruction in rates.instructions]
    assert operations.count("ln") == 1
    assert operations.count("exp") == 2


def test_observables_leave_the_steps_alone(build):
    """The programs of a step are the same whatever is observed."""

    def rhs(g, s):
        return [g.sub(g.mul(s.p, s.q), g.mul(g.mul(s.p, s.r), s.x))]

    bare = programs(build({"x": 1.0}, {"p": 1, "q": 2, "r": 3}, rhs).equations)
    observed = programs(
        build(
            {"x": 1.0},
            {"p": 1, "q": 2, "r": 3},
            rhs,
            observables=lambda g, s: {"o": g.mul(g.mul(s.p, s.q), g.mul(g.mul(s.p, s.r), s.x))},
        ).equations
    )
    for name in ("prepare", "rates", "factorise", "solve"):
        assert bare.programs[name] == observed.programs[name]
