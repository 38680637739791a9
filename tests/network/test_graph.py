import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melanokine.network import Graph, evaluate
from melanokine.network.differentiation import gradients


def test_equal_expressions_are_one_node():
    g = Graph()
    x, y = g.state(0), g.state(1)
    assert g.add(x, y) == g.add(y, x)
    assert g.mul(x, g.inv(y)) == g.div(x, y)


def test_constants_fold_and_neutral_elements_vanish():
    g = Graph()
    x = g.state(0)
    assert g.add(x, g.const(0)) == x
    assert g.mul(x, g.const(1)) == x
    assert g.op[g.mul(x, g.const(0))] == ("const", 0.0)
    assert g.op[g.sub(x, x)] == ("const", 0.0)
    assert g.op[g.exp(g.const(0))] == ("const", 1.0)


def test_patient_constants_are_gathered():
    g = Graph()
    a, b, x, y = g.parameter(0), g.parameter(1), g.state(0), g.state(1)
    product = g.mul(g.mul(a, x), g.mul(b, y))
    constants = [n for n in g.reach([product]) if g.op[n][0] == "mul" and not g.varies[n]]
    assert [g.op[n] for n in constants] == [("mul", a, b)]


def test_division_by_zero_is_refused():
    g = Graph()
    with pytest.raises(ZeroDivisionError):
        g.inv(g.const(0.0))


BUILDERS = {
    "sum": lambda g, x, y, p: g.add(g.mul(p, x), g.neg(y)),
    "quotient": lambda g, x, y, p: g.div(g.add(x, p), g.add(y, g.const(2.0))),
    "power": lambda g, x, y, p: g.pow(g.add(x, y), p),
    "integer power": lambda g, x, y, p: g.pow(g.sub(x, y), g.const(5)),
    "inverse power": lambda g, x, y, p: g.pow(g.add(x, y), g.const(-3)),
    "variable exponent": lambda g, x, y, p: g.pow(x, y),
    "logarithm": lambda g, x, y, p: g.log(g.add(g.mul(x, y), p)),
    "exponential": lambda g, x, y, p: g.exp(g.neg(g.mul(x, g.inv(p)))),
    "root": lambda g, x, y, p: g.sqrt(g.add(x, y)),
    "larger": lambda g, x, y, p: g.mul(x, g.maximum(x, g.mul(p, y))),
    "smaller": lambda g, x, y, p: g.mul(y, g.minimum(x, g.mul(p, y))),
}


@pytest.mark.parametrize("name", BUILDERS)
@given(x=st.floats(0.1, 5), y=st.floats(0.1, 5), p=st.floats(0.2, 3))
def test_derivatives_agree_with_central_differences(name, x, y, p):
    g = Graph()
    node = BUILDERS[name](g, g.state(0), g.state(1), g.parameter(0))
    slope = gradients(g, [node])[0]
    step = 1e-6
    for k in (0, 1):
        if abs(x - p * y) < 1e-3:
            return  # the kink of max and min
        shift = step * np.eye(2)[k]
        high, low = (evaluate(g, [node], np.array([x, y]) + s * shift, [p])[0] for s in (1, -1))
        exact = evaluate(g, [slope[k]], [x, y], [p])[0] if k in slope else 0.0
        assert exact == pytest.approx((high - low) / (2 * step), rel=1e-5, abs=1e-6)


def test_evaluation_broadcasts_over_patients_and_times():
    g = Graph()
    node = g.mul(g.parameter(0), g.state(0))
    states = np.arange(12.0).reshape(3, 4, 1)
    parameters = np.array([1.0, 2.0, 3.0]).reshape(3, 1, 1)
    (value,) = evaluate(g, [node], states, parameters)
    np.testing.assert_array_equal(value, states[..., 0] * parameters[..., 0])


def test_slopes_vanish_where_the_floor_holds():
    g = Graph()
    x = g.state(0)
    roots = [g.log(x), g.pow(x, g.parameter(0))]
    for slope in gradients(g, roots):
        assert evaluate(g, [slope[0]], [-1.0], [0.7])[0] == 0.0
