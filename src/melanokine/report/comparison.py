"""A comparison of drugs: the table for a terminal, and files with figures and a page."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from melanokine.report.figures.at_a_glance import at_a_glance
from melanokine.report.figures.measures import measures
from melanokine.report.figures.style import arm_colours
from melanokine.report.figures.svg import write_svg
from melanokine.report.numbers import plain, span
from melanokine.report.page import Drawing, Given, Part, page_html
from melanokine.report.tables import Cell, Group, Row, Table

if TYPE_CHECKING:
    from rich.table import Table as RichTable

    from melanokine.analysis import Comparison

MOST_COURSES = 6
"""As many courses as colours that can be told apart."""
LEAST_DAYS = 2.0
"""Half-lives below this are told in hours."""
LEAST_SHOWN = 1e-3
"""What is less than this, exposure apart, is shown as 0."""
_READING = (
    "The same virtual patients received each treatment. Values are medians with the middle 80% of patients; shares of"
    " patients have exact 95% limits. Committed share is the part of a cell class that receptor signal has committed to"
    " division and effector function, above that at rest. Tumour-cell kill compares each patient with the same patient"
    " untreated; fewer than a million cells, which no scan sees, count as a million. Signals of IL-10 and IL-18,"
    " IFN-gamma, IL-6 and temperature stand where a treatment moves them. A dash stands where most patients have no"
    " such value. Exposure to a combination has one line for each of its drugs, in their order."
)


def write_comparison(result: Comparison, directory: Path, command: str) -> None:
    """Write `comparison.csv`, `comparison.json`, `courses.csv`, both figures as SVG, and `report.html`."""
    result.table.to_csv(directory / "comparison.csv", index=False, lineterminator="\n", float_format="%.6g")
    result.courses.to_csv(directory / "courses.csv", index=False, lineterminator="\n", float_format="%.6g")
    text = json.dumps(result.record(), indent=1, ensure_ascii=False, allow_nan=False)
    (directory / "comparison.json").write_text(text + "\n", encoding="utf-8")
    colours = arm_colours([candidate.name for candidate in result.candidates])
    drawings = (
        Drawing(
            "at-a-glance",
            "Drug in plasma (dashed where it lies on another), change of mean arterial pressure without vasopressors,"
            " and change of the sum of diameters: median and the middle 80% of patients."
            + (f" The first {MOST_COURSES} treatments." if len(colours) > MOST_COURSES else ""),
            at_a_glance(result.courses, colours=dict([*colours.items()][:MOST_COURSES]), days=result.days),
        ),
        Drawing(
            "measures",
            "Median and the middle 80% of patients; response and disease control with exact 95% limits.",
            measures(result.table, colours=colours),
        ),
    )
    for one in drawings:
        write_svg(one.figure, directory / f"{one.name}.svg", one.caption)
    page = page_html(
        " and ".join(colours) if len(colours) < 3 else f"{len(colours)} treatments compared",
        f"The same {result.patients} virtual patients ({result.population}) under each of {len(colours)} treatments,"
        f" followed for {result.days:g} days.",
        [f"seed {result.seed}", f"model {result.model[:12]}", _failures(result)],
        [Given(one.name, colours[one.name], one.sentences) for one in result.candidates],
        [
            Part("At a glance", drawings=drawings),
            Part("All measures", lines=(_READING,), tables=tuple(_tables(result, colours))),
        ],
        result.sources,
        {"Model": result.model, "Seed": str(result.seed), "Command": command},
    )
    (directory / "report.html").write_text(page, encoding="utf-8")


def comparison_table(result: Comparison) -> RichTable:
    """All measures, treatments as columns, for the terminal."""
    from rich import box
    from rich.table import Table as Rich

    colours = arm_colours([candidate.name for candidate in result.candidates])
    drawn = Rich(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    drawn.add_column("", overflow="fold")
    for name, colour in colours.items():
        drawn.add_column(name, justify="right", header_style=f"bold {colour}", overflow="fold")
    for table in _tables(result, colours):
        drawn.add_section()
        drawn.add_row(f"[bold]{table.caption}[/bold]")
        for row in table.rows:
            drawn.add_row(row.name, *(_terminal(cell) for cell in row.cells))
    return drawn


def _terminal(cell: Cell) -> str:
    values, details = cell.value.split("\n"), cell.details.split("\n")
    pairs = zip(values, details if len(details) == len(values) else [""] * len(values), strict=True)
    return "\n".join(f"{value} [dim]({detail})[/dim]" if detail else value for value, detail in pairs)


def _failures(result: Comparison) -> str:
    return f"{result.failed} of {result.patients} patients left out, whose simulation failed" if result.failed else ""


def _tables(result: Comparison, colours: dict[str, str]) -> list[Table]:
    """One table per group of measures."""
    groups = tuple(Group(name, 1, colour) for name, colour in colours.items())
    found = []
    for group, rows in result.table.groupby("group", sort=False):
        lines = []
        for _, own in rows.groupby("measure", sort=False):
            first = own.iloc[0]
            own_units = own["unit"].nunique() > 1 or first["group"] == "Exposure"
            unit = "" if own_units or first["unit"] in ("1", "ratio") else f", {_unit(first['unit'])}"
            cells = tuple(_cell(own[own["candidate"] == name], with_unit=own_units) for name in colours)
            lines.append(Row(f"{first['title']}{unit}", cells))
        found.append(Table(str(group), groups, ("Measure", *([""] * len(colours))), tuple(lines)))
    return found


def _cell(rows: pd.DataFrame, *, with_unit: bool) -> Cell:
    """The value of a candidate, or one line for each drug of a combination."""
    if rows.empty:
        return Cell("–")
    values, details = [], []
    least = 0.0 if with_unit else LEAST_SHOWN
    for unit, value, low, high in zip(rows["unit"], rows["value"], rows["low"], rows["high"], strict=True):
        if unit == "d" and with_unit and value < LEAST_DAYS:
            unit, value, low, high = "h", 24 * value, 24 * low, 24 * high
        behind = f" {_unit(unit)}" if with_unit and not math.isnan(value) else ""
        values.append(f"{plain(value, least=least)}{behind}")
        details.append(span(low, high, least=least))
    return Cell("\n".join(values), "\n".join(details))


def _unit(unit: str) -> str:
    return {"degC": "°C", "1": ""}.get(unit, unit)
