"""The command line as a user meets it: a process of its own."""

import os
import subprocess
import sys

import pytest


@pytest.fixture
def melanokine(tmp_path):
    """Run `melanokine` with arguments in an empty folder; returns the completed process."""

    def run(*arguments, **keywords):
        program = [sys.executable, "-c", "from melanokine.cli.main import main; main()", *map(str, arguments)]
        environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120"}
        return subprocess.run(
            program, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=240, check=False, **keywords
        )

    return run
