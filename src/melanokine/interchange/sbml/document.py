"""An SBML document, opened with care: what is not well-formed, too deep or too large never reaches libSBML.

Expat reads the text first. It refuses document types (with them go entities, and so the billion laughs), and elements
nested deeper than any model of a person. libSBML then reads what is known to be plain, sound XML.
"""

from __future__ import annotations

import math
import re
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
NAMES = ("id", "variable", "symbol", "species", "name")
"""Attributes by which messages call an element, the first that it has; `name` is the id of Level 1."""
WHOLE = re.compile(r"[+-]?[0-9]{1,400}")
REAL = re.compile(r"[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|INF|NaN)")
"""How numbers may be written. libSBML would take 1,5 for 1 and 0x10 for 0."""
NOT_ZERO = re.compile(r"[+-]?[0.]*[1-9]")
SPACES = " \t\r\n"
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
    check = _Check(name)
    try:
        check.parser.Parse(raw, True)
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        message = f"the file is not well-formed XML: {reason}{check.place}"
        raise InputError(message, file=name, line=error.lineno) from None
    except ValueError as error:  # an encoding that expat does not know
        raise InputError(f"the file is not XML that can be read: {error}", file=name) from None


class _Check:
    """What Expat reports, element by element; `place` says in which one it is."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = self._refuse
        self._depth = 0
        self._within: list[tuple[int, str]] = []
        """Elements around, with their depths, that have a name or belong to SBML's own"""
        self._number: list[str] | None = None
        """What has been read of a number in a formula, and which type it is of"""
        self._type = "real"

    @property
    def place(self) -> str:
        """In which element, for messages; empty outside any that has a name."""
        return f" in {self._within[-1][1]}" if self._within else ""

    def _fail(self, message: str, remedy: str | None = None) -> None:
        raise InputError(message, file=self.name, line=self.parser.CurrentLineNumber, remedy=remedy)

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        space, _, tag = element.rpartition(" ")
        if self._depth == 1 and not (tag == "sbml" and space.startswith(NAMESPACE)):
            self._fail(f"the document is {tag!r}, not SBML", "give a file whose root element is <sbml>")
        named = next((attributes[key] for key in NAMES if key in attributes), None)
        if named is not None and space.startswith(NAMESPACE):
            self._within.append((self._depth, f"{tag} {named!r}"))
        if space == MATHML and tag == "cn":
            self._number, self._type = [], attributes.get("type", "real")
            if attributes.get("base", "10").strip() != "10":
                self._fail(f"a number{self.place} has the base {attributes['base'][:40]!r}", "write it to the base 10")
        elif space == MATHML and tag == "sep" and self._number is not None:
            self._number.append(" sep ")
        for key in NUMBERS if space.startswith(NAMESPACE) else ():
            if key in attributes:
                self._check_number(attributes[key])
        if self._depth > DEEPEST:
            self._fail(f"elements are nested more than {DEEPEST} deep{self.place}", "simplify the formula")
        formula = attributes.get("formula", "")
        if len(formula) > LONGEST_FORMULA or formula.count("(") > DEEPEST_FORMULA:
            self._fail(f"a formula is too long or has too many brackets{self.place}", "write it in parts")

    def _end(self, element: str) -> None:
        if element == f"{MATHML} cn" and self._number is not None:
            self._check_parts("".join(self._number).split("sep"))
            self._number = None
        if self._within and self._within[-1][0] == self._depth:
            self._within.pop()
        self._depth -= 1

    def _text(self, content: str) -> None:
        if self._number is not None:
            self._number.append(content)

    def _refuse(self, *_: object) -> None:
        self._fail("the document has a document type or entities", "remove <!DOCTYPE ...>; SBML has none")

    def _check_parts(self, parts: list[str]) -> None:
        """A number of a formula, in one part or two."""
        if self._type in ("integer", "rational"):
            for part in parts:
                self._check_written(part, WHOLE)
            if len(parts) == 2 and not int(parts[1]):
                self._fail(f"a number{self.place} has the denominator 0")
        elif self._type == "e-notation" and len(parts) == 2:
            self._check_written(parts[1], WHOLE)
            self._check_number("e".join(part.strip(SPACES) for part in parts))
        else:
            self._check_number(parts[0])

    def _check_written(self, text: str, form: re.Pattern) -> None:
        if not form.fullmatch(text.strip(SPACES)):
            whole, remedy = "", "write it with digits and a point, such as 1.5e-3"
            if form is WHOLE:
                whole, remedy = "whole ", "write it with digits only"
            self._fail(f"{text.strip()[:40]!r}{self.place} is no {whole}number", remedy)

    def _check_number(self, text: str) -> None:
        self._check_written(text, REAL)
        value, called = float(text), f"the number {text.strip()[:40]}{self.place}"
        if math.isinf(value) and "INF" not in text:
            self._fail(f"{called} is larger than any double", "write INF if it is meant to be infinite")
        if not value and NOT_ZERO.match(text.strip(SPACES)):
            self._fail(f"{called} is smaller than any double", "write 0")


def check_document(document: Any, name: str) -> None:
    """InputError for the first error that libSBML found while reading, and where there is no model."""
    for k in range(document.getNumErrors()):
        error = document.getError(k)
        if (error.isError() or error.isFatal()) and error.getErrorId() != UNDECLARED_ENCODING:
            message = " ".join(error.getMessage().split())
            raise InputError(f"not valid SBML: {message}", file=name, line=error.getLine() or None)
    if document.getModel() is None:
        raise InputError("the document holds no model", file=name, line=document.getLine() or None)
