"""An SBML document, opened with care: what is not well-formed, too deep or too large never reaches libSBML.

Expat reads the text first. It refuses document types (with them go entities, and so the billion laughs), and elements
nested deeper than any model of a person. libSBML then reads what is known to be plain, sound XML.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.parsers import expat

from melanokine.errors import InputError

LARGEST = 512 * 2**20
"""Bytes"""
DEEPEST = 400
"""Elements within each other; formulas of large models reach some 60."""
LONGEST_FORMULA, DEEPEST_FORMULA = 100_000, 200
"""Characters and brackets of a Level 1 formula, which is text in an attribute."""
NUMBERS = ("value", "size", "volume", "initialAmount", "initialConcentration", "stoichiometry", "multiplier")
"""Attributes that hold numbers; those of formulas are in `cn`."""
LARGEST_EXPONENT = 308.2547
"""Decimal logarithm of the largest double."""
MATHML = "http://www.w3.org/1998/Math/MathML"
NAMESPACE = "http://www.sbml.org/sbml/level"
UNDECLARED_ENCODING = 1002
"""libSBML calls an XML declaration without encoding an error; XML says that it is UTF-8, which Expat has checked."""


def open_document(path: str | Path) -> tuple[Any, str]:
    """The libSBML document of a file, and the file's name for messages.

    Raises InputError, with line where there is one, for a file that is missing, too large, not XML, not SBML, or has
    errors that keep libSBML from reading it.
    """
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"the file is larger than {LARGEST >> 20} MiB", file=path)
        text = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot read the file: {reason}", file=path) from None
    check_text(text, str(path))
    document = _libsbml().SBMLReader().readSBMLFromFile(str(path))
    check_document(document, str(path))
    return document, str(path)


def parse_document(text: str, name: str = "SBML text") -> Any:
    """The libSBML document of a text; errors as `open_document` raises them."""
    raw = text.encode()
    check_text(raw, name)
    document = _libsbml().SBMLReader().readSBMLFromString(text)
    check_document(document, name)
    return document


def _libsbml() -> Any:
    try:
        import libsbml
    except ImportError:
        remedy = "install melanokine with the extra `interchange`"
        raise InputError("reading SBML needs the package python-libsbml", remedy=remedy) from None
    return libsbml


def check_text(raw: bytes, name: str) -> None:
    """InputError unless the bytes are well-formed XML of an SBML document, without a document type."""
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = 0

    def fail(message: str, remedy: str | None = None) -> None:
        raise InputError(message, file=name, line=parser.CurrentLineNumber, remedy=remedy)

    number: list[str] | None = None
    scaled = False

    def check_size(text: str, exponent: str = "0") -> None:
        try:
            too_large = math.isinf(float(text)) and "inf" not in text.lower()
            mantissa = float(text)
            too_large |= mantissa != 0.0 and math.log10(abs(mantissa)) + float(exponent) >= LARGEST_EXPONENT
        except (ValueError, OverflowError):
            return  # libSBML says what is wrong with it
        if too_large and "inf" not in text.lower():
            fail(f"the number {text.strip()[:40]} is larger than any double", "write INF if it is meant to be infinite")

    def text(content: str) -> None:
        if number is not None:
            number.append(content)

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal depth, number, scaled
        depth += 1
        if element == f"{MATHML} cn":
            number, scaled = [], attributes.get("type") == "e-notation"
        elif element == f"{MATHML} sep" and number is not None:
            number.append(" sep ")
        for name in NUMBERS:
            if name in attributes:
                check_size(attributes[name])
        if depth == 1 and not (element.endswith(" sbml") and element.startswith(NAMESPACE)):
            fail(f"the document is {element.split(' ')[-1]!r}, not SBML", "give a file whose root element is <sbml>")
        if depth > DEEPEST:
            fail(f"elements are nested more than {DEEPEST} deep", "simplify the formula")
        formula = attributes.get("formula", "")
        if len(formula) > LONGEST_FORMULA or formula.count("(") > DEEPEST_FORMULA:
            fail("a formula is too long or has too many brackets", "write it in parts")

    def end(element: str) -> None:
        nonlocal depth, number
        depth -= 1
        if element == f"{MATHML} cn" and number is not None:
            mantissa, *rest = "".join(number).split("sep")
            check_size(mantissa, rest[0] if rest and scaled else "0")
            number = None

    def refuse(*_: object) -> None:
        fail("the document has a document type or entities", "remove <!DOCTYPE ...>; SBML has none")

    handlers: dict[str, Callable] = {
        "StartElementHandler": start,
        "EndElementHandler": end,
        "CharacterDataHandler": text,
        "StartDoctypeDeclHandler": refuse,
        "EntityDeclHandler": refuse,
    }
    for handler, function in handlers.items():
        setattr(parser, handler, function)
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        raise InputError(f"the file is not well-formed XML: {reason}", file=name, line=error.lineno) from None
    except ValueError as error:  # an encoding that expat does not know
        raise InputError(f"the file is not XML that can be read: {error}", file=name) from None


def check_document(document: Any, name: str) -> None:
    """InputError for the first error that libSBML found while reading, and where there is no model."""
    for k in range(document.getNumErrors()):
        error = document.getError(k)
        if (error.isError() or error.isFatal()) and error.getErrorId() != UNDECLARED_ENCODING:
            message = " ".join(error.getMessage().split())
            raise InputError(f"not valid SBML: {message}", file=name, line=error.getLine() or None)
    if document.getModel() is None:
        raise InputError("the document holds no model", file=name)
