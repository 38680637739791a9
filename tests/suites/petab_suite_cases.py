"""Cases of the PEtab test suite and problems of the benchmark collection: how they score.

`python tests/suites/petab_suite_cases.py` from the root of the repository runs all and writes docs/conformance.md.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from melanokine.errors import MelanokineError
from melanokine.interchange.petab import evaluate, read_petab
from melanokine.interchange.petab.likelihood import Noise
from melanokine.interchange.sbml import Refusal
from melanokine.yaml_file import read_document

sys.path.insert(0, str(Path(__file__).resolve().parent))
from sbml_suite_cases import ROOT, SUITES

BEGIN, END = "<!-- petab begin -->", "<!-- petab end -->"
INCOMPLETE = {
    "Froehlich_CellSystems2018": "model and conditions are not in the archive",
    "Okuonghae_ChaosSolitonsFractals2020": "there is no reference simulation",
}
CLOSE = 1e-3
KEYS = ("observableId", "preequilibrationConditionId", "simulationConditionId", "time")


@dataclass(frozen=True)
class Outcome:
    name: str
    result: str
    detail: str = ""
    llh: float = float("nan")
    reference: float = float("nan")
    seconds: float = float("nan")


def unpack(name: str, folder: Path) -> Path:
    import tarfile

    with tarfile.open(SUITES / name) as archive:
        archive.extractall(folder, filter="data")
    return folder / name.removesuffix(".tar.xz").removesuffix("-a")


def case_folders(suite: Path) -> list[Path]:
    return sorted(p for version in ("v1.0.0", "v2.0.0") for p in (suite / version / "sbml").iterdir() if p.is_dir())


def run(case: Path) -> Outcome:
    """Score a case of the suite by its own solution and tolerances."""
    name = f"{case.parents[1].name[:2]} {case.name}"
    wanted = read_document(case / f"_{case.name}_solution.yaml").data
    try:
        done = evaluate(read_petab(case / f"_{case.name}.yaml"))
    except Refusal as refusal:
        return Outcome(name, "refused", refusal.what)
    except MelanokineError as error:
        return Outcome(name, "error", str(error))
    reference = pd.concat([pd.read_csv(case / file, sep="\t") for file in wanted["simulation_files"]])["simulation"]
    found = {
        "llh": (done.scores.llh, wanted["llh"]),
        "chi2": (done.scores.chi2, wanted["chi2"]),
        "simulations": (done.values, reference.to_numpy(float)),
        "unnorm_log_posterior": (done.scores.log_posterior, wanted.get("unnorm_log_posterior")),
    }
    for what, (own, theirs) in found.items():
        if theirs is not None and not np.all(np.abs(own - theirs) <= wanted[f"tol_{what}"]):
            return Outcome(name, "wrong", f"{what} is {own} instead of {theirs}")
    return Outcome(name, "pass", llh=done.scores.llh, reference=float(wanted["llh"]))


def benchmark_names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.is_dir())


def problem_file(folder: Path, name: str) -> Path:
    return next((folder / name).glob("*.yaml"))


def run_benchmark(folder: Path, name: str) -> Outcome:
    """llh at the nominal parameters against llh of the reference simulation, both with our noise."""
    if name in INCOMPLETE:
        return Outcome(name, "incomplete", INCOMPLETE[name])
    begun = time.perf_counter()
    try:
        problem = read_petab(problem_file(folder, name))
        done = evaluate(problem)
    except Refusal as refusal:
        return Outcome(name, "refused", refusal.what)
    except MelanokineError as error:
        return Outcome(name, "error", str(error))
    seconds = time.perf_counter() - begun
    table = next(p for p in sorted((folder / name).glob("*.tsv")) if p.name.lower().startswith("simula"))
    reference = matched(problem.table, pd.read_csv(table, sep="\t"), done.values)
    llh, theirs = done.scores.llh, float(Noise(problem).llh(reference, done.noise))
    close = bool(np.isfinite(theirs)) and abs(llh - theirs) <= CLOSE * abs(theirs)
    return Outcome(name, "pass" if close else "wrong", "", llh, theirs, seconds)


def matched(measured: pd.DataFrame, simulated: pd.DataFrame, own: np.ndarray) -> np.ndarray:
    """Reference values in the order of the measurements: as they stand if observables and conditions agree row by row.

    Otherwise rows are found by what identifies them, replicates in their order.
    """
    simulated = simulated.rename(columns=lambda name: f"{name}Id" if name.endswith("Condition") else name)
    shared = [k for k in KEYS if k in measured and k in simulated]
    if len(simulated) == len(measured) and all(_same(measured[k], simulated[k]) for k in shared):
        return simulated["simulation"].to_numpy(float)
    keys = [pd.DataFrame({k: _text(t[k]) for k in shared}) for t in (measured, simulated)]
    left, right = (k.assign(copy=k.groupby(shared).cumcount()) for k in keys)
    right["simulation"] = simulated["simulation"].to_numpy(float)
    return left.merge(right, on=[*shared, "copy"], how="left")["simulation"].to_numpy(float)


def _text(column: pd.Series) -> list[str]:
    numbers = pd.to_numeric(column, errors="coerce")
    return [
        f"{n:.9g}" if n == n else str(x).removeprefix("observable_")
        for n, x in zip(numbers, column.fillna(""), strict=True)
    ]


def _same(one: pd.Series, other: pd.Series) -> bool:
    return _text(one) == _text(other)


def table(cases: list[Outcome], benchmarks: list[Outcome]) -> str:
    """Markdown: the suite by version, then each benchmark."""
    lines = ["| suite | cases | pass | refused | wrong |", "|---|---|---|---|---|"]
    for version, name in (("v1", "PEtab 1"), ("v2", "PEtab 2")):
        own = [o for o in cases if o.name.startswith(version)]
        counts = [sum(o.result in kinds for o in own) for kinds in (("pass",), ("refused",), ("wrong", "error"))]
        lines.append(f"| {name} (SBML) | {len(own)} | {' | '.join(str(c) for c in counts)} |")
    bad = [o for o in cases if o.result != "pass"]
    lines += ["", *(f"- {o.name}: {o.result}, {o.detail}" for o in bad)] if bad else []
    complete = [o for o in benchmarks if o.result != "incomplete"]
    passed = sum(o.result == "pass" for o in complete)
    lines += [
        "",
        f"Of {len(complete)} complete benchmark problems {passed} ({100 * passed / max(1, len(complete)):.0f} %) come "
        f"within {CLOSE:g} of the reference's log-likelihood.",
        "", "| problem | log-likelihood | reference simulation's | relative difference | |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for o in benchmarks:
        if o.result in ("pass", "wrong"):
            far = abs(o.llh - o.reference) / abs(o.reference)
            lines.append(f"| {o.name} | {o.llh:.8g} | {o.reference:.8g} | {far:.1g} | {o.result} |")
        else:
            lines.append(f"| {o.name} | | | | {o.result}: {o.detail} |")
    return "\n".join(lines)


def write(cases: list[Outcome], benchmarks: list[Outcome]) -> None:
    page = ROOT / "docs" / "conformance.md"
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{table(cases, benchmarks)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as where:
        suite = [run(case) for case in case_folders(unpack("petab-suite.tar.xz", Path(where)))]
        home = unpack("petab-benchmarks-a.tar.xz", Path(where))
        collection = [run_benchmark(home, name) for name in benchmark_names(home)]
    write(suite, collection)
    print("\n".join(table(suite, collection).splitlines()[:6]), file=sys.stderr)
