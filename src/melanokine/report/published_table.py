"""Predicted beside published endpoints of several trials, as a Markdown page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from melanokine.report.citations import citations
from melanokine.report.endpoints import UNITS, Estimate, label, ordered
from melanokine.report.reading import Reading, read
from melanokine.trials import published

if TYPE_CHECKING:
    from melanokine.trials import Result

WITHIN_POINTS = 10.0

_INTRODUCTION = """\
# Predicted and published

Written by `melanokine compare-published{options}` with melanokine {version}, model `{model}`, seed {seed}. Do not edit.

{which} in the populations that trials draw from, which are calibrated to some of them: one set of parameters and
weights serves all arms. These trials were in view when the parameters were set, so the table shows how well the model
describes them, not how well it predicts; blind designs serve that, and have no published column anywhere. Values with
95% intervals, which hold the chance of a trial of this size only; NR, not reached. Published values were read in the
cited publication, save those marked unverified, which were recalled. Of several reports of an endpoint the one whose
follow-up is nearest to the design's is shown: `5-year report`, or the first where nothing is said.
"""


def published_table(results: Sequence[Result], patients: int | None = None, only: str | None = None) -> str:
    """The page for `results`, none of which may be blind: a summary, then a table per trial with its sources.

    `patients` is the number per arm that was asked for, None for those of the designs; `only` names the trials that
    were chosen, None for all of the library.
    """
    if any(result.design.blind for result in results):
        raise ValueError("a blind design has no published column")
    first = results[0]
    options = "" if patients is None else f" --patients {patients}"
    head = _INTRODUCTION.format(
        options=options if only is None else f"{options} --trials {only}",
        which="Every trial of the library with a published endpoint,"
        if only is None
        else "Chosen trials of the library,",
        version=first.version,
        model=first.model_hash[:12],
        seed=first.seed,
    )
    readings = [read(result) for result in results]
    parts = [head, _agreement(readings), *map(_trial, results, readings)]
    return "\n".join(parts)


def _agreement(readings: Sequence[Reading]) -> str:
    """How many response rates and PFS fractions at 12 months lie within ten points of the published ones, and how many
    of these were not verified."""
    lines = []
    for endpoint in ("ORR", "PFS_12mo"):
        arms = [arm for reading in readings for arm in reading.arms if endpoint in arm.published]
        near = sum(abs(arm.predicted[endpoint].value - arm.published[endpoint].value) <= WITHIN_POINTS for arm in arms)
        doubtful = sum(not arm.published[endpoint].verified for arm in arms)
        doubt = f", {doubtful} of them against an unverified value" if doubtful else ""
        lines.append(f"- {label(endpoint)}: {near} of {len(arms)} arms within {WITHIN_POINTS:g} points{doubt}.")
    return "\n".join(lines) + "\n"


def _trial(result: Result, reading: Reading) -> str:
    lines = [
        f"## {reading.title}",
        "",
        "| arm | endpoint | predicted | published | difference |",
        "|---|---|---|---|---|",
    ]
    lines += _rows(reading)
    sources = citations(published(result.design)["source"])
    links = ", ".join(f"[{one.text}]({one.url})" if one.url else one.text for one in sources)
    return "\n".join([*lines, "", f"Published values from {links}.", ""])


def _rows(reading: Reading) -> list[str]:
    pairs = [(f"{arm.name} (n = {arm.n})", arm.predicted, arm.published) for arm in reading.arms]
    pairs += [(f"{one.arm} vs {one.reference}", one.predicted, one.published) for one in reading.contrasts]
    lines = []
    for name, predicted, published_ones in pairs:
        for endpoint in ordered(set(predicted) & set(published_ones)):
            one, other = predicted[endpoint], published_ones[endpoint]
            unit = UNITS.get(one.unit, one.unit)
            words = f"{label(endpoint)}, {unit}" if unit else label(endpoint)
            lines.append(f"| {name} | {words} | {one} | {other} | {_difference(one, other)} |")
            name = ""
    return lines


def _difference(one: Estimate, other: Estimate) -> str:
    """Predicted minus published; as a ratio for ratios."""
    if math.isnan(one.value) or math.isnan(other.value):
        return "–"
    if one.unit == "ratio":
        return f"× {one.value / other.value:.2f}"
    return f"{one.value - other.value:+.1f}".replace("-", "−")
