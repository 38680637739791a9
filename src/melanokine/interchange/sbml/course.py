"""Values and derivatives while time passes: nodes of states, and of parameters for what never changes."""

from __future__ import annotations

from melanokine.interchange.sbml.mathml import Formula
from melanokine.interchange.sbml.records import Description, Reference, Species
from melanokine.interchange.sbml.start import StartValues
from melanokine.interchange.sbml.values import Values
from melanokine.network.differentiation import gradients

TIME = "time"
"""The state that counts time, where anything depends on it."""


def changing(description: Description) -> list[str]:
    """Ids of what is a state, in the order of the document: reactions, rate rules or events change it."""
    by_reaction = {
        reference.species
        for reaction in description.reactions.values()
        for reference in reaction.references
        if reaction.law is not None and not description.species[reference.species].fixed
    }
    by_event = {id for event in description.events for id, _ in event.assignments}
    moved = (by_reaction | set(description.rates) | by_event) - set(description.assigned)
    tables = description.compartments, description.species, description.parameters, description.references
    return [id for table in tables for id in table if id in moved]


class CourseValues(Values):
    def __init__(self, start: StartValues) -> None:
        super().__init__(start.description, start.arithmetic)
        self.start = start
        start.course = self
        self.states = {id: k for k, id in enumerate(changing(start.description))}
        self._time: int | None = None
        self._changed_by: dict[str, dict[str, list[Reference]]] = {}
        """For each species the reactions that change it, and how."""
        for reaction in start.description.reactions.values():
            for reference in reaction.references if reaction.law is not None else ():
                self._changed_by.setdefault(reference.species, {}).setdefault(reaction.id, []).append(reference)
        self._substituted: dict[int, int] = {}

    def time(self) -> int:
        if self._time is None:
            self._time = self.arithmetic.graph.state(len(self.states))
        return self._time

    @property
    def counts_time(self) -> bool:
        """Whether anything has asked for the time."""
        return self._time is not None

    def formula_of(self, id: str) -> Formula | None:
        return self.description.assigned.get(id)

    def stored(self, id: str) -> int:
        if id in self.states:
            return self.arithmetic.graph.state(self.states[id])
        return self.start.quantity(id)

    # derivatives

    def derivative(self, id: str) -> int:
        """d/dt of the state of this id: for a species of its amount."""
        return self._once("derivative", id, self._derivative)

    def rate(self, id: str) -> int:
        """d/dt of what the id means in formulas."""
        rule = self.description.rates.get(id)
        if rule is not None:
            return self.formula(rule, where=f"the rate rule of {id!r}")
        if id in self.description.assigned:
            return self.total_derivative(self.value(id))
        if id not in self.states and not self.means_concentration(id):
            return self.arithmetic.zero
        amount_rate = self.derivative(id) if id in self.states else self.arithmetic.zero
        if not self.means_concentration(id):
            return amount_rate
        compartment = self.description.species[id].compartment
        dilution = self.arithmetic.mul(self.value(id), self._once("rate", compartment, self.rate))
        return self.arithmetic.divide(self.arithmetic.graph.sub(amount_rate, dilution), self.value(compartment))

    def total_derivative(self, node: int) -> int:
        """d/dt of a function of the states."""
        slopes = gradients(self.arithmetic.graph, [node])[0]
        names = list(self.states)
        moves = {k: self.derivative(names[k]) if k < len(names) else self.arithmetic.one for k in slopes}
        return self.arithmetic.total([self.arithmetic.mul(slope, moves[k]) for k, slope in slopes.items()])

    def _derivative(self, id: str) -> int:
        rule = self.description.rates.get(id)
        species = self.description.species.get(id)
        if rule is not None:
            rate = self.formula(rule, where=f"the rate rule of {id!r}")
            if not self.means_concentration(id):
                return rate
            compartment = self.description.species[id].compartment
            swelling = self.arithmetic.mul(self.value(id), self._once("rate", compartment, self.rate))
            return self.arithmetic.graph.add(self.arithmetic.mul(rate, self.value(compartment)), swelling)
        return self.arithmetic.zero if species is None or species.fixed else self._by_reactions(species)

    def _by_reactions(self, species: Species) -> int:
        terms = []
        for reaction, references in self._changed_by.get(species.id, {}).items():
            count = self.arithmetic.total([self.stoichiometry(reference) for reference in references])
            terms.append(self.arithmetic.mul(count, self.reaction(reaction)))
        change = self.arithmetic.total(terms)
        return change if species.factor is None else self.arithmetic.mul(self.value(species.factor), change)

    # at the start

    def at_start(self, node: int) -> int:
        """The node with every state replaced by its value at the start."""
        arithmetic, known = self.arithmetic, self._substituted
        graph, names = arithmetic.graph, list(self.states)
        for a in graph.reach([node]):
            if a in known:
                continue
            operation, *x = graph.op[a]
            if operation == "state":
                known[a] = self.start.quantity(names[x[0]]) if x[0] < len(names) else self.start.time()
            elif not graph.varies[a]:
                known[a] = a
            else:
                known[a] = arithmetic.rebuilt(operation, *(known[b] for b in x))
        return known[node]
