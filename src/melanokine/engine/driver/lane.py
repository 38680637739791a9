"""What the driver is generated for, and the form of its routines that act on one lane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from llvmlite import ir

from melanokine.engine.code.machine import Machine
from melanokine.engine.code.routine import INTEGER, POINTER, Routine, Term
from melanokine.engine.driver.layout import Frame, Layout
from melanokine.engine.lowering.assembler import Program
from melanokine.network import Event

ENDED, STILL = 1, 2
"""Values of the cell `stopped`: an event or the trigger has ended the patient, or nothing moves any more."""


@dataclass(frozen=True)
class Plan:
    """What the driver is generated for."""

    machine: Machine
    layout: Layout
    programs: Mapping[str, Program]
    states: int
    parameters: int
    inputs: int
    guarded: bool
    triggered: bool
    events: tuple[Event, ...]

    @property
    def watches(self) -> bool:
        """Whether there is anything whose rise through zero matters."""
        return self.triggered or bool(self.events)

    @property
    def reduces(self) -> bool:
        """Whether endpoints can be asked for: their code is called by its address, which a GPU has no way to."""
        return not self.machine.is_grid


class LaneRoutine(Routine):
    """A routine on one lane, with its frame."""

    def __init__(self, module: ir.Module, plan: Plan, name: str, **more: ir.Type) -> None:
        arguments = {"call": POINTER, "workspace": POINTER, "lane": INTEGER, **more}
        super().__init__(module, plan.machine, name, arguments)
        self.frame = Frame(self, plan.layout)
        self.index = Term(self, self.argument["lane"])
        self.lane = self.frame.lane(self.index)

    def place(self, row) -> Term:
        """Position of this lane's element in row `row` of a field."""
        return self.index + Term(self, self.constant(row, INTEGER)) * self.machine.stride

    def do(self, name: str, *arguments) -> None:
        """Call another routine for this lane."""
        self.call(name, self.argument["call"], self.argument["workspace"], self.index, *arguments)

    def leave(self, code) -> None:
        self.do("leave", code)
