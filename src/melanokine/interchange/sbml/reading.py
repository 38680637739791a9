"""From libSBML's objects to records: attributes, defaults of each level, formulas, and ids that must be unique."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from melanokine.errors import InputError, nearest
from melanokine.interchange.sbml.mathml import Formula, read_formula
from melanokine.interchange.sbml.records import (
    Compartment,
    Description,
    Event,
    Function,
    Parameter,
    Reaction,
    Reference,
    Species,
)

OPEN = math.nan


def describe(model: Any, file: str) -> Description:
    """The records of a libSBML model; InputError where they contradict each other."""
    return _Reading(model, file).description


def _each(owner: Any, plural: str, singular: str) -> Iterator[Any]:
    get = getattr(owner, f"get{singular}")
    return (get(k) for k in range(getattr(owner, f"getNum{plural}")()))


class _Reading:
    def __init__(self, model: Any, file: str) -> None:
        self.model, self.file, self.level = model, file, model.getLevel()
        unit = model.getTimeUnits() if self.level > 2 else ""
        self.description = Description(file, model.getId(), model.getName(), unit or "time")
        for function in _each(model, "FunctionDefinitions", "FunctionDefinition"):
            self._function(function)
        for compartment in _each(model, "Compartments", "Compartment"):
            self._compartment(compartment)
        for species in _each(model, "Species", "Species"):
            self._species(species)
        for parameter in _each(model, "Parameters", "Parameter"):
            self._parameter(parameter, parameter.getId())
        for reaction in _each(model, "Reactions", "Reaction"):
            self._reaction(reaction)
        self._assignments()
        for number, event in enumerate(_each(model, "Events", "Event"), 1):
            self._event(event, number)
        self._check_targets()

    def _fail(self, message: str, element: Any, remedy: str | None = None) -> None:
        raise InputError(message, file=self.file, line=element.getLine() or None, remedy=remedy)

    def _formula(self, element: Any, where: str) -> Formula | None:
        node = element.getMath() if element.isSetMath() else None
        return None if node is None else self._read(node, element, where)

    def _read(self, node: Any, element: Any, where: str) -> Formula:
        if element.getLine():
            self.description.formula_lines[where] = element.getLine()
        return read_formula(node, where, self.file, element.getLine() or None)

    def _enter(self, table: dict, record: Any, element: Any) -> None:
        """Under its id, which nothing else may have."""
        if not record.id:
            self._fail(f"a {type(record).__name__.lower()} has no id", element)
        if record.id in self.description.lines:
            earlier = self.description.lines[record.id]
            self._fail(f"the id {record.id!r} is used twice, first in line {earlier}", element, "rename one of them")
        self.description.lines[record.id] = element.getLine()
        table[record.id] = record

    # what the model is made of

    def _function(self, element: Any) -> None:
        id, math_node = element.getId(), element.getMath() if element.isSetMath() else None
        where = f"function {id!r}"
        count = element.getNumArguments()
        arguments = tuple(element.getArgument(k).getName() for k in range(count))
        body = element.getBody() if math_node is not None else None
        formula: Formula = ("number", OPEN)
        if body is not None:
            formula = self._read(body, element, where)
        self._enter(self.description.functions, Function(id, arguments, formula, element.getLine()), element)

    def _compartment(self, element: Any) -> None:
        size = element.getSize() if element.isSetSize() or self.level == 1 else OPEN
        dimensions = element.getSpatialDimensionsAsDouble() if element.isSetSpatialDimensions() else 3.0
        record = Compartment(element.getId(), size, dimensions, element.getUnits(), element.getLine())
        self._enter(self.description.compartments, record, element)

    def _species(self, element: Any) -> None:
        given_as_amount = element.isSetInitialAmount()
        initial = OPEN
        if given_as_amount:
            initial = element.getInitialAmount()
        elif element.isSetInitialConcentration():
            initial = element.getInitialConcentration()
        factor = ""
        if self.level > 2:
            factor = element.getConversionFactor() or self.model.getConversionFactor()
        record = Species(
            element.getId(),
            element.getCompartment(),
            initial,
            given_as_amount,
            bool(element.getHasOnlySubstanceUnits()),
            bool(element.getBoundaryCondition() or element.getConstant()),
            factor or None,
            element.getSubstanceUnits() if self.level > 1 else element.getUnits(),
            element.getLine(),
        )
        self._enter(self.description.species, record, element)
        if record.compartment not in self.description.compartments:
            self._fail(f"species {record.id!r} is in no known compartment: {record.compartment!r}", element)

    def _parameter(self, element: Any, id: str) -> None:
        value = element.getValue() if element.isSetValue() else OPEN
        record = Parameter(id, value, element.getUnits(), element.getLine())
        self._enter(self.description.parameters, record, element)

    def _reaction(self, element: Any) -> None:
        id, references = element.getId(), []
        for sign, plural, singular in ((-1.0, "Reactants", "Reactant"), (1.0, "Products", "Product")):
            for reference in _each(element, plural, singular):
                references.append(self._reference(reference, sign, id))
        law, local = None, {}
        if element.isSetKineticLaw():
            kinetic = element.getKineticLaw()
            law = self._formula(kinetic, f"the kinetic law of reaction {id!r}")
            kinds = [("Parameters", "Parameter")] if self.level < 3 else [("LocalParameters", "LocalParameter")]
            for plural, singular in kinds:
                for parameter in _each(kinetic, plural, singular):
                    if parameter.getId() in local:
                        self._fail(f"reaction {id!r} has two parameters {parameter.getId()!r}", parameter)
                    local[parameter.getId()] = f"{id}.{parameter.getId()}"
                    self._parameter(parameter, f"{id}.{parameter.getId()}")
        record = Reaction(id, tuple(references), law, local, element.getLine())
        self._enter(self.description.reactions, record, element)

    def _reference(self, element: Any, sign: float, reaction: str) -> Reference:
        formula = None
        if self.level == 2 and element.isSetStoichiometryMath():
            where = f"the stoichiometry of {element.getSpecies()!r} in reaction {reaction!r}"
            formula = self._formula(element.getStoichiometryMath(), where)
        amount = element.getStoichiometry()
        if self.level == 1:
            amount /= element.getDenominator()
        if self.level > 2 and not element.isSetStoichiometry():
            amount = OPEN
        id = element.getId() if self.level > 1 else ""
        record = Reference(id, reaction, element.getSpecies(), sign, amount, formula, element.getLine())
        if record.species not in self.description.species:
            self._fail(f"reaction {reaction!r} changes an unknown species: {record.species!r}", element)
        if id:
            self._enter(self.description.references, record, element)
        return record

    # what sets and changes it

    def _assignments(self) -> None:
        description = self.description
        for element in _each(self.model, "InitialAssignments", "InitialAssignment"):
            symbol = element.getSymbol()
            formula = self._formula(element, f"the initial assignment to {symbol!r}")
            if symbol in description.initial:
                self._fail(f"{symbol!r} has two initial assignments", element)
            if formula is not None:
                description.initial[symbol] = formula
        seen: dict[str, int] = {}
        for rule in _each(self.model, "Rules", "Rule"):
            if rule.isAlgebraic():
                continue
            variable = rule.getVariable()
            if variable in seen:
                self._fail(f"{variable!r} has two rules, the first in line {seen[variable]}", rule)
            seen[variable] = rule.getLine()
            kind = "rate" if rule.isRate() else "assignment"
            formula = self._formula(rule, f"the {kind} rule of {variable!r}")
            if formula is not None:
                (description.rates if rule.isRate() else description.assigned)[variable] = formula

    def _event(self, element: Any, number: int) -> None:
        name = element.getId() or f"event {number}"
        if element.getId():
            self._check_event_id(element)
        where = f"event {name!r}"
        trigger = element.getTrigger() if element.isSetTrigger() else None
        timed = self.level > 2 and trigger is not None
        assignments: list[tuple[str, Formula]] = []
        for each in _each(element, "EventAssignments", "EventAssignment"):
            formula = self._formula(each, f"{where}, the assignment to {each.getVariable()!r}")
            if any(each.getVariable() == other for other, _ in assignments):
                self._fail(f"{where} assigns twice to {each.getVariable()!r}", each)
            if formula is not None:
                assignments.append((each.getVariable(), formula))
        record = Event(
            name,
            self._formula(trigger, f"the trigger of {where}") if trigger is not None else None,
            bool(trigger.getInitialValue()) if trigger is not None and timed else True,
            bool(trigger.getPersistent()) if trigger is not None and timed else True,
            bool(element.getUseValuesFromTriggerTime()),
            self._formula(element.getDelay(), f"the delay of {where}") if element.isSetDelay() else None,
            self._formula(element.getPriority(), f"the priority of {where}")
            if self.level > 2 and element.isSetPriority()
            else None,
            tuple(assignments),
            element.getLine(),
        )
        self.description.events.append(record)

    def _check_event_id(self, element: Any) -> None:
        if element.getId() in self.description.lines:
            self._fail(f"the id {element.getId()!r} is used twice", element, "rename one of them")
        self.description.lines[element.getId()] = element.getLine()

    def _check_targets(self) -> None:
        """What is set must exist."""
        known = {
            *self.description.compartments, *self.description.species,
            *self.description.parameters, *self.description.references,
        }  # fmt: skip
        description = self.description
        targets = [(f"the initial assignment to {symbol!r}", symbol) for symbol in description.initial]
        targets += [(f"the assignment rule of {symbol!r}", symbol) for symbol in description.assigned]
        targets += [(f"the rate rule of {symbol!r}", symbol) for symbol in description.rates]
        targets += [
            (f"event {e.id!r}, the assignment to {symbol!r}", symbol)
            for e in description.events
            for symbol, _ in e.assignments
        ]
        for what, symbol in targets:
            if symbol not in known:
                line, remedy = description.formula_lines.get(what), nearest(symbol, known)
                message = f"{what} sets what does not exist or cannot be set"
                raise InputError(message, file=self.file, line=line, remedy=remedy)
        for symbol in description.initial:
            if symbol in description.assigned:
                line = description.formula_lines.get(f"the initial assignment to {symbol!r}")
                message = f"{symbol!r} has an initial assignment as well as an assignment rule"
                raise InputError(message, file=self.file, line=line, remedy="keep one of them")
        for species in description.species.values():
            if species.factor is not None and species.factor not in description.parameters:
                message = f"the conversion factor of species {species.id!r} is no known parameter: {species.factor!r}"
                remedy = nearest(species.factor, description.parameters)
                raise InputError(message, file=self.file, line=species.line, remedy=remedy)
        for event in description.events:
            for symbol, _ in event.assignments:
                if symbol in description.assigned:
                    message = f"event {event.id!r} sets {symbol!r}, which an assignment rule determines"
                    raise InputError(message, file=self.file, line=event.line)
