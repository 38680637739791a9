"""`melanokine calibrate`: what it refuses, and that a run writes the same files twice."""

import numpy as np
import pytest

from melanokine.calibration import responses, targets
from melanokine.cli.main import run
from melanokine.patients import calibrated


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--candidates", "10"], "--candidates"),
        (["--members", "-1"], "--members"),
        (["--page", "no-such-folder/tables.md"], "--page no-such-folder/tables.md cannot be written"),
        (["--out", "a-file"], "a-file is not a folder"),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a-file").write_text("", encoding="utf-8")
    assert run(["calibrate", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert message in err
    assert [path.name for path in tmp_path.iterdir()] == ["a-file"]


@pytest.fixture
def two_blocks(monkeypatch):
    """Simulated patients replaced by made-up ones whose response and hazard follow one score; two trials are fitted."""
    wanted = [target for target in targets.from_evidence() if target.design in ("keynote-002", "hd-il2")]
    monkeypatch.setattr(targets, "from_evidence", lambda: wanted)

    def block(number, plans, seed, workers, population):
        candidates = np.arange(number * responses.BLOCK, (number + 1) * responses.BLOCK)
        z = calibrated.score(("naive_pool",), seed, candidates)
        found = {}
        for plan in plans:
            name = plan.design.population
            found[f"diagnosed|{name}"] = found[f"plausible|{name}"] = z > -1.0
            column = np.tile(1.0 / (1.0 + np.exp(1.0 - z)), (2, 1)).astype(np.float32)
            names = ["ORR", "CR", "DCR", *(f"PFS_{month:g}mo" for month in plan.progression_free)]
            for endpoint in names:
                found[f"endpoint|{plan.key}|{endpoint}"] = column
            labels = ["none", *(str(i) for i in range(len(responses._options(plan))))]
            for month in plan.alive:
                for label in labels:
                    found[f"endpoint|{plan.key}|hazard_{month:g}mo_{label}"] = (1.5 - column) * month / 40.0
        return found

    monkeypatch.setattr(responses, "_block", block)


def test_the_same_seed_gives_the_same_files(two_blocks, tmp_path, monkeypatch):
    for name in ("one", "two"):
        arguments = ["--candidates", "1024", "--members", "1", "--ablation-candidates", "0", "--quiet"]
        page = ["--page", str(tmp_path / f"{name}.md")]
        assert run(["calibrate", *arguments, *page, "--out", str(tmp_path / name)]) == 0
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert {"calibrated.npz", "figures.json", "tables.md", "targets.csv", "fitted-and-left-out.csv", "patients"} <= {
        *files
    }
    for name in files:
        if name != "patients":
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert (tmp_path / "one.md").read_bytes() == (tmp_path / "one" / "tables.md").read_bytes()
    made = calibrated.load(tmp_path / "one" / "calibrated.npz")
    assert made.members == 1
    assert made.weights("advanced melanoma, first line").sum() == pytest.approx(1.0)
