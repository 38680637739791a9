"""Forest plot: predicted endpoints with intervals beside the published ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from melanokine.report.figures.style import FULL_WIDTH, INK, QUIET, light_grid, styled

_GAP = 0.42
"""Inches between two panels, for the label of the upper one's axis."""

_PANELS = (("percent", "Patients (%)"), ("months", "Months"), ("ratio", "Hazard ratio"))


@styled
def forest(comparison: pd.DataFrame, *, colours: dict[str, str], labels: dict[str, str]) -> Figure:
    """Predicted (dot, 95 % interval) and published (open diamond, interval where printed), one panel per unit.

    `comparison` has the columns name (of the row), arm (whose colour it has), endpoint, unit (percent, months, ratio),
    value, low, high, published, published_low, published_high; rows without a published value are not drawn.
    """
    rows = comparison[comparison["published"].notna()]
    kinds = [(unit, axis) for unit, axis in _PANELS if (rows["unit"] == unit).any()]
    counts = [_lines(rows[rows["unit"] == unit]) for unit, _ in kinds]
    figure = Figure(figsize=(FULL_WIDTH, 0.55 + sum(0.52 + 0.19 * count for count in counts)))
    panels = figure.subplots(
        len(kinds), 1, squeeze=False, gridspec_kw={"height_ratios": [count + 0.8 for count in counts]}
    )[:, 0]
    for axes, (unit, label) in zip(panels, kinds, strict=True):
        _panel(axes, rows[rows["unit"] == unit], colours, labels)
        axes.set_xlabel(label, labelpad=2)
        if unit == "ratio":
            axes.set_xscale("log")
            axes.axvline(1.0, color=QUIET, linewidth=0.7, linestyle=(0, (4, 3)))
            axes.set_xticks([0.25, 0.5, 1, 2], labels=["0.25", "0.5", "1", "2"])
            axes.minorticks_off()
        else:
            axes.set_xlim(left=0)
    handles = [
        Line2D([], [], color=QUIET, marker="o", markersize=4.2, label="predicted, 95% interval"),
        Line2D([], [], color=INK, linewidth=0.8, marker="D", markersize=4, markerfacecolor="white", label="published"),
    ]
    inches = figure.get_figheight()
    figure.legend(handles=handles, loc="lower center", ncols=2, handlelength=1.8)
    drawn = (inches - 0.82 - _GAP * (len(kinds) - 1)) / len(kinds)
    figure.subplots_adjust(left=0.33, right=0.975, top=1 - 0.1 / inches, bottom=0.72 / inches, hspace=_GAP / drawn)
    return figure


def _lines(rows: pd.DataFrame) -> int:
    return len(rows) + rows["endpoint"].nunique()


def _panel(axes: Axes, rows: pd.DataFrame, colours: dict[str, str], labels: dict[str, str]) -> None:
    y = 0.0
    for name in [name for name in labels if (rows["endpoint"] == name).any()]:
        _name(axes, labels[name], y, indent=5, weight="bold")
        y += 1
        for row in rows[rows["endpoint"] == name].to_dict("records"):
            colour = colours.get(row["arm"], INK)
            axes.plot([row["low"], row["high"]], [y - 0.14] * 2, color=colour, linewidth=1.4)
            if np.isfinite(row["low"]) and not np.isfinite(row["high"]):
                _open_interval(axes, row["low"], y - 0.14, colour)
            axes.plot(row["value"], y - 0.14, "o", color=colour, markersize=4.2)
            if np.isfinite(row["published_low"]):
                axes.plot([row["published_low"], row["published_high"]], [y + 0.2] * 2, color=INK, linewidth=0.8)
            axes.plot(row["published"], y + 0.2, "D", markerfacecolor="white", markeredgecolor=INK, markersize=4)
            _name(axes, row["name"], y, indent=14)
            y += 1
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_ylim(y - 0.15, -0.6)
    light_grid(axes, "x")


def _open_interval(axes: Axes, low: float, y: float, colour: str) -> None:
    """An interval whose upper limit is not reached: an arrow from `low` to the right."""
    axes.annotate(
        "", (0.985, y), (low, y), xycoords=("axes fraction", "data"), textcoords="data",
        arrowprops={"arrowstyle": "->", "color": colour, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip


def _name(axes: Axes, text: str, y: float, *, indent: float, weight: str = "normal") -> None:
    """Row name, `indent` points from the left edge of the figure."""
    axes.annotate(
        text, (0, y), xycoords=("figure fraction", "data"), xytext=(indent, 0), textcoords="offset points",
        va="center", fontweight=weight, fontsize=7.5,
    )  # fmt: skip
