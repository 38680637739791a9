"""The house: imports point downward only, start-up stays light, and rooms stay small.

The floors are those of `docs/architecture.md`. Imports are read from the syntax tree, so an import inside a function,
under `TYPE_CHECKING` or by name counts as well.
"""

import ast
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "melanokine"
SOURCES = sorted(PACKAGE.rglob("*.py"))

FLOORS = {
    "errors": -2,
    "lazy": -2,
    "yaml_file": -1,
    "whole_file": -1,
    "evidence": 0,
    "network": 1,
    "engine": 1.5,
    "biology": 2,
    "drugs": 2,
    "interchange": 2,
    "patients": 3,
    "trials": 4,
    "analysis": 5,
    "calibration": 5,
    "prediction": 5.5,
    "estimation": 5.5,
    "report": 6,
    "cli": 7,
}
ON_REQUEST = {("trials/result.py", "report"), ("trials/write.py", "report")}
"""A result that is asked to show itself calls the report by name, then and only then: the one way up in the house."""

HEAVY = ["numpy", "pandas", "scipy", "matplotlib", "lifelines", "pint", "llvmlite", "xarray", "pyarrow"]


def room(path):
    """The package (or module of the ground floor) that a source file belongs to; None for the front door."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return None if parts == ("__init__",) else parts[0]


def imported(path):
    """Names of the melanokine rooms that a file imports, each with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            if node.module == "melanokine":
                modules = [f"melanokine.{alias.name}" for alias in node.names if alias.name != "__version__"]
            else:
                modules = [node.module or ""]
        elif isinstance(node, ast.Call) and "import_module" in ast.dump(node.func):
            modules = [called_for(node.args[0])]
        for module in modules:
            if module.split(".")[0] == "melanokine":
                assert module != "melanokine", f"{path}:{node.lineno}: imports the front door"
                yield module.split(".")[1], node.lineno


def called_for(name):
    """The module that `import_module` is given, as far as it is written out."""
    first = name.values[0] if isinstance(name, ast.JoinedStr) else name
    return first.value if isinstance(first, ast.Constant) else ""


def test_every_room_has_a_floor():
    assert {room(path) for path in SOURCES} - {None} <= set(FLOORS)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downward(path):
    here = room(path)
    for there, line in imported(path):
        assert there in FLOORS, f"{path}:{line}: unknown room {there}"
        if here is not None and there != here and (str(path.relative_to(PACKAGE)), there) not in ON_REQUEST:
            below = FLOORS[there] < FLOORS[here]
            assert below, f"{path}:{line}: {here} (floor {FLOORS[here]}) imports {there} (floor {FLOORS[there]})"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_is_a_room(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 400, f"{path} has {lines} lines: look for the second subject in it"


def loaded_after(code):
    """Which of the heavy libraries a fresh interpreter has loaded after running `code`."""
    report = f"\nimport json, sys\nprint(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_import_is_free():
    assert loaded_after("import melanokine; melanokine.__version__; dir(melanokine)") == []


def test_help_is_light():
    help_only = (
        "import sys\n"
        "sys.argv = ['melanokine', '--help']\n"
        "from melanokine.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )
    assert loaded_after(help_only) == []


@pytest.mark.parametrize("name", ["melanokine", "melanokine.analysis", "melanokine.engine", "melanokine.patients"])
def test_public_names_resolve(name):
    package = importlib.import_module(name)
    for public in package.__all__:
        assert getattr(package, public) is not None
    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError, match=f"module '{name}' has no attribute 'trail'"):
        _ = package.trail


def tracked():
    """Every text file that the repository tracks or would track."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    names = done.stdout.splitlines() or [str(path.relative_to(ROOT)) for path in PACKAGE.rglob("*")]
    for name in names:
        path = ROOT / name
        if path.is_file() and path.suffix not in {".png", ".parquet", ".npz", ".xpt", ".so"}:
            yield path


def test_no_file_names_a_registry_or_a_machine():
    """What is committed must not depend on where it was made: no package registry's host, no path of one machine."""
    registries = "|".join(["py" + "pi", "python" + "hosted", "conda" + r"\.anaconda", "npm" + "js", "crates" + r"\.io"])
    host = re.compile(rf"\b({registries})\b(\.org|\.com)?|--index-url|--extra-index")
    machine = re.compile(r"(?<![\w.~-])/(work|home/\w+|Users/\w+|root)/")
    for path in tracked():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            found = host.search(line) or machine.search(line)
            if path != Path(__file__).resolve():
                assert not found, f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
