"""melanokine and other simulators on the same problem: error against CPU time, and the ratio at equal error.

    python benchmarks/peers.py [--model qsp113|melanokine] [--scheme NAME] [--patients N] [--repeats N]
                               [--without TOOL,...] [--json]

Every tool integrates the same patients for a year under the same doses, from one SBML document (sbml.py; SciPy from the
same expressions), over several tolerances, in one process on one core. The reference is the engine at 1e-10; how
closely the others, which share no code with it, come to it is told: no comparison means anything below that. Error as
in problems.py. Times are CPU time of the process, the median of the repeats, averaged over patients; what it takes to
compile or load is told apart. Repeats of all tools are interleaved, so that a busy machine troubles all alike.

The ratio: of the runs of a tool only those count that no other is both cheaper and more accurate than. Between two of
them cost is interpolated on logarithmic scales at the error asked for; a tool whose cheapest run is already more
accurate is taken at that cost. Peers get the tolerances at which they do best here: with an absolute tolerance of 1e-6
of the relative one CVODES needs fewer steps for the same error than at the usual 1e-3.

Tools that are not installed are named and left out (`pip install -e ".[bench]"` brings them; AMICI compiles C++).
"""

from __future__ import annotations

import os

for _pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_pool] = "1"  # before NumPy: one core

import argparse
import json
import math
import statistics
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from melanokine.engine.code.machine import host
from problems import MODELS, Problem, problem
from sbml import Export
from tools.amici_cvodes import Amici
from tools.melanokine_rodas5 import Melanokine
from tools.outcome import ToolFailed
from tools.roadrunner_cvode import RoadRunner
from tools.scipy_solvers import SciPy

ERROR = 2e-5
"""The error at which tools are compared"""
OWN_PATIENTS = 64
OWN_TOLERANCES = (1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 1e-8)
PEER_TOLERANCES = {
    "AMICI": ((1e-6, 1e-3), (1e-8, 1e-3), (1e-5, 1e-6), (1e-6, 1e-6), (3e-7, 1e-6), (1e-7, 1e-6), (1e-8, 1e-6)),
    "libRoadRunner": ((1e-5, 1e-3), (1e-6, 1e-3), (3e-7, 1e-3), (1e-7, 1e-3)),
    "SciPy LSODA": ((1e-6, 1e-3), (1e-7, 1e-3), (1e-8, 1e-3)),
    "SciPy BDF": ((1e-5, 1e-3), (1e-6, 1e-3), (1e-7, 1e-3)),
}
"""Relative tolerance, and the absolute one as a multiple of it"""


@dataclass
class Series:
    """The runs of one tool at one tolerance."""

    tool: str
    rtol: float
    atol_factor: float
    seconds: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    solver_seconds: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[int, float] = field(default_factory=dict)
    steps: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def row(self, scheme: str) -> dict:
        """Milliseconds per patient-year, error and steps; without numbers if every run failed."""

        def mean(times: dict[int, list[float]]) -> float | None:
            return 1e3 * statistics.fmean(map(statistics.median, times.values())) if times else None

        return {
            "problem": scheme,
            "tool": self.tool,
            "rtol": self.rtol,
            "atol_per_rtol": self.atol_factor,
            "ms": mean(self.seconds),
            "solver_ms": mean(self.solver_seconds),
            "error": statistics.median(self.errors.values()) if self.errors else None,
            "steps": statistics.fmean(self.steps) if self.steps else None,
            "failures": self.failures,
        }


def compare(model: str, scheme: str, patients: int, repeats: int, without: set[str]) -> dict:
    """All tools on one model and dosing scheme: rows, what compiling took, who was absent, and the ratios."""
    whole = problem(model, scheme, max(OWN_PATIENTS, patients))
    few = whole.first(patients)
    reference = few.reference()
    own = Melanokine(whole)
    loading = {own.name: own.compile_seconds}
    peers, absent = _peers(few, without, loading)
    series = [Series(own.name, rtol, 1e-3) for rtol in OWN_TOLERANCES]
    for peer in peers:
        family = next(name for name in PEER_TOLERANCES if peer.name.startswith(name))
        series += [Series(peer.name, rtol, factor) for rtol, factor in PEER_TOLERANCES[family]]
    tools = {peer.name: peer for peer in peers}
    for repeat in range(repeats):
        for one in series:
            _say(f"{whole.name}: repeat {repeat + 1} of {repeats}, {one.tool} at {one.rtol:.0e}")
            if one.tool == own.name:
                _run_own(own, one, few, reference)
            else:
                _run_peer(tools[one.tool], one, few, reference)
    _say("")
    rows = [one.row(whole.name) for one in series]
    return {
        "problem": whole.name,
        "states": len(whole.equations.states),
        "doses": len(whole.schedule),
        "compile_seconds": loading,
        "absent": absent,
        "runs": rows,
        "reference_agreement": min((r["error"] for r in rows if r["tool"] != own.name and r["ms"]), default=None),
        "at_error": ERROR,
        "equal_error": equal_error(rows, own.name),
    }


def _peers(few: Problem, without: set[str], loading: dict[str, float]):
    makers = {
        "AMICI": lambda: Amici(Export(few)),
        "libRoadRunner, events": lambda: RoadRunner(Export(few)),
        "libRoadRunner, segments": lambda: RoadRunner(Export(few, events=False)),
        "SciPy LSODA": lambda: SciPy(few.first(1), "LSODA"),
        "SciPy BDF": lambda: SciPy(few.first(1), "BDF"),
    }
    peers, absent = [], {}
    for name, make in makers.items():
        if any(name.lower().startswith(word) for word in without):
            continue
        _say(f"{few.name}: compiling for {name}")
        try:
            peers.append(make())
        except ToolFailed as error:
            absent[name] = str(error)
        else:
            loading[name] = peers[-1].load_seconds
    return peers, absent


