"""The tumour of one patient: diameters of the target lesions and their sum over time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from melanokine.report.figures.style import FULL_WIDTH, INK, QUIET, day_ticks, light_grid, reference_line, styled


@styled
def tumour(course: pd.DataFrame, *, days: float) -> Figure:
    """Sum of diameters (bold) and each lesion (thin) against days since the first dose.

    `course` has the columns day, sum_of_diameters and diameter_1, diameter_2, ... (mm). Dashed lines mark -30 % and
    +20 % of the sum at the first dose.
    """
    figure = Figure(figsize=(FULL_WIDTH, 3.2))
    axes = figure.subplots()
    axes.plot(course["day"], course["sum_of_diameters"], color=INK, linewidth=2.0)
    lesions = sorted(name for name in map(str, course.columns) if name.startswith("diameter_"))
    for name in lesions:
        axes.plot(course["day"], course[name], color=QUIET, linewidth=1.0)
    ends = [
        ("sum", "sum_of_diameters", INK),
        *((name.replace("diameter_", "lesion "), name, QUIET) for name in lesions),
    ]
    heights = [float(course[name].iloc[-1]) for _, name, _ in ends]
    places = _apart(heights, 0.05 * max(float(course["sum_of_diameters"].max()), 1e-9))
    for (label, _, colour), place in zip(ends, places, strict=True):
        axes.annotate(
            label, (1.0, place), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
            va="center", fontsize=7.5, color=colour,
        )  # fmt: skip
    start = course["sum_of_diameters"].iloc[0]
    for share, text in ((1.2, "+20%"), (0.7, "−30%")):
        reference_line(axes, share * start)
        axes.annotate(text, (0, share * start), xytext=(3, 3), textcoords="offset points", fontsize=7, color=QUIET)
    axes.set(xlim=(0, days), ylim=(0, None), xticks=day_ticks(days))
    axes.set_xlabel("Days since the first dose")
    axes.set_ylabel("Diameter (mm)")
    light_grid(axes)
    figure.subplots_adjust(left=0.075, right=0.90, top=0.96, bottom=0.14)
    return figure


def _apart(heights: list[float], gap: float) -> list[float]:
    """Heights for labels, from the lowest up, each at least `gap` above the one below."""
    places, floor = [0.0] * len(heights), -np.inf
    for i in np.argsort(heights, kind="stable"):
        places[i] = max(heights[i], floor)
        floor = places[i] + gap
    return places
