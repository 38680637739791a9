"""Do two drugs do more together than they would without interacting?

The same virtual patients receive each drug alone at fractions of its reference dose, every combination of these, and
nothing. Two effects are compared with the expectations of additivity.py:

    tumour control   1 - geometric mean over patients of (treated / untreated tumour cells at the end), that is
                     1 - 10^(-mean log10 kill): cells below what a scan sees count as that many (metrics.log_kill)
    response         the proportion of patients whose sum of diameters shrinks by 30 % or more at some time

On this scale Bliss independence of tumour control means that log kills add. A response is a threshold: two drugs that
each take a tumour part of the way there, and whose kills merely add, can respond together more often than Bliss or
Loewe expect of responses. Of the two effects tumour control tells interaction.

Single drugs are followed up to twice the highest dose of the grid, because a drug combined with itself is as strong as
that. Doses are withheld for toxicity as they would be in patients, so a combination that is harder to bear loses some
of its doses, and that shows here.

Intervals are 95 % limits of a bootstrap over patients, all doses of a patient being drawn together. The verdict rests
on the mean excess over the grid: synergy where its interval lies above 0, antagonism where it lies below, and the mean
is at least a hundredth, which is about what interpolation between doses leaves undecided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from melanokine.analysis.additivity import bliss, highest_single_agent, loewe
from melanokine.analysis.candidates import Candidate, read_candidate, read_candidates
from melanokine.analysis.dose_response import DoseResponse, dose_response
from melanokine.analysis.metrics import endpoint, log_kill, name_of, responded
from melanokine.analysis.setting import POPULATION, Progress, Setting, setting
from melanokine.drugs import Drug, Regimen
from melanokine.errors import InputError, ModelError
from melanokine.patients.population import Population

EFFECTS = {"control": "tumour control", "response": "response"}
REFERENCES = {
    "hsa": "highest single agent",
    "independent": "independent action",
    "bliss": "Bliss independence",
    "loewe": "Loewe additivity",
}
WORDS = dict.fromkeys(("bliss", "loewe"), ("synergistic", "additive", "antagonistic"))
"""Verdicts by the references that say what adding up is; of the others one can only be above or below."""
FEWEST_DOSES, MOST_DOSES = 2, 6
HIGHEST = 2.0
"""The highest dose of the grid, relative to the reference dose; each dose below it is half the next."""
RESAMPLES = 1000
LEAST_EXCESS = 0.01
FEWEST_PATIENTS = 10
_READINGS = (("tumour_cells", "end"), ("sum_of_diameters", "lowest"), ("sum_of_diameters", "start"))


@dataclass(frozen=True, eq=False)
class Synergy:
    """Effects of two drugs together beside what is expected of drugs that do not interact.

    `table` has a row per effect, pair of doses (relative to the reference doses) and reference: observed, expected and
    excess, with limits of the first and the last. `summary` has the mean excess over the grid and the verdict of each
    reference; `curves` the effects of the single drugs, observed (`low` and `high` are its limits) and interpolated.
    """

    first: Candidate
    second: Candidate
    population: str
    patients: int
    failed: int
    days: float
    seed: int
    model: str
    doses: tuple[float, ...]
    table: pd.DataFrame
    summary: pd.DataFrame
    curves: pd.DataFrame

    def verdict(self, effect: str) -> str:
        """What Bliss and Loewe say of an effect (`control` or `response`), in one clause."""
        rows = self.summary[(self.summary["effect"] == effect) & self.summary["reference"].isin(list(WORDS))]
        said: dict[str, str] = dict(zip(rows["reference"], rows["verdict"], strict=True))
        if len(set(said.values())) == 1:
            return f"{said['bliss']} by Bliss and Loewe"
        return f"{said['bliss']} by Bliss, {said['loewe']} by Loewe"

    def record(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return {
            "population": self.population,
            "patients": self.patients,
            "failed": self.failed,
            "days": self.days,
            "seed": self.seed,
            "model": self.model,
            "drugs": [{"name": one.name, "regimen": list(one.sentences)} for one in (self.first, self.second)],
            "doses": list(self.doses),
            "verdicts": {effect: self.verdict(effect) for effect in EFFECTS},
            "summary": self.summary.to_dict("records"),
            "table": self.table.to_dict("records"),
        }


def combine(
    first: str | Drug | Candidate,
    second: str | Drug | Candidate,
    *,
    population: Population | str = POPULATION,
    patients: int = 200,
    days: float = 84.0,
    doses: int = 4,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress = lambda step, done, total: None,
) -> Synergy:
    """Two drugs (names, files, sentences or records) alone and together in the same patients, at `doses` doses each.

    Raises InputError for what cannot be combined.
    """
    one, other = _pair(first, second)
    if isinstance(doses, bool) or not isinstance(doses, int) or not FEWEST_DOSES <= doses <= MOST_DOSES:
        raise InputError(f"{doses!r} is not a number of doses", remedy=f"give {FEWEST_DOSES} to {MOST_DOSES}")
    if not isinstance(patients, bool) and isinstance(patients, int) and 0 < patients < FEWEST_PATIENTS:
        message = f"{patients} patients are too few to tell synergy from chance"
        raise InputError(message, remedy=f"give {FEWEST_PATIENTS} or more")
    bench = setting([*one.regimens, *other.regimens], population, patients, days, seed, workers, progress)
    grid = HIGHEST * 0.5 ** np.arange(doses - 1, -1, -1)
    arms = _Arms.simulate(bench, one, other, grid, progress)
    drawn = np.random.Generator(np.random.Philox(key=seed)).multinomial(
        arms.patients, np.full(arms.patients, 1 / arms.patients), RESAMPLES
    )
    weights = np.vstack([np.ones(arms.patients), drawn]) / arms.patients
    tables: list[pd.DataFrame] = []
    summaries: list[pd.DataFrame] = []
    curves: list[pd.DataFrame] = []
    for effect in EFFECTS:
        progress("comparing with additivity", len(tables), len(EFFECTS))
        found = _Excess.of(arms, effect, weights)
        tables.append(found.table())
        summaries.append(found.summary())
        curves.append(found.curves((one.name, other.name)))
    progress("comparing with additivity", len(EFFECTS), len(EFFECTS))
    return Synergy(
        one,
        other,
        bench.cohort.population.name,
        len(bench.cohort),
        len(bench.cohort) - arms.patients,
        bench.days,
        seed,
        bench.model.digest,
        tuple(grid),
        pd.concat(tables, ignore_index=True),
        pd.concat(summaries, ignore_index=True),
        pd.concat(curves, ignore_index=True),
    )


def _pair(first: str | Drug | Candidate, second: str | Drug | Candidate) -> tuple[Candidate, Candidate]:
    """Both candidates; a drug may be combined with itself, and is then called first and second."""
    if first == second:
        same = read_candidate(first)
        names = (f"{same.name} (first)", f"{same.name} (second)")
        return Candidate(names[0], same.regimens), Candidate(names[1], same.regimens)
    one, other = read_candidates([first, second])
    return one, other


# the patients


@dataclass(frozen=True, eq=False)
class _Arms:
    """Per patient (last axis) log kill and response: alone (two drugs, doses from 0 on) and together (doses, doses)."""

    grid: NDArray
    alone: NDArray
    alone_log_kill: NDArray
    alone_response: NDArray
    log_kill: NDArray
    response: NDArray

    @property
    def patients(self) -> int:
        return self.log_kill.shape[-1]

    @classmethod
    def simulate(cls, bench: Setting, one: Candidate, other: Candidate, grid: NDArray, progress: Progress) -> _Arms:
        alone = np.array([0.0, *grid, 2 * grid[-1]])
        count = len(grid)
        total = 1 + 2 * (count + 1) + count**2
        done = 0

        def follow(*regimens: Regimen) -> NDArray:
            nonlocal done
            progress("treating the patients", done, total)
            done += 1
            course = bench.follow(regimens, {name_of(r): endpoint(r, bench.days) for r in _READINGS})
            return np.array([course.endpoint(name_of(r)) for r in _READINGS])

        untreated = follow()
        single = np.array(
            [[untreated, *(follow(*drug.scaled(dose)) for dose in alone[1:])] for drug in (one, other)]
        )  # drug, dose, reading, patient
        both = np.array([[follow(*one.scaled(a), *other.scaled(b)) for b in grid] for a in grid])
        progress("treating the patients", total, total)
        well = ~(np.isnan(single).any(axis=(0, 1, 2)) | np.isnan(both).any(axis=(0, 1, 2)))
        if well.sum() < FEWEST_PATIENTS:
            message = f"the simulation of all but {int(well.sum())} patients failed"
            raise ModelError(message, remedy="check the numbers of the drugs")
        single, both, untreated = single[..., well], both[..., well], untreated[..., well]
        return cls(
            grid,
            alone,
            log_kill(single[:, :, 0], untreated[0]),
            responded(single[:, :, 1], single[:, :, 2]),
            log_kill(both[:, :, 0], untreated[0]),
            responded(both[:, :, 1], both[:, :, 2]),
        )


# effects and their excess


@dataclass(frozen=True, eq=False)
class _Excess:
    """One effect in every resample (first axis; the first of them is the cohort itself) on the grid of doses."""

    effect: str
    grid: NDArray
    alone: NDArray
    single: NDArray
    fitted: tuple[DoseResponse, DoseResponse]
    observed: NDArray
    expected: dict[str, NDArray]

    @classmethod
    def of(cls, arms: _Arms, effect: str, weights: NDArray) -> _Excess:
        """`weights` (resamples, patients) are the part that each patient has in a resample."""
        if effect == "control":
            alone, together = arms.alone_log_kill, arms.log_kill
        else:
            alone, together = arms.alone_response, arms.response
        single, observed = _mean(effect, alone, weights), _mean(effect, together, weights)
        on_grid = single[:, :, 1:-1]
        first, second = on_grid[:, 0, :, None], on_grid[:, 1, None, :]
        better = np.maximum(alone[0, 1:-1, None], alone[1, None, 1:-1])
        curves = (dose_response(arms.alone, single[:, 0]), dose_response(arms.alone, single[:, 1]))
        expected = {
            "hsa": highest_single_agent(first, second) + np.zeros_like(observed),
            "independent": _mean(effect, better, weights),
            "bliss": bliss(first, second),
            "loewe": loewe(*curves, arms.grid, arms.grid),
        }
        return cls(effect, arms.grid, arms.alone, single, curves, observed, expected)

    def table(self) -> pd.DataFrame:
        return pd.DataFrame(list(self._cells()))

    def _cells(self) -> Iterator[dict[str, Any]]:
        for i, a in enumerate(self.grid):
            for j, b in enumerate(self.grid):
                low, high = _limits(self.observed[1:, i, j])
                for name, expected in self.expected.items():
                    excess = self.observed[:, i, j] - expected[:, i, j]
                    least, most = _limits(excess[1:])
                    yield {
                        "effect": self.effect,
                        "dose_first": float(a),
                        "dose_second": float(b),
                        "observed": float(self.observed[0, i, j]),
                        "observed_low": low,
                        "observed_high": high,
                        "reference": name,
                        "expected": float(expected[0, i, j]),
                        "excess": float(excess[0]),
                        "excess_low": least,
                        "excess_high": most,
                    }

    def summary(self) -> pd.DataFrame:
        """The mean excess over the grid by each reference."""
        rows = []
        for name, expected in self.expected.items():
            mean = (self.observed - expected).mean(axis=(1, 2))
            low, high = _limits(mean[1:])
            value = float(mean[0])
            row = {"effect": self.effect, "reference": name, "mean_excess": value, "low": low, "high": high}
            rows.append({**row, "verdict": judge(name, value, low, high)})
        return pd.DataFrame(rows)

    def curves(self, names: tuple[str, str]) -> pd.DataFrame:
        """Effects of the single drugs at the doses given, and their interpolation between these."""
        rows = []
        fine = np.linspace(0.0, self.alone[-1], 81)
        for k, (drug, fitted) in enumerate(zip(names, self.fitted, strict=True)):
            for i, dose in enumerate(self.alone):
                low, high = _limits(self.single[1:, k, i])
                value = float(self.single[0, k, i])
                rows.append((self.effect, drug, "observed", float(dose), value, low, high))
            rows += [
                (self.effect, drug, "interpolated", float(d), float(e), np.nan, np.nan)
                for d, e in zip(fine, fitted.effect(fine)[0], strict=True)
            ]
        return pd.DataFrame(rows, columns=["effect", "drug", "kind", "dose", "value", "low", "high"])


def judge(reference: str, mean: float, low: float, high: float) -> str:
    """The verdict on a mean excess with its limits."""
    more, as_much, less = WORDS.get(reference, ("above", "no different", "below"))
    if mean >= LEAST_EXCESS and low > 0:
        return more
    if mean <= -LEAST_EXCESS and high < 0:
        return less
    return as_much


def _mean(effect: str, values: NDArray, weights: NDArray) -> NDArray:
    """The effect (resamples, ...) of values (..., patients)."""
    mean = np.moveaxis(values @ weights.T, -1, 0)
    return 1 - 10**-mean if effect == "control" else mean


def _limits(values: NDArray) -> tuple[float, float]:
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
