import numpy as np
import pytest

from melanokine.errors import InputError, ModelError, UnitError
from melanokine.network import Network, Parameter, equations, evaluate, lint, read_parameters, saturation


def parameter(name, value, unit, **other):
    return Parameter(name, value, unit, source="10.1000/test", how="measured", **other)


@pytest.fixture
def net():
    """Two lesions that grow, kill-free, and a drug in nmol infused in nmol/d but measured in pM."""
    net = Network("toy", lesions=2)
    net.parameter(parameter("growth_rate", 0.1, "1/d"))
    net.parameter(parameter("capacity", 5.0, "Mcell", level="lesion"))
    net.parameter(parameter("volume", 3.0, "L"))
    net.parameter(parameter("elimination", 2.0, "1/d"))
    net.input("infusion", "nmol/d")
    net.species("drug", "pmol", compartment="blood", scale=1.0)
    for lesion in net.lesions:
        lesion.species("tumour", "Mcell", compartment="tumour", scale=1.0, initial=lesion.capacity / 2)
        room = 1 - lesion.tumour / lesion.capacity
        lesion.reaction("growth", {"tumour": 1}, lesion.growth_rate * lesion.tumour * room)
    net.reaction("infusion_in", {"drug": 1}, net.infusion)
    net.reaction("elimination_out", {"drug": -1}, net.elimination * net.drug)
    net.observable("concentration", net.drug / net.volume, "pM")
    return net


def test_adding_unlike_dimensions_names_both(net):
    with pytest.raises(UnitError, match=r"growth_rate \[1/d\].*volume \[L\]|volume \[L\].*growth_rate \[1/d\]"):
        net.growth_rate + net.volume


def test_rate_of_wrong_dimension_names_reaction_and_species(net):
    with pytest.raises(UnitError, match="reaction leak changes drug"):
        net.reaction("leak", {"drug": -1}, net.drug)


@pytest.mark.parametrize("literal", [3, 0.5, -1])
def test_bare_numbers_are_refused(net, literal):
    with pytest.raises(ModelError, match="bare number"):
        net.growth_rate * literal


def test_units_are_converted_on_the_way(net):
    e = equations(net)
    rate = e.derivative(np.array([0.0, 1.0, 1.0]), np.array([0.1, 5, 5, 3, 2.0]), np.array([1.5]))
    assert rate[0] == pytest.approx(1500.0)  # nmol/d into pmol/d


def test_lesions_have_their_own_parameters_and_species(net):
    assert {"tumour_1", "tumour_2", "capacity_1", "capacity_2"} <= set(net.symbols)
    assert net.lesions[1].tumour.name == "tumour_2"
    start = equations(net).initial_states(np.array([0.1, 4.0, 8.0, 3, 2.0]))
    np.testing.assert_allclose(start, [0.0, 2.0, 4.0])


def test_unknown_name_suggests_the_nearest(net):
    with pytest.raises(ModelError, match="did you mean 'tumour_1'"):
        _ = net.lesions[0].tumor


def test_names_are_unique(net):
    with pytest.raises(ModelError, match="defined twice"):
        net.rule("volume", net.growth_rate)


def test_jacobian_agrees_with_differences(net):
    e = equations(net)
    y, p, u = np.array([3.0, 1.0, 2.0]), np.array([0.1, 5, 5, 3, 2.0]), np.array([1.0])
    step = 1e-6 * np.eye(3)
    columns = [(e.derivative(y + d, p, u) - e.derivative(y - d, p, u)) / 2e-6 for d in step]
    np.testing.assert_allclose(e.dense_jacobian(y, p, u), np.stack(columns, 1), atol=1e-7)


def test_digest_is_of_the_structure(net):
    before = equations(net).digest
    assert equations(net).digest == before
    net.reaction("loss", {"drug": -1}, net.elimination * net.drug)
    assert equations(net).digest != before


def test_lint_accepts_a_sound_network(net):
    lint(net)


def test_lint_lists_every_finding(net):
    net.parameter(Parameter("orphan", 1.0, "1", how="assumed"))
    net.parameter(Parameter("rumour", 1.0, "1", how="measured"))
    net.species("idle", "pmol", compartment="blood", scale=1.0)
    net.reaction("swap", {"tumour_1": -1, "tumour_2": 2}, net.growth_rate * net["tumour_1"], conserves=True)
    with pytest.raises(ModelError) as error:
        lint(net)
    for finding in ("orphan is assumed but narrow", "rumour has no source", "orphan is used by nothing",
                    "species idle takes part", "swap does not conserve"):  # fmt: skip
        assert finding in str(error.value)


