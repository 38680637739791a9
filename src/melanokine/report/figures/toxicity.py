"""Toxicity by arm: share of patients with each adverse event of grade 3 or worse, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from melanokine.report.figures.style import FULL_WIDTH, INK, light_grid, styled, wrapped

LAST = 109.0
"""Percent at which the axis ends when there are events in all patients: room for the label behind 100 %."""
LABEL_WIDTH = 26
"""Characters of a line in the left margin."""
_GRADE = "of grade 3 or worse"


@styled
def toxicity(events: pd.DataFrame, *, arms: Sequence[str], colours: dict[str, str], labels: dict[str, str]) -> Figure:
    """Dots with intervals, one group of rows per event, one row per arm within it.

    `events` has the columns arm, endpoint, value, low, high and published (percent of patients; a published value, if
    any, is an open diamond). `labels` names each endpoint, in the order to be drawn.
    """
    events = events[events["endpoint"].isin(labels)]
    present = [name for name in labels if (events["endpoint"] == name).any()]
    group = len(arms) + 0.9
    figure = Figure(figsize=(FULL_WIDTH, 0.85 + 0.19 * group * len(present)))
    axes = figure.subplots()
    for row, name in enumerate(present):
        for place, arm in enumerate(arms):
            one = events[(events["endpoint"] == name) & (events["arm"] == arm)]
            if one.empty:
                continue
            value, low, high = one.iloc[0][["value", "low", "high"]]
            y = row * group + place
            axes.plot([low, high], [y, y], color=colours[arm], linewidth=1.3)
            axes.plot(value, y, "o", color=colours[arm], markersize=4.2, clip_on=False)
            published = one.iloc[0]["published"]
            if np.isfinite(published):
                axes.plot(published, y, "D", markerfacecolor="white", markeredgecolor=INK, markersize=4, clip_on=False)
            text = f"{value:.0f}%" if value == 0 or value >= 1 else f"{value:.1f}%"
            end = (np.nanmax([value, high, published]), y)
            axes.annotate(text, end, xytext=(6, 0), textcoords="offset points", va="center", fontsize=7)
        if row:
            axes.axhline(row * group - 0.95, color="#E6E9EC", linewidth=0.7)
    axes.set_yticks([row * group + (len(arms) - 1) / 2 for row in range(len(present))])
    axes.set_yticklabels([wrapped(labels[name].replace(_GRADE, f"\n{_GRADE}"), LABEL_WIDTH) for name in present])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set(xlim=(0, _round_up(events)), ylim=(len(present) * group - 0.6, -0.9))
    axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= 100])
    axes.set_xlabel("Patients (%)")
    light_grid(axes, "x")
    inches = figure.get_figheight()
    _key(figure, arms, colours, published=bool(events["published"].notna().any()))
    figure.subplots_adjust(left=0.25, right=0.985, top=1 - 0.08 / inches, bottom=0.66 / inches)
    return figure


def _round_up(events: pd.DataFrame) -> float:
    """End of the axis: the next multiple of 20 percent that leaves room for a label."""
    largest = float(np.nanmax(events[["value", "high", "published"]].to_numpy(float)))
    return min(LAST, 20.0 * np.ceil(1.08 * largest / 20.0))


def _key(figure: Figure, arms: Sequence[str], colours: dict[str, str], *, published: bool) -> None:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=colours[arm], marker="o", markersize=4.2, label=arm) for arm in arms]
    if published:
        handles.append(
            Line2D([], [], linestyle="none", marker="D", markersize=4, markerfacecolor="white", markeredgecolor=INK,
                   label="published")
        )  # fmt: skip
    figure.legend(handles=handles, loc="lower center", ncols=min(len(handles), 4), handlelength=1.4)
