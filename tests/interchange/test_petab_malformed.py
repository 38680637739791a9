"""Whatever is handed in as a PEtab problem: a problem that can be simulated, or one clear error with its place."""

import re
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from melanokine.errors import InputError
from melanokine.interchange.petab import read_petab
from melanokine.interchange.petab.likelihood import Noise
from melanokine.interchange.petab.model import problem_model

from .petab_problem import version1, version2

OBSERVABLES = "observableId\tobservableFormula\tnoiseFormula\n"
MEASUREMENTS = "observableId\tsimulationConditionId\ttime\tmeasurement\n"
PARAMETERS = "parameterId\tparameterScale\tlowerBound\tupperBound\tnominalValue\testimate\n"
REST = "scale\tlin\t0\t9\t1\t1\nsigma\tlin\t0\t9\t1\t1\n"
CASES = {
    "empty": ("measurements", "", r"measurements\.tsv: the table is empty"),
    "no column": (
        "observables",
        "observableId\tnoiseFormula\no\tsigma\n",
        r"observables\.tsv:1: .*'observableFormula'",
    ),
    "no tabulators": ("conditions", "condition id x\nc 2\n", r"conditions\.tsv:1: .*tabulators"),
    "too many cells": ("measurements", f"{MEASUREMENTS}o\tc\t0\t1\t\t\n", r"measurements\.tsv:2: 6 cells"),
    "word for a number": (
        "measurements",
        f"{MEASUREMENTS}o\tc\t0\t1\no\tc\t1\tmuch\n",
        r"measurements\.tsv:3: .*'much'",
    ),
    "nominal value": ("parameters", f"{PARAMETERS}k\tlin\t0\t1\thalf\t1\n{REST}", r"parameters\.tsv:2: .*'half'"),
    "no measurement": ("measurements", f"{MEASUREMENTS}o\tc\t0\tnan\n", r"measurements\.tsv:2: measurement is 'nan'"),
    "no time": ("measurements", f"{MEASUREMENTS}o\tc\tnan\t1\n", "time in row 2"),
    "bounds": ("parameters", f"{PARAMETERS}k\tlin\t2\t1\t1\t1\n{REST}", "(?i)lower"),
    "unknown id": ("observables", f"{OBSERVABLES}o\tscale*z\tsigma\n", "z"),
    "unknown condition": ("measurements", f"{MEASUREMENTS}o\td\t0\t1\n", "d"),
    "a number too large": ("observables", f"{OBSERVABLES}o\tscale*x\texp(exp(exp(1000)))\n", "noiseFormula|exp"),
    "no text": ("conditions", "\udcff\udcfe", r"conditions\.tsv: the table cannot be read"),
}


@pytest.mark.parametrize(("name", "text", "message"), CASES.values(), ids=CASES)
def test_one_clear_error(tmp_path, name, text, message):
    problem = version1(tmp_path)
    (tmp_path / f"{name}.tsv").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=message) as told:
        problem_model(read_petab(problem))
    assert told.value.file


@pytest.mark.parametrize(
    ("words", "others", "message"),
    [
        ("parameters.tsv", "7", "which is no file name"),
        ("parameters.tsv", "[parameters.tsv", r"problem\.yaml:\d+: is not well-formed YAML"),
        ("[measurements.tsv]", "[nowhere.tsv]", r"nowhere\.tsv: the table cannot be read"),
        ("format_version: 1", "format_version: 1\nformat_version: 1", r"problem\.yaml:2"),
        ("[model.xml]", "[model.xml, other.xml]", "several models"),
        ("[model.xml]", "[nowhere.xml]", r"nowhere\.xml"),
    ],
)
def test_one_clear_error_of_the_yaml_file(tmp_path, words, others, message):
    problem = version1(tmp_path)
    text = problem.read_text(encoding="utf-8")
    assert words in text
    problem.write_text(text.replace(words, others), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_petab(problem)


WORDS = [
    "", "nan", "inf", "-inf", "-1", "0", "1e999", "x", "y", "k", "k+", "scale*(x", "1/0", "ln(-1)", "time", "true",
    "é", "\t", "\n", '"', "[a, b]", "{a: 1}", "&a [*a]", "!!python/object:os.system x", "~", "1;2", "k;sigma;k",
    "log", "uniform", "1;0", "lambda", "__import__('os')", "piecewise(1,2)", "x > 1", "9**9**9**9",
    "exp(exp(exp(1000)))", "soon", "laplace", "2.0.0", "9" * 400, "observableParameter1_o", "o", "c", "1_000",
    "\0", "../../etc/passwd",
]  # fmt: skip


def mutated(text: str, draw) -> str:
    """One cell, column, row, word or stretch of a file made other, or away."""
    kind = draw(st.sampled_from(["cell", "column", "row", "word", "stretch"]))
    rows = [line.split("\t") for line in text.splitlines()]
    other = draw(st.sampled_from(WORDS) | st.text(max_size=3))
    if kind == "word":
        found = list(re.finditer(r"[\w.]+", text))
        start, stop = draw(st.sampled_from(found)).span() if found else (0, 0)
        return text[:start] + other + text[stop:]
    if kind == "stretch" or not rows:
        start = draw(st.integers(0, len(text)))
        return text[:start] + other + text[min(len(text), start + draw(st.integers(0, 20))) :]
    row = draw(st.integers(0, len(rows) - 1))
    column = draw(st.integers(0, len(rows[row]) - 1))
    if kind == "cell":
        rows[row][column] = other
    elif kind == "column":
        rows = [cells[:column] + cells[column + 1 :] for cells in rows]
    else:
        rows = rows[:row] + rows[row + 1 :]
    return "".join("\t".join(cells) + "\n" for cells in rows)


@pytest.mark.parametrize("version", [1, 2])
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_mutated_problems_are_read_or_refused(tmp_path_factory, version, data):
    folder = tmp_path_factory.mktemp("mutated")
    problem = version1(folder) if version == 1 else version2(folder, priors=data.draw(st.booleans()))
    for _ in range(data.draw(st.integers(1, 2))):
        names = sorted(path.name for path in folder.iterdir() if path.suffix in (".tsv", ".yaml"))
        file = folder / data.draw(st.sampled_from(names))
        text = mutated(file.read_text(encoding="utf-8", errors="replace"), data.draw)
        file.write_bytes(text.encode("utf-8", "replace"))
    told = None
    try:
        read = read_petab(problem)
        Noise(read)
        assert problem_model(read).model.equations.states
    except InputError as error:
        told = error
    shutil.rmtree(folder)
    assert told is None or (told.file and "\n" not in str(told))
