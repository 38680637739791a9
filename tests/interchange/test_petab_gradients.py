"""Derivatives and fits where something jumps: events of a model, periods of PEtab 2. All solutions are known."""

import numpy as np
import pytest

from melanokine.interchange.petab import evaluate, fit, read_petab
from melanokine.interchange.petab.gradient import Objective
from melanokine.interchange.petab.problem import scaled

from .interchange_documents import TIME, document, event, math, parameters
from .petab_problem import version1, version2

TIMES = np.array([0.0, 1.0, 2.5, 4.0])
MEASURED = np.array([2.2, 1.1, 1.6, 0.9])
DECAY = (
    f'<listOfRules><rateRule variable="x">{math("<apply><minus/><apply><times/><ci>k</ci><ci>x</ci></apply></apply>")}'
)
DECAY += "</rateRule></listOfRules>"
MORE = "<apply><plus/><ci>x</ci><ci>dose</ci></apply>"
EVENTS = {
    "time": event(f"<apply><geq/>{TIME}<ci>when</ci></apply>", {"x": MORE}),
    "state": event("<apply><leq/><ci>x</ci><ci>when</ci></apply>", {"x": MORE}),
    "delay": event(
        "<apply><leq/><ci>x</ci><ci>when</ci></apply>", {"x": MORE}, delay="<cn>0.25</cn>", at_trigger="false"
    ),
}
"""At the time `when`; or where x has fallen to `when`, or a quarter later."""
VALUES = {"k": 0.6, "dose": 1.3, "when": 0.5}


def jumping(folder, kind):
    model = document(
        parameters("false", x="2") + parameters(**VALUES).replace("<listOfParameters>", "") + DECAY
        + f"<listOfEvents>{EVENTS[kind]}</listOfEvents>"
    ).replace("</listOfParameters><parameter", "<parameter")  # fmt: skip
    rows = "".join(f"{id}\tlog10\t0.01\t10\t{value}\t1\n" for id, value in VALUES.items())
    return version1(
        folder,
        model=model,
        conditions="conditionId\nc\n",
        observables="observableId\tobservableFormula\tnoiseFormula\no\tx\t0.3\n",
        measurements="observableId\tsimulationConditionId\ttime\tmeasurement\n"
        + "".join(f"o\tc\t{t}\t{m}\n" for t, m in zip(TIMES, MEASURED, strict=True)),
        parameters=f"parameterId\tparameterScale\tlowerBound\tupperBound\tnominalValue\testimate\n{rows}",
    )


def exact_llh(kind, x):
    """x falls from 2, and jumps once before the last measurement, between the times of two."""
    k, dose, when = 10.0**x
    jump = when if kind == "time" else np.log(2.0 / when) / k + (0.25 if kind == "delay" else 0.0)
    after = np.where(jump <= TIMES, dose * np.exp(-k * (TIMES - jump)), 0.0)
    r = (2.0 * np.exp(-k * TIMES) + after - MEASURED) / 0.3
    return float((-0.5 * r**2 - np.log(0.3 * np.sqrt(2.0 * np.pi))).sum())


def differences(function, x, step=1e-5):
    return np.array([(function(x + h) - function(x - h)) / (2.0 * step) for h in step * np.eye(len(x))])


@pytest.mark.parametrize("kind", EVENTS)
def test_gradient_through_an_event(tmp_path, kind):
    problem = read_petab(jumping(tmp_path, kind))
    objective = Objective(problem, rtol=1e-10)
    assert not objective.tied
    x = np.log10(list(VALUES.values()))
    found = objective.derivatives(x)
    assert found.llh == pytest.approx(exact_llh(kind, x), rel=1e-7)
    wanted = differences(lambda x: exact_llh(kind, x), x)
    assert np.abs(wanted).min() > 0.1  # all three parameters count
    np.testing.assert_allclose(found.gradient(objective.noise.normal), wanted, rtol=1e-4)


def test_fit_through_an_event(tmp_path):
    problem = read_petab(jumping(tmp_path, "time"))
    found = fit(problem, starts=3)
    best = exact_llh("time", np.log10([found.parameters[name] for name in VALUES]))
    assert found.best.scores.llh == pytest.approx(best, rel=1e-6)
    assert found.best.scores.llh > evaluate(problem).scores.llh + 0.5
    slope = differences(lambda x: exact_llh("time", x), np.log10([found.parameters[name] for name in VALUES]))
    free = np.array([0.02 < found.parameters[name] < 9.0 for name in VALUES])
    assert np.abs(slope[free]).max() < 0.05


V2_TIMES, V2_MEASURED = np.array([0.0, 1.0, 2.5, 4.0]), np.array([6.3, 3.7, 4.1, 1.9])


def exact_v2(noise, x):
    k, scale, sigma, dose = x
    y = 2.0 * np.exp(-k * V2_TIMES) + np.where(V2_TIMES > 2.0, dose * np.exp(-k * (V2_TIMES - 2.0)), 0.0)
    logs = noise.startswith("log-")
    r = (np.log(scale * y / V2_MEASURED) if logs else scale * y - V2_MEASURED) / sigma
    each = (
        -np.abs(r) - np.log(2.0 * sigma)
        if noise.endswith("laplace")
        else -0.5 * r**2 - np.log(sigma * np.sqrt(2 * np.pi))
    )
    return float((each - (np.log(V2_MEASURED) if logs else 0.0)).sum())


@pytest.mark.parametrize("noise", ["normal", "log-normal", "laplace", "log-laplace"])
def test_gradient_through_a_period_of_version_2(tmp_path, noise):
    objective = Objective(read_petab(version2(tmp_path, noise=noise)), rtol=1e-9)
    assert objective.tied
    x = np.array([0.55, 2.8, 0.3, 1.2])
    found = objective.derivatives(x)
    assert found.llh == pytest.approx(exact_v2(noise, x), rel=1e-7)
    wanted = differences(lambda x: exact_v2(noise, x), x)
    np.testing.assert_allclose(found.gradient(objective.noise.normal), wanted, rtol=2e-4, atol=1e-4)


def test_slope_of_priors_of_version_2(tmp_path):
    objective = Objective(read_petab(version2(tmp_path, priors=True)))
    x = np.array([0.55, 2.8, 0.3, 1.2])

    def exact(x):  # log-normal and normal, cut off at the bounds; uniform between them for the others
        return -0.5 * ((np.log(x[0]) + 0.7) / 0.3) ** 2 - np.log(x[0]) - 0.5 * ((x[1] - 3.0) / 0.4) ** 2

    np.testing.assert_allclose(objective.prior_slope(x), differences(exact, x), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("priors", [False, True])
def test_fit_of_version_2(tmp_path, priors):
    problem = read_petab(version2(tmp_path, priors=priors))
    found, again = (fit(problem, starts=3, nominal=False) for _ in range(2))
    assert found.parameters == again.parameters
    assert found.best.scores.log_posterior > evaluate(problem).scores.log_posterior
    x = np.array([found.parameters[name] for name in ("k", "scale", "sigma", "dose")])
    assert found.best.scores.llh == pytest.approx(exact_v2("normal", x), abs=1e-5)
    slope = differences(lambda x: exact_v2("normal", x), x)
    if priors:
        slope += Objective(problem).prior_slope(x)
    free = (x > 0.011) & (x < 4.99)
    assert np.abs(slope[free] * scaled(x[free], "lin")).max() < 0.05
