"""Calibration arms: a forest plot of all endpoints, and survival curves with what was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from melanokine.prediction.arm_outcomes import HORIZON
from melanokine.prediction.calibration_arms import Compared, Curve
from melanokine.report.endpoints import label
from melanokine.report.figures.style import FULL_WIDTH, INK, QUIET, light_grid, month_ticks, styled

_LINE = 0.19
"""Inches per line of the forest plot."""
_KINDS = {"PFS": "Progression-free survival (%)", "OS": "Overall survival (%)"}


@styled
def endpoints(rows: Sequence[Compared], colours: Mapping[str, str]) -> Figure:
    """Forest plot of one design: predicted (dot, 95 % interval) and published (diamond, 95 % interval)."""
    arms = list(dict.fromkeys(row.target.arm for row in rows))
    lines = len(rows) + len(arms)
    inches = _LINE * lines + 0.85
    figure = Figure(figsize=(FULL_WIDTH, inches))
    axes = figure.subplots()
    y = 0
    for arm in arms:
        _name(axes, arm, y, 5, "bold")
        y += 1
        for row in (row for row in rows if row.target.arm == arm):
            axes.plot(row.limits["95"], [y - 0.14] * 2, color=colours[arm], linewidth=1.4)
            axes.plot(row.predicted, y - 0.14, "o", color=colours[arm], markersize=4.2)
            axes.plot(row.observed_range, [y + 0.2] * 2, color=INK, linewidth=0.8)
            axes.plot(row.target.value, y + 0.2, "D", markerfacecolor="white", markeredgecolor=INK, markersize=4)
            _name(axes, label(row.target.name), y, 14, "normal")
            y += 1
    axes.set_ylim(y - 0.3, -0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlim(0, 100)
    axes.set_xlabel("Patients (%)", labelpad=2)
    light_grid(axes, "x")
    _key(figure, "predicted, 95% interval for this many patients")
    figure.subplots_adjust(left=0.3, right=0.975, top=1 - 0.08 / inches, bottom=0.68 / inches)
    return figure


@styled
def survival(curves: Sequence[Curve], colours: Mapping[str, str]) -> Figure:
    """Predicted curves of one design with 95 % bands, and published fractions as diamonds."""
    figure = Figure(figsize=(FULL_WIDTH, 3.2))
    last = max([month for curve in curves for month, _ in curve.published], default=HORIZON)
    horizon = min(float(HORIZON), max(12.0, last + 3.0))
    for axes, (kind, words) in zip(figure.subplots(1, 2), _KINDS.items(), strict=True):
        for curve in (curve for curve in curves if curve.kind == kind):
            colour = colours[curve.arm]
            months = np.arange(len(curve.value))
            axes.fill_between(months, curve.low, curve.high, color=colour, alpha=0.15, linewidth=0)
            axes.plot(months, curve.value, color=colour)
            if curve.published:
                axes.plot(*zip(*curve.published, strict=True), "D", linestyle="", markerfacecolor="white",
                          markeredgecolor=colour, markersize=4.5, markeredgewidth=1.2, zorder=4)  # fmt: skip
        axes.set(xlim=(0, horizon), ylim=(0, 100), xlabel="Months", ylabel=words, xticks=month_ticks(horizon))
        light_grid(axes)
    handles = [Line2D([], [], color=colours[arm], label=arm) for arm in dict.fromkeys(curve.arm for curve in curves)]
    handles.append(Line2D([], [], color=INK, linestyle="", marker="D", markersize=4, markerfacecolor="white",
                          label="published"))  # fmt: skip
    figure.legend(handles=handles, loc="lower center", ncols=len(handles), handlelength=1.6)
    figure.subplots_adjust(left=0.08, right=0.98, top=0.96, bottom=0.24, wspace=0.24)
    return figure


def _key(figure: Figure, predicted: str) -> None:
    handles = [
        Line2D([], [], color=QUIET, marker="o", markersize=4.2, label=predicted),
        Line2D([], [], color=INK, linewidth=0.8, marker="D", markersize=4, markerfacecolor="white",
               label="published, 95% interval"),
    ]  # fmt: skip
    figure.legend(handles=handles, loc="lower center", ncols=2, handlelength=1.8)


def _name(axes: Axes, text: str, y: float, indent: float, weight: str) -> None:
    axes.annotate(
        text, (0, y), xycoords=("figure fraction", "data"), xytext=(indent, 0), textcoords="offset points",
        va="center", fontweight=weight, fontsize=7.5,
    )  # fmt: skip
