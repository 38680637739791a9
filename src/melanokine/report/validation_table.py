"""Laboratory, pharmacokinetic, pharmacodynamic and toxicity measurements beside what the model says, as Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from melanokine import __version__
from melanokine.analysis.validation import CRITERIA, Finding
from melanokine.report.citations import citations
from melanokine.report.numbers import plain
from melanokine.report.page import Part
from melanokine.report.tables import Cell, Row, Table

_INTRODUCTION = """\
# Predicted and measured

Written by `melanokine validate{options}` with melanokine {version}. Do not edit.

Every row of the evidence that a simulation can answer, by one set of parameters. Pharmacokinetics are those of the
typical patient; all else is the median, or the share, of a cohort, with the range of 10 to 90 % of its patients. Rows
that belong to a blind trial, marked *blind*, chose no parameter.
"""


def validation_table(parts: Mapping[str, Sequence[Finding]], options: str = "") -> str:
    """The page for the findings of each plan."""
    lines = [_INTRODUCTION.format(options=options, version=__version__)]
    lines += [f"- {name}: {agreement(name, found)}" for name, found in parts.items()]
    for name, found in parts.items():
        lines += ["", f"## {name.capitalize()}", "", *_rows(found)]
        missed = [finding for finding in found if finding.answered and not finding.agrees]
        if missed:
            lines += ["", "Misses:", ""]
            lines += [f"- {called(finding)}: {finding.note or 'not explained'}." for finding in missed]
        unanswered = [finding for finding in found if not finding.answered]
        if unanswered:
            lines += ["", "Not answered:", ""]
            lines += [f"- {called(finding)}: {finding.reason}." for finding in unanswered]
    sources = citations({finding.source for found in parts.values() for finding in found if finding.source})
    links = ", ".join(f"[{one.text}]({one.url})" if one.url else one.text for one in sources)
    return "\n".join([*lines, "", f"Measurements from {links}.", ""])


def page_part(name: str, found: Sequence[Finding]) -> Part:
    """The answered rows of one plan as a section of an HTML page."""
    rows = []
    for finding in (finding for finding in found if finding.answered):
        observed, predicted = beside(finding)
        verdict = ("agrees" if finding.agrees else "misses") + (", blind" if finding.blind else "")
        rows.append(Row(called(finding), (Cell(observed, published=True), Cell(predicted), Cell(finding.unit),
                                          Cell(verdict))))  # fmt: skip
    table = Table(agreement(name, found), (), ("measured", "value", "predicted", "unit", ""), tuple(rows))
    return Part(name.capitalize(), tables=(table,))


def agreement(name: str, found: Sequence[Finding]) -> str:
    """How many of the answered rows agree, those of blind trials apart."""
    texts = []
    for blind in (False, True):
        group = [finding for finding in found if finding.answered and finding.blind == blind]
        if group:
            share = sum(finding.agrees for finding in group)
            texts.append(f"{share} of {len(group)}" + (" of blind trials" if blind else ""))
    return f"{', '.join(texts)} {CRITERIA[name]}"


def called(finding: Finding) -> str:
    """What was measured, in words."""
    return ", ".join(part for part in finding.key if part)


def _rows(found: Sequence[Finding]) -> list[str]:
    lines = ["| measured | value | predicted | unit | |", "|---|---|---|---|---|"]
    for finding in found:
        if finding.answered:
            verdict = ("agrees" if finding.agrees else "**misses**") + (", *blind*" if finding.blind else "")
            observed, predicted = beside(finding)
            lines.append(f"| {called(finding)} | {observed} | {predicted} | {finding.unit} | {verdict} |")
    return lines


def beside(finding: Finding) -> tuple[str, str]:
    """The measured value and the predicted one, each with its range where there is one."""
    return (
        _ranged(finding.observed, finding.observed_low, finding.observed_high),
        _ranged(finding.predicted, finding.predicted_low, finding.predicted_high),
    )


def _ranged(value: float, low: float, high: float) -> str:
    known = [math.nan if x is None else x for x in (low, high)]
    if any(math.isnan(x) for x in known) or math.isclose(*known, rel_tol=1e-6):
        return plain(value)
    return f"{plain(value)} ({plain(low)} to {plain(high)})"
