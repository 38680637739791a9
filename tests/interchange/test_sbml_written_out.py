"""Nodes written out for one patient give what NumPy gives, at odd numbers as well."""

import math

import numpy as np
import pytest

from melanokine.interchange.sbml.written_out import write_out
from melanokine.network import Graph, evaluate

ODD = [0.0, -0.0, 0.5, -0.5, 3.0, -3.0, 1.0 - 2.0**-53, -1e-20, 2.5e17, -1e300, math.inf, -math.inf, math.nan]


def both(graph, nodes, x):
    return write_out(graph, nodes)([x], []), [float(v) for v in evaluate(graph, nodes, [x])]


@pytest.mark.parametrize("x", ODD)
def test_functions_of_odd_numbers(x):
    graph = Graph()
    y = graph.state(0)
    nodes = [graph.node(operation, y) for operation in ("floor", "neg", "exp", "sqrt", "sin", "arctan")]
    own, expected = both(graph, nodes, x)
    np.testing.assert_allclose(own, expected, rtol=1e-15)
    assert [math.copysign(1.0, v) for v in own[:2]] == [math.copysign(1.0, v) for v in expected[:2]]


@pytest.mark.parametrize("constant", [-2.0, 0.0, math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("x", [-1.5, 0.0, 2.0])
def test_constants_in_their_places(constant, x):
    graph = Graph()
    y, c = graph.state(0), graph.const(constant)
    nodes = [c, *(graph.node(operation, *pair) for operation in ("sub", "mul", "step") for pair in ((y, c), (c, y)))]
    nodes += [graph.node("neg", c), graph.node("floor", c), graph.node("choose", c, y, c)]
    own, expected = both(graph, nodes, x)
    np.testing.assert_array_equal(own, expected)
