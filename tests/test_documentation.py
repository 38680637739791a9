"""The documentation runs: Python is executed, command lines are parsed, links lead somewhere."""

import os
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from melanokine import biology, drugs, trials
from melanokine.cli.main import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page, *languages):
    return [text for language, text in BLOCK.findall(page.read_text(encoding="utf-8")) if language in languages]


def named(path):
    return str(path.relative_to(ROOT))


def command_lines():
    """Every `melanokine ...` in the shell blocks of the pages, without what is chained or piped to it."""
    for page in PAGES:
        for text in blocks(page, "bash", "console", "shell"):
            for line in text.replace("\\\n", " ").splitlines():
                for part in re.split(r"&&|\||>", line):
                    words = shlex.split(part, comments=True)
                    if words[:1] == ["melanokine"]:
                        yield pytest.param(words[1:], id=f"{page.stem}: {' '.join(words)[:60]}")


@pytest.mark.parametrize("words", list(command_lines()))
def test_command_lines_parse(words):
    group = get_command(app)
    if words[0].startswith("-"):
        assert words[0] in {name for parameter in group.params for name in parameter.opts} | {"--help", "-h"}
        return
    command = group.commands[words[0]]
    context = command.make_context(words[0], list(words[1:]))
    assert context.params is not None


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=named)
def test_python_blocks_run(page, tmp_path):
    """The Python blocks of one page, in order, in one interpreter and an empty folder."""
    script = tmp_path / "blocks.py"
    script.write_text("\n".join(blocks(page, "python")), encoding="utf-8")
    environment = os.environ | {"MPLBACKEND": "Agg"}
    subprocess.run([sys.executable, script.name], cwd=tmp_path, env=environment, check=True, timeout=300)


def test_first_trial_runs(tmp_path, monkeypatch, capsys):
    out = tmp_path / "first-trial"
    monkeypatch.setattr(sys, "argv", ["first_trial.py", "--patients", "12", "--out", str(out)])
    monkeypatch.setenv("MPLBACKEND", "Agg")
    runpy.run_path(str(ROOT / "examples" / "first_trial.py"), run_name="__main__")
    assert "ORR" in capsys.readouterr().out
    assert "<svg" in (out / "progression-free-survival.svg").read_text(encoding="utf-8")
    assert "</html>" in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_science_tells_of_every_mechanism():
    page = (ROOT / "docs" / "science.md").read_text(encoding="utf-8")
    assert not [name for name in biology.MECHANISMS if f"(`{name}`)" not in page]


def test_the_size_of_the_library_is_what_pages_say():
    blind = sum(trials.load(name).blind for name in trials.names())
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"{len(drugs.names())} drugs" in readme
    assert f"{len(trials.names())} designs of trials, {blind} of them predicted blind" in readme
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert f"the {len(drugs.names())} drugs" in page
    assert f"the {len(trials.names())} designs" in page


def test_every_command_is_on_its_page():
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for name, command in get_command(app).commands.items():
        assert f"melanokine {name}" in page
        for parameter in command.params:
            for option in parameter.opts:
                assert not option.startswith("--") or option == "--help" or option in page, (name, option)
