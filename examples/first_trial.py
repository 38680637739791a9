"""A first trial: bempegaldesleukin with nivolumab against nivolumab alone, in first-line advanced melanoma.

    python examples/first_trial.py --patients 390 --out first-trial

Prints the summary table and writes the report and a Kaplan-Meier figure to the folder.
"""

import argparse
from pathlib import Path

import melanokine as mk


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--patients", type=int, default=390, help="patients per arm")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=Path, default=Path("first-trial"))
    chosen = options.parse_args()

    trial = mk.Trial(
        arms={
            "combination": ["bempegaldesleukin 0.006 mg/kg IV every 3 weeks", "nivolumab 360 mg IV every 3 weeks"],
            "nivolumab": ["nivolumab 360 mg IV every 3 weeks"],
        },
        population="advanced melanoma, first line",
        patients_per_arm=chosen.patients,
        scans="every 9 weeks",
    )
    result = trial.run(seed=chosen.seed)

    chosen.out.mkdir(parents=True, exist_ok=True)
    print(result.summary().to_string(index=False))
    result.plot.kaplan_meier("PFS").savefig(chosen.out / "progression-free-survival.svg")
    result.report(chosen.out / "report.html")

    mutein = mk.drug("aldesleukin").engineered("no-alpha, 20 h", alpha_affinity=0, half_life="20 h")
    print(f"An engineered molecule for the next trial: {mutein.name}")


if __name__ == "__main__":
    main()
