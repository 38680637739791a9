"""One patient between two integrations: states, and the events as functions of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from melanokine.interchange.sbml.building import Built
from melanokine.interchange.sbml.hybrid import Happening
from melanokine.interchange.sbml.instant import Rules
from melanokine.interchange.sbml.written_out import Function

SMALLEST_MOVE, LARGEST_MOVE = 2.0**-53, 1e-9
"""In units of the model's time."""


@dataclass(frozen=True, eq=False)
class Acts:
    """What an event computes and changes, as functions of states and parameters."""

    delay: Function | None
    priority: Function | None
    values: Function
    targets: tuple[int, ...]
    """Positions of the states that it assigns"""
    sizes: Function
    """Of the compartments of those targets that are concentrations"""
    concentrations: tuple[int, ...]
    """Which of the targets they are"""


def acts(built: Built, happening: Happening) -> Acts:
    """Written out once, for all patients and all times."""

    def optional(node: int | None) -> Function | None:
        return None if node is None else built.function((node,))

    position = {id: k for k, id in enumerate(built.states)}
    targets = [id for id, _ in happening.assignments]
    concentrations = tuple(k for k, id in enumerate(targets) if id in built.size)
    return Acts(
        optional(happening.delay),
        optional(happening.priority),
        built.function(tuple(node for _, node in happening.assignments)),
        tuple(position[id] for id in targets),
        built.function(tuple(built.size[targets[k]] for k in concentrations)),
        concentrations,
    )


class Patient:
    """`states` (X,) changes in place; the parameters (P,) never do."""

    def __init__(self, built: Built, acts: Sequence[Acts], parameters: np.ndarray, states: np.ndarray) -> None:
        self.built, self.acts = built, acts
        self.states: list[float] = states.tolist()
        self._numbers: list[float] = parameters.tolist()
        happenings = built.happenings
        self.rules = Rules(
            truths=self._truths(built.function(tuple(each.trigger for each in happenings))),
            delay=lambda k: self._optional(acts[k].delay, 0.0),
            priority=lambda k: self._optional(acts[k].priority, -math.inf),
            values=lambda k: acts[k].values(self.states, self._numbers),
            assign=self._assign,
            persistent=[each.persistent for each in happenings],
            values_from_trigger=[each.values_from_trigger for each in happenings],
        )

    def cross(self, watched: Iterable[int]) -> None:
        """Make sure that what the engine has seen rise through zero is positive here as well.

        The engine rounds a product and a sum once, this side twice: they may differ by a last digit. Then time moves on
        by as little as is needed.
        """
        equations = self.built.equations
        values = self.built.function(tuple(equations.events[k].trigger for k in watched))
        step = SMALLEST_MOVE
        while not all(value > 0.0 for value in values(self.states, self._numbers)) and step < LARGEST_MOVE:
            rates = self.built.function(equations.rhs)(self.states, self._numbers)
            self.states[:] = [state + step * rate for state, rate in zip(self.states, rates, strict=True)]
            step *= 2.0

    def _truths(self, triggers: Function) -> Callable[[], list[bool]]:
        states, numbers = self.states, self._numbers
        return lambda: [value > 0.0 for value in triggers(states, numbers)]

    def _optional(self, function: Function | None, otherwise: float) -> float:
        return otherwise if function is None else function(self.states, self._numbers)[0]

    def _assign(self, event: int, values: Sequence[float]) -> None:
        """Where an id means a concentration its amount follows from the size of the compartment before the event."""
        act = self.acts[event]
        if act.concentrations:
            sizes = act.sizes(self.states, self._numbers)
            values = list(values)
            for k, size in zip(act.concentrations, sizes, strict=True):
                values[k] *= size
        for position, value in zip(act.targets, values, strict=True):
            self.states[position] = value
