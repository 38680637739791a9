"""Spider plot: change of the target lesions over time, one line per patient, one panel per arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from melanokine.report.figures.style import (
    FULL_WIDTH,
    RESPONSE_COLOURS,
    RESPONSE_NAMES,
    light_grid,
    month_ticks,
    reference_line,
    response_key,
    styled,
    wrapped,
)

CEILING = 150.0
_DARKER = {"SD": "#98A1A9", "NE": "#CFC8BA"}  # thin lines need more contrast than bars


@styled
def spider(
    changes: pd.DataFrame,
    responses: Mapping[tuple[str, int], str],
    *,
    arms: Sequence[str],
    colours: dict[str, str],
    horizon: float,
    most: int = 100,
) -> Figure:
    """Change from baseline (%) against months to `horizon`, coloured by confirmed best overall response.

    `changes` has the columns patient, arm, month, change_percent; `responses` is keyed by arm and patient. At most
    `most` patients per arm are drawn: those with the lowest numbers, which are a random sample.
    """
    across = min(len(arms), 3)
    down = -(-len(arms) // across)
    figure = Figure(figsize=(FULL_WIDTH, 0.85 + 2.55 * down))
    drawn: set[str] = set()
    panels = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, arm in zip(panels, arms, strict=False):
        rows = changes[changes["arm"] == arm]
        chosen = sorted(patient for patient in rows["patient"].unique() if (arm, patient) in responses)[:most]
        rows = rows.sort_values("month", kind="stable")
        lines: dict[str, list] = {name: [] for name in RESPONSE_COLOURS}
        for patient in chosen:
            path = rows.loc[rows["patient"] == patient, ["month", "change_percent"]].dropna().to_numpy()
            if len(path) > 1:
                lines[responses[arm, patient]].append(path)
        drawn |= {name for name, paths in lines.items() if paths}
        for name in ("NE", "SD", "PD", "PR", "CR"):
            colour = _DARKER.get(name, RESPONSE_COLOURS[name])
            axes.add_collection(LineCollection(lines[name], colors=colour, linewidths=0.75, alpha=0.8))
        axes.axhline(0, color="#8A939B", linewidth=0.7)
        light_grid(axes)
        last = axes is panels[len(arms) - 1] or (list(panels).index(axes) + 1) % across == 0
        reference_line(axes, 20, "+20%" if last else None)
        reference_line(axes, -30, "−30%" if last else None)
        axes.set(xlim=(0, horizon), ylim=(-104, CEILING), xticks=month_ticks(horizon))
        axes.set_yticks([-100, -50, 0, 50, 100, 150])
        axes.set_yticklabels(["−100", "−50", "0", "+50", "+100", "+150"])
        axes.tick_params(labelbottom=True)
        axes.set_xlabel("Months since randomisation")
        axes.set_title(wrapped(arm, 26 if across == 3 else 42), color=colours[arm])
    for axes in panels[len(arms) :]:
        axes.remove()
    figure.supylabel("Change of the sum of target lesions (%)", fontsize=8, x=0.012)
    present = [name for name in RESPONSE_COLOURS if name in drawn]
    handles = [
        Line2D([], [], color=_DARKER.get(name, RESPONSE_COLOURS[name]), label=RESPONSE_NAMES[name]) for name in present
    ]
    inches = figure.get_figheight()
    response_key(figure, handles)
    figure.subplots_adjust(
        left=0.085, right=0.935, top=1 - 0.42 / inches, bottom=0.72 / inches, hspace=0.5, wspace=0.12
    )
    return figure
