"""Kaplan-Meier curves with confidence bands, censoring ticks and numbers at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from melanokine.report.figures.style import FULL_WIDTH, QUIET, month_ticks, styled, wrapped


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
    rows = len(curves)
    labels = [wrapped(curve.arm, 24) for curve in curves]
    lines = sum(label.count("\n") + 1 for label in labels)
    below = 0.60 + 0.155 * lines
    height = 3.2 + below
    figure = Figure(figsize=(FULL_WIDTH, height))
    left, width = 0.23, 0.745
    axes = figure.add_axes((left, below / height, width, 3.05 / height))
    for curve in curves:
        _draw(axes, curve, horizon)
    ticks = month_ticks(horizon)
    axes.set(xlim=(0, horizon), ylim=(0, 1.02), xticks=ticks, yticks=np.linspace(0, 1, 6))
    axes.set_yticklabels([f"{round(100 * y)}" for y in np.linspace(0, 1, 6)])
    axes.set_ylabel(f"{endpoint} (%)")
    axes.axhline(0.5, color=QUIET, linewidth=0.6, linestyle=(0, (1, 3)), zorder=0.5)
    _key(axes, curves, note, horizon)
    _numbers_at_risk(figure, axes, curves, labels, ticks, below / height, rows, height)
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
        markeredgewidth=0.7,
        color=curve.colour,
    )


def _key(axes: Axes, curves: Sequence[Curve], note: str | None, horizon: float) -> None:
    """Arm names in their colours with the median, where the curves leave room."""
    late = [np.interp(0.45 * horizon, curve.time, curve.survival) for curve in curves]
    high = max(late) > 0.62
    entries = [(f"{curve.arm}: {curve.median}", curve.colour, "bold") for curve in curves]
    if note:
        entries.append((note, QUIET, "normal"))
    step = 0.068
    top = 0.05 + step * len(entries) if high else 1.0
    for row, (text, colour, weight) in enumerate(entries):
        axes.text(
            0.02 if high else 0.985,
            top - step * row,
            text,
            transform=axes.transAxes,
            color=colour,
            fontweight=weight,
            fontsize=7.8,
            ha="left" if high else "right",
            va="top",
        )


def _numbers_at_risk(figure, axes, curves, labels, ticks, bottom, rows, height) -> None:
    axes.set_xlabel("Months since randomisation", labelpad=3)
    left = axes.get_position().x0
    width = axes.get_position().width
    y = bottom - 0.47 / height
    figure.text(0.012, y, "Number at risk", fontsize=7.5, fontweight="bold", va="center")
    horizon = axes.get_xlim()[1]
    y -= 0.165 / height
    for curve, label in zip(curves, labels, strict=True):
        figure.text(0.012, y, label, fontsize=7.2, color=curve.colour, va="center_baseline")
        for tick in ticks:
            figure.text(
                left + width * tick / horizon,
                y,
                f"{number_at_risk(curve, tick)}",
                fontsize=7.5,
                ha="center",
                va="center_baseline",
                color=curve.colour,
            )
        y -= 0.155 * (label.count("\n") + 1) / height


def number_at_risk(curve: Curve, month: float) -> int:
    """Patients of the arm without event and not censored just before `month`."""
    later = np.searchsorted(curve.time, month, side="left")
    return int(curve.at_risk[later]) if later < len(curve.time) else 0
