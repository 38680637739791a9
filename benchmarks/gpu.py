"""Patients on a GPU and on one core: the same numbers, how many per second, and how near the device's limits.

    python benchmarks/gpu.py [--patients N] [--threads 32,64,128] [--repeats R] [--json]

Diagnosed patients get high-dose aldesleukin for a year and are compared with the processor's. `kernel_s` is the time of
the launch alone, `patients_per_s` counts everything, with copying to and fro; both are of the best of the repeats.

Floating-point operations and bytes are counted in the programs of one attempted step (a fused multiply-add is two) and
multiplied by the attempted steps. Bytes are every element that a program reads or writes, once: what the memory would
move if no cache held anything. Where there is no device the script says so and gives no figure.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter

import numpy as np

from melanokine.drugs import Regimen
from melanokine.engine import rodas5
from melanokine.engine.cuda import Device
from melanokine.engine.gpu import Grid
from melanokine.engine.integration import Integration
from melanokine.engine.lowering.assembler import Program
from melanokine.engine.lowering.micro import expand
from melanokine.engine.lowering.programs import programs
from melanokine.engine.run import WORK_LIMIT, Run
from melanokine.errors import EngineError
from melanokine.network import Equations
from melanokine.patients import diagnose, standard_model
from melanokine.patients.dosing import schedule

POPULATION = "advanced melanoma, IL-2 eligible"
REGIMEN = "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days"
DAYS = np.arange(0.0, 365.0, 21.0)
FLOPS = {"add": 1, "sub": 1, "mul": 1, "div": 1, "sqrt": 1, "fma": 2, "fnma": 2, "fms": 2}


class TimedDevice(Device):
    """A device that remembers how long its last launch took, in seconds."""

    seconds = 0.0

    def launch(self, *arguments) -> None:
        began = time.perf_counter()
        super().launch(*arguments)
        self.seconds = time.perf_counter() - began


def flops(program: Program) -> int:
    counted = Counter(instruction.operation for instruction in expand(program).instructions)
    return sum(counted[operation] * weight for operation, weight in FLOPS.items())


def elements(program: Program) -> int:
    """Array elements that a program reads or writes, each counted once as read and once as written."""
    read = {a for i in program.instructions for a in i.arguments if isinstance(a, tuple) and a[0] in program.arrays}
    return len(read) + sum(instruction.operation == "store" for instruction in program.instructions)


def cost_of_a_step(equations: Equations) -> tuple[int, int]:
    """Floating-point operations and bytes of one attempted step, as in step.py."""
    lowered, states = programs(equations).programs, len(equations.states)
    calls = {"factorise": 1, "rates": rodas5.STAGES - 1, "solve": rodas5.STAGES, "growth": 1}
    operations = sum(count * flops(lowered[name]) for name, count in calls.items())
    moved = sum(count * elements(lowered[name]) for name, count in calls.items())
    weights = [(len(rodas5.A[s]), len(rodas5.C[s]), s) for s in range(1, rodas5.STAGES)]
    operations += states * sum(2 * (a + c) for a, c, _ in weights)
    moved += states * sum(s + 3 for _, _, s in weights)
    return operations, 8 * moved


def measure(patients: int, threads: list[int], repeats: int) -> dict:
    """What the device is, and a row for each size of block."""
    device = TimedDevice()
    model = standard_model()
    kernel = model.kernel
    cohort = diagnose(model, POPULATION, patients)
    plan = schedule([Regimen.parse(REGIMEN)], model, DAYS[-1])
    began = time.perf_counter()
    expected = kernel.integrate(cohort.parameters, cohort.states, schedule=plan, times=DAYS)
    processor_s = time.perf_counter() - began
    attempts = int((expected.steps + expected.rejected).sum())
    operations, moved = cost_of_a_step(model.equations)
    run = Run.prepare(
        kernel,
        schedule=plan,
        times=DAYS,
        rtol=1e-5,
        max_step=30.0,
        stop_at_trigger=False,
        until=None,
        work_limit=WORK_LIMIT,
    )
    rows = []
    for block in threads:
        began = time.perf_counter()
        grid = Grid(model.equations, device, block)
        ready_s = time.perf_counter() - began
        runs = []
        for _ in range(repeats):
            found = Integration.blank(kernel, cohort.parameters, run.times, len(run.schedule))
            began = time.perf_counter()
            run.chunk(cohort.parameters, cohort.states, found, grid.simulate)
            runs.append((device.seconds, time.perf_counter() - began))
        kernel_s, whole_s = min(runs)
        size = np.maximum(np.abs(expected.states), 1e-300)
        rows.append(
            {
                "threads": block,
                "ready_s": ready_s,
                "kernel_s": kernel_s,
                "patients_per_s": patients / whole_s,
                "gflops": operations * attempts / kernel_s / 1e9,
                "gbytes_per_s": moved * attempts / kernel_s / 1e9,
                "largest_relative_difference": float(np.nanmax(np.abs(found.states - expected.states) / size)),
                "same_bits_percent": float(100 * (found.states == expected.states).mean()),
                "same_steps": bool((found.steps == expected.steps).all()),
            }
        )
    return {
        "device": device.name,
        "patients": patients,
        "steps_per_patient": attempts / patients,
        "core_patients_per_s": patients / processor_s,
        "blocks": rows,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--threads", default="32,64,128")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        found = measure(options.patients, [int(block) for block in options.threads.split(",")], options.repeats)
    except EngineError as error:
        found = {"device": None, "reason": str(error)}
    if options.json:
        print(json.dumps(found, indent=2))
    elif found["device"] is None:
        print(f"no figures: {found['reason']}")
    else:
        print(f"{found['device']}, {found['patients']} patients, {found['steps_per_patient']:.0f} steps each")
        print(f"one core of the processor: {found['core_patients_per_s']:.0f} patients/s")
        for row in found["blocks"]:
            print(", ".join(f"{name} {value:.4g}" for name, value in row.items()))


if __name__ == "__main__":
    main()
