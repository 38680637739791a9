"""What an id stands for, as a node: at the start, where parameters decide, or in the course, where states do.

The states are amounts of species (whatever their ids mean in formulas), sizes of compartments, values of parameters
and stoichiometries; what nothing changes is no state. A species' id means its concentration, amount / size, unless it
has only substance units or its compartment has no dimensions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from melanokine.errors import InputError, nearest
from melanokine.interchange.sbml.arithmetic import Arithmetic
from melanokine.interchange.sbml.functions import WrongArguments, apply
from melanokine.interchange.sbml.mathml import Formula
from melanokine.interchange.sbml.records import Description, Reference


class Values:
    """Nodes of ids and formulas; `quantity` gives the node of what is stored for an id: an amount for species.

    Every id is resolved once. InputError where ids depend on each other in a circle.
    """

    def __init__(self, description: Description, arithmetic: Arithmetic) -> None:
        self.description, self.arithmetic = description, arithmetic
        self._known: dict[tuple[str, str], int] = {}
        self._open: list[tuple[str, str]] = []
        self._calls: dict[tuple, int] = {}

    # to be said by those who know whether it is the start or the course

    def time(self) -> int:
        raise NotImplementedError

    def stored(self, id: str) -> int | None:
        """The node of a quantity that formulas do not determine; None where a formula does."""
        raise NotImplementedError

    def formula_of(self, id: str) -> Formula | None:
        """The formula that determines the value of an id."""
        raise NotImplementedError

    def rate(self, id: str) -> int:
        """The derivative of the value of an id."""
        raise NotImplementedError

    # ids

    def value(self, id: str) -> int:
        """What the id means in formulas."""
        return self._once("value", id, self._value)

    def quantity(self, id: str) -> int:
        """The amount of a species; the value of anything else."""
        return self._once("quantity", id, self._quantity)

    def concentration(self, id: str) -> int:
        species = self.description.species[id]
        if self.means_concentration(id):
            return self.value(id)
        return self.arithmetic.divide(self.quantity(id), self.value(species.compartment))

    def means_concentration(self, id: str) -> bool:
        """Whether the id of a species stands for its concentration in formulas."""
        species = self.description.species.get(id)
        if species is None or species.substance_only:
            return False
        return self.description.compartments[species.compartment].dimensions != 0.0

    def reaction(self, id: str) -> int:
        """Extent per time; not-a-number without a law."""
        return self._once("reaction", id, self._reaction)

    def stoichiometry(self, reference: Reference) -> int:
        """How much one unit of extent changes the species."""
        if reference.formula is not None:
            where = f"the stoichiometry of {reference.species!r} in reaction {reference.reaction!r}"
            count = self.formula(reference.formula, where=where)
        elif reference.id:
            count = self.value(reference.id)
        else:
            count = self.arithmetic.const(reference.stoichiometry)
        return self.arithmetic.graph.neg(count) if reference.sign < 0 else count

    def _once(self, kind: str, id: str, resolve: Callable[[str], int]) -> int:
        key = kind, id
        node = self._known.get(key)
        if node is None:
            if key in self._open:
                self._fail_in_a_circle(key)
            self._open.append(key)
            try:
                node = self._known[key] = resolve(id)
            finally:
                self._open.pop()
        return node

    def _fail_in_a_circle(self, key: tuple[str, str]) -> None:
        circle = [id for _, id in self._open[self._open.index(key) :]]
        names = " -> ".join(dict.fromkeys(circle)) + f" -> {key[1]}"
        known = self.description.formula_lines
        formulas = self._where(key[1]), f"the kinetic law of reaction {key[1]!r}", f"function {key[1]!r}"
        line = next((known[each] for each in formulas if each in known), self.description.lines.get(key[1]))
        raise InputError(f"ids are defined by each other in a circle: {names}", file=self.description.file, line=line)

    def _where(self, id: str) -> str:
        """What messages call the formula that determines the value of an id."""
        rule = id in self.description.assigned
        return f"the assignment rule of {id!r}" if rule else f"the initial assignment to {id!r}"

    def _value(self, id: str) -> int:
        formula = self.formula_of(id)
        if formula is not None:
            return self.formula(formula, where=self._where(id))
        if self.means_concentration(id):
            size = self.value(self.description.species[id].compartment)
            return self.arithmetic.divide(self.quantity(id), size)
        return self.quantity(id)

    def _quantity(self, id: str) -> int:
        if self.formula_of(id) is None:
            node = self.stored(id)
            assert node is not None
            return node
        if self.means_concentration(id):
            return self.arithmetic.mul(self.value(id), self.value(self.description.species[id].compartment))
        return self.value(id)

    def _reaction(self, id: str) -> int:
        reaction = self.description.reactions[id]
        if reaction.law is None:
            return self.arithmetic.const(float("nan"))
        local = {name: self.value(full) for name, full in reaction.local.items()}
        return self.formula(reaction.law, local, where=f"the kinetic law of reaction {id!r}")

    # formulas

    def formula(self, formula: Formula, local: Mapping[str, int] | None = None, *, where: str) -> int:
        """The node of a formula, in which `local` names hide those of the model; `where` is what messages call it."""
        head = formula[0]
        if head == "number":
            return self.arithmetic.const(formula[1])
        if head == "symbol":
            return local[formula[1]] if local and formula[1] in local else self._symbol(formula[1], where)
        if head == "time":
            return self.time()
        if head == "rate":
            if local and formula[1] in local:
                return self.arithmetic.zero
            self._check_known(formula[1], where)
            return self._once("rate", formula[1], self.rate)
        if head == "piecewise":
            return self._piecewise(formula, local, where)
        arguments = [self.formula(argument, local, where=where) for argument in formula[2]]
        if head == "call":
            return self._call(formula[1], arguments, where)
        try:
            return apply(self.arithmetic, formula[1], arguments)
        except WrongArguments as error:
            raise self._error(f"in {where} {error}", where) from None

    def _error(self, message: str, where: str, remedy: str | None = None) -> InputError:
        line = self.description.formula_lines.get(where)
        return InputError(message, file=self.description.file, line=line, remedy=remedy)

    def _symbol(self, id: str, where: str) -> int:
        if id in self.description.reactions:
            return self.reaction(id)
        self._check_known(id, where)
        return self.value(id)

    def _check_known(self, id: str, where: str) -> None:
        tables = self.description
        if not any(id in t for t in (tables.compartments, tables.species, tables.parameters, tables.references)):
            known = [*tables.compartments, *tables.species, *tables.parameters, *tables.references, *tables.reactions]
            raise self._error(f"{where} uses the unknown id {id!r}", where, nearest(id, known))

    def _piecewise(self, formula: Formula, local: Mapping[str, int] | None, where: str) -> int:
        otherwise = formula[2]
        chosen = (
            self.arithmetic.const(float("nan")) if otherwise is None else self.formula(otherwise, local, where=where)
        )
        for value, condition in reversed(formula[1]):
            truth = self.arithmetic.truth(self.formula(condition, local, where=where))
            chosen = self.arithmetic.choose(truth, self.formula(value, local, where=where), chosen)
        return chosen

    def _call(self, id: str, arguments: list[int], where: str) -> int:
        function = self.description.functions.get(id)
        if function is None:
            remedy = nearest(id, self.description.functions)
            raise self._error(f"{where} calls the unknown function {id!r}", where, remedy)
        if len(arguments) != len(function.arguments):
            message = f"{where} gives {len(arguments)} arguments to {id!r}, which takes {len(function.arguments)}"
            raise self._error(message, where)
        key = (id, *arguments)
        if key not in self._calls:
            local = dict(zip(function.arguments, arguments, strict=True))
            body = function.body
            self._calls[key] = self._once(
                f"call {arguments}", id, lambda _: self.formula(body, local, where=f"function {id!r}")
            )
        return self._calls[key]
