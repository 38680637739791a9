"""What SBML says a model means, on documents small enough to be solved by hand."""

import math as m

import numpy as np
import pytest

import melanokine as mk
from melanokine.interchange.sbml import Refusal
from melanokine.interchange.sbml.constants import value_of

from .interchange_documents import TIME, compartment, decay, event, math, parameters, species

LAW = "<apply><times/><ci>k</ci><ci>S</ci><ci>C</ci></apply>"


def test_decay_of_amount_and_concentration(read):
    model = read(compartment("2") + species("S") + parameters(k="0.5") + decay(LAW))
    data = model.simulate((0.0, 4.0, 4), quantities=["S", "amount(S)", "concentration(S)", "R"])
    exact = np.exp(-0.5 * data.time.values)
    np.testing.assert_allclose(data["amount(S)"][0], exact, rtol=1e-7)
    np.testing.assert_allclose(data["S"][0], exact / 2, rtol=1e-7)
    np.testing.assert_allclose(data["concentration(S)"][0], data["S"][0])
    np.testing.assert_allclose(data["R"][0], 0.5 * exact, rtol=1e-7)


def test_population_and_what_a_species_parameter_means(read):
    model = read(compartment("2") + species("S") + parameters(k="0.5") + decay(LAW))
    data = model.simulate([0.0, 1.0], parameters={"k": [0.1, 1.0], "S": 3.0}, quantities=["S", "amount(S)"])
    np.testing.assert_allclose(data["S"].values, 3.0 * np.exp(np.outer([-0.1, -1.0], [0.0, 1.0])), rtol=1e-7)
    assert data["amount(S)"].values[0, 0] == 6.0
    with pytest.raises(mk.InputError, match="no parameter 'kk'"):
        model.simulate([0.0, 1.0], parameters={"kk": 1.0})


def rule(kind, variable, content):
    return f'<listOfRules><{kind} variable="{variable}">{math(content)}</{kind}></listOfRules>'


def test_concentration_is_diluted_by_a_growing_compartment(read):
    model = read(compartment("1", "false") + species("S") + rule("rateRule", "C", "<cn>1</cn>"))
    data = model.simulate((0.0, 3.0, 3), quantities=["S", "amount(S)", "C"])
    np.testing.assert_allclose(data["C"][0], [1, 2, 3, 4], rtol=1e-9)
    np.testing.assert_allclose(data["S"][0], 1 / np.array([1, 2, 3, 4]), rtol=1e-9)


AT_ONE = f"<apply><geq/>{TIME}<cn>1</cn></apply>"


def test_delay_keeps_the_value_of_the_trigger(read):
    for at_trigger, expected in (("true", 1.0), ("false", 3.0)):
        happens = event(AT_ONE, {"x": TIME}, delay="<cn>2</cn>", at_trigger=at_trigger)
        model = read(parameters("false", x="0") + f"<listOfEvents>{happens}</listOfEvents>")
        x = model.simulate([0.0, 0.5, 2.9, 3.1, 5.0]).x.values[0]
        np.testing.assert_allclose(x, [0, 0, 0, expected, expected], atol=1e-9)


def test_priority_and_cancelling(read):
    first = event(AT_ONE, {"x": "<cn>1</cn>"}, priority="<cn>2</cn>")
    trigger = f"<apply><and/>{AT_ONE}<apply><lt/><ci>x</ci><cn>1</cn></apply></apply>"
    for persistent, expected in (("true", 5.0), ("false", 0.0)):
        second = event(trigger, {"y": "<cn>5</cn>"}, priority="<cn>1</cn>", persistent=persistent)
        model = read(parameters("false", x="0", y="0") + f"<listOfEvents>{second}{first}</listOfEvents>")
        assert model.simulate([0.0, 2.0]).y.values[0, -1] == pytest.approx(expected, abs=1e-12)


def test_event_at_the_start_needs_an_initial_value_of_false(read):
    for initial, expected in (("true", 0.0), ("false", 7.0)):
        happens = event(f"<apply><geq/>{TIME}<cn>0</cn></apply>", {"x": "<cn>7</cn>"}, initial=initial)
        model = read(parameters("false", x="0") + f"<listOfEvents>{happens}</listOfEvents>")
        assert model.simulate([0.0, 1.0]).x.values[0].tolist() == [expected, expected]


