"""One look for every figure: type, lines, and colours that stay apart for colour-blind readers.

Figures are built with matplotlib's object interface only; no global state (pyplot, user style files) is read or
changed, so a figure looks the same wherever it is drawn.
"""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

P = ParamSpec("P")

ARM_COLOURS = ("#1D5B94", "#D2692A", "#2E8F78", "#4A5560", "#C98BB9", "#D9B23C")
"""Colours of arms in the order of the design; the same arm has the same colour in every figure of a report."""

RESPONSE_COLOURS = {"CR": "#0C4A6B", "PR": "#5B9FC4", "SD": "#B8BEC4", "PD": "#D98A5B", "NE": "#E9E4DA"}
RESPONSE_NAMES = {
    "CR": "complete response",
    "PR": "partial response",
    "SD": "stable disease",
    "PD": "progressive disease",
    "NE": "not evaluable",
}

INK = "#22282E"
QUIET = "#707A84"
RULE = "#D9DDE1"
FULL_WIDTH = 7.4

_SETTINGS = {
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8.0,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 6.0,
    "axes.labelsize": 8.0,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "xtick.minor.size": 1.8,
    "ytick.minor.size": 1.8,
    "lines.linewidth": 1.5,
    "lines.solid_capstyle": "butt",
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "none",
    "path.simplify": True,
    "axes.unicode_minus": True,
}
_FOREIGN = {"backend", "backend_fallback", "interactive", "toolbar"}


def settings() -> Any:
    """matplotlib's own defaults with melanokine's on top: nothing of the user's style leaks in."""
    defaults: dict[str, Any] = {key: value for key, value in matplotlib.rcParamsDefault.items() if key not in _FOREIGN}
    return {**defaults, **_SETTINGS}


def styled(build: Callable[P, Figure]) -> Callable[P, Figure]:
    """Decorator of the functions that build a figure: the house style holds inside, and only there."""

    @functools.wraps(build)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with matplotlib.rc_context(settings()):
            return build(*args, **kwargs)

    return wrapper


def arm_colours(arms: Sequence[str]) -> dict[str, str]:
    """Colour of each arm, by its place in the design (colours repeat after the sixth arm)."""
    return {arm: ARM_COLOURS[i % len(ARM_COLOURS)] for i, arm in enumerate(arms)}


def reference_line(axes: Axes, y: float, label: str | None = None) -> None:
    """Thin dashed horizontal line behind the data, named at the right margin."""
    axes.axhline(y, color=QUIET, linewidth=0.7, linestyle=(0, (4, 3)), zorder=0.5)
    if label is not None:
        axes.annotate(
            label,
            (1.0, y),
            xycoords=("axes fraction", "data"),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=7,
            color=QUIET,
        )


def light_grid(axes: Axes, axis: str = "y") -> None:
    """Pale grid lines along one axis."""
    axes.grid(axis=axis, color=RULE, linewidth=0.6)  # type: ignore[arg-type]


def month_ticks(horizon: float) -> list[float]:
    """Ticks in months: every 3, 6 or 12, so that between four and nine of them fit into `horizon` (months)."""
    step = next((step for step in (1, 2, 3, 6, 12) if horizon / step <= 9), 24)
    return [step * i for i in range(int(horizon / step + 1e-9) + 1)]


def day_ticks(horizon: float) -> list[float]:
    """Ticks in days at whole weeks, at most seven of them up to `horizon` (days)."""
    step = next((step for step in (1, 2, 7, 14, 21, 28, 56, 84) if horizon / step <= 6), 168)
    return [step * i for i in range(int(horizon / step + 1e-9) + 1)]


def logarithmic(axes: Axes) -> None:
    """Logarithmic vertical axis with plain numbers up to four decades, powers of ten beyond."""
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    ratio = high / low
    if ratio > 1e4:
        return
    subs = (1.0, 2.0, 5.0) if ratio < 100 else (1.0,)
    axes.yaxis.set_major_locator(MaxNLocator(4) if ratio < 8 else LogLocator(subs=subs))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def unit_title(axes: Axes, title: str, unit: str) -> None:
    """Bold title with the unit of the vertical axis in quiet type below it."""
    axes.set_title(title, pad=15)
    axes.annotate(
        unit, (0, 1), xycoords="axes fraction", xytext=(0, 4), textcoords="offset points", fontsize=7, color=QUIET
    )


KEY_ACROSS = 4
"""Arms in one line of their key."""


def arm_key(figure: Figure, colours: dict[str, str]) -> None:
    """Key of the arms at the foot of the figure."""
    handles = [Line2D([], [], color=colour, label=arm) for arm, colour in colours.items()]
    across = min(len(handles), KEY_ACROSS)
    figure.legend(handles=handles, loc="lower center", ncols=across, labelcolor="linecolor", handlelength=1.4)


def key_height(arms: int) -> float:
    """Inches by which the key of so many arms is higher than that of a few, which fits into one line."""
    return 0.17 * (-(-arms // KEY_ACROSS) - 1)


def response_key(figure: Figure, handles: Sequence[Artist]) -> None:
    """Key of the response categories at the foot of the figure."""
    figure.legend(handles=handles, loc="lower center", ncols=6, handlelength=1.1, columnspacing=1.4)


def wrapped(name: str, width: int) -> str:
    """`name` broken into lines of at most `width` characters, at blanks; lines that it has are kept."""
    lines = [part for line in name.splitlines() for part in textwrap.wrap(line, width)]
    return "\n".join(lines) or name
