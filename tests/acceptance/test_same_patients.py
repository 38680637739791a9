"""Through the command line: a patient's numbers depend on nothing but seed, patient and treatment.

Each run is a process of its own: within one, patients once diagnosed are kept, which would hide a difference.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

PROGRAM = [sys.executable, "-c", "from melanokine.cli.main import main; main()"]
TRIAL, ARM = "pivot-io-001", "nivolumab"
PATIENTS, MORE = 300, 530
"""More than the engine, enrolment and trials take at a time (256 to 512), so that work is really shared."""


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """`trial(...)`: run the trial with these options; returns the folder of its results."""
    folder = tmp_path_factory.mktemp("results")

    def run(name: str, *options: object) -> Path:
        arguments = ["trial", TRIAL, "--seed", "11", "--quiet", "--out", name, *map(str, options)]
        subprocess.run([*PROGRAM, *arguments], cwd=folder, check=True, timeout=240)
        return folder / name

    return run


@pytest.fixture(scope="module")
def one(trial) -> Path:
    return trial("one", "--patients", PATIENTS, "--workers", 1)


def patients(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "patients.parquet")


def without_runtime(folder: Path) -> dict:
    record = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert record.pop("runtime")["simulate_s"] > 0
    return record


def test_the_same_seed_gives_the_same_bytes_for_any_number_of_workers(one, trial):
    other = trial("other", "--patients", PATIENTS, "--workers", 2)
    for name in ("patients.parquet", "summary.csv"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    assert without_runtime(one) == without_runtime(other)


def test_an_arm_dropped_and_patients_added_change_no_patient(one, trial):
    table, fewer_arms = patients(one), patients(trial("more", "--patients", MORE, "--arms", ARM, "--workers", 2))
    assert len(fewer_arms) == MORE
    expected = table.loc[table["arm"] == ARM, fewer_arms.columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(fewer_arms.iloc[:PATIENTS], expected, check_exact=True)


def test_columns_begin_with_patient_and_arm(one):
    table = patients(one)
    assert list(table.columns[:2]) == ["patient", "arm"]
    assert table["patient"].tolist() == 2 * list(range(1, PATIENTS + 1))
    assert {"best_response", "pfs_months", "os_months", "weight", "ldh_elevated", "pdl1_positive"} <= set(table.columns)
