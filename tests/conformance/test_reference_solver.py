"""The compiled kernel against SciPy, for diagnosed patients under every drug of the library.

SciPy integrates the same equations written out as plain Python, with the doses set by hand as regimens mean them.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from melanokine import drugs
from melanokine.drugs import Dose, Regimen
from melanokine.network import evaluate
from melanokine.patients import schedule

from ..engine.written_out import WrittenOut, write_out
from .conftest import sentence

PATIENTS = 2
DAYS = 3.0
AGREEMENT = [({"rtol": 1e-9}, 2e-5, 2e-5), ({}, 1e-2, 3e-4)]
"""Tolerance of the kernel, the default one last, and the difference that it may leave in any state and in all but one
of twenty, relative to the value plus a thousandth of the state's typical size. The largest ones are of states that
answer only to what exceeds rest (`nk_turned`): a difference of nearly equal numbers, with a kink at zero."""


def changes(model, doses: list[Dose], parameters: np.ndarray) -> list[tuple[float, str, int, np.ndarray]]:
    """Time, what is changed (input or state), its position, and the amount for each patient."""
    equations = model.equations
    sizes = {
        name: parameters[:, list(equations.parameters).index(f"body_{name}")] for name in ("weight", "surface_area")
    }
    per = {"flat": np.ones(len(parameters)), "kg": sizes["weight"], "m2": sizes["surface_area"]}
    found = []
    for dose in doses:
        amount = dose.amount * per[dose.per]
        if dose.target.kind == "bolus":
            found.append((dose.enters_d, "state", equations.state_index(dose.target.name), amount))
        else:
            position, rate = list(equations.inputs).index(dose.target.name), amount / dose.duration_d
            found.append((dose.enters_d, "input", position, rate))
            found.append((dose.enters_d + dose.duration_d, "input", position, -rate))
    return found


@pytest.fixture(scope="module")
def written(model):
    return write_out(model.equations)


def reference(
    model,
    written: WrittenOut,
    parameters: np.ndarray,
    states: np.ndarray,
    given: list,
    *,
    days: float = DAYS,
    method: str = "LSODA",
    rtol: float = 1e-7,
) -> np.ndarray:
    """States on the last day, shape (patients, states), by SciPy at tight tolerance."""
    equations = model.equations
    scale = np.array([state.scale for state in equations.states])
    inputs, ends = np.zeros((len(states), len(equations.inputs))), states.copy()
    for start, stop in pairwise(sorted({0.0, days, *(time for time, *_ in given if time < days)})):
        for _, target, position, amount in (change for change in given if change[0] == start):
            (inputs if target == "input" else ends)[:, position] += amount
        inputs[np.abs(inputs) < 1e-9 * np.abs(inputs).max(initial=1.0)] = 0.0
        for patient, (y, p, u) in enumerate(zip(ends, parameters.tolist(), inputs.tolist(), strict=True)):
            solution = solve_ivp(
                lambda _, y, p=p, u=u: written.rates(y.tolist(), p, u),
                (start, stop),
                y,
                method=method,
                jac=lambda _, y, p=p, u=u: written.jacobian(y.tolist(), p, u),
                rtol=rtol,
                atol=1e-3 * rtol * scale,
            )
            assert solution.success, solution.message
            ends[patient] = solution.y[:, -1]
    return ends


def test_the_equations_are_written_out_as_they_are(model, written, cohort):
    """Under a dose, where all of them matter."""
    inputs = 1.0 + np.arange(len(model.equations.inputs))
    for parameters, states in zip(cohort.parameters, cohort.states, strict=True):
        y = states + 0.1 * np.array([state.scale for state in model.equations.states])
        patient = y.tolist(), parameters.tolist(), inputs.tolist()
        for found, of_numpy in (
            (written.rates(*patient), model.equations.derivative),
            (written.jacobian(*patient), model.equations.dense_jacobian),
        ):
            np.testing.assert_allclose(found, of_numpy(y, parameters, inputs), rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", drugs.names())
def test_kernel_agrees_with_scipy(model, written, cohort, name):
    parameters, states = cohort.parameters[:PATIENTS], cohort.states[:PATIENTS]
    regimen = Regimen.parse(sentence(name))
    planned = schedule([regimen], model, DAYS)
    theirs = reference(model, written, parameters, states, changes(model, regimen.doses(DAYS), parameters))
    scale = np.array([state.scale for state in model.equations.states])
    for tolerance, allowed, usual in AGREEMENT:
        ours = model.kernel.integrate(parameters, states, schedule=planned, times=[DAYS], **tolerance)
        assert ours.given.all()
        difference = np.abs(ours.states[:, 0] - theirs) / (np.abs(theirs) + 1e-3 * scale)
        patient, worst = np.unravel_index(difference.argmax(), difference.shape)
        assert difference.max() < allowed, (patient, model.equations.states[worst].name, difference.max(), tolerance)
        assert np.quantile(difference, 0.95) < usual, tolerance


def kind(name: str) -> tuple:
    """What of a drug decides on its equations: roles, structure, route, and whether something holds it in tumours."""
    drug = drugs.load(name)
    route = Regimen.parse(sentence(name)).phases[0].route
    return drug.roles, type(drug.pharmacokinetics), route, drug.targeting is None


FIRST_OF_ITS_KIND = {kind(name): name for name in reversed(drugs.names())}.values()
SAMPLED = [pytest.param(name, marks=() if name in FIRST_OF_ITS_KIND else pytest.mark.slow) for name in drugs.names()]
"""One drug of each kind; the others only by `pytest -m slow`."""


@pytest.mark.parametrize("name", SAMPLED)
def test_kernel_agrees_with_radau(model, written, cohort, name):
    """Both as tight as they go, over the first day of one patient, with all that happens at the doses."""
    parameters, states = cohort.parameters[2:3], cohort.states[2:3]
    regimen = Regimen.parse(sentence(name))
    given = changes(model, [dose for dose in regimen.doses(1.0) if dose.enters_d < 1.0], parameters)
    theirs = reference(model, written, parameters, states, given, days=1.0, method="Radau", rtol=1e-10)
    ours = model.kernel.integrate(
        parameters, states, schedule=schedule([regimen], model, 1.0), times=[1.0], rtol=1e-12
    ).states[:, 0]
    scale = np.array([state.scale for state in model.equations.states])
    difference = np.abs(ours - theirs) / (np.abs(theirs) + 1e-3 * scale)
    worst = difference.argmax()
    assert difference.max() < 3e-7, (model.equations.states[worst].name, difference.max())


def test_compiled_observables_agree_with_the_reference(model, cohort, course):
    data = course(sentence("aldesleukin"), sentence("nivolumab"), days=7.0)
    nodes = [model.equations.observables[name] for name in model.kernel.observable_names]
    expected = evaluate(model.equations.graph, nodes, data.states, cohort.parameters[:, None, :])
    for name, values in zip(model.kernel.observable_names, expected, strict=True):
        np.testing.assert_allclose(data[name], values, rtol=1e-11, atol=1e-13, err_msg=name)
