"""Simulated responses: a killed run goes on where it stood, and gives the bytes of an undivided one."""

import numpy as np
import pytest

from melanokine.calibration import responses, targets
from melanokine.errors import InputError

WANTED = targets.from_evidence()


def content(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture
def simulated(monkeypatch):
    """Simulation of blocks replaced by numbers of the same shape, keyed as those are; counts the blocks."""
    done = []

    def block(number, plans, seed, workers, population):
        done.append(number)
        random = np.random.default_rng([seed, number])
        found = {}
        for plan in plans:
            for flag in ("diagnosed", "plausible"):
                found.setdefault(f"{flag}|{plan.design.population}", random.random(responses.BLOCK) < 0.7)
            found[f"endpoint|{plan.key}|ORR"] = random.random((2, responses.BLOCK)).astype(np.float32)
        return found

    monkeypatch.setattr(responses, "_block", block)
    return done


def run(folder, candidates=3 * responses.BLOCK, seed=1, progress=lambda step, done, total: None):
    return responses.simulate(folder, WANTED, candidates, seed, 1, progress)


def test_a_killed_run_goes_on_and_gives_the_same(simulated, tmp_path):
    run(tmp_path / "whole")
    assert simulated == [0, 1, 2]
    simulated.clear()

    def killed(step, done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "killed", progress=killed)
    run(tmp_path / "killed")
    assert simulated == [0, 1, 2], "no block is simulated twice"
    assert content(tmp_path / "killed") == content(tmp_path / "whole")


def test_half_a_file_is_never_found(simulated, tmp_path, monkeypatch):
    def full(path, content):
        raise OSError(28, "no space left on device")

    run(tmp_path, candidates=responses.BLOCK)
    before = content(tmp_path)
    monkeypatch.setattr(responses, "write_whole", full)
    with pytest.raises(OSError, match="no space"):
        run(tmp_path)
    assert content(tmp_path) == before


def test_another_calibration_is_refused(simulated, tmp_path):
    run(tmp_path)
    with pytest.raises(InputError, match=r"another calibration \(seed differ\); name another folder"):
        run(tmp_path, seed=2)


def test_fewer_candidates_are_the_first_of_more(simulated, tmp_path):
    more, fewer = run(tmp_path), run(tmp_path, candidates=responses.BLOCK)
    arm = next(iter(more.endpoints))
    assert fewer.candidates == responses.BLOCK
    np.testing.assert_array_equal(more.first(responses.BLOCK).endpoints[arm]["ORR"], fewer.endpoints[arm]["ORR"])


def test_an_empty_folder_says_so(tmp_path):
    (tmp_path / responses.PLAN).write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="no simulated patients; run `melanokine calibrate`"):
        responses.load(tmp_path)
