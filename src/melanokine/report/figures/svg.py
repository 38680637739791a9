"""Figures as deterministic SVG: the same figure gives the same bytes, today and tomorrow."""

from __future__ import annotations

import io
import re
from html import escape
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from melanokine.report.figures.style import settings

# The layout is computed with the font that matplotlib carries; readers see the nearest of these, all a little narrower.
_FONTS = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def svg_text(figure: Figure, name: str, description: str) -> str:
    """SVG element of `figure`, ready to stand in an HTML page beside others.

    Identifiers are prefixed with `name`, which must be unique in the page; `description` is what a screen reader says.
    The XML prolog is left out, so there is no reference to anything outside the element.
    """
    buffer = io.StringIO()
    with matplotlib.rc_context({**settings(), "svg.hashsalt": f"melanokine {name}"}):
        figure.savefig(buffer, format="svg", metadata=_NO_METADATA)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"""'DejaVu Sans'[^;"]*""", _FONTS, text)
    text = text.replace("*{stroke", "svg *{stroke")
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = text.replace("url(#", f"url(#{name}-").replace('xlink:href="#', f'xlink:href="#{name}-')
    head, body = text.split(">", 1)
    head = re.sub(r' (width|height)="[^"]*pt"', "", head)
    title = f'<title id="{name}-title">{escape(description)}</title>'
    return f'{head} role="img" aria-labelledby="{name}-title">\n {title}{body}'


def write_svg(figure: Figure, path: Path, description: str) -> None:
    """Write `figure` as a file of its own, with the size it was drawn for."""
    width, height = figure.get_size_inches()
    size = f'<svg width="{width * 72:g}pt" height="{height * 72:g}pt"'
    text = svg_text(figure, path.stem, description).replace("<svg", size, 1)
    path.write_text('<?xml version="1.0" encoding="utf-8"?>\n' + text, encoding="utf-8")
