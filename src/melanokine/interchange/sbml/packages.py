"""Models composed of submodels (the package comp), flattened into one by libSBML where it can."""

from __future__ import annotations

from typing import Any


def flattened(document: Any, file: str) -> Any:
    """The document without comp; unchanged if it does not use it, or if libSBML cannot flatten it."""
    if document.getPlugin("comp") is None or not document.getPackageRequired("comp"):
        return document
    from libsbml import LIBSBML_OPERATION_SUCCESS, ConversionProperties

    copy = document.clone()
    properties = ConversionProperties()
    properties.addOption("flatten comp", True)
    properties.addOption("performValidation", False)
    done = copy.convert(properties)
    return copy if done == LIBSBML_OPERATION_SUCCESS and copy.getModel() is not None else document
