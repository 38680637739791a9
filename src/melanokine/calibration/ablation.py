"""Ablation: what the targets say when one mechanism is taken out, and so which endpoint speaks for which mechanism.

`ablations.csv` names, for each mechanism, the parameters that are held at a value that switches it off (or, for
variability, at their median). Patients grow their tumours anew without it, and meet every fitted arm; nothing else
is tuned. Weights can make up for much, so two things are compared with the whole model in the same candidates: the raw
population, and what is predicted of an arm when it is left out.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from melanokine.calibration import responses
from melanokine.calibration.diagnostics import raw, residuals, rms
from melanokine.calibration.fit import STRENGTH, Fit, fit
from melanokine.calibration.problem import Problem, build
from melanokine.calibration.targets import Target
from melanokine.errors import ModelError
from melanokine.patients.population import Distribution, Population

FILE = Path(__file__).parent / "ablations.csv"
WHOLE = "nothing"
KINDS = ("ORR", "CR", "DCR", "PFS", "OS")


@dataclass(frozen=True)
class Ablation:
    """A mechanism, and the parameters (value and unit by name) that switch it off."""

    mechanism: str
    held: dict[str, tuple[float, str]]

    def population(self, name: str) -> Population:
        """A population of the library without the mechanism."""
        whole = Population.load(name)
        held = {
            parameter: Distribution(value=value, unit=unit, distribution="fixed", how="assumed", note="ablation")
            for parameter, (value, unit) in self.held.items()
        }
        return whole.model_copy(update={"parameters": whole.parameters | held})

    @property
    def folder(self) -> str:
        """Name of the folder of its simulated patients."""
        return self.mechanism.lower().replace(" ", "-")


def ablations() -> list[Ablation]:
    """All rows of the table."""
    found = []
    with FILE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            held = {}
            for part in row["parameters"].split(";"):
                name, _, quantity = part.partition("=")
                value, _, unit = quantity.strip().partition(" ")
                held[name.strip()] = float(value), unit
            found.append(Ablation(row["mechanism"], held))
    return found


@dataclass(frozen=True)
class Ablated:
    """What is left of the model without a mechanism; RMS in percentage points, by kind of endpoint.

    `raw` is the population without weights; `left_out` predicts every arm without that arm; `chi2` and
    `effective_share` are those of the joint fit, NaN where no weights reproduce the targets.
    """

    mechanism: str
    patients: int
    raw: dict[str, float]
    left_out: dict[str, float]
    chi2: float
    effective_share: float


def ablate(
    directory: Path,
    targets: Sequence[Target],
    candidates: int,
    seed: int,
    workers: int,
    progress: responses.Progress,
    whole: responses.Responses,
) -> list[Ablated]:
    """The whole model in the first `candidates` of `whole`, then every ablation in the same ones.

    Each ablation keeps its simulated patients in a folder of its own below `directory`, and goes on where it stood.
    """
    plans = ablations()
    found = [judge(WHOLE, whole.first(candidates), targets)]
    for done, each in enumerate(plans):
        progress("taking out mechanisms", done, len(plans))
        simulated = responses.simulate(
            directory / each.folder, targets, candidates, seed, workers,
            lambda step, done, total: None, population=each.population,
        )  # fmt: skip
        found.append(judge(each.mechanism, simulated, targets))
    progress("taking out mechanisms", len(plans), len(plans))
    return found


def judge(mechanism: str, simulated: responses.Responses, targets: Sequence[Target]) -> Ablated:
    """Figures of one ablation."""
    problem = build(simulated, targets)
    try:
        best = fit(problem)
        chi2 = float(((problem.observed - best.predicted) ** 2 / problem.errors**2).mean())
        left_out = _by_kind(problem, arm_by_arm(problem, best))
        share = best.effective_share()
    except ModelError:
        chi2, share, left_out = float("nan"), float("nan"), dict.fromkeys(KINDS, float("nan"))
    return Ablated(
        mechanism, len(problem.candidates), _by_kind(problem, residuals(problem, raw(problem))), left_out, chi2, share
    )


def arm_by_arm(problem: Problem, best: Fit, strength: float = STRENGTH) -> np.ndarray:
    """Residuals [points] of every target in the fit without its arm, shape (targets,)."""
    keys = [(target.design, target.arm) for target in problem.targets]
    misses = np.zeros(len(keys))
    for key in dict.fromkeys(keys):
        out = np.array([other == key for other in keys])
        start = Fit(best.weights, best.effects, best.dual[~out], best.predicted[~out], 0)
        refit = fit(problem.without(list(out)), strength=strength, start=start)
        misses[out] = residuals(problem, problem.predicted(refit.weights, refit.effects))[out]
    return misses


def _by_kind(problem: Problem, misses: np.ndarray) -> dict[str, float]:
    kinds = np.array([target.endpoint for target in problem.targets])
    return {kind: rms(misses[kinds == kind]) for kind in KINDS}
