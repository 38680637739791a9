"""Two drugs alone and together: dose-response curves, and the excess over each expectation on the grid of doses."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from melanokine.report.figures.style import ARM_COLOURS, FULL_WIDTH, INK, QUIET, light_grid, styled

DIVERGING = LinearSegmentedColormap.from_list("excess", ["#D2692A", "#F6DFCF", "#FFFFFF", "#CFDFEC", "#1D5B94"])
"""Antagonism, nothing, synergy."""
LEAST_RANGE = 10.0
"""Points of excess at which the colour is full, at least, so that what is small looks small."""


@styled
def dose_responses(curves: pd.DataFrame, effects: Mapping[str, str]) -> Figure:
    """Effect of each drug alone against its dose, a panel per effect: observed with limits, and interpolated."""
    figure = Figure(figsize=(FULL_WIDTH, 2.9))
    for axes, (effect, title) in zip(figure.subplots(1, len(effects), squeeze=False)[0], effects.items(), strict=True):
        rows = curves[curves["effect"] == effect]
        for colour, (drug, own) in zip(ARM_COLOURS, rows.groupby("drug", sort=False), strict=False):
            line, dots = (own[own["kind"] == kind] for kind in ("interpolated", "observed"))
            axes.plot(line["dose"], 100 * line["value"], color=colour, label=str(drug))
            spread = 100 * dots[["low", "high"]].sub(dots["value"], axis=0).abs().T.to_numpy()
            axes.errorbar(
                dots["dose"], 100 * dots["value"], yerr=spread, fmt="o", color=colour, markersize=3.5, elinewidth=0.9
            )
        axes.set_title(f"{title.capitalize()}, %")
        axes.set_xlabel("Dose, relative to the reference dose")
        axes.set_ylim(min(0.0, axes.get_ylim()[0]), 102)
        light_grid(axes)
        axes.legend(labelcolor="linecolor", loc="best")
    figure.subplots_adjust(left=0.07, right=0.985, top=0.9, bottom=0.16, wspace=0.18)
    return figure


@styled
def excesses(
    table: pd.DataFrame, effects: Mapping[str, str], references: Mapping[str, str], names: tuple[str, str]
) -> Figure:
    """A map per effect and reference: observed minus expected effect in points; bold where the interval excludes 0."""
    doses = sorted(table["dose_first"].unique())
    figure = Figure(figsize=(FULL_WIDTH, 0.7 + 1.8 * len(effects)))
    grid = figure.subplots(len(effects), len(references), squeeze=False)
    for row, (effect, title) in enumerate(effects.items()):
        line = grid[row]
        own = table[table["effect"] == effect]
        full = max(LEAST_RANGE, 100 * float(own["excess"].abs().max()))
        for axes, (reference, label) in zip(line, references.items(), strict=True):
            cells = own[own["reference"] == reference].set_index(["dose_first", "dose_second"])
            shown = cells["excess"].unstack().loc[doses, doses].to_numpy() * 100
            axes.imshow(shown, cmap=DIVERGING, vmin=-full, vmax=full, origin="lower", aspect="auto")
            for i, a in enumerate(doses):
                for j, b in enumerate(doses):
                    one = cells.loc[(a, b)]
                    sure = one["excess_low"] > 0 or one["excess_high"] < 0
                    colour = "white" if abs(shown[i, j]) > 0.75 * full else INK if sure else QUIET
                    weight = "bold" if sure else "normal"
                    text = "0" if abs(shown[i, j]) < 0.5 else f"{shown[i, j]:+.0f}".replace("-", "−")
                    axes.text(j, i, text, ha="center", va="center", fontsize=7.5, color=colour, fontweight=weight)
            ticks = [f"{dose:g}" for dose in doses]
            axes.set_xticks(range(len(doses)), ticks)
            axes.set_yticks(range(len(doses)), ticks if axes is line[0] else [])
            axes.tick_params(length=0)
            if row == 0:
                axes.set_title(f"over {label}", fontsize=7.8)
            if axes is line[0]:
                axes.set_ylabel(title.capitalize(), fontweight="bold")
            for spine in axes.spines.values():
                spine.set_visible(False)
    figure.supxlabel(f"Dose of {names[1]}, relative to its reference dose", fontsize=8)
    figure.supylabel(f"Dose of {names[0]}", fontsize=8)
    inches = figure.get_figheight()
    figure.subplots_adjust(left=0.105, right=0.985, top=1 - 0.28 / inches, bottom=0.5 / inches, hspace=0.2, wspace=0.08)
    return figure
