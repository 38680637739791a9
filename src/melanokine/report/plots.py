"""The figures of one result: what stands behind `result.plot`."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from melanokine import drugs
from melanokine.errors import InputError, nearest
from melanokine.report.endpoints import NAMES, TOXICITY, Estimate
from melanokine.report.reading import Reading, first_replicate, read
from melanokine.trials.grid import DAILY_UNTIL

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from melanokine.trials import Result

_SURVIVAL = {"PFS": ("pfs", "Progression-free survival"), "OS": ("os", "Overall survival")}


class Plots:
    """Figures of a trial's result, each a matplotlib Figure to save or to adapt.

    >>> result.plot.kaplan_meier("PFS").savefig("pfs.pdf")  # doctest: +SKIP
    """

    def __init__(self, result: Result) -> None:
        self._result = result

    @cached_property
    def _reading(self) -> Reading:
        return read(self._result)

    @cached_property
    def _patients(self) -> pd.DataFrame:
        return first_replicate(self._result)

    @property
    def _arms(self) -> list[str]:
        return list(self._reading.colours)

    @property
    def _horizon(self) -> float:
        return float(self._result.design.duration_months)

    def kaplan_meier(self, endpoint: str = "PFS") -> Figure:
        """Kaplan-Meier curves of `PFS` or `OS`, with published landmarks where the design is not blind."""
        from melanokine.report.figures.kaplan_meier import ArmCurve, kaplan_meier
        from melanokine.trials.survival import kaplan_meier as estimate

        if endpoint not in _SURVIVAL:
            raise InputError(f"no survival endpoint {endpoint!r}", remedy=nearest(endpoint, _SURVIVAL))
        column, label = _SURVIVAL[endpoint]
        curves = []
        for arm in self._reading.arms:
            rows = self._patients[self._patients["arm"] == arm.name]
            months = rows[f"{column}_months"].to_numpy(float)
            event = rows[f"{column}_event"].to_numpy(bool)
            curve = estimate(months, event)
            median = arm.predicted.get(f"{endpoint}_median_months", Estimate(math.nan, unit="months"))
            words = "median not reached" if math.isnan(median.value) else f"median {median.number()} months"
            words += f" ({median.interval()})" if median.interval() else ""
            published = _landmarks(arm.published, endpoint)
            curves.append(ArmCurve(arm.name, arm.colour, curve, np.sort(months[~event]), words, published))
        return kaplan_meier(curves, endpoint=label, horizon=self._horizon, note=self._hazard_ratio(endpoint))

    def waterfall(self) -> Figure:
        """Best change of the target lesions in each patient."""
        from melanokine.report.figures.waterfall import waterfall

        return waterfall(self._patients, arms=self._arms, colours=self._reading.colours)

    def spider(self) -> Figure:
        """Change of the target lesions over time, a line per patient."""
        from melanokine.report.figures.spider import spider

        keys = zip(self._patients["arm"], self._patients["patient"], strict=True)
        responses = dict(zip(keys, self._patients["best_response"], strict=True))
        return spider(
            self._result.spider, responses, arms=self._arms, colours=self._reading.colours, horizon=self._horizon
        )

    def swimmer(self) -> Figure:
        """Time on study of the responders, with response, progression and death."""
        from melanokine.report.figures.swimmer import swimmer

        return swimmer(self._patients, arms=self._arms, colours=self._reading.colours, horizon=self._horizon)

    def exposure(self, days: float = DAILY_UNTIL) -> Figure:
        """Plasma concentration of each drug over the first `days`."""
        from melanokine.report.figures.exposure import exposure

        table = self._result.exposure
        named = table.assign(
            drug=table["drug"].map({name: drugs.load(name).name for name in drugs.names()}).fillna(table["drug"])
        )
        return exposure(named, arms=self._arms, colours=self._reading.colours, days=days)

    def courses(self, days: float = DAILY_UNTIL) -> Figure:
        """Immune cells, cytokines, vascular leak and blood counts over the first `days`, where they move."""
        from melanokine.report.figures.courses import courses

        return courses(self._result.curves, arms=self._arms, colours=self._reading.colours, days=days)

    def toxicity(self) -> Figure:
        """Adverse events of grade 3 or worse, and stopping for toxicity, by arm."""
        from melanokine.report.figures.toxicity import toxicity

        labels = {name: NAMES[name] for name in TOXICITY}
        return toxicity(self.comparison(), arms=self._arms, colours=self._reading.colours, labels=labels)

    def forest(self) -> Figure:
        """Predicted endpoints beside the published and verified ones; raises InputError where none are shown."""
        from melanokine.report.figures.forest import forest

        table = self.comparison()
        if not table["published"].notna().any():
            raise InputError("there is no published value to compare with", remedy="name evidence in the design")
        return forest(table, colours=self._reading.colours, labels=NAMES)

    def comparison(self) -> pd.DataFrame:
        """One row per arm (or comparison) and endpoint: value, low, high and their published counterparts.

        Unverified ones are left out, for figures have no mark for doubt.
        """
        pairs = [(arm.name, arm.name, arm.predicted, arm.published) for arm in self._reading.arms]
        pairs += [
            (f"{one.arm} vs {one.reference}", one.arm, one.predicted, one.published) for one in self._reading.contrasts
        ]
        unknown = Estimate(math.nan)
        return pd.DataFrame(
            [
                (name, arm, endpoint, one.unit, one.value, one.low, one.high, other.value, other.low, other.high)
                for name, arm, predicted, published in pairs
                for endpoint, one in predicted.items()
                for known in [published.get(endpoint, unknown)]
                for other in [known if known.verified else unknown]
            ],
            columns=["name", "arm", "endpoint", "unit", "value", "low", "high",
                     "published", "published_low", "published_high"],
        )  # fmt: skip

    def _hazard_ratio(self, endpoint: str) -> str | None:
        """The hazard ratio in words when there is just one comparison to tell."""
        ratios = [one.predicted.get(f"{endpoint}_HR") for one in self._reading.contrasts]
        if len(ratios) != 1 or ratios[0] is None or math.isnan(ratios[0].value):
            return None
        return f"hazard ratio {ratios[0]}"


def _landmarks(published: dict[str, Estimate], endpoint: str) -> tuple[tuple[float, float], ...]:
    """Published and verified survival as (month, fraction)."""
    found = []
    for name, estimate in published.items():
        head, _, tail = name.partition("_")
        if head == endpoint and tail.endswith("mo") and tail[:-2].isdecimal() and estimate.verified:
            found.append((float(tail[:-2]), estimate.value / 100))
    return tuple(sorted(found))
