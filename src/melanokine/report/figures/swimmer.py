"""Swimmer plot: each responder's time on study, with start of response, progression and death."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from melanokine.report.figures.style import (
    FULL_WIDTH,
    INK,
    QUIET,
    RESPONSE_COLOURS,
    RESPONSE_NAMES,
    month_ticks,
    response_key,
    styled,
    wrapped,
)

_MARKS = {
    "start of response": {"marker": "o", "markersize": 3.0, "markerfacecolor": "white", "markeredgecolor": INK},
    "progression": {"marker": "D", "markersize": 2.8, "markerfacecolor": "#B8441F", "markeredgecolor": "none"},
    "death": {"marker": "X", "markersize": 4.0, "markerfacecolor": INK, "markeredgecolor": "none"},
    "alive at the last visit": {"marker": ">", "markersize": 3.0, "markerfacecolor": INK, "markeredgecolor": "none"},
}


@styled
def swimmer(
    patients: pd.DataFrame, *, arms: Sequence[str], colours: dict[str, str], horizon: float, most: int = 30
) -> Figure:
    """One bar per responder from randomisation to death or end of follow-up, longest first; one panel per arm.

    `patients` has the columns patient, arm, best_response, response_months (start of response), pfs_months, pfs_event,
    os_months and os_event. At most `most` responders per arm are drawn, those with the lowest numbers.
    """
    across = min(len(arms), 3)
    down = -(-len(arms) // across)
    figure = Figure(figsize=(FULL_WIDTH, 0.95 + 3.1 * down))
    panels = figure.subplots(down, across, sharex=True, squeeze=False).ravel()
    for axes, arm in zip(panels, arms, strict=False):
        rows = patients[(patients["arm"] == arm) & patients["best_response"].isin(["CR", "PR"])]
        count = len(rows)
        rows = rows.sort_values("patient").head(most).sort_values(["os_months", "patient"], kind="stable")
        _draw(axes, rows, horizon)
        axes.set(xlim=(0, horizon), ylim=(-0.8, max(len(rows), 8) - 0.2), xticks=month_ticks(horizon), yticks=[])
        axes.spines["left"].set_visible(False)
        axes.tick_params(labelbottom=True)
        axes.set_xlabel("Months since randomisation")
        axes.set_title(wrapped(arm, 26 if across == 3 else 42), color=colours[arm])
        shown = f"{len(rows)} of {count} responders" if len(rows) < count else f"{count} responders"
        axes.text(0.98, 0.02, shown, transform=axes.transAxes, ha="right", fontsize=7.2, color=QUIET)
    for axes in panels[len(arms) :]:
        axes.remove()
    handles: list = [Patch(color=RESPONSE_COLOURS[name], label=RESPONSE_NAMES[name]) for name in ("CR", "PR")]
    handles += [Line2D([], [], linestyle="none", label=name, **mark) for name, mark in _MARKS.items()]  # type: ignore[arg-type]
    inches = figure.get_figheight()
    response_key(figure, handles)
    figure.subplots_adjust(
        left=0.03, right=0.975, top=1 - 0.42 / inches, bottom=0.75 / inches, hspace=0.35, wspace=0.10
    )
    return figure


def _draw(axes: Axes, rows: pd.DataFrame, horizon: float) -> None:
    place = np.arange(len(rows))
    end = np.minimum(rows["os_months"].to_numpy(), horizon)
    shades = [RESPONSE_COLOURS[response] for response in rows["best_response"]]
    axes.barh(place, end, height=0.62, color=shades)

    def mark(name: str, month: np.ndarray, which: np.ndarray) -> None:
        shown = which & (month <= horizon)
        axes.plot(month[shown], place[shown], linestyle="none", clip_on=False, **_MARKS[name])  # type: ignore[arg-type]

    died = rows["os_event"].to_numpy(dtype=bool)
    progressed = rows["pfs_event"].to_numpy(dtype=bool) & ~(
        died & (rows["pfs_months"].to_numpy() >= rows["os_months"].to_numpy())
    )
    mark("start of response", rows["response_months"].to_numpy(), np.ones(len(rows), dtype=bool))
    mark("progression", rows["pfs_months"].to_numpy(), progressed)
    mark("death", rows["os_months"].to_numpy(), died)
    mark("alive at the last visit", end, ~died)
