"""Waterfall: best change of the target lesions in each patient, sorted, one panel per arm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from melanokine.report.figures.style import (
    FULL_WIDTH,
    QUIET,
    RESPONSE_COLOURS,
    RESPONSE_NAMES,
    light_grid,
    reference_line,
    response_key,
    styled,
)

CEILING = 100.0
"""Growth beyond +100 % is drawn as +100 %, marked by a small triangle."""


@styled
def waterfall(patients: pd.DataFrame, *, arms: Sequence[str], colours: dict[str, str]) -> Figure:
    """One bar per patient with a scan after baseline, coloured by confirmed best overall response.

    `patients` has the columns arm, best_change_percent (NaN without a scan) and best_response (CR, PR, SD, PD, NE).
    The lines at -30 % and +20 % are the thresholds of partial response and progression in RECIST 1.1.
    """
    figure = Figure(figsize=(FULL_WIDTH, 0.45 + 1.85 * len(arms)))
    panels = figure.subplots(len(arms), 1, sharey=True, squeeze=False)[:, 0]
    for axes, arm in zip(panels, arms, strict=True):
        rows = patients[(patients["arm"] == arm) & patients["best_change_percent"].notna()]
        rows = rows.sort_values(["best_change_percent", "patient"], ascending=[False, True], kind="stable")
        change = rows["best_change_percent"].to_numpy()
        place = np.arange(len(rows))
        shades = [RESPONSE_COLOURS[response] for response in rows["best_response"]]
        few, bars = len(rows) < 120, max(len(rows), 1)
        axes.bar(
            place,
            np.clip(change, -100, CEILING),
            width=0.86 if few else 1.0,
            color=shades,
            edgecolor=shades,
            linewidth=0.0 if few else 0.3,  # closes the hairlines between neighbours
        )
        beyond = change > CEILING
        axes.plot(place[beyond], np.full(beyond.sum(), CEILING + 6), "^", color=QUIET, markersize=1.8, linewidth=0)
        axes.axhline(0, color=QUIET, linewidth=0.7)
        reference_line(axes, 20, "+20%")
        reference_line(axes, -30, "−30%")
        light_grid(axes)
        axes.set(xlim=(-0.02 * bars - 0.5, 1.02 * bars - 0.5), ylim=(-104, 112), xticks=[])
        axes.set_yticks([-100, -50, 0, 50, 100])
        axes.set_yticklabels(["−100", "−50", "0", "+50", "+100"])
        axes.spines["bottom"].set_visible(False)
        shrunk = np.mean(change <= -30) if len(change) else 0.0
        axes.set_title(arm, color=colours[arm])
        axes.text(
            0.99,
            1.0,
            f"{len(rows)} patients with a scan after baseline; {100 * shrunk:.0f}% shrank by 30% or more",
            transform=axes.transAxes,
            ha="right",
            va="bottom",
            fontsize=7.2,
            color=QUIET,
        )
    figure.supylabel("Best change of the sum of target lesions (%)", fontsize=8, x=0.012)
    shown = patients.loc[patients["best_change_percent"].notna(), "best_response"]
    present = [name for name in RESPONSE_COLOURS if (shown == name).any()]
    handles = [Patch(color=RESPONSE_COLOURS[name], label=RESPONSE_NAMES[name]) for name in present]
    inches = figure.get_figheight()
    response_key(figure, handles)
    figure.subplots_adjust(left=0.085, right=0.935, top=1 - 0.28 / inches, bottom=0.36 / inches, hspace=0.24)
    return figure