def _run_own(own: Melanokine, series: Series, few: Problem, reference: np.ndarray) -> None:
    try:
        result, seconds = own.run(series.rtol)
    except ToolFailed as error:
        series.failures.append(str(error))
        return
    series.seconds[0].append(seconds)
    series.steps.append(float((result.steps + result.rejected).mean()))
    series.errors = dict(enumerate(few.errors(result.states[: len(reference)], reference)))


def _run_peer(peer, series: Series, few: Problem, reference: np.ndarray) -> None:
    patients = 1 if peer.name.startswith("SciPy") else len(reference)
    for patient in range(patients):
        try:
            outcome = peer.run(patient, series.rtol, series.rtol * series.atol_factor)
        except ToolFailed as error:
            series.failures.append(f"patient {patient}: {error}")
            continue
        one = slice(patient, patient + 1)
        error = float(few.errors(outcome.states[None], reference[one])[0])
        if math.isinf(error):
            series.failures.append(f"patient {patient}: not a number")
            continue
        series.errors[patient] = error
        series.seconds[patient].append(outcome.seconds)
        if outcome.solver_seconds is not None:
            series.solver_seconds[patient].append(outcome.solver_seconds)
        if outcome.steps is not None:
            series.steps.append(outcome.steps)


def equal_error(rows: list[dict], own: str) -> list[dict]:
    """Milliseconds per patient-year at ERROR for each tool, and how many times the engine's own that is."""
    found = []
    for tool in dict.fromkeys(row["tool"] for row in rows):
        done = [row for row in rows if row["tool"] == tool and row["ms"] is not None]
        for cost in ("ms", "solver_ms"):
            points = [(row["error"], row[cost]) for row in done if row[cost] is not None]
            if points or cost == "ms":
                found.append({"tool": tool, "what": cost, "ms": cost_at(points, ERROR)})
    base = next(row["ms"] for row in found if row["tool"] == own)
    for row in found:
        row["ratio"] = row["ms"] / base if row["ms"] and base else None
    return found


def cost_at(points: list[tuple[float, float]], error: float) -> float | None:
    """Cost at an error by interpolation along the efficient runs; None if no run is that accurate."""
    efficient = [
        (e, c) for e, c in sorted(points) if not any(e2 <= e and c2 <= c and (e2, c2) != (e, c) for e2, c2 in points)
    ]
    reaching = [point for point in efficient if point[0] <= error]
    if not reaching:
        return None
    better = reaching[-1]
    if better is efficient[-1]:
        return better[1]
    worse = efficient[len(reaching)]
    share = math.log(error / better[0]) / math.log(worse[0] / better[0])
    return better[1] ** (1 - share) * worse[1] ** share


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _print(result: dict) -> None:
    print(f"\n{result['problem']}: {result['states']} states, {result['doses']} doses in a year")
    print(f"{'tool':26s} {'rtol':>7s} {'atol/rtol':>9s} {'ms':>9s} {'solver ms':>9s} {'error':>9s} {'steps':>8s}")
    for row in result["runs"]:
        numbers = [
            _cell(row["ms"], "9.2f"), _cell(row["solver_ms"], "9.2f"), _cell(row["error"], "9.1e"),
            _cell(row["steps"], "8.0f"),
        ]  # fmt: skip
        print(f"{row['tool']:26s} {row['rtol']:7.0e} {row['atol_per_rtol']:9.0e} {' '.join(numbers)}")
        for failure in dict.fromkeys(row["failures"]):
            print(f"    failed: {failure}")
    for name, why in result["absent"].items():
        print(f"{name}: {why}")
    if result["reference_agreement"] is not None:
        print(f"the reference and the closest run of another tool differ by {result['reference_agreement']:.1e}")
    print(f"at an error of {result['at_error']:.0e}:")
    for row in result["equal_error"]:
        whole = "solver only" if row["what"] == "solver_ms" else "whole call"
        print(f"{row['tool']:26s} {whole:12s} {_cell(row['ms'], '9.2f')} ms, {_cell(row['ratio'], '6.1f')} x")
    compiled = ", ".join(f"{name} {seconds:.1f}" for name, seconds in result["compile_seconds"].items())
    print(f"seconds to compile or load: {compiled}", flush=True)


def _cell(value: float | None, form: str) -> str:
    return format(value, form) if value is not None else "-".rjust(int(form.split(".")[0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=[*MODELS, "all"], default="all")
    parser.add_argument("--scheme", help="one dosing scheme of the model only")
    parser.add_argument("--patients", type=int, default=3, help="for the peers; SciPy does one, the engine at least 64")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--without", default="", help="leave out tools whose names begin so: amici,lib,scipy")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    without = {word.lower() for word in options.without.split(",") if word}
    if not os.environ.get("MELANOKINE_CACHE"):
        os.environ["MELANOKINE_CACHE"] = tempfile.mkdtemp(prefix="melanokine-")
    results = []
    for model, schemes in MODELS.items():
        for scheme in schemes:
            if options.model in (model, "all") and options.scheme in (scheme, None):
                results.append(compare(model, scheme, options.patients, options.repeats, without))
                if not options.json:
                    _print(results[-1])
    if options.json:
        print(json.dumps({"processor": host().cpu, "lanes": host().lanes, "results": results}, indent=2))


if __name__ == "__main__":
    main()
