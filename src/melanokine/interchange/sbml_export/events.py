"""Events of SBML: doses at their instants, and what happens where a trigger rises.

At one instant first the events of the state happen, in the order of their declaration and each on the state after the
former, then all doses of that instant at once, so that every guard sees the state before the first of them. Whether a
guarded dose was given is kept in a parameter of its own, which the end of its infusion looks at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from melanokine.engine import Schedule
from melanokine.errors import ModelError
from melanokine.interchange.sbml_export.doses import DoseTerm, dose_changes
from melanokine.interchange.sbml_export.mathml import Formulas
from melanokine.interchange.sbml_export.xml import TIME, apply, element, list_of, math, name, where
from melanokine.network import Equations, Unit
from melanokine.network.units import DAY


class Events:
    """Events of `equations` under a schedule; `names` are the identifiers of states, inputs and parameters in
    SBML, `guards` those of the guards in their order; `units` are by the names of all these (`guard NAME`), and
    of triggers (`event NAME`)."""

    def __init__(
        self,
        equations: Equations,
        schedule: Schedule,
        formulas: Formulas,
        names: Mapping[str, str],
        guards: Sequence[str],
        units: Mapping[str, Unit],
    ) -> None:
        ending = [event.name for event in equations.events if event.terminal]
        if ending:
            message = f"the event {ending[0]!r} ends the patient, which SBML cannot say"
            raise ModelError(message, remedy="leave the event out of what is exported")
        self._equations = equations
        self._changes = dose_changes(schedule, equations)
        self._formulas = formulas
        self._names = names
        self._guards = guards
        self._units = units

    @property
    def flags(self) -> dict[int, str]:
        """Parameters that say whether a guarded dose was given, by the number of the dose."""
        terms = (term for here in self._changes.values() for parts in here.values() for term in parts)
        guarded = sorted({term.dose for term in terms if term.guard >= 0})
        return {dose: f"given_{dose + 1}" for dose in guarded}

    def text(self) -> str:
        """`listOfEvents`."""
        events = [self._happening(k) for k in range(len(self._equations.events))]
        events += [self._dosing(time, parts) for time, parts in self._changes.items()]
        return list_of("Events", events)

    def _happening(self, k: int) -> str:
        """An event of the network: its trigger rises through zero."""
        event, graph = self._equations.events[k], self._formulas
        unit = self._units[f"event {event.name}"]
        trigger = apply("gt", graph.of(event.trigger), graph.number(0.0, unit))
        assigned = []
        for index, node in event.changes.items():
            state = self._equations.states[index]
            assigned.append((self._names[state.name], graph.of(node, self._units[state.name])))
        priority = len(self._equations.events) - k
        return self._event(f"event_{k + 1}", event.name, trigger, not event.initially, priority, assigned)

    def _dosing(self, time: float, parts: Mapping[str, list[DoseTerm]]) -> str:
        """All doses that begin or end at one instant."""
        after = apply("geq", TIME, self._formulas.number(time, DAY))
        assigned = [(self._names[target], self._changed(target, terms)) for target, terms in parts.items()]
        flags = self.flags
        for term in (term for terms in parts.values() for term in terms if term.begins and term.guard >= 0):
            given = where(self._formulas.number(1.0), self._open(term), self._formulas.number(0.0))
            assigned.append((flags[term.dose], given))
        number = list(self._changes).index(time) + 1
        return self._event(f"dosing_{number}", f"doses of day {time:g}", after, False, 0, assigned)

    def _event(
        self, identifier: str, title: str, trigger: str, initially: bool, priority: int, assigned: list[tuple[str, str]]
    ) -> str:
        begins = element("trigger", {"initialValue": initially, "persistent": True}, math(trigger))
        first = element("priority", {}, math(self._formulas.number(float(priority))))
        changes = "".join(element("eventAssignment", {"variable": to}, math(value)) for to, value in assigned)
        content = begins + first + element("listOfEventAssignments", {}, changes)
        return element("event", {"id": identifier, "name": title, "useValuesFromTriggerTime": False}, content)

    def _changed(self, target: str, terms: list[DoseTerm]) -> str:
        """The new value: of a state the sum of what was there and what is given, of an input the rates that act."""
        unit = self._units[target]
        is_state = target not in self._equations.inputs
        summands = [name(self._names[target])] if is_state else []
        summands += [self._given(term, unit) for term in terms]
        if not summands:
            return self._formulas.number(0.0, unit)
        return summands[0] if len(summands) == 1 else apply("plus", *summands)

    def _given(self, term: DoseTerm, unit: Unit) -> str:
        amount = self._formulas.number(term.amount, unit)
        if term.scale >= 0:
            parameter = self._equations.parameters[term.scale]
            per = self._formulas.number(term.amount, unit / self._units[parameter])
            amount = apply("times", per, name(self._names[parameter]))
        if term.guard < 0:
            return amount
        if term.begins:
            return where(amount, self._open(term), self._formulas.number(0.0, unit))
        return apply("times", name(self.flags[term.dose]), amount)

    def _open(self, term: DoseTerm) -> str:
        """Whether the guard lets the dose pass."""
        unit = self._units[f"guard {list(self._equations.guards)[term.guard]}"]
        return apply("gt", name(self._guards[term.guard]), self._formulas.number(0.0, unit))
