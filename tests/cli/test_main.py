"""Help, version, and how commands end: one line and exit code 2 for what a user got wrong, never a traceback."""

import json
import os
import re
import subprocess
import sys

import pytest

from melanokine import __version__
from melanokine.cli import main as program
from melanokine.errors import InputError

HEAVY = ("numpy", "pandas", "scipy", "matplotlib", "llvmlite", "lifelines", "xarray", "pint", "pydantic")


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["trial", "--help"], ["simulate", "--help"]])
def test_help_loads_nothing_heavy(arguments):
    code = (
        "import json, sys; from melanokine.cli.main import run; code = run(sys.argv[1:]);"
        " print('loaded', json.dumps([code, sorted(sys.modules)]))"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert "Usage: melanokine" in done.stdout
    exit_code, modules = json.loads(done.stdout.rsplit("loaded ", 1)[1])
    assert exit_code == 0
    assert not [name for name in HEAVY[:-1] if name in modules]


def test_help_names_every_command(melanokine):
    help_text = melanokine("--help").stdout
    for command in (
        "trial",
        "trials",
        "drugs",
        "simulate",
        "model",
        "compare",
        "synergy",
        "compare-published",
        "validate",
    ):
        assert command in help_text


def test_version(melanokine):
    assert melanokine("--version").stdout == f"melanokine {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["bogus"], "No such command 'bogus'; see `melanokine --help`"),
        (["trial"], "see `melanokine trial --help`"),
        (["trial", "pivot-io-001", "--bogus"], "--bogus"),
        (["trial", "pivot-io"], "did you mean 'pivot-io-001'?"),
        (["trial", "missing.yaml"], "missing.yaml: there is no such file"),
        (["trial", "pivot-io-001", "--patients", "-3"], "--patients"),
        (["trial", "pivot-io-001", "--patients", "many"], "--patients"),
        (["trial", "pivot-io-001", "--replicates", "0"], "--replicates"),
        (["trial", "pivot-io-001", "--workers", "0"], "--workers"),
        (["trial", "pivot-io-001", "--seed", "-1"], "--seed"),
        (["trial", "pivot-io-001", "--arms", "nivolumb"], "did you mean 'nivolumab'?"),
        (["trial", "pivot-io-001", "--arms", ","], "no arm is left to run"),
        (["drugs", "nivo"], "did you mean 'nivolumab'?"),
        (["simulate", "nivolumob 3 mg/kg IV every 2 weeks"], "nivolumab"),
        (["simulate", "nivolumab -3 mg/kg IV every 2 weeks"], ""),
        (["simulate", "nivolumab 3 mg/kg IV every 2 weeks", "--days", "nan"], "--days"),
        (["simulate", "nivolumab 3 mg/kg IV every 2 weeks", "--patient", "bob"], "no patient is called 'bob'"),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(melanokine, arguments, says, tmp_path):
    done = melanokine(*arguments)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("melanokine: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_mistakes_in_a_file_name_file_and_line(melanokine, tmp_path):
    (tmp_path / "mine.yaml").write_text("patients_per_arm: 4\narms:\n  a:\n    - nivolumab 360 mgg IV every 3 weeks\n")
    done = melanokine("trial", "mine.yaml")
    assert done.returncode == 2
    assert re.match(r"melanokine: mine\.yaml:[34]: .*did you mean 'mg'\?", done.stderr), done.stderr
    assert done.stderr.count("\n") == 1


def test_an_unwritable_folder_is_refused_before_the_run(melanokine, tmp_path):
    (tmp_path / "file").write_text("kept")
    done = melanokine("trial", "pivot-io-001", "--patients", "100000", "--out", "file/results")
    assert done.returncode == 2
    assert "file is not a folder; name another folder with --out" in done.stderr
    assert (tmp_path / "file").read_text() == "kept"


def raising(error):
    def command():
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (
            InputError("two\nlines", file="a.yaml", line=3, remedy="mend it"),
            2,
            "melanokine: a.yaml:3: two lines; mend it\n",
        ),
        (KeyboardInterrupt(), 130, "melanokine: interrupted, nothing was written\n"),
    ],
)
def test_errors_and_interruption(error, code, says, monkeypatch, capsys):
    monkeypatch.setattr(program.app.registered_commands[1], "callback", raising(error))
    assert program.run(["trials"]) == code
    assert capsys.readouterr().err == says


def test_a_defect_of_ours_keeps_its_traceback(monkeypatch):
    monkeypatch.setattr(program.app.registered_commands[1], "callback", raising(RuntimeError("ours")))
    with pytest.raises(RuntimeError, match="ours"):
        program.run(["trials"])


def test_a_reader_that_leaves_is_no_error():
    command = f"{sys.executable} -c 'from melanokine.cli.main import main; main()' drugs --json | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout == "[\n"
    assert done.stderr == ""


def test_a_narrow_encoding_is_no_error():
    command = [sys.executable, "-c", "from melanokine.cli.main import main; main()", "--help"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0
    assert "melanokine" in done.stdout
