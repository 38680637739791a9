"""What surrounds the code: one version, two commands, hashed constraints, and a CI script that runs the README."""

import os
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import melanokine

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def normal(name):
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", name)[0]).lower()


def test_one_version():
    assert PROJECT["dynamic"] == ["version"]
    assert version("melanokine") == melanokine.__version__
    assert f"\nversion: {melanokine.__version__}\n" in text("CITATION.cff")
    assert f"## [{melanokine.__version__}]" in text("CHANGELOG.md")


def test_readme_gives_the_two_commands():
    assert "python -m pip install . && melanokine trial pivot-io-001" in text("README.md")
    assert 'python -m pip install ".[test]" && python -m pytest' in text("README.md")


def test_continuous_integration_runs_the_readme_command():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    script = text(".ci/run").splitlines()
    assert "set -euo pipefail" in script
    assert script[-2].endswith('".[test]"')
    assert script[-1] == "python -m pytest"


def test_constraints_are_hashed_and_name_no_address():
    constraints = text("constraints.txt")
    assert "://" not in constraints
    blocks = re.split(r"\n(?=[a-z])", constraints.strip())
    assert all(re.match(r"[a-z0-9-]+==", block) and "--hash=sha256:" in block for block in blocks)


@pytest.mark.parametrize("requirement", [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]])
def test_constraints_pin_every_requirement(requirement):
    assert re.search(rf"^{normal(requirement)}==", text("constraints.txt"), re.MULTILINE)


def test_data_files_travel_with_the_package():
    package = Path(melanokine.__file__).parent
    source = ROOT / "src" / "melanokine"
    data = {path.relative_to(source) for path in source.rglob("*") if path.suffix in {".csv", ".yaml", ".json"}}
    assert data
    assert not {path for path in data if not (package / path).is_file()}
