"""Models, problems, doses and data in the formats of other tools, in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from melanokine.lazy import on_first_use

if TYPE_CHECKING:
    from melanokine.interchange.petab import read_petab
    from melanokine.interchange.sbml import SbmlModel, read_sbml
else:
    __getattr__, __dir__ = on_first_use(
        __name__,
        {
            "read_petab": "melanokine.interchange.petab.read_petab",
            "SbmlModel": "melanokine.interchange.sbml.SbmlModel",
            "read_sbml": "melanokine.interchange.sbml.read_sbml",
        },
    )

__all__ = ["SbmlModel", "read_petab", "read_sbml"]
