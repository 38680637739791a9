"""Three courses beside each other: drug in plasma, blood pressure, tumour size."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from melanokine.report.figures.exposure import covers
from melanokine.report.figures.style import (
    FULL_WIDTH,
    arm_key,
    day_ticks,
    key_height,
    light_grid,
    logarithmic,
    reference_line,
    styled,
    unit_title,
)

NANOMOLAR = {"nM": 1.0, "pM": 1e-3}
DECADES = 5.0


@styled
def at_a_glance(courses: pd.DataFrame, *, colours: dict[str, str], days: float) -> Figure:
    """`courses` as in analysis.Comparison; medians and the middle 80 % of patients of each candidate in `colours`."""
    key = key_height(len(colours))
    height = 3.05 + key
    figure = Figure(figsize=(FULL_WIDTH, height))
    pharmacokinetics, safety, efficacy = figure.subplots(1, 3)
    _concentrations(pharmacokinetics, courses, colours)
    _bands(safety, courses[courses["observable"] == "mean_arterial_pressure"], colours)
    unit_title(safety, "Safety", "change of mean pressure, mmHg")
    _bands(efficacy, courses[courses["observable"] == "sum_of_diameters"], colours)
    low, high = efficacy.get_ylim()
    efficacy.set_ylim(max(min(low, -40), -105), min(max(high, 40), 150))
    reference_line(efficacy, -30, "−30%")
    unit_title(efficacy, "Efficacy", "change of sum of diameters, %")
    for axes in (pharmacokinetics, safety, efficacy):
        axes.set(xlim=(0, days), xticks=day_ticks(days))
        light_grid(axes)
    figure.supxlabel("Days since the first dose", fontsize=8, y=(0.30 + key) / height)
    arm_key(figure, colours)
    figure.subplots_adjust(left=0.065, right=0.945, top=1 - 0.43 / height, bottom=(0.73 + key) / height, wspace=0.26)
    return figure


def _concentrations(axes: Axes, courses: pd.DataFrame, colours: dict[str, str]) -> None:
    drugs = courses[(courses["drug"] != "") & courses["unit"].isin(list(NANOMOLAR))]
    factor = drugs["unit"].map(NANOMOLAR).astype(float)
    nanomolar = drugs.assign(**{name: drugs[name] * factor for name in ("low", "median", "high")})
    top = float(nanomolar["high"].max()) if len(nanomolar) else 1.0
    floor = top * 10**-DECADES
    drawn: list[tuple[NDArray, NDArray]] = []
    for candidate, colour in colours.items():
        own = nanomolar[nanomolar["candidate"] == candidate]
        for _, rows in own.groupby("drug", sort=False):
            low, median, high = (np.maximum(rows[name].to_numpy(), floor / 10) for name in ("low", "median", "high"))
            day = rows["day"].to_numpy()
            axes.fill_between(day, low, high, color=colour, alpha=0.14, linewidth=0)
            dashes = (0, (3, 2)) if covers(day, median, drawn) else "solid"
            axes.plot(day, median, color=colour, linewidth=1.0, linestyle=dashes)
            drawn.append((day, median))
    axes.set_ylim(floor, 2 * top)
    logarithmic(axes)
    unit_title(axes, "Pharmacokinetics", "plasma concentration, nM")


def _bands(axes: Axes, rows: pd.DataFrame, colours: dict[str, str]) -> None:
    drawn: list[tuple[NDArray, NDArray]] = []
    for candidate, colour in colours.items():
        own = rows[rows["candidate"] == candidate]
        axes.fill_between(own["day"], own["low"], own["high"], color=colour, alpha=0.12, linewidth=0)
        day, median = own["day"].to_numpy(), own["median"].to_numpy()
        reach = max(1.0, float(np.ptp(median)))
        hidden = any(np.abs(np.interp(day, *other) - median).max() < 0.05 * reach for other in drawn)
        axes.plot(day, median, color=colour, linewidth=1.2, linestyle=(0, (3, 2)) if hidden else "solid")
        drawn.append((day, median))