def test_what_acts_only_with_a_drug_may_be_unused_without_it(net):
    net.parameter(parameter("potency", 1.0, "1/d"))
    with pytest.raises(ModelError, match="potency is used by nothing"):
        lint(net)
    net.act_only_with("anti_pd1", "potency")
    lint(net)


def test_what_acts_only_with_a_drug_must_be_used_with_it(net):
    net.parameter(parameter("potency", 1.0, "1/d"))
    net.role("anti_pd1").append("a drug")
    net.act_only_with("anti_pd1", "potency")
    with pytest.raises(ModelError, match="potency is used by nothing"):
        lint(net)


def test_transfer_conserves(net):
    net.transfer("spread", "tumour_1", "tumour_2", net.growth_rate * net["tumour_1"])
    e = equations(net)
    y, p = np.array([0.0, 2.5, 2.5]), np.array([0.0, 5, 5, 3, 2.0])
    p[0] = 0.2
    change = e.derivative(y, p, np.zeros(1))
    growth = 0.2 * 2.5 * 0.5
    np.testing.assert_allclose(change[1:], [growth - 0.5, growth + 0.5])


def test_saturation_is_half_at_its_constant(net):
    half = saturation(net.volume, net.volume)
    from melanokine.network import evaluate

    assert evaluate(net.graph, [half.node], parameters=[0, 0, 0, 3.0, 0])[0] == 0.5


HEADER = "name,value,unit,distribution,spread,low,high,level,how,source,note\n"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("k,abc,1/d,,,,,,measured,10.1/x,", "value is 'abc', not a number"),
        ("k,,1/d,,,,,,measured,10.1/x,", "the value is missing"),
        ("k,1,1/d,lognorml,,,,,measured,10.1/x,", "did you mean 'lognormal'"),
        ("k,1,1/d", "3 cells where the header has 11"),
    ],
)
def test_parameter_table_errors_name_file_and_line(tmp_path, row, complaint):
    table = tmp_path / "table.csv"
    table.write_text(HEADER + row + "\n")
    with pytest.raises(InputError, match=complaint) as error:
        read_parameters(table)
    assert error.value.line == 2
    assert error.value.file == str(table)


def test_missing_parameter_table(tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        read_parameters(tmp_path / "absent.csv")


def test_events_in_units_of_the_species(net):
    """The drug is in pmol, its reserve in nmol."""
    net.parameter(parameter("reserve", 2.0, "nmol"))
    net.parameter(parameter("limit", 3.0, "Mcell"))
    for lesion in net.lesions:
        lesion.event("relapse", lesion.tumour - net.limit, {"tumour": lesion.tumour / 2, "drug": net.reserve})
    net.event("empty", net.drug - net.reserve, {"drug": 0}, terminal=True, initially=True)
    first, second, empty = equations(net).events
    assert (first.name, second.name, empty.name) == ("relapse_1", "relapse_2", "empty")
    assert (set(first.changes), set(second.changes)) == ({1, 0}, {2, 0})
    values = evaluate(
        net.graph, [first.changes[1], first.changes[0], empty.changes[0]], [0.0, 4.0, 8.0], [1.0] * 5 + [2.0]
    )
    assert values == pytest.approx([2.0, 2000.0, 0.0])
    assert (first.terminal, first.initially, empty.terminal, empty.initially) == (False, False, True, True)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        (lambda net: {"drug": net.volume}, UnitError, r"event e sets drug \[pmol\] to volume \[L\]"),
        (lambda net: {"drug": 3}, ModelError, "bare number"),
        (lambda net: {"drgu": 0}, ModelError, "no species 'drgu'"),
        (lambda net: {}, ModelError, "event e changes nothing"),
    ],
)
def test_events_that_are_refused(net, changes, error, message):
    with pytest.raises(error, match=message):
        net.event("e", net.drug, changes(net))


def test_two_events_of_one_name(net):
    net.event("e", net.drug, terminal=True)
    with pytest.raises(ModelError, match="two events are called 'e'"):
        net.event("e", net.drug, terminal=True)


def test_digest_is_of_the_events_too(net):
    digests = {equations(net).digest}
    net.event("e", net.drug, {"drug": 0})
    digests.add(equations(net).digest)
    net.event("f", net.drug, {"drug": 0}, initially=True)
    digests.add(equations(net).digest)
    assert len(digests) == 3


def test_an_event_uses_parameters_and_changes_species(net):
    net.parameter(parameter("threshold", 1.0, "pmol"))
    net.species("mark", "1", compartment="blood", scale=1.0)
    with pytest.raises(ModelError, match="parameter threshold is used by nothing; species mark takes part in no"):
        lint(net)
    net.event("e", net.drug - net.threshold, {"mark": 1})
    lint(net)
