"""How cost grows: with patients from 1 to 100 000, with states from 48 to 400, and with threads.

    python benchmarks/scaling.py [--quick] [--threads N] [--json]

Patients: the 113-state model with antibody every three weeks for a year, and only the sum at the end kept of each piece
of patients, so that memory shows what the engine itself needs; each size in a process of its own. States: models of
tissues (models/tissues.py); cost of a step of all lanes together, and seconds to compile and to start from the cache,
again in fresh processes (on the wall, and of the processor, which a busy machine changes less). Threads: the same
patients on one thread and on more, by the clock on the wall. `--quick` takes fewer patients and sizes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from melanokine import engine
from melanokine.engine.code.machine import host
from models import qsp113, tissues

PATIENTS, QUICK_PATIENTS = (1, 10, 100, 1000, 10_000, 100_000), (1, 10, 100, 1000)
STATES, QUICK_STATES = (48, 104, 152, 200, 304, 400), (48, 104, 200)
THREAD_PATIENTS, QUICK_THREAD_PATIENTS = 2000, 400
STEP_PATIENTS = 32
REPEATS = 7


def patients_row(count: int, threads: int) -> dict:
    """Seconds and memory of one size of population."""
    equations = qsp113.equations()
    kernel = engine.compile(equations)
    before = _peak_memory()
    parameters, initial = qsp113.patients(count)
    totals = np.zeros(len(equations.states))
    failed = 0

    def keep(_, part) -> None:
        nonlocal failed
        totals[:] += part.final.sum(axis=0)
        failed += int(part.failed.sum())

    began, cpu = time.perf_counter(), time.process_time()
    kernel.integrate(
        parameters, initial, schedule=qsp113.schedule(False), until=qsp113.DAYS, workers=threads, on_chunk=keep
    )
    wall, used = time.perf_counter() - began, time.process_time() - cpu
    return {
        "patients": count, "seconds": wall, "cpu_ms_per_patient": 1e3 * used / count, "failed": failed,
        "peak_memory_mb": _peak_memory(), "memory_before_mb": before,
    }  # fmt: skip


def compile_row(states: int) -> dict:
    """Compile seconds of one size of model; for a process and a cache of its own."""
    equations = tissues.equations(states // tissues.STATES_PER_TISSUE)
    host()  # loads LLVM, which is no part of compiling
    began = time.process_time()
    compiled = engine.compile(equations).compiled
    return {
        "states": states, "jacobian_entries": compiled.jacobian_entries, "factor_entries": compiled.factor_entries,
        "compile_seconds": compiled.seconds, "compile_cpu_seconds": time.process_time() - began,
    }  # fmt: skip


def start_row(states: int) -> dict:
    """Seconds until a kernel that is in the cache can be called: reading, checking and linking it."""
    equations = tissues.equations(states // tissues.STATES_PER_TISSUE)
    host()  # loads LLVM, which is no part of it
    began = time.perf_counter()
    kernel = engine.compile(equations)
    return {"cached_start_seconds": time.perf_counter() - began, "from_cache": kernel.compiled.from_cache}


def step_rows(sizes: tuple[int, ...]) -> list[dict]:
    """CPU time of a step of all lanes together: the best of repeats that are interleaved over the sizes."""
    counts = [states // tissues.STATES_PER_TISSUE for states in sizes]
    kernels = [engine.compile(tissues.equations(count)) for count in counts]
    drawn = [tissues.patients(count, STEP_PATIENTS) for count in counts]
    best, steps, failed = [float("inf")] * len(sizes), [0] * len(sizes), [0] * len(sizes)
    for _ in range(REPEATS):
        for k, kernel in enumerate(kernels):
            began = time.process_time()
            result = kernel.integrate(*drawn[k], schedule=tissues.schedule(), until=tissues.DAYS)
            taken = time.process_time() - began
            steps[k] = int((result.steps + result.rejected).sum())
            failed[k] = int(result.failed.sum())
            best[k] = min(best[k], taken / steps[k] * kernel.machine.lanes)
    return [
        {
            "step_us": 1e6 * best[k], "step_ns_per_state": 1e9 * best[k] / states,
            "steps": steps[k] / STEP_PATIENTS, "failed": failed[k],
        }
        for k, states in enumerate(sizes)
    ]  # fmt: skip


def threads_rows(threads: int, count: int) -> list[dict]:
    """Seconds on the wall for one thread and for `threads`, medians of interleaved repeats."""
    kernel = engine.compile(qsp113.equations())
    parameters, initial = qsp113.patients(count)
    doses = qsp113.schedule(False)
    numbers = (1, threads) if threads > 1 else (1,)
    seconds: dict[int, list[float]] = {n: [] for n in numbers}
    for _ in range(REPEATS):
        for n in seconds:
            began = time.perf_counter()
            kernel.integrate(parameters, initial, schedule=doses, until=qsp113.DAYS, workers=n, chunk=64)
            seconds[n].append(time.perf_counter() - began)
    median = {n: statistics.median(taken) for n, taken in seconds.items()}
    return [{"threads": n, "seconds": s, "times_faster": median[1] / s} for n, s in median.items()]


def _peak_memory() -> float:
    """Megabytes, of this process until now; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 2**10)