def test_state_trigger_at_its_exact_time_for_each_patient(read):
    half = "<apply><lt/><ci>S</ci><cn>0.5</cn></apply>"
    happens = event(half, {"S": "<cn>1</cn>"})
    body = compartment() + species("S") + parameters(k="1") + decay(LAW) + f"<listOfEvents>{happens}</listOfEvents>"
    data = read(body).simulate([0.0, 3.0], parameters={"k": [1.0, 2.0, 0.1]})
    for k, value in zip([1.0, 2.0, 0.1], data.S.values[:, -1], strict=True):
        assert value == pytest.approx(2.0 ** -((3.0 * k / m.log(2.0)) % 1.0), rel=1e-6)


def test_jump_in_a_rate_is_located(read):
    pulse = f"<piecewise><piece><cn>1</cn><apply><lt/>{TIME}<cn>1.3</cn></apply></piece>"
    pulse += "<otherwise><cn>-2</cn></otherwise></piecewise>"
    model = read(parameters("false", x="0") + rule("rateRule", "x", pulse))
    assert model.simulate([0.0, 1.0, 2.0]).x.values[0] == pytest.approx([0.0, 1.0, 1.3 - 1.4], abs=2e-7)


def test_unchosen_piece_may_be_infinite(read):
    content = "<piecewise><piece><apply><divide/><cn>1</cn><ci>x</ci></apply><apply><gt/><ci>x</ci><cn>5</cn></apply>"
    content += "</piece><otherwise><cn>1</cn></otherwise></piecewise>"
    model = read(parameters("false", x="0") + rule("rateRule", "x", content))
    assert model.simulate([0.0, 2.0]).x.values[0, -1] == pytest.approx(2.0)


def csymbol(name):
    return f'<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/{name}"> {name} </csymbol>'


UNARY = ["exp", "ln", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "arcsinh", "arctanh"]


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_a_changing_argument(read, name):
    rules = f'<rateRule variable="x">{math("<cn>1</cn>")}</rateRule><assignmentRule variable="y">'
    rules += math(f"<apply><{name}/><ci>x</ci></apply>") + "</assignmentRule>"
    model = read(parameters("false", x="0.1", y="0") + f"<listOfRules>{rules}</listOfRules>")
    data = model.simulate([0.0, 0.3, 0.7])
    np.testing.assert_allclose(data.y.values[0], [value_of(name, x) for x in (0.1, 0.4, 0.8)], rtol=1e-8)


@pytest.mark.parametrize(
    ("base", "exponent", "expected"),
    [
        (-2.0, 3.0, -8.0),
        (-2.0, 10.0, 1024.0),
        (0.0, 0.01, 0.0),
        (0.0, 0.0, 1.0),
        (-2.0, 0.5, np.nan),
        (2.0, 2.5, 2**2.5),
    ],
)
def test_powers_of_parameters(read, base, exponent, expected):
    power = "<apply><power/><ci>a</ci><ci>b</ci></apply>"
    body = '<parameter id="x" constant="false"/>'
    listed = parameters(a=str(base), b=str(exponent)).replace("</listOfParameters>", body + "</listOfParameters>")
    model = read(listed + rule("assignmentRule", "x", power))
    np.testing.assert_allclose(model.simulate([0.0]).x.values[0, 0], expected, rtol=1e-13)


def test_rate_of_and_stoichiometry_of_a_product(read):
    rate = f"<apply>{csymbol('rateOf')}<ci>S</ci></apply>"
    body = compartment() + species("S") + '<listOfParameters><parameter id="k" value="0.5" constant="true"/>'
    body += '<parameter id="x" constant="false"/></listOfParameters>' + rule("assignmentRule", "x", rate) + decay(LAW)
    data = read(body).simulate([0.0, 1.0])
    np.testing.assert_allclose(data.x.values, -0.5 * data.S.values, rtol=1e-12)


def test_refusals_name_element_and_line(read):
    delay = f"<apply>{csymbol('delay')}"
    delay += "<ci>x</ci><cn>1</cn></apply>"
    with pytest.raises(Refusal, match=r":\d+: the rate rule of 'x' uses delay\(\)"):
        read(parameters("false", x="0") + rule("rateRule", "x", delay))
    algebraic = f"<listOfRules><algebraicRule>{math('<ci>x</ci>')}</algebraicRule></listOfRules>"
    with pytest.raises(Refusal, match=r":\d+: rule 1 uses an algebraic rule"):
        read(parameters("false", x="0") + algebraic)
