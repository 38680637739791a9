"""Whatever is handed in as SBML: a model, or one clear error."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from melanokine.errors import InputError
from melanokine.interchange.sbml import parse_sbml, read_sbml

from .interchange_documents import TIME, compartment, decay, document, event, math, parameters, species

LAW = "<apply><times/><ci>k</ci><ci>S</ci></apply>"
HAPPENS = f"<listOfEvents>{event(f'<apply><gt/>{TIME}<cn>1</cn></apply>', {'S': '<cn>2</cn>'})}</listOfEvents>"
SOUND = document(compartment() + species("S", "T") + parameters(k="1") + decay(LAW) + HAPPENS)


def rules(*content, kind="assignmentRule"):
    listed = "".join(f'<{kind} variable="{variable}">{math(formula)}</{kind}>' for variable, formula in content)
    return f"<listOfRules>{listed}</listOfRules>"


def initially(*formulas):
    listed = "".join(f'<initialAssignment symbol="x">{math(formula)}</initialAssignment>' for formula in formulas)
    return f"<listOfInitialAssignments>{listed}</listOfInitialAssignments>"


LOCAL = '<localParameter id="k" value="1"/>'
RATE_OF_X = (
    '<apply><csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/rateOf"> rateOf </csymbol>'
    "<ci>x</ci></apply>"
)
LAUGHS = SOUND.replace("<sbml", '<!DOCTYPE sbml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n<sbml', 1)
DEEP = "<apply><minus/>" * 500 + "<cn>1</cn>" + "</apply>" * 500
CASES = {
    "not XML": ("k = 1", "not well-formed"),
    "cut off": (SOUND[:400], "not well-formed"),
    "other XML": ("<html/>", "not SBML"),
    "entities": (LAUGHS, "document type"),
    "deep": (document(parameters("false", x="1") + rules(("x", DEEP))), "nested"),
    "twice": (document(parameters(S="1", k="2") + parameters(S="1")), "not valid SBML|twice"),
    "ids": (document(compartment() + species("S", "S")), "'S' is used twice, first in line 4"),
    "circle": (
        document(parameters("false", x="1", y="1") + rules(("x", "<ci>y</ci>"), ("y", "<ci>x</ci>"))),
        "circle: x -> y -> x",
    ),
    "unknown": (
        document(parameters("false", x="1") + rules(("x", "<ci>z</ci>"))),
        "4: the assignment rule of 'x' uses the unknown id 'z'",
    ),
    "no model": (SOUND[: SOUND.index("<model")] + "</sbml>", "no model|not valid"),
    "huge": (document(parameters(x="1e999")), "number 1e999 in parameter 'x' is larger than"),
    "tiny": (document(parameters(x="1e-999")), "number 1e-999 in parameter 'x' is smaller than"),
    "no value": (document(parameters(x="")), "'' in parameter 'x' is no number"),
    "conversion factor": (
        document(compartment() + species("S").replace("/>", ' conversionFactor="q"/>') + parameters(k="1")),
        "conversion factor of species 'S' is no known parameter: 'q'",
    ),
    "local parameters": (
        SOUND.replace("</kineticLaw>", f"<listOfLocalParameters>{2 * LOCAL}</listOfLocalParameters></kineticLaw>"),
        "reaction 'R' has two parameters 'k'",
    ),
    "unknown in a law": (
        SOUND.replace("<ci>k</ci>", "<ci>q</ci>"),
        "kinetic law of reaction 'R' uses the unknown id 'q'",
    ),
    "unknown target": (
        SOUND.replace('variable="S"', 'variable="U"'),
        "event 'event 1', the assignment to 'U' sets what",
    ),
    "no trigger": (
        SOUND.replace(f"<apply><gt/>{TIME}<cn>1</cn></apply>", ""),
        "trigger of event 'event 1' has a formula",
    ),
    "event ids": (SOUND.replace("<event ", '<event id="k" '), "the id 'k' is used twice"),
}
OF_X = {
    "two rules": (rules(("x", "<cn>1</cn>"), ("x", "<cn>2</cn>")), "'x' has two rules"),
    "two initial assignments": (initially("<cn>1</cn>", "<cn>2</cn>"), "'x' has two initial assignments"),
    "rule and initial assignment": (
        initially("<cn>1</cn>") + rules(("x", "<cn>2</cn>")),
        "as well as an assignment rule",
    ),
    "rates": (rules(("x", RATE_OF_X), kind="rateRule"), "circle: x -> x"),
    "unknown function": (
        rules(("x", "<apply><ci>f</ci></apply>")),
        "assignment rule of 'x' calls the unknown function 'f'; there is none",
    ),
    "arguments": (rules(("x", "<apply><divide/><cn>1</cn></apply>")), "in the assignment rule of 'x' divide has 1"),
    "nothing applied": (rules(("x", "<apply/>")), "the assignment rule of 'x' has a formula with"),
}
NUMBERS = {
    "<cn>1e999</cn>": "number 1e999 in assignmentRule 'x' is larger than any double",
    '<cn type="e-notation"> 1 <sep/> 999 </cn>': "number 1e999 in assignmentRule 'x' is larger than any double",
    '<cn type="e-notation">1<sep/>99999999999999999999</cn>': "larger than any double",
    '<cn type="e-notation">1<sep/>-99999999999999999999</cn>': "smaller than any double",
    '<cn type="e-notation">1<sep/>1.5</cn>': "'1.5' in assignmentRule 'x' is no whole number",
    '<cn type="integer">1.5</cn>': "'1.5' in assignmentRule 'x' is no whole number",
    '<cn type="integer">99999999999999999999</cn>': "valid integer",
    '<cn type="integer" base="16">17</cn>': "has the base '16'",
    '<cn type="rational">1<sep/>0</cn>': "has the denominator 0",
    '<cn type="complex-polar">1<sep/>2</cn>': "'type' attribute",
    "<cn>1,5</cn>": "'1,5' in assignmentRule 'x' is no number",
    "<cn>0x10</cn>": "'0x10' in assignmentRule 'x' is no number",
    "<cn>1e</cn>": "'1e' in assignmentRule 'x' is no number",
    "<cn></cn>": "'' in assignmentRule 'x' is no number",
}
CASES |= {name: (document(parameters("false", x="1") + body), message) for name, (body, message) in OF_X.items()}
CASES |= {cn: (document(parameters("false", x="1") + rules(("x", cn))), message) for cn, message in NUMBERS.items()}


@pytest.mark.parametrize(("text", "message"), CASES.values(), ids=CASES)
def test_one_clear_error(text, message):
    with pytest.raises(InputError, match=message) as caught:
        parse_sbml(text)
    assert "\n" not in str(caught.value)
    assert caught.value.line is not None


@pytest.mark.parametrize(
    ("text", "value"), [("1.7976931348623157e308", 1.7976931348623157e308), (" -.5 ", -0.5), ("2.", 2.0)]
)
def test_numbers_at_the_edge_are_read(text, value):
    assert parse_sbml(document(parameters(x=text))).defaults[0] == value
    of_rule = parse_sbml(document(parameters("false", x="1") + rules(("x", f"<cn>{text}</cn>"))))
    assert of_rule.simulate([0.0]).x.values[0, 0] == value


def test_annotations_may_hold_anything():
    note = '<annotation><other xmlns="urn:other" value="1e999" size="large"/></annotation>'
    assert parse_sbml(SOUND.replace('<model id="m">', f'<model id="m">{note}')).species == ("S", "T")


def test_factorial_of_a_huge_number_ends():
    model = parse_sbml(document(parameters("false", x="1") + rules(("x", "<apply><factorial/><cn>1e12</cn></apply>"))))
    assert model.simulate([0.0]).x.values[0, 0] == np.inf


def test_missing_file_and_folder(tmp_path):
    for path in (tmp_path / "absent.xml", tmp_path, "a\0b"):
        with pytest.raises(InputError, match="cannot read the file"):
            read_sbml(path)


def test_functions_that_call_each_other_without_end_of_growth():
    """Each of 60 functions calls the one before twice: 2^60 terms if they were written out."""
    functions = f'<functionDefinition id="f0">{math("<lambda><bvar><ci>x</ci></bvar><ci>x</ci></lambda>")}'
    functions += "</functionDefinition>"
    for k in range(1, 60):
        call = f"<apply><ci>f{k - 1}</ci><ci>x</ci></apply>"
        body = f"<lambda><bvar><ci>x</ci></bvar><apply><plus/>{call}{call}</apply></lambda>"
        functions += f'<functionDefinition id="f{k}">{math(body)}</functionDefinition>'
    content = rules(("x", "<apply><ci>f59</ci><cn>1</cn></apply>"))
    body = f"<listOfFunctionDefinitions>{functions}</listOfFunctionDefinitions>" + parameters("false", x="1") + content
    assert parse_sbml(document(body)).simulate([0.0]).x.values[0, 0] == 2.0**59


WORDS = ["S", "k", "1", "-", "1e300", "NaN", "INF", "true", "<cn>", "</apply>", "<plus/>", "&amp;", "", "é", '"', "\0"]


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_mutated_documents_are_read_or_refused(data):
    text = SOUND
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        stop = min(len(text), start + data.draw(st.integers(0, 30)))
        text = text[:start] + data.draw(st.sampled_from(WORDS) | st.text(max_size=3)) + text[stop:]
    try:
        model = parse_sbml(text)
    except InputError:
        return
    assert model.equations.states is not None
