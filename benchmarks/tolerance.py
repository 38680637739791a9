"""What the solver's tolerance does to a result: error of the tumour's size, and dose decisions that change.

    python benchmarks/tolerance.py [--patients N] [--json]

The same patients are treated for a year at several relative tolerances and compared with 1e-8. A dose decision is
whether a planned dose was given or withheld; a patient counts as right when all of them are as in the reference.
"""

from __future__ import annotations

import argparse
import json

import numpy as np

from melanokine.drugs import Regimen
from melanokine.patients import diagnose, standard_model
from melanokine.patients.dosing import schedule

POPULATION = "advanced melanoma, IL-2 eligible"
REGIMENS = (
    "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days",
    "nivolumab 3 mg/kg IV every 2 weeks",
)
TOLERANCES = (1e-3, 1e-4, 1e-5, 1e-6)
REFERENCE = 1e-8


def measure(patients: int) -> list[dict[str, float | str]]:
    """One row per regimen and tolerance."""
    model = standard_model()
    cohort = diagnose(model, POPULATION, patients)
    days = np.arange(0.0, 366.0, 21.0)
    rows = []
    for sentence in REGIMENS:
        plan = schedule([Regimen.parse(sentence)], model, days[-1])

        def run(rtol: float, plan=plan):
            return model.kernel.integrate(cohort.parameters, cohort.states, schedule=plan, times=days, rtol=rtol)

        reference = run(REFERENCE)
        size = reference.observable("sum_of_diameters")
        for rtol in TOLERANCES:
            found = run(rtol)
            error = np.abs(found.observable("sum_of_diameters") / size - 1.0).max(axis=1)
            rows.append(
                {
                    "drug": sentence.split()[0],
                    "rtol": rtol,
                    "median_error": float(np.median(error)),
                    "largest_error": float(error.max()),
                    "all_doses_right_percent": float(100 * (found.given == reference.given).all(axis=1).mean()),
                    "steps": float(found.steps.mean()),
                }
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = measure(options.patients)
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    print(
        f"{'drug':12s} {'rtol':>7s} {'median error':>13s} {'largest error':>14s} {'doses right %':>14s} {'steps':>7s}"
    )
    for row in rows:
        print(
            f"{row['drug']:12s} {row['rtol']:7.0e} {row['median_error']:13.1e} {row['largest_error']:14.1e}"
            f" {row['all_doses_right_percent']:8.1f} {row['steps']:7.0f}"
        )


if __name__ == "__main__":
    main()
