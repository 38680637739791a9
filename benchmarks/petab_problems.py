"""PEtab problems: an evaluation and a gradient here, beside libRoadRunner integrating the same conditions.

    python benchmarks/petab_problems.py FOLDER_OF_THE_BENCHMARK_COLLECTION

Both integrate every condition of a problem at its nominal parameters to the last measured time, relative tolerance
1e-8, in one process. melanokine's figure holds observables and log-likelihood as well; libRoadRunner's (CVODE, on
compiled models) holds the integrations alone. AMICI, which has the same purpose, is timed where it can be imported.
Compilation is not in any figure. The best of five.
"""

from __future__ import annotations

import importlib.util
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from melanokine.interchange.petab.gradient import Objective
from melanokine.interchange.petab.problem import Problem, scaled
from melanokine.interchange.petab.reading import read_petab

PROBLEMS = (
    "Boehm_JProteomeRes2014", "Elowitz_Nature2000", "Raia_CancerResearch2011", "Bachmann_MSB2011",
    "SalazarCavazos_MBoC2020",
)  # fmt: skip
RTOL = 1e-8
REPEATS = 5


def best(run: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return min(times)


def own(problem: Problem) -> tuple[float, float]:
    """Seconds of an evaluation, and of one with its gradient by all estimated parameters."""
    objective = Objective(problem, rtol=RTOL)
    x = np.array([scaled(problem.parameters[k].value, problem.parameters[k].scale) for k in objective.free])
    objective.llh(x)
    return best(lambda: objective.llh(x)), best(lambda: objective.derivatives(x))


def roadrunner(problem: Problem) -> float:
    """Seconds in which libRoadRunner integrates the conditions."""
    import roadrunner as peer

    model = peer.RoadRunner(problem.sbml)
    model.integrator.setValue("relative_tolerance", RTOL)
    model.integrator.setValue("absolute_tolerance", 1e-12)
    model.integrator.setValue("maximum_num_steps", 100_000)
    known = {*model.model.getGlobalParameterIds(), *model.model.getCompartmentIds()}
    values = {p.id: p.value for p in problem.parameters}
    plans = []
    for experiment in problem.experiments.values():
        if len(experiment.periods) > 1:
            raise ValueError("preequilibration")
        settings = {id: v for id, v in values.items() if id in known}
        for id, formula in experiment.periods[0].changes:
            settings[id if id in known else f"init([{id}])"] = (
                formula[1] if formula[0] == "number" else values[formula[1]]
            )
        times = sorted({0.0, *(m.time for m in problem.measurements if m.experiment == experiment.id)})
        plans.append((settings, [t for t in times if math.isfinite(t)]))

    def run() -> None:
        for settings, times in plans:
            model.resetAll()
            for id, value in settings.items():
                model.setValue(id, value)
            model.reset()
            for id, value in settings.items():
                if id in known:
                    model.setValue(id, value)
            if len(times) > 1:
                model.simulate(times=times)

    run()
    return best(run)


def main(folder: Path) -> None:
    peers = [name for name in ("amici", "roadrunner") if importlib.util.find_spec(name)]
    print(f"peers that can be imported: {', '.join(peers) or 'none'}")
    print("| problem | conditions | estimated | melanokine, ms | with gradient, ms | libRoadRunner, ms |")
    print("|---|---|---|---|---|---|")
    for name in PROBLEMS:
        problem = read_petab(next((folder / name).glob("*.yaml")))
        alone, gradient = own(problem)
        other = f"{1e3 * roadrunner(problem):.2f}" if "roadrunner" in peers else "-"
        counts = f"{len(problem.experiments)} | {len(problem.free)}"
        print(f"| {name} | {counts} | {1e3 * alone:.2f} | {1e3 * gradient:.2f} | {other} |", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