def _apart(row: str, *numbers: int, cache: str | None = None) -> dict:
    """A row made by a fresh process."""
    environment = dict(os.environ, **({"MELANOKINE_CACHE": cache} if cache else {}))
    command = [sys.executable, str(Path(__file__)), "--row", row, *map(str, numbers)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def measure(quick: bool, threads: int) -> dict[str, list[dict]]:
    """All three tables."""
    engine.compile(qsp113.equations())  # into the cache, and for the threads below
    found: dict[str, list[dict]] = {"patients": [], "states": [], "threads": []}
    for count in QUICK_PATIENTS if quick else PATIENTS:
        _say(f"{count} patients")
        found["patients"].append(_apart("patients", count, threads))
    sizes = QUICK_STATES if quick else STATES
    with tempfile.TemporaryDirectory() as cache:
        for states in sizes:
            _say(f"{states} states")
            row = _apart("compile", states, cache=cache)
            found["states"].append(row | _apart("start", states, cache=cache))
        _say("steps of all sizes")
        os.environ["MELANOKINE_CACHE"] = cache
        found["states"] = [row | cost for row, cost in zip(found["states"], step_rows(sizes), strict=True)]
    _say(f"{threads} threads")
    found["threads"] = threads_rows(threads, QUICK_THREAD_PATIENTS if quick else THREAD_PATIENTS)
    _say("")
    return found


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _print(found: dict[str, list[dict]]) -> None:
    print(f"{'patients':>9s} {'seconds':>9s} {'CPU ms each':>12s} {'peak MB':>9s} {'failed':>7s}")
    for row in found["patients"]:
        print(
            f"{row['patients']:9d} {row['seconds']:9.3f} {row['cpu_ms_per_patient']:12.2f}"
            f" {row['peak_memory_mb']:9.0f} {row['failed']:7d}"
        )
    head = f"{'states':>6s} {'Jacobian':>9s} {'factors':>8s} {'us a step':>10s} {'ns/state':>9s} {'steps':>6s}"
    print(f"\n{head} {'compile s':>10s} {'CPU s':>6s} {'cached s':>9s}")
    for row in found["states"]:
        print(
            f"{row['states']:6d} {row['jacobian_entries']:9d} {row['factor_entries']:8d} {row['step_us']:10.2f}"
            f" {row['step_ns_per_state']:9.1f} {row['steps']:6.0f} {row['compile_seconds']:10.2f}"
            f" {row['compile_cpu_seconds']:6.2f} {row['cached_start_seconds']:9.3f}"
        )
    print(f"\n{'threads':>7s} {'seconds':>9s} {'times faster':>13s}")
    for row in found["threads"]:
        print(f"{row['threads']:7d} {row['seconds']:9.3f} {row['times_faster']:13.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--row", nargs="+", help=argparse.SUPPRESS)  # one row, for _apart
    options = parser.parse_args()
    if options.row:
        makers = {"patients": patients_row, "compile": compile_row, "start": start_row}
        print(json.dumps(makers[options.row[0]](*map(int, options.row[1:]))))
        return
    found = measure(options.quick, options.threads)
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        _print(found)


if __name__ == "__main__":
    main()
