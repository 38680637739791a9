"""The command line as a user meets it: a process of its own, or `main()` in this one where only mistakes are tried."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from melanokine.cli.main import main


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


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder: the content of files, None for folders."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() and not path.is_symlink() else None
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def refused(tmp_path, monkeypatch, capsys):
    """Run the command in this process, through `main()`; checks that it ends as mistakes do.

    Returns its one line of complaint.
    """

    def run(*arguments: object) -> str:
        before = tree(tmp_path)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["melanokine", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert ended.value.code == 2, (out, err)
        assert out == ""
        assert err.startswith("melanokine: ")
        assert err.endswith("\n")
        assert err.count("\n") == 1, err
        assert "; " in err or "should be" in err, f"without a remedy: {err}"
        assert tree(tmp_path) == before
        return err

    return run
