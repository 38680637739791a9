"""What melanokine does not simulate: said by name, with the line, and never passed over."""

from __future__ import annotations

from typing import Any

from melanokine.errors import InputError

UNDERSTOOD = ("l3v2extendedmath",)
"""Functions of Level 3 Version 2 in documents of Version 1; libSBML reports it for Version 2 itself as well."""


class Refusal(InputError):
    """A valid model that uses a part of SBML which is declared to be out of scope."""

    def __init__(self, what: str, where: str, why: str, file: str | None, line: int | None) -> None:
        self.what, self.where, self.why = what, where, why
        super().__init__(f"{where} uses {what}, which is not supported: {why}", file=file, line=line)

    def __reduce__(self) -> tuple:
        return type(self), (self.what, self.where, self.why, self.file, self.line)


def refuse_packages(document: Any, file: str) -> None:
    """Refusal where a package that changes the mathematics of the model is required."""
    if document.getLevel() < 3:
        return  # packages belong to Level 3; libSBML shows annotations of Level 2 as if they were some
    for k in range(document.getNumPlugins()):
        name = document.getPlugin(k).getPackageName()
        if document.getPackageRequired(name) and name not in UNDERSTOOD:
            _refuse_package(name, document, file)
    for k in range(document.getNumUnknownPackages()):
        prefix = document.getUnknownPackagePrefix(k)
        if document.getPackageRequired(document.getUnknownPackageURI(k)) or document.getPackageRequired(prefix):
            _refuse_package(prefix, document, file)


def _refuse_package(name: str, document: Any, file: str) -> None:
    why = "the document says that its package is required to read the model"
    raise Refusal(f"the package {name!r}", "the document", why, file, document.getLine() or None)


def refuse_elements(model: Any, file: str) -> None:
    """Refusal for algebraic rules and fast reactions; `delay` is met while formulas are read (mathml.py)."""
    for k in range(model.getNumRules()):
        rule = model.getRule(k)
        if rule.isAlgebraic() and (rule.isSetMath() or rule.isSetFormula()):
            why = "a model with algebraic rules is no system of ordinary equations"
            raise Refusal("an algebraic rule", f"rule {k + 1}", why, file, rule.getLine() or None)
    for k in range(model.getNumReactions()):
        reaction = model.getReaction(k)
        if reaction.isSetFast() and reaction.getFast():
            why = "its equilibrium would have to be solved for"
            raise Refusal("fast=true", f"reaction {reaction.getId()!r}", why, file, reaction.getLine() or None)
