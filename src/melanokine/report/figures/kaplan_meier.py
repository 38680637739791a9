"""Kaplan-Meier curves with confidence bands, censoring ticks and numbers at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from melanokine.report.figures.style import FULL_WIDTH, QUIET, month_ticks, styled, wrapped

_ROW = 0.15  # height of a line of the table of numbers at risk, inches
_CHARACTER = 0.0122  # width of a bold character of the key, as a fraction of the axes


@dataclass(frozen=True)
class Curve:
    """Product-limit estimate of one arm; all arrays have the same length.

    `time` (months, the first is 0) holds every event and censoring time, `survival` the estimate from that time on,
    `low` and `high` its pointwise 95 % limits, `at_risk` the number at risk just before, `censored` the number
    censored at that time. `median` is the text beside the arm's name.
    """

    arm: str
    colour: str
    time: np.ndarray
    survival: np.ndarray
    low: np.ndarray
    high: np.ndarray
    at_risk: np.ndarray
    censored: np.ndarray
    median: str


@styled
def kaplan_meier(
    curves: Sequence[Curve], *, endpoint: str, horizon: float, note: str | None = None
) -> Figure:
    """Survival against months from randomisation to `horizon`, with the numbers at risk under the axis.

    `endpoint` is the label of the vertical axis; `note` (for example a hazard ratio) stands under the key.
    """
    labels = [wrapped(curve.arm, 24) for curve in curves]
    lines = sum(label.count("\n") + 1 for label in labels)
    below = 0.64 + _ROW * lines
    height = 3.2 + below
    figure = Figure(figsize=(FULL_WIDTH, height))
    axes = figure.add_axes((0.21, below / height, 0.765, 3.05 / height))
    for curve in curves:
        _draw(axes, curve, horizon)
    axes.set(xlim=(0, horizon), ylim=(0, 1.02), xticks=month_ticks(horizon), yticks=np.linspace(0, 1, 6))
    axes.set_yticklabels([f"{round(100 * y)}" for y in np.linspace(0, 1, 6)])
    axes.set_ylabel(f"{endpoint} (%)")
    axes.axhline(0.5, color=QUIET, linewidth=0.6, linestyle=(0, (1, 3)), zorder=0.5)
    _key(axes, curves, note, horizon)
    _numbers_at_risk(figure, axes, curves, labels, height)
    return figure


def _draw(axes: Axes, curve: Curve, horizon: float) -> None:
    inside = curve.time <= horizon
    end = min(horizon, float(curve.time[-1]))
    time = np.append(curve.time[inside], end)

    def steps(values: np.ndarray) -> np.ndarray:
        kept = values[inside]
        return np.append(kept, kept[-1])

    axes.fill_between(
        time, steps(curve.low), steps(curve.high), step="post", color=curve.colour, alpha=0.13, linewidth=0
    )
    axes.step(time, steps(curve.survival), where="post", color=curve.colour)
    ticks = inside & (curve.censored > 0)
    axes.plot(
        curve.time[ticks],
        curve.survival[ticks],
        linestyle="none",
        marker="|",
        markersize=4.5,
        markeredgewidth=0.6,
        color=curve.colour,
    )


def _key(axes: Axes, curves: Sequence[Curve], note: str | None, horizon: float) -> None:
    """Arm names in their colours and the medians beside them, where the curves leave room."""
    high = max(np.interp(0.45 * horizon, curve.time, curve.survival) for curve in curves) > 0.62
    wide = max(len(curve.arm) for curve in curves) * _CHARACTER
    narrow = max([len(curve.median) for curve in curves] + [len(note or "")]) * 0.9 * _CHARACTER
    left = 0.02 if high else max(0.02, 1.0 - wide - narrow - 0.03)
    step = 0.066
    y = 0.05 + step * (len(curves) + bool(note)) if high else 1.0
    for curve in curves:
        style = {"transform": axes.transAxes, "fontsize": 7.8, "va": "top"}
        axes.text(left, y, curve.arm, color=curve.colour, fontweight="bold", **style)
        axes.text(left + wide + 0.02, y, curve.median, **style)
        y -= step
    if note:
        axes.text(left + wide + 0.02, y, note, color=QUIET, **style)


def _numbers_at_risk(
    figure: Figure, axes: Axes, curves: Sequence[Curve], labels: Sequence[str], height: float
) -> None:
    """Table under the axis, one row per arm; `height` is the figure's, in inches."""
    axes.set_xlabel("Months since randomisation", labelpad=3)
    box, horizon = axes.get_position(), axes.get_xlim()[1]
    y = box.y0 - 0.47 / height
    figure.text(0.012, y, "Number at risk", fontsize=7.5, fontweight="bold", va="center")
    y -= 0.10 / height
    for curve, label in zip(curves, labels, strict=True):
        room = _ROW * (label.count("\n") + 1) / height
        style = {"color": curve.colour, "fontsize": 7.3, "va": "center"}
        figure.text(0.012, y - room / 2, label, linespacing=1.15, **style)
        for tick in axes.get_xticks():
            count = str(number_at_risk(curve, tick))
            figure.text(box.x0 + box.width * tick / horizon, y - room / 2, count, ha="center", **style)
        y -= room


def number_at_risk(curve: Curve, month: float) -> int:
    """Patients of the arm without event and not censored just before `month`."""
    later = np.searchsorted(curve.time, month, side="left")
    return int(curve.at_risk[later]) if later < len(curve.time) else 0
