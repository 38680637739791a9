"""Equations and doses as SBML Level 3 Version 2, so that other simulators solve exactly the same problem.

States become parameters with rate rules, inputs parameters that only events change. What is constant in a patient is
handed over ready computed, as constant parameters (`constants` gives their values), just as the engine computes it once
per patient; expressions used more than once become assignment rules. Nothing is thus evaluated twice by a peer because
of how the model is written. Floors, max and min become the functions `max` and `min` of Version 2: from a `piecewise`
AMICI makes root functions, which cost it time at every step and end some runs. Amounts are numbers without units.

A dose is an event at its time. Doses at time zero belong to the initial values (`start`): not every simulator fires an
event whose trigger is true from the start.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from melanokine.engine import BOLUS, INFUSION
from melanokine.network.evaluation import evaluate
from melanokine.network.graph import TINY
from problems import Problem

_TIME = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time"> t </csymbol>'
_ELEMENTS = {"add": "plus", "sub": "minus", "mul": "times", "neg": "minus", "exp": "exp", "sqrt": "root",
             "max": "max", "min": "min"}  # fmt: skip


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
        for name, terms in changes(self.problem).get(0.0, {}).items():
            values[:, self.states.index(name)] += self.amounts(terms)
        return values

    def amounts(self, terms: list[tuple[float, int]]) -> np.ndarray:
        """(n,) the sum of amounts, each times a parameter of the patient (-1: none)."""
        parameters = self.problem.parameters
        total = np.zeros(len(parameters))
        for amount, scale in terms:
            total += amount * (parameters[:, scale] if scale >= 0 else 1.0)
        return total

    @cached_property
    def text(self) -> str:
        """The document, with the values of the first patient."""
        numbers = dict(zip(self.constants, self.constant_values()[0], strict=True))
        numbers |= dict(zip(self.states, self.start()[0], strict=True))
        declared = [_parameter(name, value, name in self.constants) for name, value in numbers.items()]
        declared += [_parameter(name, None, False) for name in self._shared.values()]
        rules = [_rule("assignmentRule", name, self._math(a, inside=True)) for a, name in self._shared.items()]
        derivatives = zip(self.problem.equations.states, self.problem.equations.rhs, strict=True)
        rules += [_rule("rateRule", state.name, self._math(a)) for state, a in derivatives]
        parts = [("Parameters", declared), ("Rules", rules)]
        if self.events:
            later = [item for item in changes(self.problem).items() if item[0] > 0.0]
            parts.append(("Events", [self._event(time, parts) for time, parts in later]))
        body = "".join(f"<listOf{what}>\n{''.join(items)}</listOf{what}>\n" for what, items in parts if items)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">\n'
            f'<model id="benchmark">\n{body}</model>\n</sbml>\n'
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

    # MathML

    def _math(self, a: int, inside: bool = False) -> str:
        """A node by its name if it has one (unless `inside`: what the name stands for)."""
        equations = self.problem.equations
        if not inside and a in self._shared:
            return _name(self._shared[a])
        if a in self._constant_names:
            return _name(self._constant_names[a])
        operation, *x = equations.graph.op[a]
        if operation == "const":
            return _number(x[0])
        if operation == "state":
            return _name(equations.states[x[0]].name)
        if operation == "input":
            name = equations.inputs[x[0]]
            return _name(name) if name in self.inputs else _number(0.0)
        if operation == "inv":
            return _apply("divide", _number(1.0), self._math(x[0]))
        if operation == "mul":
            return self._product(*x)
        first, *rest = (self._math(b) for b in x)
        if operation == "log":
            return _apply("ln", _apply("max", first, _number(TINY)))
        if operation == "pow":
            return _apply("power", _apply("max", first, _number(TINY)), *rest)
        return _apply(_ELEMENTS[operation], first, *rest)

    def _product(self, a: int, b: int) -> str:
        """A quotient where one factor is an inverse that has no name."""
        graph = self.problem.equations.graph
        for numerator, inverse in ((a, b), (b, a)):
            named = inverse in self._shared or inverse in self._constant_names
            if graph.op[inverse][0] == "inv" and not named:
                return _apply("divide", self._math(numerator), self._math(graph.arguments(inverse)[0]))
        return _apply("times", self._math(a), self._math(b))

    @cached_property
    def _constant_names(self) -> dict[int, str]:
        return {a: name for name, a in self.constants.items()}

    def _event(self, time: float, parts: dict[str, list[tuple[float, int]]]) -> str:
        assignments = "".join(
            f'<eventAssignment variable="{name}">{_formula(self._changed(name, terms))}</eventAssignment>'
            for name, terms in parts.items()
        )
        after = _formula(_apply("geq", _TIME, _number(time)))
        return (
            '<event useValuesFromTriggerTime="true">'
            f'<trigger initialValue="false" persistent="true">{after}</trigger>'
            f"<listOfEventAssignments>{assignments}</listOfEventAssignments></event>\n"
        )

    def _changed(self, name: str, terms: list[tuple[float, int]]) -> str:
        graph = self.problem.equations.graph
        summands = [_number(0.0) if name in self.inputs else _name(name)]
        for amount, scale in terms:
            by = _name(self._constant_names[graph.parameter(scale)]) if scale >= 0 else _number(1.0)
            summands.append(_apply("times", _number(amount), by))
        return _apply("plus", *summands)


def changes(problem: Problem) -> dict[float, dict[str, list[tuple[float, int]]]]:
    """What happens at each instant: by the name of a state, amounts to add; of an input, the rates that then act.

    Amounts and rates come with the index of the parameter that multiplies them (-1: none). Instants after the last
    output are left out.
    """
    schedule, equations = problem.schedule, problem.equations
    found: dict[float, dict[str, list[tuple[float, int]]]] = {}
    columns = (getattr(schedule, name) for name in ("time", "kind", "target", "amount", "duration", "scale"))
    doses = list(zip(*columns, strict=True))
    infusions = [dose for dose in doses if dose[1] != BOLUS]
    ends = {start + duration for start, _, _, _, duration, _ in infusions}
    for time in sorted({dose[0] for dose in doses} | ends):
        if time >= problem.times[-1]:
            break
        here = found.setdefault(float(time), {})
        for start, kind, target, amount, _, scale in doses:
            if kind == BOLUS and start == time:
                here.setdefault(equations.states[target].name, []).append((float(amount), int(scale)))
        for target in {dose[2] for dose in infusions if time in (dose[0], dose[0] + dose[4])}:
            here[equations.inputs[target]] = [
                (float(amount / duration), int(scale))
                for start, _, other, amount, duration, scale in infusions
                if other == target and start <= time < start + duration
            ]
    return found


def _number(value: float) -> str:
    mantissa, _, exponent = repr(float(value)).partition("e")
    return f'<cn type="e-notation"> {mantissa} <sep/> {int(exponent)} </cn>' if exponent else f"<cn> {mantissa} </cn>"


def _name(name: str) -> str:
    return f"<ci> {name} </ci>"


def _apply(element: str, *arguments: str) -> str:
    return f"<apply><{element}/>{''.join(arguments)}</apply>"


def _formula(content: str) -> str:
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{content}</math>'


def _rule(kind: str, variable: str, content: str) -> str:
    return f'<{kind} variable="{variable}">{_formula(content)}</{kind}>\n'


def _parameter(name: str, value: float | None, constant: bool) -> str:
    number = "" if value is None else f' value="{float(value)!r}"'
    return f'<parameter id="{name}"{number} constant="{str(constant).lower()}"/>\n'
