"""The report of a trial: one HTML file that needs nothing but itself, for a screen, a phone or paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from melanokine.report.baseline import baseline_table
from melanokine.report.citations import citations
from melanokine.report.figure_list import Drawn
from melanokine.report.figures.svg import svg_text
from melanokine.report.methods import methods
from melanokine.report.reading import ArmReading, Reading, first_replicate, read
from melanokine.report.tables import contrast_table, summary_table

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from melanokine.trials import Result, TrialDesign


@dataclass(frozen=True)
class _Figure:
    svg: Markup
    caption: str


@dataclass(frozen=True)
class _Section:
    id: str
    title: str
    figures: tuple[_Figure, ...] = ()


def report_html(result: Result, figures: list[Drawn], command: str | None = None) -> str:
    """The whole page; `figures` stand in their order, `command` is the command line that made the result."""
    reading = read(result)
    sections = _sections(figures)
    sources = citations([*result.citations, *result.design.sources, result.design.nct])
    return environment().get_template("report.html.j2").render(
        css=template_text("report.css"),
        title=reading.title,
        blind=reading.blind,
        lead=_lead(result, reading),
        headline=_headline(result, reading),
        sections=[_Section("summary", "Summary"), _Section("design", "Design"), *sections,
                  _Section("methods", "How to read this"), _Section("sources", "Sources")],
        summary=summary_table(reading),
        contrasts=contrast_table(reading),
        summary_note=_failures(result, reading),
        arms=[{"name": arm.name, "colour": arm.colour, "sentences": arm.sentences or ("no treatment",),
               "note": _arm_note(arm)} for arm in reading.arms],
        design=_design(result),
        baseline=baseline_table(first_replicate(result), reading),
        figures=sections,
        methods=methods(result),
        sources=sources,
        provenance=_provenance(result, command),
        version=result.version,
    )  # fmt: skip


def _sections(figures: list[Drawn]) -> list[_Section]:
    """Figures grouped under their headings, in the order given."""
    from markupsafe import Markup

    grouped: dict[str, list[_Figure]] = {}
    for one in figures:
        svg = Markup(svg_text(one.figure, one.name, one.caption))  # our own drawing; names in it are escaped there
        grouped.setdefault(one.section, []).append(_Figure(svg, one.caption))
    return [_Section(re.sub(r"\W+", "-", title.lower()), title, tuple(found)) for title, found in grouped.items()]


def _lead(result: Result, reading: Reading) -> str:
    total, count, design = sum(arm.n for arm in reading.arms), len(reading.arms), result.design
    arms = f"in {count} arms" if count > 1 else "in one arm"
    followed = f"followed for {design.duration_months:g} months"
    what = "A prediction" if design.blind else "A virtual trial"
    repeated = f"; repeated {result.replicates} times with new patients" if result.replicates > 1 else ""
    return f"{what}: {total} virtual patients {arms} ({design.population}), {followed}{repeated}."


def _headline(result: Result, reading: Reading) -> list[str]:
    facts = [f"seed {result.seed}", f"melanokine {result.version}", f"model {result.model_hash[:12]}"]
    return [result.design.nct, *facts] if result.design.nct else facts


def _failures(result: Result, reading: Reading) -> str:
    failed, total = sum(arm.failed for arm in reading.arms), len(result.patients)
    if not failed:
        return f"All {total} simulations ended without failure."
    return f"{failed} of {total} simulations failed; those patients count in no endpoint above."


def _arm_note(arm: ArmReading) -> str:
    return f"{arm.n} patients" + (f", {arm.failed} failed" if arm.failed else "")


def _design(result: Result) -> list[tuple[str, str]]:
    design = result.design
    accrual = f", entering over {design.accrual_months:g} months" if design.accrual_months else ""
    facts = [
        ("Population", design.population + (", calibrated" if result.calibration else ", not calibrated")),
        ("Enrolment", f"from {design.year} on{accrual}"),
        ("Follow-up", f"{design.duration_months:g} months to the data cut-off"),
        ("Scans", f"{design.scans}, within {design.scan_window_days} days"),
        ("Response", "RECIST 1.1, " + ("confirmed after at least 28 days" if design.confirmation else "unconfirmed")),
        ("After progression", _after_progression(design)),
        ("Reference arm", design.reference_arm if len(design.arms) > 1 else ""),
        ("Sources of the design", ", ".join(one.text for one in citations([*design.sources, design.nct]))),
    ]
    return [(name, text) for name, text in facts if text]


def _after_progression(design: TrialDesign) -> str:
    therapy = design.subsequent_therapy
    if isinstance(therapy, str):
        return {"by era": "therapy usual in the years of enrolment", "none": "no further therapy"}[therapy]
    return "; ".join(f"{' + '.join(one.regimen)} ({100 * one.probability:g}%)" for one in therapy)


def _provenance(result: Result, command: str | None) -> list[tuple[str, str]]:
    named = [
        ("melanokine", result.version),
        ("Model", result.model_hash),
        ("Calibration", result.calibration),
        ("Seed", str(result.seed)),
        ("Command", command or ""),
    ]
    facts = [(name, text) for name, text in named if text]
    runtime = result.runtime
    if not runtime:  # a result from an archive, which tells numbers and not how long they took
        return facts
    time = f"{runtime['simulate_s']:.1f} s ({runtime['patients_per_s']:.0f} patients per second)"
    return [*facts, ("Simulated in", f"{time}, compiled in {runtime['compile_s']:.1f} s")]


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates of reports, which escape whatever they are given."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("melanokine.report", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def template_text(name: str) -> Markup:
    """A file beside the templates, as it stands."""
    from markupsafe import Markup

    return Markup((files("melanokine.report") / "templates" / name).read_text(encoding="utf-8"))
