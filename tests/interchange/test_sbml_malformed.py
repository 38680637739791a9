"""Whatever is handed in as SBML: a model, or one clear error."""

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
    "unknown": (document(parameters("false", x="1") + rules(("x", "<ci>z</ci>"))), "unknown id 'z'"),
    "no model": (SOUND[: SOUND.index("<model")] + "</sbml>", "no model|not valid"),
    "huge": (document(parameters(x="1e999")), "larger than"),
    "huge in a formula": (document(parameters("false", x="1") + rules(("x", "<cn>1e999</cn>"))), "larger than"),
    "huge exponent": (
        document(parameters("false", x="1") + rules(("x", '<cn type="e-notation"> 1 <sep/> 999 </cn>'))),
        "larger than",
    ),
}


@pytest.mark.parametrize(("text", "message"), CASES.values(), ids=CASES)
def test_one_clear_error(text, message):
    with pytest.raises(InputError, match=message):
        parse_sbml(text)


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
