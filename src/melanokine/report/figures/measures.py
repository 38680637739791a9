"""Measures of several drugs: one small panel per measure, a dot with its range per drug."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from melanokine.report.figures.style import FULL_WIDTH, light_grid, styled, wrapped

PANELS = {
    "Pharmacology": {
        "effective_half_life": "effective half-life, d",
        "selectivity_circulating": "CD8 signal over Treg",
        "selectivity_nk": "NK signal over Treg",
        "doses_given": "doses given, %",
    },
    "Expansion": {
        "cd8_t_cells_peak": "CD8 in blood, fold",
        "nk_cells_peak": "NK in blood, fold",
        "regulatory_t_cells_peak": "Treg in blood, fold",
        "tumour_cd8_peak": "CD8 in tumour, fold",
    },
    "IL-10 and IL-18": {
        "il10_myeloid_mean": "IL-10, myeloid, mean",
        "il10_cd8_mean": "IL-10, CD8 in tumour",
        "il18_signal_mean": "IL-18, NK, mean",
        "il18_binding_protein_peak": "IL-18BP, fold",
    },
    "Safety": {
        "leak_peak": "vascular leak, peak",
        "pressure_lowest": "lowest pressure, mmHg",
        "albumin_lowest": "lowest albumin, g/dL",
        "weight_gain_peak": "weight gain, kg",
    },
    "Cytokines": {
        "temperature_peak": "temperature, °C",
        "interleukin_6_peak": "interleukin-6, pg/mL",
        "interferon_plasma_peak": "interferon-γ, pM",
        "immune_toxicity_peak": "immune toxicity, peak",
    },
    "Efficacy": {
        "best_change": "best change of size, %",
        "response": "response, %",
        "control": "disease control, %",
        "log_kill": "log10 kill",
    },
}
"""Rows of panels and their titles by measure; a measure that a model does not have leaves its place empty."""
LOGARITHMIC = {
    "effective_half_life", "tumour_cd8_peak", "nk_cells_peak", "interleukin_6_peak", "interferon_plasma_peak",
    "immune_toxicity_peak",
}  # fmt: skip
ACROSS = 4
WIDE = 1e3
"""Ratio of the ends of a logarithmic axis up to which there is room for plain numbers; beyond, powers of ten."""
GAP = 0.55
"""Inches between the rows, for the numbers of one and the titles of the next."""


@styled
def measures(table: pd.DataFrame, *, colours: dict[str, str]) -> Figure:
    """`table` as in analysis.Comparison; candidates from top to bottom in the order of `colours`."""
    rows = {name: [key for key in panels if (table["measure"] == key).any()] for name, panels in PANELS.items()}
    rows = {name: keys for name, keys in rows.items() if keys}
    height = 0.42 + 0.16 * len(colours)
    figure = Figure(figsize=(FULL_WIDTH, 0.1 + len(rows) * (height + GAP)))
    grid = figure.subplots(len(rows), ACROSS, squeeze=False)
    for line, (name, keys) in zip(grid, rows.items(), strict=True):
        for axes, key in zip(line, keys, strict=False):
            shown = table[table["measure"] == key]
            for place, (candidate, colour) in enumerate(colours.items()):
                own = shown[(shown["candidate"] == candidate) & shown["value"].notna()]
                for k, one in enumerate(own.itertuples()):
                    y = place + 0.22 * (k - (len(own) - 1) / 2)
                    axes.plot([one.low, one.high], [y, y], color=colour, linewidth=1.3)
                    axes.plot([one.value], [y], "o", color=colour, markersize=3.6)
            if key in LOGARITHMIC and (shown["low"].dropna() > 0).all() and shown["value"].notna().any():
                axes.set_xscale("log")
                low, high = axes.get_xlim()
                subs = (1.0,) if high > 20 * low else (1.0, 2.0, 5.0)
                axes.xaxis.set_major_locator(LogLocator(subs=subs, numticks=5))
                if high <= WIDE * low:
                    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
                axes.xaxis.set_minor_formatter(NullFormatter())
            axes.set_ylim(len(colours) - 0.4, -0.6)
            axes.set_title(PANELS[name][key], fontsize=7.5, fontweight="normal")
            axes.set_yticks(range(len(colours)))
            first = axes is line[0]
            axes.set_yticklabels([wrapped(candidate, 26) for candidate in colours] if first else [])
            axes.tick_params(axis="y", length=0, labelsize=7)
            light_grid(axes, "x")
        for axes in line[len(keys) :]:
            axes.remove()
        line[0].annotate(
            name, (0, 1), xycoords="axes fraction", xytext=(-8, 6), textcoords="offset points", ha="right",
            fontsize=8.5, fontweight="bold",
        )  # fmt: skip
    inches = figure.get_figheight()
    figure.subplots_adjust(
        left=0.2, right=0.985, top=1 - 0.3 / inches, bottom=0.25 / inches, hspace=GAP / height, wspace=0.16
    )
    return figure
