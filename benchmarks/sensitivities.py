"""What derivatives cost, and how exact they are, on the whole model under treatment.

    python benchmarks/sensitivities.py [--patients N] [--json]

Derivatives of all states with respect to 18 parameters, ten times in 100 days, are taken in three ways: forward and
central along the steps of the patient, and as central differences of runs that choose their own steps. The cost is
process time for each parameter in units of one plain run of the same patients. The error is that of p ds/dp against a
reference (central, rtol 1e-9), relative to itself or to a hundredth of the state, whichever is larger in effect.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

import numpy as np

from melanokine.drugs import Regimen
from melanokine.patients import diagnose, standard_model
from melanokine.patients.dosing import schedule

POPULATION = "advanced melanoma, IL-2 eligible"
REGIMENS = (
    "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days",
    "nivolumab 3 mg/kg IV every 2 weeks",
)
PARAMETERS = (
    "il2_betagamma_affinity", "il2_commitment", "lymphocyte_growth", "tumour_growth_rate", "carrying_capacity",
    "pd1_exponent", "infiltration", "nk_kill_rate", "cytotoxic_kill_rate", "kills_per_effector", "unsuppressed_killing",
    "priming_rate", "effector_progeny", "exhaustion_rate", "leak_endothelial", "body_weight", "aldesleukin_clearance",
    "nivolumab_clearance",
)  # fmt: skip
DAYS = np.linspace(10.0, 100.0, 10)
APART = 2.0**-10
"""Relative step of the runs that choose their own: large against the noise of the tolerance."""
REPEATS = 3


def measure(patients: int) -> list[dict[str, float | str]]:
    """One row for each regimen and way."""
    model = standard_model()
    cohort = diagnose(model, POPULATION, patients)
    columns = [model.equations.parameters.index(name) for name in PARAMETERS]
    own = cohort.parameters[:, columns][:, None, None, :]
    scale = np.array([state.scale for state in model.equations.states])[:, None]
    rows = []
    for sentence in REGIMENS:
        options = {"schedule": schedule([Regimen.parse(sentence)], model, DAYS[-1]), "times": DAYS}

        def plain(parameters=cohort.parameters, options=options):
            return model.kernel.integrate(parameters, cohort.states, **options).states

        def along(rtol=1e-5, central=False, options=options):
            found = model.kernel.sensitivities(
                cohort.parameters, cohort.states, with_respect_to=PARAMETERS, rtol=rtol, central=central, **options
            )
            return found.states * own

        def apart(plain=plain):
            slopes = []
            for column in columns:
                ends = []
                for factor in (1.0 + APART, 1.0 - APART):
                    changed = cohort.parameters.copy()
                    changed[:, column] *= factor
                    ends.append(plain(changed))
                slopes.append((ends[0] - ends[1]) / (2.0 * APART))
            return np.stack(slopes, axis=-1)

        course, unit = _timed(plain)
        reference = along(rtol=1e-9, central=True)
        size = np.abs(reference) + 1e-2 * (np.abs(course)[..., None] + 1e-3 * scale)
        ways = {"forward": along, "central": lambda along=along: along(central=True), "apart": apart}
        for way, run in ways.items():
            found, cost = _timed(run)
            error = np.abs(found - reference) / size
            once = 0.0 if way == "apart" else 1.0
            rows.append(
                {
                    "drug": sentence.split()[0],
                    "way": way,
                    "plain_runs_per_parameter": (cost / unit - once) / len(PARAMETERS),
                    "median_error": float(np.nanmedian(error)),
                    "error_of_99_percent": float(np.nanquantile(error, 0.99)),
                    "largest_error": float(np.nanmax(error)),
                }
            )
    return rows


def _timed(run: Callable[[], np.ndarray]) -> tuple[np.ndarray, float]:
    """What `run` returns, and the least process time of several."""
    least = np.inf
    for _ in range(REPEATS):
        began = time.process_time()
        result = run()
        least = min(least, time.process_time() - began)
    return result, least


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=32)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = measure(options.patients)
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    titles = ("plain runs", "median error", "99 % error", "largest")
    print(f"{'drug':12s} {'way':8s} " + " ".join(f"{title:>13s}" for title in titles))
    for row in rows:
        drug, way, cost, *errors = row.values()
        print(f"{drug:12s} {way:8s} {cost:13.2f} " + " ".join(f"{error:13.1e}" for error in errors))


if __name__ == "__main__":
    main()
