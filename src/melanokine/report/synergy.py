"""Two drugs together: the table for a terminal, and files with figures and a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from melanokine.analysis.synergy import EFFECTS, REFERENCES
from melanokine.report.figures.style import arm_colours
from melanokine.report.figures.svg import write_svg
from melanokine.report.figures.synergy import dose_responses, excesses
from melanokine.report.numbers import plain
from melanokine.report.page import Drawing, Given, Part, page_html
from melanokine.report.tables import Cell, Group, Row, Table

if TYPE_CHECKING:
    from rich.table import Table as RichTable

    from melanokine.analysis import Synergy

_READING = (
    "Tumour control is 1 minus the geometric mean over patients of tumour cells relative to the same patient untreated;"
    " response is the share of patients whose sum of diameters shrinks by 30% or more.",
    "Excess is the effect of the combination minus what is expected of drugs that do not interact: the effect of the"
    " better drug (highest single agent), of the better drug in each patient (independent action), of drugs that act on"
    " what the other leaves (Bliss), or of drugs that are dilutions of each other (Loewe). Where one drug alone cannot"
    " reach an effect at any dose given, Loewe expects what the other does by itself, and is then a low bar.",
    "A response is a threshold: drugs that each take a tumour part of the way there respond together more often than"
    " separately even if their kills merely add. Tumour control, where Bliss means that log kills add, tells"
    " interaction.",
    "Intervals are 95% limits of a bootstrap over patients. The verdict rests on the mean excess over all doses, and"
    " needs a mean of at least one point and an interval on one side of 0.",
)


def verdicts(result: Synergy) -> list[str]:
    """One line per effect."""
    return [f"{title.capitalize()}: {result.verdict(effect)}." for effect, title in EFFECTS.items()]


def write_synergy(result: Synergy, directory: Path, command: str) -> None:
    """Write `synergy.csv`, `dose-response.csv`, `synergy.json`, both figures as SVG, and `report.html`."""
    result.table.to_csv(directory / "synergy.csv", index=False, lineterminator="\n", float_format="%.6g")
    result.curves.to_csv(directory / "dose-response.csv", index=False, lineterminator="\n", float_format="%.6g")
    text = json.dumps(result.record(), indent=1, ensure_ascii=False, allow_nan=False)
    (directory / "synergy.json").write_text(text + "\n", encoding="utf-8")
    names = (result.first.name, result.second.name)
    drawings = (
        Drawing(
            "excess",
            "Observed minus expected effect in percentage points at each pair of doses; bold where the 95% interval"
            " excludes 0. Blue is more than expected, orange less.",
            excesses(result.table, EFFECTS, REFERENCES, names),
        ),
        Drawing(
            "dose-response",
            "Each drug alone: observed with 95% limits, and the monotone interpolation that Loewe additivity reads.",
            dose_responses(result.curves, EFFECTS),
        ),
    )
    for one in drawings:
        write_svg(one.figure, directory / f"{one.name}.svg", one.caption)
    colours = arm_colours(names)
    page = page_html(
        f"{names[0]} with {names[1]}",
        f"The same {result.patients} virtual patients ({result.population}) under each drug alone and under"
        f" {len(result.doses) ** 2} combinations of doses, followed for {result.days:g} days.",
        [f"seed {result.seed}", f"model {result.model[:12]}"],
        [Given(one.name, colours[one.name], one.sentences) for one in (result.first, result.second)],
        [
            Part("Verdict", lines=tuple(verdicts(result)), tables=(_table(result),)),
            Part("Excess and dose response", drawings=drawings),
            Part("How to read this", lines=_READING),
        ],
        (),
        {"Model": result.model, "Seed": str(result.seed), "Command": command},
    )
    (directory / "report.html").write_text(page, encoding="utf-8")


def synergy_table(result: Synergy) -> RichTable:
    """Mean excess by effect and reference, for the terminal."""
    from melanokine.report.terminal import rich_table

    return rich_table(_table(result))


def _table(result: Synergy) -> Table:
    rows = []
    for reference, title in REFERENCES.items():
        cells = []
        for effect in EFFECTS:
            own = result.summary
            one = own[(own["effect"] == effect) & (own["reference"] == reference)].iloc[0]
            mean, low, high = (plain(round(100 * float(one[name]), 1)) for name in ("mean_excess", "low", "high"))
            cells.append(Cell(f"{one['verdict']}, {mean}", f"{low} to {high}"))
        rows.append(Row(f"over {title}", tuple(cells)))
    caption = "Mean excess over the grid of doses in percentage points, with 95% intervals."
    groups = tuple(Group(title.capitalize(), 1) for title in EFFECTS.values())
    return Table(caption, groups, ("", *([""] * len(EFFECTS))), tuple(rows))
