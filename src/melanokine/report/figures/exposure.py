"""Exposure: plasma concentration of each drug over time, median and the middle 90 % of patients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from melanokine.report.figures.style import (
    FULL_WIDTH,
    arm_key,
    day_ticks,
    key_height,
    light_grid,
    logarithmic,
    styled,
    unit_title,
)


@styled
def exposure(concentrations: pd.DataFrame, *, arms: Sequence[str], colours: dict[str, str], days: float) -> Figure:
    """One panel per drug, logarithmic concentration against days since the first dose up to `days`.

    `concentrations` has the columns arm, drug, unit, day, low, median, high (5th, 50th, 95th percentile of patients).
    Six decades below the highest value are shown at most; what lies lower is out of sight. A drug that is first given
    later than `days` has no panel.
    """
    concentrations = concentrations[concentrations["day"] <= days]
    given = concentrations[concentrations["high"] > 0]
    drugs = list(dict.fromkeys(given["drug"]))
    across = min(max(len(drugs), 1), 2)
    down = max(-(-len(drugs) // across), 1)
    key = key_height(len(arms))
    figure = Figure(figsize=(FULL_WIDTH, 0.55 + key + 2.35 * down))
    panels = figure.subplots(down, across, squeeze=False).ravel()
    for axes, drug in zip(panels, drugs, strict=False):
        shown = concentrations[concentrations["drug"] == drug]
        top = float(shown["high"].max())
        positive = shown.loc[shown["median"] > 0, "median"]
        floor = max(0.0 if positive.empty else float(positive.quantile(0.05)) / 3, top * 1e-6)
        drawn: list[tuple[NDArray, NDArray]] = []
        for arm in arms:
            rows = shown[shown["arm"] == arm].sort_values("day")
            if rows.empty:
                continue
            low, median, high = (np.maximum(rows[name].to_numpy(), floor / 10) for name in ("low", "median", "high"))
            day = rows["day"].to_numpy()
            axes.fill_between(day, low, high, color=colours[arm], alpha=0.16, linewidth=0)
            dashes = (0, (3, 2)) if covers(day, median, drawn) else "solid"
            axes.plot(day, median, color=colours[arm], linewidth=1.2, linestyle=dashes)
            drawn.append((day, median))
        axes.set(xlim=(0, days), ylim=(floor, top * 1.6), xticks=day_ticks(days))
        logarithmic(axes)
        axes.set_xlabel("Days since the first dose")
        unit_title(axes, drug, scale_name(shown["unit"].iloc[0]))
        light_grid(axes)
    for axes in panels[len(drugs) :]:
        axes.remove()
    arm_key(figure, {arm: colours[arm] for arm in arms})
    inches = figure.get_figheight()
    figure.subplots_adjust(
        left=0.065, right=0.985, top=1 - 0.42 / inches, bottom=(0.72 + key) / inches, hspace=0.55, wspace=0.18
    )
    return figure


def scale_name(unit: str) -> str:
    """What the exposure to a drug is, by its unit."""
    known = {"1": "exposure, relative to a dose", "Mcell": "infused cells in blood, million"}
    return known.get(unit, f"plasma concentration, {unit}")


def covers(day: NDArray, median: NDArray, drawn: list[tuple[NDArray, NDArray]]) -> bool:
    """Whether this course lies on one drawn before, within a tenth on most days; dashes then leave both visible."""
    ratios = (median / np.interp(day, *other) for other in drawn)
    return any(np.mean(np.abs(np.log(ratio)) < 0.1) > 0.5 for ratio in ratios)
