"""The result of a virtual trial: patients, endpoints with intervals, courses, and how it was made."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from melanokine.trials import estimates
from melanokine.trials.design import TrialDesign
from melanokine.trials.estimates import Estimate
from melanokine.trials.published_values import published
from melanokine.trials.records import Records

SCHEMA = 1
"""Version of the layout of `summary.json`."""


@dataclass(frozen=True)
class Contrast:
    """An arm against its reference arm."""

    arm: str
    reference: str
    endpoints: dict[str, Estimate]


@dataclass(frozen=True)
class Result:
    """What a run of a trial yields.

    `patients`: one row per patient, arm and replicate, with endpoints (times in months, missing where the simulation
    failed) and baseline covariates; the same number is the same patient in every arm, and two patients may be the same
    `virtual_patient`. `calibration` is the digest of the calibrated populations that they come from, empty if they were
    sampled from the distributions as they are. `curves`: arm, observable, day
    and the quartiles (low, median, high) of the patients still on study treatment. `exposure`: arm, drug, unit, day and
    the 5th, 50th and 95th percentile of the concentration. `spider`: patient, arm, month and change of the sum of
    target diameters [%]. Curves, exposure and spider show the first replicate. `citations` name every source used,
    `runtime` the seconds spent. `records` hold what endpoints come from, if the run was asked for them.
    """

    design: TrialDesign
    arms: tuple[str, ...]
    seed: int
    replicates: int
    version: str
    model_hash: str
    patients: pd.DataFrame
    curves: pd.DataFrame
    exposure: pd.DataFrame
    spider: pd.DataFrame
    citations: list[str]
    runtime: dict[str, float] = field(compare=False)
    calibration: str = ""
    records: Records | None = field(default=None, compare=False, repr=False)

    @cached_property
    def endpoints(self) -> dict[str, dict[str, Estimate]]:
        """Endpoints of each arm, by arm and name."""
        return {arm: self._arm_endpoints(arm) for arm in self.arms}

    @cached_property
    def contrasts(self) -> list[Contrast]:
        """Each other arm against the reference arm: the design's, or the last arm run if that was left out."""
        reference = self.design.reference_arm if self.design.reference_arm in self.arms else self.arms[-1]
        others = [arm for arm in self.arms if arm != reference]
        return [Contrast(arm, reference, self._contrast_endpoints(arm, reference)) for arm in others]

    def summary(self) -> pd.DataFrame:
        """All endpoints and contrasts in a tidy table, published values beside them unless the design is blind.

        A published hazard ratio stands beside the comparison with the arm that it names as its reference, no other.
        Columns: arm, reference (empty for an arm by itself), endpoint, value, low, high, unit, published,
        published_low, published_high, source, verified.
        """
        rows = [(arm, "", name, *estimate) for arm in self.arms for name, estimate in self.endpoints[arm].items()]
        for contrast in self.contrasts:
            rows += [(contrast.arm, contrast.reference, name, *found) for name, found in contrast.endpoints.items()]
        table = pd.DataFrame(rows, columns=["arm", "reference", "endpoint", "value", "low", "high", "unit"])
        key = ["arm", "reference", "endpoint"]
        known = published(self.design).set_index(key)
        place = pd.MultiIndex.from_frame(table[key])
        for column, source in (("published", "value"), ("published_low", "low"), ("published_high", "high")):
            table[column] = known[source].reindex(place).to_numpy(float)
        for column in ("source", "verified"):
            table[column] = known[column].reindex(place).fillna("").to_numpy(object)
        return table

    def summary_record(self) -> dict[str, Any]:
        """The content of `summary.json`: plain numbers, None for what is unknown or was not reached."""
        return {
            "schema": SCHEMA,
            "trial": self.design.name,
            "seed": self.seed,
            "replicates": self.replicates,
            "version": self.version,
            "model_hash": self.model_hash,
            "calibration": self.calibration or None,
            "arms": [
                {
                    "arm": arm,
                    "n": int((self.patients["arm"] == arm).sum()) // self.replicates,
                    "failed": int(self._rows(arm)["failed"].sum()),
                    "endpoints": _records(self.endpoints[arm]),
                }
                for arm in self.arms
            ],
            "contrasts": [
                {"arm": c.arm, "reference": c.reference, "endpoints": _records(c.endpoints)} for c in self.contrasts
            ],
            "runtime": {name: round(seconds, 3) for name, seconds in self.runtime.items()},
        }

    def write(self, directory: str | Path, command: str | None = None) -> Path:
        """Write summary.json, summary.csv, patients.parquet, report.html and the figures to `directory`.

        `command` is the command line that made the result, for the report. Raises InputError when nothing can be
        written there; what stood there before is then unchanged.
        """
        from melanokine.trials.write import write_result

        return write_result(self, directory, command)

    def report(self, path: str | Path) -> Path:
        """Write the self-contained HTML report to `path`, or with its figures into a directory."""
        return _report_floor().write_report(self, path)

    @property
    def plot(self) -> Any:
        """The figures: `plot.kaplan_meier("PFS")`, `plot.waterfall()` and so on."""
        return _report_floor().Plots(self)

    def _rows(self, arm: str) -> pd.DataFrame:
        return self.patients[self.patients["arm"] == arm]

    def _by_replicate(self, arm: str) -> list[pd.DataFrame]:
        return [rows for _, rows in self._rows(arm).groupby("replicate", sort=True)]

    def _arm_endpoints(self, arm: str) -> dict[str, Estimate]:
        if self.replicates == 1:
            return estimates.arm_estimates(self._rows(arm))
        return estimates.replicated_arm_estimates(self._by_replicate(arm))

    def _contrast_endpoints(self, arm: str, reference: str) -> dict[str, Estimate]:
        if self.replicates == 1:
            return estimates.contrast_estimates(self._rows(arm), self._rows(reference))
        return estimates.replicated_contrast_estimates(self._by_replicate(arm), self._by_replicate(reference))


def _records(found: dict[str, Estimate]) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "value": _number(estimate.value),
            "low": _number(estimate.low),
            "high": _number(estimate.high),
            "unit": estimate.unit,
        }
        for name, estimate in found.items()
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _report_floor() -> Any:
    """The report stands on a higher floor; a result that is asked to show itself calls it by name, when it is asked."""
    return import_module("melanokine.report")
