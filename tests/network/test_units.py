import pytest
from hypothesis import given
from hypothesis import strategies as st

from melanokine.errors import UnitError
from melanokine.network import Network, Parameter, evaluate, square_root
from melanokine.network.units import ONE, parse


@pytest.mark.parametrize(
    ("text", "other", "factor"),
    [
        ("nM", "pM", 1e3),
        ("nmol/L", "nM", 1.0),
        ("mL/h", "L/d", 0.024),
        ("Mcell", "cell", 1e6),
        ("Gcell/L", "cell/uL", 1e3),
        ("pM*kDa", "pg/mL", 1.0),
        ("kg", "mg", 1e6),
        ("mL", "mm^3", 1e3),
        ("g/dL", "mg/mL", 10.0),
        ("percent", "1", 0.01),
        ("kDa", "g/mol", 1e3),
    ],
)
def test_conversion_factor(text, other, factor):
    assert parse(text).factor_to(parse(other)) == pytest.approx(factor, rel=1e-12)


def test_molecules_count_by_avogadro():
    assert parse("pmol").factor_to(parse("molecule")) == pytest.approx(6.02214076e11)


@pytest.mark.parametrize("text", ["", "furlong", "1/", "L L", "d^x"])
def test_what_is_no_unit_is_refused(text):
    with pytest.raises(UnitError):
        parse(text)


def test_unlike_units_do_not_convert():
    with pytest.raises(UnitError, match="cannot convert kg to L"):
        parse("kg").factor_to(parse("L"))
    with pytest.raises(UnitError, match="cannot convert degC to 1"):
        parse("degC").factor_to(parse("1"))


names = st.sampled_from(["d", "L", "nM", "Mcell", "mmHg", "kg", "IU"])


@given(names, names)
def test_products_and_quotients_cancel(a, b):
    assert parse(a) * parse(b) / parse(b) == parse(a)
    assert parse(a) / parse(a) == ONE


def test_cube_root_of_a_volume_is_a_length():
    assert parse("mm^3").root(3) == parse("mm")
    with pytest.raises(UnitError):
        parse("d").root(3)


def test_square_root_halves_the_dimension():
    net = Network("root")
    net.parameter(Parameter("x", 9.0, "pM"))
    root = square_root(net.x**2)
    assert root.unit == parse("pM")
    assert evaluate(net.graph, [root.node], parameters=[9.0])[0] == 9.0
