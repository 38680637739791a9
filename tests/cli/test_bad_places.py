"""Results that cannot be written: refused before the work or undone after it, never half there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from melanokine.cli import main as program

DOSE = "nivolumab 3 mg/kg IV every 2 weeks"
LONG = 300 * "n"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX system")
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc and /dev/full")

RUNS = {
    "trial": ["trial", "hd-il2", "--patients", "2", "--quiet"],
    "simulate": ["simulate", DOSE, "--days", "5"],
    "compare": ["compare", "nivolumab", "--patients", "2", "--days", "5", "--quiet"],
    "synergy": ["synergy", "nivolumab", "ipilimumab", "--patients", "10", "--days", "5", "--doses", "2", "--quiet"],
    "compare-published": ["compare-published", "--trials", "checkmate-066", "--patients", "2", "--quiet"],
    "validate": ["validate", "laboratory", "--quiet"],
}
"""Commands that write."""
OF_A_FILE = ("compare-published",)
"""Those whose --out is a file in a folder; that of the others is a folder."""


@pytest.mark.parametrize("command", RUNS)
class TestPlacesThatCannotBeWritten:
    def out(self, command: str, folder: str) -> list[str]:
        return [*RUNS[command], "--out", f"{folder}/table.md" if command in OF_A_FILE else folder]

    def test_a_file_in_the_way(self, refused, tmp_path, command):
        (tmp_path / "file").write_text("mine")
        assert "file is not a folder; name another folder with --out" in refused(*self.out(command, "file"))

    def test_below_a_file(self, refused, tmp_path, command):
        (tmp_path / "file").write_text("mine")
        assert "file is not a folder; name another folder with --out" in refused(*self.out(command, "file/a/b"))

    def test_a_name_too_long(self, refused, command):
        line = refused(*self.out(command, f"new/{LONG}"))
        assert "file name too long; name another folder with --out" in line

    @LINUX
    def test_where_nothing_can_be_made(self, refused, command):
        """Not even by the root user, whom permissions do not bind."""
        assert "cannot write results to /proc/" in refused(*self.out(command, "/proc/melanokine/results"))

    @LINUX
    def test_a_device(self, refused, command):
        assert "/dev/full is not a folder" in refused(*self.out(command, "/dev/full"))

    @POSIX
    def test_a_link_to_nowhere(self, refused, tmp_path, command):
        (tmp_path / "link").symlink_to("nowhere/at/all")
        assert "cannot write results to" in refused(*self.out(command, "link"))


class TestOldResults:
    """What stands there stays as it is when new results cannot take its place."""

    @pytest.fixture
    def old(self, tmp_path) -> Path:
        folder = tmp_path / "results"
        (folder / "figures").mkdir(parents=True)
        for name in ("summary.json", "summary.csv", "patients.parquet", "figures/waterfall.svg", "notes.txt"):
            (folder / name).write_text("old")
        return folder

    def test_a_folder_where_a_file_belongs(self, refused, old):
        (old / "report.html").mkdir()
        line = refused(*RUNS["trial"], "--out", "results")
        assert "results: a folder named report.html is in the way; name another folder with --out" in line

    def test_a_file_where_a_folder_belongs(self, refused, old):
        (old / "figures" / "waterfall.svg").unlink()
        (old / "figures").rmdir()
        (old / "figures").write_text("old")
        assert "a file named figures is in the way" in refused(*RUNS["trial"], "--out", "results")

    def test_a_move_that_fails_midway(self, refused, old, monkeypatch):
        move = os.replace

        def fails_for_the_report(source, target):
            if Path(target) == old / "report.html":
                raise OSError(5, "Input/output error")
            move(source, target)

        monkeypatch.setattr(os, "replace", fails_for_the_report)
        assert "results: input/output error" in refused(*RUNS["trial"], "--out", "results")

    @pytest.mark.parametrize("failing", ["melanokine.trials.write.write_parquet", "melanokine.report.write_report"])
    def test_a_full_disk(self, refused, old, monkeypatch, failing):
        def full(*arguments, **keywords):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(failing, full)
        line = refused(*RUNS["trial"], "--out", "results")
        assert f"cannot write results to {old}: no space left on device; name another folder with --out" in line

    def test_they_make_way_for_whole_new_ones(self, old, monkeypatch, tmp_path, capsys):
        monkeypatch.chdir(tmp_path)
        assert program.run([*RUNS["trial"], "--out", "results"]) == 0
        names = {path.name for path in old.iterdir()}
        assert names == {"figures", "notes.txt", "patients.parquet", "report.html", "summary.csv", "summary.json"}
        assert (old / "notes.txt").read_text() == "old"
        assert "old" not in {path.read_text() for path in (old / "figures").iterdir()}
        assert [path.name for path in tmp_path.iterdir()] == ["results"]


@POSIX
class TestFileSizeLimit:
    """A limit of the operating system ends the writing midway, as a full disk or a quota does."""

    @staticmethod
    def limited(size: int):
        def limit():
            import resource

            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        return limit

    @pytest.mark.parametrize(
        ("command", "size"),
        [("trial", 1_000), ("trial", 60_000), ("simulate", 10_000), ("compare-published", 1_000), ("validate", 500)],
    )
    def test_nothing_is_left(self, melanokine, tmp_path, command, size):
        out = "new/table.md" if command in OF_A_FILE else "new/results"
        done = melanokine(*RUNS[command], "--out", out, preexec_fn=self.limited(size))
        assert done.returncode == 2, done.stderr
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1, done.stderr
        place = tmp_path / "new" if command in OF_A_FILE else tmp_path / "new" / "results"
        assert done.stderr.startswith(f"melanokine: cannot write results to {place}: ")
        assert "file too large" in done.stderr
        assert done.stderr.endswith("; name another folder with --out\n")
        assert list(tmp_path.iterdir()) == []


@LINUX
@pytest.mark.parametrize("arguments", [["drugs"], ["trials", "--json"], ["--help"], ["--version"]], ids=" ".join)
def test_output_that_cannot_be_written(melanokine, arguments, tmp_path):
    command = 'exec 1>/dev/full; exec "$0" -c \'from melanokine.cli.main import main; main()\' "$@"'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 2
    assert done.stderr == (
        "melanokine: the output cannot be written: no space left on device; make room, or redirect it\n"
    )
