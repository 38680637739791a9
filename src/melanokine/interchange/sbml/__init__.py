"""SBML read, by concern.

| file                          | what                                                          |
|-------------------------------|---------------------------------------------------------------|
| document, packages, refusals  | what is opened, flattened, and declined                       |
| records, reading, mathml      | the document as plain records and formulas                    |
| constants, arithmetic, functions | MathML's functions of numbers and of nodes                 |
| values, start, course         | what ids mean at the start and in the course; derivatives     |
| hybrid, instant, patient      | events and what jumps                                         |
| building, trajectory          | equations, and their integration event by event               |
| model, dataset                | what the user holds                                           |
"""

from melanokine.interchange.sbml.model import SbmlModel, parse_sbml, read_sbml
from melanokine.interchange.sbml.refusals import Refusal

__all__ = ["Refusal", "SbmlModel", "parse_sbml", "read_sbml"]
