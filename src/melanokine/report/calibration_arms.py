"""Calibration arms run again, beside what they found: table, records, and a page with figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from melanokine.prediction.calibration_arms import Compared, Curve, coverage, rms
from melanokine.prediction.predictive import LEVELS
from melanokine.report.endpoints import label
from melanokine.report.page import Drawing, Given, Part, page_html
from melanokine.report.tables import Cell, Row, Table
from melanokine.trials import load

if TYPE_CHECKING:
    from rich.table import Table as RichTable

PAGE = "validation.html"
_READING = (
    "These arms chose the weights of the calibrated populations, so agreement here says how well the model describes"
    " them, not how well it predicts. `melanokine predict-blind` predicts trials that it was not shown.",
    "An arm is predicted as a new trial of its design, without the effects that the fit gave to that trial. Intervals"
    " hold what would be observed in as many patients: they carry the parameters, what trials differ by, the finite"
    " number of virtual patients, and chance. z is predicted less observed over the standard deviation of that.",
    "Observed intervals are those of a proportion in that many patients. Bands are for Kaplan-Meier curves of that many"
    " patients, all followed.",
)


def figures_of(rows: Sequence[Compared]) -> list[str]:
    """How well predicted and observed agree, a line each."""
    shares = ", ".join(f"{100 * coverage(rows, level):.0f}% in the {level}% intervals" for level in LEVELS)
    known = [row.z for row in rows if math.isfinite(row.z)]
    z = math.sqrt(sum(value**2 for value in known) / len(known)) if known else math.nan
    arms = {(row.target.design, row.target.arm) for row in rows}
    return [
        f"{len(rows)} observed endpoints of {len(arms)} arms: {shares}.",
        f"Root mean square difference {rms(rows):.1f} points; root mean square z {z:.2f}.",
    ]


def terminal_table(rows: Sequence[Compared], title: str) -> RichTable:
    """The table of one design for a terminal."""
    from melanokine.report.terminal import rich_table

    return rich_table(_table(rows, title))


def record(row: Compared) -> dict[str, Any]:
    """The comparison as plain numbers, in percent of patients."""
    limits = {f"{side}{level}": own[i] for level, own in row.limits.items() for i, side in enumerate(("low", "high"))}
    low, high = row.observed_range
    numbers = {"observed": row.target.value, "observed_low": low, "observed_high": high, "predicted": row.predicted}
    rounded = {name: round(value, 3) for name, value in {**numbers, **limits}.items()}
    return {
        "design": row.target.design,
        "arm": row.target.arm,
        "endpoint": row.target.name,
        "n": row.target.n,
        **rounded,
        "z": round(row.z, 3) if math.isfinite(row.z) else None,
        "covered": row.covered(),
        "parts": {name: round(value, 3) for name, value in row.parts.items()},
        "source": row.target.source,
        "verified": row.target.verified,
    }


def write_page(
    rows: Sequence[Compared],
    curves: Sequence[Curve],
    directory: Path,
    more: Sequence[Part],
    provenance: Mapping[str, str],
) -> None:
    """Write PAGE into `directory`; `more` are the parts that follow the trials."""
    from melanokine.report.figures import calibration_arms as figures
    from melanokine.report.figures.style import arm_colours

    parts, given = [], []
    if rows:
        parts.append(Part("How well they agree", lines=(*figures_of(rows), *_READING)))
    for name in dict.fromkeys(row.target.design for row in rows):
        own = [row for row in rows if row.target.design == name]
        colours = arm_colours(list(dict.fromkeys(row.target.arm for row in own)))
        design = load(name)
        given += [Given(f"{name}: {arm}", colours[arm], tuple(design.arms[arm].regimen)) for arm in colours]
        drawings = (
            Drawing(f"{name}-forest", f"{name}: predicted and published endpoints.", figures.endpoints(own, colours)),
            Drawing(
                f"{name}-survival",
                f"{name}: predicted survival with 95% bands, and published fractions.",
                figures.survival([curve for curve in curves if curve.design == name], colours),
            ),
        )
        parts.append(Part(name, drawings=drawings, tables=(_table(own, "Percent of patients, 95% intervals."),)))
    page = page_html(
        "Predicted and observed",
        "What was measured in trials, in the laboratory and in patients, beside what one set of parameters says.",
        [],
        given,
        [*parts, *more],
        sorted({row.target.source for row in rows}),
        provenance,
    )
    (directory / PAGE).write_text(page, encoding="utf-8")


def _table(rows: Sequence[Compared], caption: str) -> Table:
    several = len({row.target.arm for row in rows}) > 1
    lines = []
    for row in rows:
        name = f"{row.target.arm}: {label(row.target.name)}" if several else label(row.target.name)
        z = f"{row.z:+.1f}".replace("-", "−") if math.isfinite(row.z) else "–"
        observed = Cell(f"{row.target.value:.0f}", _range(row.observed_range), published=True)
        verdict = "" if row.covered() else "outside"
        doubt = "" if row.target.verified == "yes" else "unverified"
        mark = ", ".join(filter(None, (verdict, doubt)))
        lines.append(Row(name, (Cell(f"{row.predicted:.0f}", _range(row.limits["95"])), observed, Cell(z), Cell(mark))))
    return Table(caption, (), ("", "predicted", "observed", "z", ""), tuple(lines))


def _range(limits: tuple[float, float]) -> str:
    return f"{limits[0]:.0f} to {limits[1]:.0f}"
