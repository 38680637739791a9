"""Exposure: plasma concentration of each drug over time, median and the middle 90 % of patients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from melanokine.report.figures.style import FULL_WIDTH, light_grid, styled


@styled
def exposure(
    concentrations: pd.DataFrame, *, arms: Sequence[str], colours: dict[str, str], units: dict[str, str], days: float
) -> Figure:
    """One panel per drug, logarithmic concentration against days since the first dose up to `days`.

    `concentrations` has the columns arm, drug, day, low, median, high (5th, 50th and 95th percentile of patients, in
    `units[drug]`). Six decades below the highest median are shown at most; what lies lower is out of sight.
    """
    drugs = list(dict.fromkeys(concentrations["drug"]))
    across = min(max(len(drugs), 1), 2)
    down = -(-len(drugs) // across)
    figure = Figure(figsize=(FULL_WIDTH, 0.35 + 2.25 * down))
    panels = figure.subplots(down, across, squeeze=False).ravel()
    for axes, drug in zip(panels, drugs, strict=False):
        shown = concentrations[(concentrations["drug"] == drug) & (concentrations["day"] <= days)]
        top = float(shown["high"].max())
        floor = max(float(shown.loc[shown["median"] > 0, "median"].quantile(0.05)) / 3, top * 1e-6)
        inside = [arm for arm in arms if (shown["arm"] == arm).any()]
        for arm in inside:
            rows = shown[shown["arm"] == arm].sort_values("day")
            low, median, high = (np.maximum(rows[name].to_numpy(), floor / 10) for name in ("low", "median", "high"))
            day = rows["day"].to_numpy()
            axes.fill_between(day, low, high, color=colours[arm], alpha=0.16, linewidth=0)
            axes.plot(day, median, color=colours[arm], linewidth=1.2, label=arm)
        axes.set_yscale("log")
        axes.set(xlim=(0, days), ylim=(floor, top * 1.6))
        axes.set_xlabel("Days since the first dose")
        axes.set_ylabel(f"Plasma concentration ({units[drug]})")
        axes.set_title(drug)
        light_grid(axes)
        axes.legend(loc="lower right" if len(inside) > 1 else "upper right", labelcolor="linecolor", handlelength=0)
    for axes in panels[len(drugs) :]:
        axes.remove()
    inches = figure.get_figheight()
    figure.subplots_adjust(
        left=0.09, right=0.985, top=1 - 0.26 / inches, bottom=0.46 / inches, hspace=0.48, wspace=0.26
    )
    return figure
