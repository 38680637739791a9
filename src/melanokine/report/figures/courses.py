"""Time courses of immune cells, cytokines, leak and blood counts: median and middle half of the patients of an arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from melanokine.report.figures.style import (
    FULL_WIDTH,
    arm_key,
    day_ticks,
    key_height,
    light_grid,
    logarithmic,
    styled,
    unit_title,
)


@dataclass(frozen=True)
class Course:
    """How one observable is drawn: title, unit, whether its axis is logarithmic, and the `least` range of that axis.

    The least range is a ratio on a logarithmic axis; it keeps what hardly changes from looking dramatic. A course that
    `moves` by less than this from where it began, in the same terms, is left out.
    """

    observable: str
    title: str
    unit: str
    log: bool = False
    least: float = 2.0
    moves: float = 0.0

    def moved(self, median: NDArray) -> bool:
        """Whether a course leaves its beginning."""
        if self.log:
            first = max(float(median[0]), 1e-12)
            return bool(np.max(np.maximum(median / first, first / np.maximum(median, 1e-12))) >= self.moves)
        return bool(np.max(np.abs(median - median[0])) >= self.moves)


COURSES = (
    Course("lymphocytes", "Blood lymphocytes", "fold of normal", log=True),
    Course("nk_cells", "Blood NK cells", "fold of normal", log=True),
    Course("regulatory_t_cells", "Blood regulatory T cells", "fold of normal", log=True),
    Course("cd8_t_cells", "Blood CD8 T cells", "fold of normal", log=True),
    Course("tumour_cd8", "CD8 T cells in tumour", "million cells", log=True),
    Course("interferon_gamma", "Tumour interferon-γ", "scaled", log=True),
    Course("nk_bright_cells", "Blood CD56bright NK cells", "fold of normal", log=True, moves=1.25),
    Course("interferon_gamma_plasma", "Plasma interferon-γ", "pM", log=True, moves=1.5),
    Course("interleukin_6", "Plasma interleukin-6", "pg/mL", log=True, moves=1.5),
    Course("temperature", "Temperature", "°C", least=2.0, moves=0.2),
    Course("vascular_leak", "Vascular leak", "scaled", least=0.1, moves=0.02),
    Course("mean_arterial_pressure", "Mean arterial pressure", "mmHg", least=20.0, moves=2.0),
    Course("albumin", "Serum albumin", "g/dL", least=1.0, moves=0.15),
    Course("il18_signal", "IL-18 signal on NK cells", "scaled", least=0.1, moves=0.02),
    Course("il18_binding_protein", "IL-18 binding protein", "pM", log=True, moves=1.5),
    Course("il10_myeloid", "IL-10 signal on myeloid cells", "scaled", least=0.1, moves=0.05),
    Course("il10_cd8", "IL-10 signal on tumour CD8", "scaled", least=0.1, moves=0.02),
    Course("eosinophils", "Blood eosinophils", "10⁹/L", log=True, moves=1.5),
    Course("neutrophils", "Blood neutrophils", "10⁹/L", least=2.0, moves=0.4),
    Course("platelets", "Blood platelets", "10⁹/L", least=100.0, moves=25.0),
    Course("haemoglobin", "Haemoglobin", "g/dL", least=3.0, moves=0.5),
)
"""The panels of the figure, in reading order. A panel is left out when the result has no such observable."""


def moving(table: pd.DataFrame, panels: Sequence[Course] = COURSES) -> list[Course]:
    """The panels whose observable `table` (see `courses`) holds and that move in some arm."""
    rows = table.sort_values("day").groupby(["observable", "arm"], sort=False)["median"]
    medians: dict[str, list[NDArray]] = {}
    for (observable, _), median in rows:
        medians.setdefault(str(observable), []).append(median.to_numpy(float))
    return [
        panel
        for panel in panels
        if panel.observable in medians
        and (panel.moves == 0 or any(panel.moved(median) for median in medians[panel.observable]))
    ]


@styled
def courses(
    table: pd.DataFrame,
    *,
    arms: Sequence[str],
    colours: dict[str, str],
    days: float,
    panels: Sequence[Course] = COURSES,
) -> Figure:
    """Small multiples against days since the first dose up to `days`, of what moves.

    `table` has the columns arm, observable, day, low, median, high (25th, 50th, 75th percentile of the patients still
    followed).
    """
    shown = table[table["day"] <= days]
    present = moving(shown, panels)
    down = max(-(-len(present) // 3), 1)
    key = key_height(len(arms))
    figure = Figure(figsize=(FULL_WIDTH, 0.7 + key + 1.8 * down))
    grid = figure.subplots(down, 3, sharex=True, squeeze=False).ravel()
    for axes, panel in zip(grid, present, strict=False):
        for arm in arms:
            rows = shown[(shown["arm"] == arm) & (shown["observable"] == panel.observable)].sort_values("day")
            axes.fill_between(rows["day"], rows["low"], rows["high"], color=colours[arm], alpha=0.16, linewidth=0)
            axes.plot(rows["day"], rows["median"], color=colours[arm], linewidth=1.2)
        _widen(axes, panel)
        if panel.log:
            logarithmic(axes)
        unit_title(axes, panel.title, panel.unit)
        axes.set(xlim=(0, days), xticks=day_ticks(days))
        light_grid(axes)
        axes.tick_params(labelbottom=True)
    for axes in grid[len(present) :]:
        axes.remove()
    figure.supxlabel("Days since the first dose", fontsize=8, y=(0.30 + key) / figure.get_figheight())
    arm_key(figure, {arm: colours[arm] for arm in arms})
    inches = figure.get_figheight()
    figure.subplots_adjust(
        left=0.06, right=0.985, top=1 - 0.42 / inches, bottom=(0.72 + key) / inches, hspace=0.58, wspace=0.24
    )
    return figure


def _widen(axes: Axes, panel: Course) -> None:
    """Give the vertical axis at least the range that the panel asks for, around what is drawn."""
    if panel.log:
        axes.set_yscale("log")
    low, high = axes.get_ylim()
    if panel.log:
        factor = np.sqrt(max(panel.least * low / high, 1.0))
        axes.set_ylim(low / factor, high * factor)
    else:
        extra = max(panel.least - (high - low), 0.0) / 2
        axes.set_ylim(low - min(extra, low) if low >= 0 else low, high + extra)
