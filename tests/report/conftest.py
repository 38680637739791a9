"""A result made up from a random generator: the shape of a trial's result without running one."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from melanokine.report.figures.courses import COURSES

ARMS = {
    "bempegaldesleukin + nivolumab": [
        "bempegaldesleukin 0.006 mg/kg IV every 3 weeks",
        "nivolumab 360 mg IV every 3 weeks",
    ],
    "nivolumab": ["nivolumab 360 mg IV every 3 weeks"],
}


@dataclass
class MadeUpResult:
    """What the reports use of `trials.Result`, filled with invented numbers."""

    design: SimpleNamespace
    patients: pd.DataFrame
    curves: pd.DataFrame
    spider: pd.DataFrame
    exposure: pd.DataFrame
    seed: int = 1
    version: str = "0.1.0"
    model_hash: str = "0123456789abcdef" * 4
    calibration: str = "fedcba9876543210" * 4
    citations: list = field(default_factory=lambda: ["10.1056/NEJMoa1504030", "PMID:2317789", "CTCAE 5.0"])
    runtime: dict = field(default_factory=lambda: {"compile_s": 1.2, "simulate_s": 31.0, "patients_per_s": 25.2})

    replicates: int = 1

    @property
    def arms(self):
        return tuple(self.design.arms)

    def summary_record(self):
        arms = []
        for arm, rows in self.patients.groupby("arm", sort=False):
            endpoints = {
                "ORR": percent(100 * rows["best_response"].isin(["CR", "PR"]).mean()),
                "CR": percent(100 * (rows["best_response"] == "CR").mean()),
                "PFS_median_months": estimate(7.4, 6.1, 9.3, "months"),
                "PFS_12mo": percent(36.0),
                "OS_median_months": estimate(None, 20.6, None, "months"),
                "grade3plus_TRAE": percent(21.0),
                "hypotension_grade3plus": percent(4.0),
                "discontinuation_for_toxicity": percent(9.0),
            }
            arms.append({"arm": arm, "n": len(rows), "failed": 0, "endpoints": endpoints})
        endpoints = {
            "ORR_difference": estimate(3.1, -4.0, 10.1, "percentage points"),
            "PFS_HR": estimate(0.94, 0.8, 1.11, "ratio"),
        }
        first, second = self.design.arms
        contrasts = [{"arm": first, "reference": second, "endpoints": endpoints}]
        return {"schema": 1, "trial": self.design.name, "arms": arms, "contrasts": contrasts}


def estimate(value, low, high, unit):
    return {"value": value, "low": low, "high": high, "unit": unit}


def percent(value):
    return estimate(value, max(value - 5, 0.0), min(value + 5, 100.0), "percent")


def made_up_result(*, blind=True, evidence=None, patients=40, seed=0):
    generator = np.random.default_rng(seed)
    rows, scans = [], []
    for arm in ARMS:
        for patient in range(1, patients + 1):
            changes = 100 * (np.exp(np.cumsum(generator.normal(-0.05, 0.3, generator.integers(1, 10)))) - 1)
            months = 2.07 * np.arange(1, len(changes) + 1)
            scans += [(patient, arm, 0.0, 0.0), *((patient, arm, m, c) for m, c in zip(months, changes, strict=True))]
            rows.append(
                {"patient": patient, "arm": arm, "replicate": 1, "failed": False, **endpoints(generator, changes)}
            )
    frame = pd.DataFrame(rows)
    frame.loc[0, ["best_change_percent", "best_response"]] = [np.nan, "NE"]
    spider = pd.DataFrame(scans, columns=["patient", "arm", "month", "change_percent"])
    return MadeUpResult(made_up_design(blind, evidence or {}), frame, made_up_courses(), spider, made_up_exposure())


def endpoints(generator, changes):
    best = changes.min()
    response = "CR" if best < -80 else "PR" if best < -30 else "PD" if changes[0] > 20 else "SD"
    death = generator.exponential(24)
    progression = min(death, 2.07 * len(changes))
    return {
        "best_response": response,
        "best_change_percent": best,
        "response_months": 2.07 if response in ("CR", "PR") else np.nan,
        "pfs_months": min(progression, 24),
        "pfs_event": progression < 24,
        "os_months": min(death, 24),
        "os_event": death < 24,
        "age": generator.normal(62, 10),
        "weight": generator.normal(80, 12),
        "sex": "female",
        "ldh_elevated": bool(generator.random() < 0.3),
    }


def made_up_courses():
    day = np.arange(0.0, 85.0)
    wave = {"day": day, "low": 0.9, "median": 1 + 0.2 * np.sin(day / 9), "high": 1.3}
    return pd.concat(
        pd.DataFrame({"arm": arm, "observable": course.observable, **wave}) for arm in ARMS for course in COURSES
    )


def made_up_exposure():
    day = np.arange(0.0, 85.0)
    rise = {"unit": "nM", "day": day, "low": 5.0, "median": 9.0 + day, "high": 200.0}
    return pd.concat(
        pd.DataFrame({"arm": arm, "drug": sentence.split()[0], **rise})
        for arm, sentences in ARMS.items()
        for sentence in sentences
    )


def made_up_design(blind, evidence):
    arms = {name: SimpleNamespace(regimen=sentences, evidence=evidence.get(name)) for name, sentences in ARMS.items()}
    return SimpleNamespace(
        name="pivot-io-001",
        title="Bempegaldesleukin & nivolumab <first line>",
        nct="NCT03635983",
        sources=["NCT03635983"],
        blind=blind,
        year=2018,
        population="advanced melanoma, first line",
        arms=arms,
        reference_arm="nivolumab",
        scans="every 9 weeks",
        scan_window_days=7,
        confirmation=True,
        duration_months=24.0,
        accrual_months=0.0,
        subsequent_therapy="by era",
    )


@pytest.fixture(scope="session")
def blind_result():
    """A result of a blind design."""
    return made_up_result(blind=True)


@pytest.fixture(scope="session")
def open_result():
    """A result whose arms have published values."""
    evidence = {
        "bempegaldesleukin + nivolumab": SimpleNamespace(trial_id="CheckMate-067", arm="nivolumab + ipilimumab"),
        "nivolumab": SimpleNamespace(trial_id="CheckMate-067", arm="nivolumab"),
    }
    return made_up_result(blind=False, evidence=evidence)
