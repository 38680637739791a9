"""A page of figures and tables beside what was given to whom: the report of an analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from melanokine import __version__
from melanokine.report.citations import citations
from melanokine.report.figures.svg import svg_text
from melanokine.report.html import environment, template_text
from melanokine.report.tables import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Drawing:
    """A figure with its file name (without ending) and its caption."""

    name: str
    caption: str
    figure: Figure


@dataclass(frozen=True)
class Part:
    """A section of the page: text, figures, tables."""

    title: str
    lines: tuple[str, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Given:
    """What one column of the page stands for."""

    name: str
    colour: str
    sentences: tuple[str, ...]


def page_html(
    title: str,
    lead: str,
    headline: Sequence[str],
    arms: Sequence[Given],
    parts: Sequence[Part],
    sources: Sequence[str],
    provenance: Mapping[str, str],
) -> str:
    """The whole page; `sources` are DOIs and the like, `provenance` what made the numbers."""
    from markupsafe import Markup

    shown = [
        {
            "title": part.title,
            "lines": part.lines,
            "tables": part.tables,
            "figures": [
                {"svg": Markup(svg_text(one.figure, one.name, one.caption)), "caption": one.caption}
                for one in part.drawings
            ],
        }
        for part in parts
    ]
    return environment().get_template("page.html.j2").render(
        css=template_text("report.css"),
        title=title,
        lead=lead,
        headline=headline,
        arms=arms,
        parts=shown,
        sources=citations(sources),
        provenance=list(provenance.items()),
        version=__version__,
    )  # fmt: skip
