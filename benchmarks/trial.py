"""Time whole trials: from the design to the result, with compiling, diagnosing and assessing apart.

    python benchmarks/trial.py [--trials NAME,NAME] [--repeats N] [--workers W] [--json]

Each trial runs at its design's size; the first run pays for compiling (or for loading the cached kernel), so the
medians are over the runs that follow. A patient-year is a year from diagnosis in the trial's model, which holds its
drugs and those that may follow progression, under the regimen of the first arm, on one core.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

from melanokine import Trial, simulate
from melanokine.patients.diagnosis import diagnose
from melanokine.trials import names
from melanokine.trials.simulator import trial_model

YEAR = 365.0
PATIENTS = 256


def measure(name: str, repeats: int, workers: int | None) -> dict[str, float | str | int]:
    """Seconds of one trial: the first run, and medians of `repeats` further ones, each with a seed of its own."""
    trial = Trial(name)
    started = time.perf_counter()
    trial.run(seed=1, workers=workers)
    first = time.perf_counter() - started
    results = [trial.run(seed=seed, workers=workers) for seed in range(2, 2 + repeats)]
    simulate_s = statistics.median(result.runtime["simulate_s"] for result in results)
    patients = len(results[0].patients)
    return {
        "trial": name,
        "patients": patients,
        "first_s": first,
        "simulate_s": simulate_s,
        "patients_per_s": patients / simulate_s,
        **patient_year(trial, repeats),
    }


def patient_year(trial: Trial, repeats: int) -> dict[str, float | int]:
    """States of the trial's model, and milliseconds of one core for a year of one patient."""
    design = trial.design
    model = trial_model(design.sentences, trial.drugs)
    cohort = diagnose(model, design.population, PATIENTS, seed=1)
    regimen = next(iter(design.arms.values())).regimen
    seconds = []
    for _ in range(repeats):
        started = time.process_time()
        simulate(model, cohort, regimen, days=YEAR, times=[YEAR], workers=1)
        seconds.append(time.process_time() - started)
    return {
        "states": len(model.equations.states),
        "ms_per_patient_year": 1e3 * statistics.median(seconds) / len(cohort.patients),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", default=",".join(names()))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = [measure(name, options.repeats, options.workers) for name in options.trials.split(",")]
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    print(
        f"{'trial':24s} {'patients':>8s} {'first run s':>12s} {'simulate s':>11s} {'patients/s':>11s} {'states':>7s}"
        f" {'ms per patient-year':>20s}"
    )
    for row in rows:
        print(
            f"{row['trial']:24s} {row['patients']:8d} {row['first_s']:12.2f} {row['simulate_s']:11.2f}"
            f" {row['patients_per_s']:11.0f} {row['states']:7d} {row['ms_per_patient_year']:20.2f}"
        )


if __name__ == "__main__":
    main()
