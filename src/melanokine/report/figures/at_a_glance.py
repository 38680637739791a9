"""Three courses beside each other: drug in plasma, blood pressure, tumour size."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from melanokine.report.figures.style import (
    FULL_WIDTH,
    arm_key,
    day_ticks,
    light_grid,
    logarithmic,
    reference_line,
    styled,
    unit_title,
)

NANOMOLAR = {"nM": 1.0, "pM": 1e-3}
DECADES = 5.0
DASHES = ("solid", (0, (4, 2)), (0, (1.2, 1.2)), (0, (5, 1.5, 1, 1.5)))
"""Lines of the first drug of a combination, its second, ..."""


@styled
def at_a_glance(courses: pd.DataFrame, *, colours: dict[str, str], days: float) -> Figure:
    """`courses` as in analysis.Comparison; medians and the middle 80 % of patients of each candidate in `colours`."""
    figure = Figure(figsize=(FULL_WIDTH, 3.05))
    pharmacokinetics, safety, efficacy = figure.subplots(1, 3)
    _concentrations(pharmacokinetics, courses, colours)
    _bands(safety, courses[courses["observable"] == "mean_arterial_pressure"], colours)
    unit_title(safety, "Safety", "mean arterial pressure, mmHg")
    _bands(efficacy, courses[courses["observable"] == "sum_of_diameters"], colours)
    low, high = efficacy.get_ylim()
    efficacy.set_ylim(max(min(low, -40), -105), min(max(high, 40), 150))
    reference_line(efficacy, -30, "−30%")
    unit_title(efficacy, "Efficacy", "change of the sum of diameters, %")
    for axes in (pharmacokinetics, safety, efficacy):
        axes.set(xlim=(0, days), xticks=day_ticks(days))
        light_grid(axes)
    figure.supxlabel("Days since the first dose", fontsize=8, y=0.30 / figure.get_figheight())
    arm_key(figure, colours)
    figure.subplots_adjust(left=0.065, right=0.945, top=0.86, bottom=0.24, wspace=0.26)
    return figure


def _concentrations(axes: Axes, courses: pd.DataFrame, colours: dict[str, str]) -> None:
    drugs = courses[(courses["drug"] != "") & courses["unit"].isin(list(NANOMOLAR))]
    factor = drugs["unit"].map(NANOMOLAR).astype(float)
    nanomolar = drugs.assign(**{name: drugs[name] * factor for name in ("low", "median", "high")})
    top = float(nanomolar["high"].max()) if len(nanomolar) else 1.0
    floor = top * 10**-DECADES
    for candidate, colour in colours.items():
        own = nanomolar[nanomolar["candidate"] == candidate]
        for dashes, (_, rows) in zip(DASHES * len(own), own.groupby("drug", sort=False), strict=False):
            low, median, high = (np.maximum(rows[name], floor / 10) for name in ("low", "median", "high"))
            axes.fill_between(rows["day"], low, high, color=colour, alpha=0.14, linewidth=0)
            axes.plot(rows["day"], median, color=colour, linewidth=1.1, linestyle=dashes)
    axes.set_ylim(floor, 2 * top)
    logarithmic(axes)
    unit_title(axes, "Pharmacokinetics", "plasma concentration, nM")


def _bands(axes: Axes, rows: pd.DataFrame, colours: dict[str, str]) -> None:
    for candidate, colour in colours.items():
        own = rows[rows["candidate"] == candidate]
        axes.fill_between(own["day"], own["low"], own["high"], color=colour, alpha=0.12, linewidth=0)
        axes.plot(own["day"], own["median"], color=colour, linewidth=1.2)
