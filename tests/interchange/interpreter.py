"""SBML as libsbml reads it, solved by SciPy: an interpreter for the tests that shares nothing with the writer.

It knows what the export uses: assignment and rate rules, initial assignments, events at times and at triggers,
priority, and the initial value of triggers.
"""

from __future__ import annotations

import math

import libsbml
import numpy as np
from scipy.integrate import solve_ivp

FUNCTIONS = {
    libsbml.AST_FUNCTION_EXP: lambda x: math.exp(x),
    libsbml.AST_FUNCTION_LN: lambda x: math.log(x),
    libsbml.AST_FUNCTION_POWER: lambda x, y: x**y,
    libsbml.AST_POWER: lambda x, y: x**y,
    libsbml.AST_FUNCTION_ROOT: lambda *x: math.sqrt(x[-1]),
    libsbml.AST_FUNCTION_MAX: max,
    libsbml.AST_FUNCTION_MIN: min,
    libsbml.AST_TIMES: lambda x, y: x * y,
    libsbml.AST_DIVIDE: lambda x, y: x / y,
    libsbml.AST_PLUS: lambda *x: sum(x),
    libsbml.AST_MINUS: lambda *x: -x[0] if len(x) == 1 else x[0] - x[1],
    libsbml.AST_RELATIONAL_GT: lambda x, y: x > y,
    libsbml.AST_RELATIONAL_GEQ: lambda x, y: x >= y,
}


def read(text: str) -> libsbml.SBMLDocument:
    """The document, with every finding of libsbml, units included, as an assertion."""
    document = libsbml.readSBMLFromString(text)
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, True)
    document.checkConsistency()
    found = [document.getError(k) for k in range(document.getNumErrors())]
    assert not found, "\n".join(f"{e.getSeverityAsString()} {e.getErrorId()}: {e.getMessage()}" for e in found[:5])
    return document


def value(node: libsbml.ASTNode, values: dict[str, float]) -> float:
    if node.isNumber():
        return node.getValue()
    kind = node.getType()
    if kind == libsbml.AST_NAME:
        return values[node.getName()]
    if kind == libsbml.AST_NAME_TIME:
        return values["time"]
    if kind == libsbml.AST_FUNCTION_PIECEWISE:
        return value(node.getChild(0 if value(node.getChild(1), values) else 2), values)
    return FUNCTIONS[kind](*(value(node.getChild(k), values) for k in range(node.getNumChildren())))


class Interpreter:
    def __init__(self, text: str) -> None:
        self._document = read(text)
        model = self.model = self._document.getModel()
        rules = [model.getRule(k) for k in range(model.getNumRules())]
        self.assigned = [(rule.getVariable(), rule.getMath()) for rule in rules if rule.isAssignment()]
        self.rates = {rule.getVariable(): rule.getMath() for rule in rules if rule.isRate()}
        self.events = [model.getEvent(k) for k in range(model.getNumEvents())]
        self.start = {"time": 0.0}
        for k in range(model.getNumParameters()):
            parameter = model.getParameter(k)
            self.start[parameter.getId()] = parameter.getValue()
        for k in range(model.getNumSpecies()):
            self.start[model.getSpecies(k).getId()] = model.getSpecies(k).getInitialAmount()
        for k in range(model.getNumInitialAssignments()):
            given = model.getInitialAssignment(k)
            self.start[given.getSymbol()] = value(given.getMath(), self.start)

    def complete(self, values: dict[str, float]) -> dict[str, float]:
        """All values once assignment rules, which stand in an order in which they can be computed, are."""
        for variable, node in self.assigned:
            values[variable] = value(node, values)
        return values

    def derivatives(self, values: dict[str, float]) -> dict[str, float]:
        values = self.complete(dict(values))
        return {name: value(node, values) for name, node in self.rates.items()}

    def course(self, times, names, rtol=1e-10) -> np.ndarray:
        """Values (times, names); at the instant of an event those before it, as the engine gives them."""
        states = list(self.rates)
        values = self.complete(dict(self.start))
        fired = [event.getTrigger().getInitialValue() for event in self.events]
        rows = [[values[name] for name in names]] if times[0] == 0.0 else []
        pending = [t for t in times if t > 0.0]
        self._happen(values, fired)
        while pending:
            timed = [self._time(k, values) for k, was in enumerate(fired) if self._timed(k) and not was]
            run, hit = self._until(min([pending[-1], *timed]), values, rtol)
            while pending and pending[0] <= run.t[-1]:
                now = dict(zip(states, run.sol(pending[0]), strict=True)) | {"time": pending.pop(0)}
                found = self.complete(values | now)
                rows.append([found[name] for name in names])
            values |= dict(zip(states, run.y[:, -1], strict=True)) | {"time": run.t[-1]}
            self.complete(values)
            self._happen(values, fired, hit)
        return np.array(rows)

    def _until(self, stop: float, values: dict[str, float], rtol: float):
        """A run from here to `stop` or to the first event of the state, and which events that is."""
        states = list(self.rates)
        watched = [k for k in range(len(self.events)) if not self._timed(k)]

        def at(t, y):
            return values | dict(zip(states, y, strict=True)) | {"time": t}

        def rate(t, y):
            found = self.derivatives(at(t, y))
            return [found[name] for name in states]

        def crossing(k):
            left, right = (self.events[k].getTrigger().getMath().getChild(side) for side in (0, 1))

            def distance(t, y):
                now = self.complete(at(t, y))
                return value(left, now) - value(right, now)

            distance.terminal, distance.direction = True, 1.0
            return distance

        begin = values["time"], [values[name] for name in states]
        crossings = [crossing(k) for k in watched]
        run = solve_ivp(
            rate, (begin[0], stop), begin[1], "LSODA", rtol=rtol, atol=1e-14, dense_output=True, events=crossings
        )
        assert run.success, run.message
        return run, [k for k, found in zip(watched, run.t_events or [], strict=True) if len(found)]

    def _time(self, k: int, values: dict[str, float]) -> float:
        return value(self.events[k].getTrigger().getMath().getChild(1), values)

    def _timed(self, k: int) -> bool:
        return self.events[k].getTrigger().getMath().getChild(0).getType() == libsbml.AST_NAME_TIME

    def _happen(self, values: dict[str, float], fired: list[bool], hit=()) -> None:
        """Events that are due, in the order of their priority."""
        due = []
        for k, event in enumerate(self.events):
            now = k in hit or bool(value(event.getTrigger().getMath(), values))
            if now and not fired[k]:
                due.append(k)
            fired[k] = now
        due.sort(key=lambda k: -value(self.events[k].getPriority().getMath(), values))
        for k in due:
            event = self.events[k]
            changes = [event.getEventAssignment(j) for j in range(event.getNumEventAssignments())]
            values |= {change.getVariable(): value(change.getMath(), values) for change in changes}
            self.complete(values)
        for k, event in enumerate(self.events):
            if k in due and not self._timed(k):
                fired[k] = bool(value(event.getTrigger().getMath(), values))
