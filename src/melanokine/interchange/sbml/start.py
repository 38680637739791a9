"""Values at time 0: numbers of the document are parameters, initial assignments and rules determine the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from melanokine.interchange.sbml.mathml import Formula
from melanokine.interchange.sbml.values import Values

if TYPE_CHECKING:
    from melanokine.interchange.sbml.course import CourseValues


class StartValues(Values):
    """`parameters` collects the ids whose numbers the document gives, in the order in which they are met.

    The parameter of a species is its amount or its concentration, as its record says.
    """

    course: CourseValues

    def __init__(self, description, arithmetic, defaults: dict[str, float]) -> None:
        super().__init__(description, arithmetic)
        self.parameters = {id: k for k, id in enumerate(defaults)}

    def time(self) -> int:
        return self.arithmetic.zero

    def formula_of(self, id: str) -> Formula | None:
        assigned = self.description.assigned.get(id)
        return self.description.initial.get(id) if assigned is None else assigned

    def stored(self, id: str) -> int:
        given = self.arithmetic.graph.parameter(self.parameters[id])
        species = self.description.species.get(id)
        if species is None or species.given_as_amount:
            return given
        return self.arithmetic.mul(given, self.value(species.compartment))

    def rate(self, id: str) -> int:
        """The derivative in the course, with every state as it is at the start."""
        return self.course.at_start(self.course.rate(id))
