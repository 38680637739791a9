"""Kaplan-Meier curves with confidence bands, censoring ticks and numbers at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from melanokine.report.figures.style import FULL_WIDTH, QUIET, month_ticks, styled, wrapped
from melanokine.trials.survival import Curve

LEAST_AT_RISK = 0.05
"""Curves end where fewer than this share of the arm's patients is at risk: what follows hangs on a handful."""

_ROW = 0.15  # height of a line of the table of numbers at risk, inches
_CHARACTER = 0.0122  # width of a bold character of the key, as a fraction of the axes


@dataclass(frozen=True)
class ArmCurve:
    """One arm: its product-limit estimate (months), the times of censoring (months), and its median in words.

    `published` holds landmarks (month, fraction surviving) of the real trial, drawn as open diamonds.
    """

    name: str
    colour: str
    curve: Curve
    censored: NDArray[np.float64]
    median: str
    published: tuple[tuple[float, float], ...] = ()


@styled
def kaplan_meier(arms: Sequence[ArmCurve], *, endpoint: str, horizon: float, note: str | None = None) -> Figure:
    """Survival against months from randomisation to `horizon`, with the numbers at risk under the axis.

    `endpoint` is the label of the vertical axis; `note` (for example a hazard ratio) stands under the key.
    """
    labels = [wrapped(arm.name, 24) for arm in arms]
    below = 0.64 + _ROW * sum(label.count("\n") + 1 for label in labels)
    height = 3.2 + below
    figure = Figure(figsize=(FULL_WIDTH, height))
    axes = figure.add_axes((0.21, below / height, 0.765, 3.05 / height))
    for arm in arms:
        _draw(axes, arm, horizon)
    axes.set(xlim=(0, horizon), ylim=(0, 1.02), xticks=month_ticks(horizon), yticks=np.linspace(0, 1, 6))
    axes.set_yticklabels([f"{round(100 * y)}" for y in np.linspace(0, 1, 6)])
    axes.set_ylabel(f"{endpoint} (%)")
    axes.set_xlabel("Months since randomisation", labelpad=3)
    axes.axhline(0.5, color=QUIET, linewidth=0.6, linestyle=(0, (1, 3)), zorder=0.5)
    marks = [(month, fraction, arm.colour) for arm in arms for month, fraction in arm.published if month <= horizon]
    for month, fraction, colour in marks:
        axes.plot(month, fraction, "D", markerfacecolor="white", markeredgecolor=colour, markersize=4.5, clip_on=False)
    notes = [text for text in (note, "◇ published" if marks else None) if text]
    _key(axes, arms, notes, horizon)
    _numbers_at_risk(figure, axes, arms, labels)
    return figure


def _draw(axes: Axes, arm: ArmCurve, horizon: float) -> None:
    curve = arm.curve
    enough = curve.at_risk(curve.time) >= LEAST_AT_RISK * len(curve.observed)
    inside = (curve.time <= horizon) & enough
    time = np.append(curve.time[inside], min(horizon, curve.time[inside][-1] if not enough.all() else curve.time[-1]))

    def steps(values: NDArray) -> NDArray:
        kept = values[inside]
        return np.append(kept, kept[-1])

    low, high = steps(curve.low), steps(curve.high)
    axes.fill_between(time, low, high, step="post", color=arm.colour, alpha=0.13, linewidth=0)
    axes.step(time, steps(curve.survival), where="post", color=arm.colour)
    censored = arm.censored[arm.censored <= time[-1]]
    heights = curve.survival[np.searchsorted(curve.time, censored, side="right") - 1]
    axes.plot(censored, heights, linestyle="none", marker="|", markersize=4.5, markeredgewidth=0.6, color=arm.colour)


def _key(axes: Axes, arms: Sequence[ArmCurve], notes: Sequence[str], horizon: float) -> None:
    """Arm names in their colours, the medians beside them and the notes below, where the curves leave room."""
    high = max(np.interp(0.45 * horizon, arm.curve.time, arm.curve.survival) for arm in arms) > 0.62
    wide = max(len(arm.name) for arm in arms) * _CHARACTER
    narrow = max(len(text) for text in [*(arm.median for arm in arms), *notes]) * 0.9 * _CHARACTER
    left = 0.02 if high else max(0.02, 1.0 - wide - narrow - 0.03)
    style: dict[str, Any] = {"transform": axes.transAxes, "fontsize": 7.8, "va": "top"}
    step = 0.066
    y = 0.05 + step * (len(arms) + len(notes)) if high else 1.0
    for arm in arms:
        axes.text(left, y, arm.name, color=arm.colour, fontweight="bold", **style)
        axes.text(left + wide + 0.02, y, arm.median, **style)
        y -= step
    for note in notes:
        axes.text(left + wide + 0.02, y, note, color=QUIET, **style)
        y -= step


def _numbers_at_risk(figure: Figure, axes: Axes, arms: Sequence[ArmCurve], labels: Sequence[str]) -> None:
    """Table under the axis, one row per arm."""
    box, horizon, height = axes.get_position(), axes.get_xlim()[1], figure.get_figheight()
    y = box.y0 - 0.47 / height
    figure.text(0.012, y, "Number at risk", fontsize=7.5, fontweight="bold", va="center")
    y -= 0.10 / height
    ticks = axes.get_xticks()
    for arm, label in zip(arms, labels, strict=True):
        room = _ROW * (label.count("\n") + 1) / height
        style: dict[str, Any] = {"color": arm.colour, "fontsize": 7.3, "va": "center"}
        figure.text(0.012, y - room / 2, label, linespacing=1.15, **style)
        for tick, count in zip(ticks, arm.curve.at_risk(ticks), strict=True):
            figure.text(box.x0 + box.width * tick / horizon, y - room / 2, f"{count}", ha="center", **style)
        y -= room
