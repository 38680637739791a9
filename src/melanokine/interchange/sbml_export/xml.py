"""Elements of XML as text, and the few of MathML that SBML is made of. The same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

MATH = "http://www.w3.org/1998/Math/MathML"
TIME = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time"> t </csymbol>'


def element(name: str, attributes: Mapping[str, object] | None = None, content: str = "") -> str:
    """An element; attributes that are None are left out, truth values are written as XML has them."""
    written = "".join(f" {key}={_attribute(value)}" for key, value in (attributes or {}).items() if value is not None)
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def list_of(what: str, items: Iterable[str]) -> str:
    """`listOf...` with one item in a line; nothing where there is none."""
    lines = "\n".join(items)
    return f"<listOf{what}>\n{lines}\n</listOf{what}>\n" if lines else ""


def text(content: str) -> str:
    """Characters, escaped where XML asks for it."""
    return escape(content)


def number(value: float, unit: str | None = None) -> str:
    """A number that reads back as the same bits, with its unit if one is given."""
    units = "" if unit is None else f' sbml:units="{unit}"'
    mantissa, _, exponent = repr(float(value)).partition("e")
    if exponent:
        return f'<cn type="e-notation"{units}> {mantissa} <sep/> {int(exponent)} </cn>'
    return f"<cn{units}> {mantissa} </cn>"


def name(identifier: str) -> str:
    return f"<ci> {identifier} </ci>"


def apply(operation: str, *arguments: str) -> str:
    return f"<apply><{operation}/>{''.join(arguments)}</apply>"


def where(value: str, condition: str, otherwise: str) -> str:
    """`value` where the condition holds."""
    piece = f"<piece>{value}{condition}</piece>"
    return f"<piecewise>{piece}<otherwise>{otherwise}</otherwise></piecewise>"


def math(content: str) -> str:
    return f'<math xmlns="{MATH}">{content}</math>'


def _attribute(value: object) -> str:
    if isinstance(value, bool):
        return f'"{str(value).lower()}"'
    return quoteattr(repr(float(value)) if isinstance(value, float) else str(value))
