"""A network with the doses of one patient as SBML Level 3 Version 2, with units, annotations and sources.

    text = sbml_document(network, equations, parameters, schedule=schedule)

`mathml` writes expressions, `units` finds the unit of every number in them, `doses` and `events` turn a schedule into
events, `annotations` says what the elements stand for, `document` puts the whole together.
"""

from melanokine.interchange.sbml_export.document import sbml_document
from melanokine.interchange.sbml_export.doses import DoseTerm, dose_changes
from melanokine.interchange.sbml_export.mathml import Formulas

__all__ = ["DoseTerm", "Formulas", "dose_changes", "sbml_document"]
