"""The SBML model of a problem, in which observables, noise and changes are quantities too.

What a condition sets at the start, and what has an initial assignment or is a species, is set through that assignment:
it becomes a choice between a number of the experiment and what the model says. So everything that follows from it at
the start does. Other targets are parameters of a row. What an initial assignment makes of a number that changes later
stays as it was: it becomes a state that nothing moves.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from melanokine.errors import InputError, nearest
from melanokine.interchange.petab.problem import Problem
from melanokine.interchange.sbml import SbmlModel, parse_sbml
from melanokine.interchange.sbml.course import changing
from melanokine.interchange.sbml.mathml import Formula, symbols_in
from melanokine.interchange.sbml.records import Description, Parameter, Species
from melanokine.network import evaluate

SIMULATION, NOISE, VALUE, USED = "petab_simulation_", "petab_noise_", "petab_value_", "petab_used_"
CHANGE = "petab_change_"


@dataclass(eq=False)
class ProblemModel:
    """`columns` are where a row has the values of the parameter table; `changes` names the quantity of each change."""

    problem: Problem
    model: SbmlModel
    columns: np.ndarray
    changes: dict[tuple[str, Formula], str]
    overridden: frozenset[str]

    @cached_property
    def position(self) -> dict[str, int]:
        return {id: k for k, id in enumerate(self.model.parameters)}

    def node(self, quantity: str) -> int:
        return self.model._built.value[quantity]

    def evaluate(self, quantities: list[str], states: np.ndarray, rows: np.ndarray) -> list[np.ndarray]:
        graph = self.model.equations.graph
        shape = np.broadcast_shapes(states.shape[:-1], rows.shape[:-1])
        found = evaluate(graph, [self.node(q) for q in quantities], states, rows)
        return [np.broadcast_to(values, shape) for values in found]


def problem_model(problem: Problem) -> ProblemModel:
    """InputError for ids that neither the model nor the tables know, and for targets that a rule determines."""
    given = parse_sbml(problem.sbml, problem.sbml_file).description
    description = _copy(given)
    for alias, id in problem.mapping.items():
        if alias != id and _known(description, id) and not _known(description, alias):
            _quantity(description, alias, ("symbol", id))
    for p in problem.parameters:
        description.initial.pop(p.id, None)
        if p.id in description.parameters:
            description.parameters[p.id] = replace(description.parameters[p.id], value=p.value)
        elif _known(description, p.id):
            raise InputError(f"the parameter table has {p.id!r}, which is no parameter of the model", file=problem.file)
        else:
            description.parameters[p.id] = Parameter(p.id, p.value, "", 0)
    for o in problem.observables.values():
        _outputs(description, o)
    overridden = _targets(description, problem)
    changes = _changes(description, problem)
    _check_symbols(description, problem)
    model = SbmlModel(description)
    positions = {id: k for k, id in enumerate(model.parameters)}
    columns = np.array([positions[p.id] for p in problem.parameters], int)
    return ProblemModel(problem, model, columns, changes, frozenset(overridden))


def _copy(d: Description) -> Description:
    copied = copy(d)
    for name in ("compartments", "species", "parameters", "initial", "assigned", "rates"):
        setattr(copied, name, dict(getattr(d, name)))
    return copied


def _known(d: Description, id: str) -> bool:
    return any(id in table for table in (d.compartments, d.species, d.parameters, d.references, d.reactions))


def _quantity(d: Description, id: str, formula: Formula) -> None:
    d.parameters[id] = Parameter(id, float("nan"), "", 0)
    d.assigned[id] = formula


def _outputs(d: Description, o) -> None:
    """The observable, its noise, and their placeholders, which measurements fill in."""
    for placeholder in (*o.placeholders, *o.noise_placeholders):
        if not _known(d, placeholder):
            d.parameters[placeholder] = Parameter(placeholder, float("nan"), "", 0)
    _quantity(d, SIMULATION + o.id, o.formula)
    if not _known(d, o.id):
        _quantity(d, o.id, ("symbol", SIMULATION + o.id))
    _quantity(d, NOISE + o.id, o.noise)


def _targets(d: Description, problem: Problem) -> set[str]:
    """Make every target something that an experiment can set; those that are set through an initial assignment."""
    first: dict[str, None] = {}
    later: set[str] = set()
    for experiment in problem.experiments.values():
        for k, period in enumerate(experiment.periods):
            ids = [problem.mapping.get(id, id) for id, _ in period.changes]
            first.update(dict.fromkeys(ids))
            if k:
                later.update([*ids, *(problem.mapping.get(id, id) for id in period.resets)])
    overridden = set()
    for id in first:
        if not _known(d, id):
            known = [*d.compartments, *d.species, *d.parameters]
            d_parameter = any(id == p.id for p in problem.parameters)
            if not d_parameter and not _is_output_parameter(id, d, problem):
                raise InputError(
                    f"a condition changes {id!r}, which is not there", file=problem.file, remedy=nearest(id, known)
                )
            d.parameters[id] = Parameter(id, float("nan"), "", 0)
        if id in d.assigned:
            raise InputError(f"a condition changes {id!r}, which a rule of the model determines", file=problem.file)
        if id in d.species or id in d.initial:
            overridden.add(id)
            for name, value in ((VALUE + id, 0.0), (USED + id, 0.0)):
                d.parameters[name] = Parameter(name, value, "", 0)
            used = ("apply", "gt", (("symbol", USED + id), ("number", 0.5)))
            d.initial[id] = (
                "piecewise",
                ((("symbol", VALUE + id), used),),
                d.initial.get(id) or _start(d.species[id], d),
            )
    _keep(d, later)
    return overridden


def _is_output_parameter(id: str, d: Description, problem: Problem) -> bool:
    formulas = [f for o in problem.observables.values() for f in (o.formula, o.noise)]
    return any(id in symbols_in(f) for f in formulas)


def _start(species: Species, d: Description) -> Formula:
    """What the id of a species means at the start, by the numbers of the document."""
    number = ("number", species.initial)
    concentration = not species.substance_only and d.compartments[species.compartment].dimensions != 0.0
    if species.given_as_amount == concentration:
        return "apply", "divide" if concentration else "times", (number, ("symbol", species.compartment))
    return number


def _keep(d: Description, later: set[str]) -> None:
    """States that nothing moves, of what follows at the start from something that changes later."""
    moved, tainted = set(changing(d)), set(later)
    grows = True
    while grows:
        grows = False
        for id, formula in (*d.initial.items(), *d.assigned.items()):
            if id not in tainted and id not in moved and tainted.intersection(symbols_in(formula)):
                tainted.add(id)
                grows = True
    for id in d.initial:
        if id in tainted and id not in moved and id not in later and id in d.parameters:
            d.rates[id] = ("number", 0.0)


def _changes(d: Description, problem: Problem) -> dict[tuple[str, Formula], str]:
    names: dict[tuple[str, Formula], str] = {}
    for experiment in problem.experiments.values():
        for period in experiment.periods:
            for change in period.changes:
                if change not in names:
                    names[change] = f"{CHANGE}{len(names) + 1}"
                    _quantity(d, names[change], change[1])
    return names


def _check_symbols(d: Description, problem: Problem) -> None:
    for o in problem.observables.values():
        for what, formula in (("observableFormula", o.formula), ("noiseFormula", o.noise)):
            for id in symbols_in(formula):
                if not _known(d, id):
                    known = [*d.compartments, *d.species, *d.parameters]
                    message = f"{what} of {o.id!r} uses {id!r}, which neither model nor tables know"
                    raise InputError(message, file=problem.file, remedy=nearest(id, known))
