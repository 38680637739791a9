"""How close the engine comes to what the processor can do: counted work against measured peaks.

    python benchmarks/limit.py [--model qsp113|melanokine] [--patients N] [--json]

The work of one attempted step is counted in the engine's own programs after their expansion (micro.py) and in the IR
of `step`: how often it calls each program, and the vector operations of its loops. Measured is the CPU time of whole
integrations (doses, outputs and step control included) per step of all lanes together.

* issue bound: all vector operations, two per cycle (as fused multiply-adds issue);
* divider bound: divisions and square roots alone, at the divider's throughput;
* peak: floating-point operations at the rate of fused multiply-adds.

Processors with units for additions beside those for multiplication can issue more than two per cycle; `mixed` in the
table of peaks tells. The time of each program is measured alone, repeated on memory that stays in the cache.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import time
from collections import Counter
from collections.abc import Mapping

import numpy as np
from llvmlite import ir

from melanokine import engine
from melanokine.engine.code.machine import Code, Machine, assemble, host
from melanokine.engine.driver.layout import simulation_layout
from melanokine.engine.driver.step import write_step
from melanokine.engine.lowering.assembler import Program
from melanokine.engine.lowering.micro import expand
from melanokine.engine.lowering.programs import programs
from melanokine.network import Equations
from peak import measure, time_of
from problems import MODELS, Problem, problem

FLOPS = {"fma": 2, "fnma": 2, "fms": 2, "neg": 0, "store": 0, "power_of_two": 0, "raised": 0, "mantissa": 0,
         "exponent": 1, "lesser": 0, "greater": 0, "step": 0, "unless_infinite": 0, "max": 0, "min": 0}  # fmt: skip
"""Floating-point operations per lane; those not named count 1"""
VECTOR = {"store": 0, "mantissa": 2, "exponent": 3, "unless_infinite": 2, "step": 2}
"""Vector instructions per operation; those not named count 1"""
DIVISIONS = ("div", "sqrt")
ARITHMETIC = {"fadd": 1, "fsub": 1, "fmul": 1, "fdiv": 1}
REPEATS = 5
REST = "the rest"
"""Stage sums and error estimate; its time includes step control, doses, and waiting for memory"""


def count(program: Program) -> Counter:
    """Floating-point operations, vector instructions and divisions of a program."""
    operations = Counter(instruction.operation for instruction in expand(program).instructions)
    return Counter(
        flops=sum(FLOPS.get(name, 1) * n for name, n in operations.items()),
        vector=sum(VECTOR.get(name, 1) * n for name, n in operations.items()),
        divisions=sum(operations[name] for name in DIVISIONS),
    )


def step_work(equations: Equations, machine: Machine) -> dict[str, Counter]:
    """Work of one attempted step by part: each program times its calls, and the loops over states around them."""
    lowered = programs(equations)
    states = len(equations.states)
    sizes = states, len(equations.parameters), len(equations.inputs), lowered.hoisted, lowered.factors
    changes = sum(len(event.changes) for event in equations.events)
    layout = simulation_layout(*sizes, len(equations.guards), len(equations.events), changes)
    module = ir.Module("step")
    write_step(module, machine, layout, lowered.programs, states)
    parts: dict[str, Counter] = {REST: Counter()}
    for block in module.get_global("step").blocks:
        times = states if block.name.startswith("body") else 1
        for instruction in block.instructions:
            called = instruction.callee.name if instruction.opname == "call" else ""
            if called in lowered.programs:
                parts.setdefault(called, Counter(calls=0)).update(count(lowered.programs[called]), calls=1)
            elif isinstance(instruction.type, ir.VectorType) and isinstance(instruction.type.element, ir.DoubleType):
                flops = 2 if called.startswith("llvm.fma") else ARITHMETIC.get(instruction.opname, 0)
                vector = 1 if flops or called else 0
                divisions = instruction.opname == "fdiv"
                parts[REST].update(flops=times * flops, vector=times * vector, divisions=times * divisions)
    return parts


def measured_step(whole: Problem) -> tuple[float, float]:
    """CPU nanoseconds of a step of all lanes together in whole runs, the best of several; and steps per patient."""
    kernel = engine.compile(whole.equations)
    best, steps = float("inf"), 0
    for _ in range(REPEATS):
        began = time.process_time_ns()
        result = kernel.integrate(whole.parameters, whole.initial, schedule=whole.schedule, until=whole.times[-1])
        taken = time.process_time_ns() - began
        steps = int((result.steps + result.rejected).sum())
        best = min(best, taken / steps * kernel.machine.lanes)
    return best, steps / len(whole.parameters)


def times_alone(equations: Equations, machine: Machine, names: list[str]) -> dict[str, float]:
    """Nanoseconds of one call of each compiled program, repeated."""
    lowered: Mapping[str, Program] = programs(equations).programs
    code = Code(machine, engine.compile(equations).compiled.object_code)
    found = {}
    for name in names:
        loop = Code(machine, assemble(machine, [_repeat(lowered[name], machine)]))
        room = np.ones(1 << 20)
        base = room.ctypes.data + -room.ctypes.data % 64
        share = 8 * (len(room) - 8) // (len(lowered[name].arrays) or 1) // 64 * 64
        table = (ctypes.c_void_p * len(lowered[name].arrays))(
            *(base + k * (share + 576) % (8 * (len(room) - 8)) // 64 * 64 for k in range(len(lowered[name].arrays)))
        )
        found[name] = time_of(loop.address("repeat"), code.address(name), ctypes.addressof(table))
    return found


def _repeat(program: Program, machine: Machine) -> str:
    """`repeat(passes, function, table)`: call a program again and again on the arrays that a table points to."""
    loads = [
        f"  %q{k} = getelementptr ptr, ptr %table, i64 {k}\n  %a{k} = load ptr, ptr %q{k}"
        for k in range(len(program.arrays))
    ]
    arguments = [f"ptr %a{k}" for k in range(len(program.arrays))]
    return "\n".join(
        [
            "define void @repeat(i64 %passes, ptr %function, ptr %table) {", "entry:", *loads, "  br label %body",
            "body:", "  %i = phi i64 [ 0, %entry ], [ %next, %body ]",
            f"  call {machine.convention} void %function({', '.join(arguments)})", "  %next = add i64 %i, 1",
            "  %more = icmp slt i64 %next, %passes", "  br i1 %more, label %body, label %after",
            "after:", "  ret void", "}",
        ]
    )  # fmt: skip


def compare(model: str, patients: int) -> dict:
    """Counts, peaks and bounds for a model under its first dosing scheme."""
    machine, whole = host(), problem(model, MODELS[model][0], patients)
    parts = step_work(whole.equations, machine)
    total = sum(parts.values(), Counter())
    peak = measure(machine)
    step, steps = measured_step(whole)
    alone = times_alone(whole.equations, machine, [name for name in parts if parts[name]["calls"]])
    shares = {name: alone[name] * parts[name]["calls"] / step for name in alone}
    shares[REST] = 1.0 - sum(shares.values())
    bounds = {
        "issue": total["vector"] / (2 * peak.clock),
        "divider": total["divisions"] / peak.divide,
        "peak": total["flops"] / (2 * peak.fma),
    }
    return {
        "problem": whole.name,
        "processor": machine.cpu,
        "lanes": machine.lanes,
        "peak": {
            "clock_ghz": peak.clock, "fma_per_cycle": peak.fma / peak.clock, "mixed_per_cycle": peak.mixed / peak.clock,
            "cycles_per_division": peak.clock / peak.divide, "gflops": peak.gflops,
        },
        "steps_per_patient": steps,
        "step_ns": step,
        "gflops": total["flops"] * machine.lanes / step,
        "fraction_of_peak": bounds["peak"] / step,
        "fraction_of_issue_bound": bounds["issue"] / step,
        "fraction_of_divider_bound": bounds["divider"] / step,
        "bounds_ns": bounds,
        "parts": [
            {"part": name, **work, "share_of_step": shares[name]}
            for name, work in parts.items()
        ],
        "total": dict(total),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=list(MODELS), default="qsp113")
    parser.add_argument("--patients", type=int, default=256)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = compare(options.model, options.patients)
    if options.json:
        print(json.dumps(found, indent=2))
        return
    peak = found["peak"]
    print(f"{found['processor']}, {found['lanes']} lanes: {peak['clock_ghz']:.2f} GHz, {peak['gflops']:.1f} GFLOP/s,")
    print(
        f"  per cycle {peak['fma_per_cycle']:.2f} fma or {peak['mixed_per_cycle']:.2f} fma and add mixed;"
        f" {peak['cycles_per_division']:.1f} cycles per division"
    )
    print(
        f"{found['problem']}: {found['steps_per_patient']:.0f} steps per patient, {found['step_ns'] / 1e3:.2f} us each"
    )
    print(f"{'part':22s} {'calls':>6s} {'flops':>8s} {'vector':>8s} {'divisions':>10s} {'% of time':>10s}")
    for part in [*found["parts"], {"part": "total", **found["total"], "calls": None, "share_of_step": None}]:
        share = "-" if part["share_of_step"] is None else f"{100 * part['share_of_step']:.0f}"
        print(
            f"{part['part']:22s} {part.get('calls') or '-':>6} {part['flops']:8d} {part['vector']:8d}"
            f" {part['divisions']:10d} {share:>10s}"
        )
    print(f"{'':22s} {'us':>8s} {'% of it reached':>16s}")
    for name, reached in (("issue", "issue_bound"), ("divider", "divider_bound"), ("peak", "peak")):
        print(
            f"{name + ' bound':22s} {found['bounds_ns'][name] / 1e3:8.2f} {100 * found['fraction_of_' + reached]:16.1f}"
        )


if __name__ == "__main__":
    main()
