"""Equations and doses as SBML, in the form that other simulators solve fastest.

Expressions and doses are written by the package (`melanokine.interchange.sbml_export`); what differs from its documents
is what is declared. States are parameters with rate rules, inputs parameters that only events change. What is constant
in a patient is handed over ready computed, as constant parameters (`constants` gives their values), just as the engine
computes it once per patient; expressions used more than once become assignment rules. Nothing is thus evaluated twice
by a peer because of how the model is written. Amounts are numbers without units, no dose has a guard.

A dose is an event at its time. Doses at time zero belong to the initial values (`start`): not every simulator fires an
event whose trigger is true from the start.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from melanokine.engine import INFUSION
from melanokine.interchange.sbml_export import DoseTerm, Formulas, dose_changes
from melanokine.interchange.sbml_export.xml import TIME, apply, element, list_of, math, name, number
from melanokine.network.evaluation import evaluate
from problems import Problem


@dataclass(frozen=True)
class Export:
    """The document of a problem. `events` are left out for simulators that are stopped at each dose instead."""

    problem: Problem
    events: bool = True

    @property
    def states(self) -> tuple[str, ...]:
        """Identifiers of the states, then of the inputs that doses change: whatever has an initial value."""
        return (*(state.name for state in self.problem.equations.states), *self.inputs)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Inputs that some dose changes; the others are 0 throughout and appear as that number."""
        infused = set(self.problem.schedule.target[self.problem.schedule.kind == INFUSION])
        return tuple(name for k, name in enumerate(self.problem.equations.inputs) if k in infused)

    @cached_property
    def constants(self) -> dict[str, int]:
        """Nodes that are constant in a patient, by their identifier in the document."""
        graph = self.problem.equations.graph
        needed = {graph.parameter(int(k)) for k in self.problem.schedule.scale if k >= 0}
        for a in self._dynamic_nodes:
            needed.update(b for b in graph.arguments(a) if not self._dynamic[b] and not graph.is_const(b))
        needed.update(a for a in self.problem.equations.rhs if not self._dynamic[a] and not graph.is_const(a))
        return {f"constant_{k}": a for k, a in enumerate(sorted(needed))}

    def constant_values(self) -> np.ndarray:
        """(n, constants) in the order of `constants`."""
        parameters = self.problem.parameters
        columns = evaluate(self.problem.equations.graph, list(self.constants.values()), parameters=parameters)
        return np.stack([np.broadcast_to(column, len(parameters)) for column in columns], axis=-1)

    def start(self) -> np.ndarray:
        """Initial values (n, states and inputs) with the doses of time zero given."""
        inputs = np.zeros((len(self.problem.initial), len(self.inputs)))
        values = np.hstack([self.problem.initial, inputs])
        for target, terms in changes(self.problem).get(0.0, {}).items():
            values[:, self.states.index(target)] += self.amounts(terms)
        return values

    def amounts(self, terms: list[DoseTerm]) -> np.ndarray:
        """(n,) the sum of amounts, each times its parameter of the patient."""
        parameters = self.problem.parameters
        total = np.zeros(len(parameters))
        for term in terms:
            total += term.amount * (parameters[:, term.scale] if term.scale >= 0 else 1.0)
        return total

    @cached_property
    def text(self) -> str:
        """The document, with the values of the first patient."""
        numbers = dict(zip(self.constants, self.constant_values()[0], strict=True))
        numbers |= dict(zip(self.states, self.start()[0], strict=True))
        declared = [_parameter(name, float(value), name in self.constants) for name, value in numbers.items()]
        declared += [_parameter(name, None, False) for name in self._shared.values()]
        rules = [
            element("assignmentRule", {"variable": name}, math(self._formulas.inside(a)))
            for a, name in self._shared.items()
        ]
        derivatives = zip(self.problem.equations.states, self.problem.equations.rhs, strict=True)
        rules += [element("rateRule", {"variable": state.name}, math(self._formulas.of(a))) for state, a in derivatives]
        later = [item for item in changes(self.problem).items() if item[0] > 0.0] if self.events else []
        events = [self._event(time, parts) for time, parts in later]
        body = list_of("Parameters", declared) + list_of("Rules", rules) + list_of("Events", events)
        core = "http://www.sbml.org/sbml/level3/version2/core"
        model = element("model", {"id": "benchmark"}, f"\n{body}")
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<sbml xmlns="{core}" level="3" version="2">\n{model}\n</sbml>\n'
        )

    # which nodes are what

    @cached_property
    def _dynamic(self) -> list[bool]:
        graph = self.problem.equations.graph
        dynamic: list[bool] = []
        for a in range(len(graph.op)):
            dynamic.append(graph.op[a][0] in ("state", "input") or any(dynamic[b] for b in graph.arguments(a)))
        return dynamic

    @cached_property
    def _dynamic_nodes(self) -> list[int]:
        return [a for a in self.problem.equations.graph.reach(self.problem.equations.rhs) if self._dynamic[a]]

    @cached_property
    def _shared(self) -> dict[int, str]:
        graph = self.problem.equations.graph
        uses = Counter(self.problem.equations.rhs)
        for a in self._dynamic_nodes:
            uses.update(graph.arguments(a))
        shared = [a for a in self._dynamic_nodes if uses[a] > 1 and graph.arguments(a)]
        return {a: f"shared_{k}" for k, a in enumerate(shared)}

    @cached_property
    def _formulas(self) -> Formulas:
        """Every leaf and every constant has a name; an input that no dose changes is 0."""
        graph, equations = self.problem.equations.graph, self.problem.equations
        names = {a: name for name, a in self.constants.items()} | self._shared
        names |= {graph.state(k): state.name for k, state in enumerate(equations.states)}
        names |= {graph.input(k): name for k, name in enumerate(equations.inputs) if name in self.inputs}
        return Formulas(graph, names, zero={graph.input(k) for k in range(len(equations.inputs))})

    def _event(self, time: float, parts: dict[str, list[DoseTerm]]) -> str:
        assignments = "".join(
            element("eventAssignment", {"variable": target}, math(self._changed(target, terms)))
            for target, terms in parts.items()
        )
        trigger = element(
            "trigger", {"initialValue": False, "persistent": True}, math(apply("geq", TIME, number(time)))
        )
        content = trigger + element("listOfEventAssignments", {}, assignments)
        return element("event", {"useValuesFromTriggerTime": True}, content)

    def _changed(self, target: str, terms: list[DoseTerm]) -> str:
        graph = self.problem.equations.graph
        summands = [number(0.0) if target in self.inputs else name(target)]
        for term in terms:
            by = self._formulas.of(graph.parameter(term.scale)) if term.scale >= 0 else number(1.0)
            summands.append(apply("times", number(term.amount), by))
        return apply("plus", *summands)


def changes(problem: Problem) -> dict[float, dict[str, list[DoseTerm]]]:
    """What happens at each instant; those after the last output are left out."""
    return dose_changes(problem.schedule, problem.equations, until=float(problem.times[-1]))


def _parameter(name: str, value: float | None, constant: bool) -> str:
    return element("parameter", {"id": name, "value": value, "constant": constant})
