"""One patient between two integrations: states, and the events as functions of them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from melanokine.interchange.sbml.building import Built
from melanokine.interchange.sbml.instant import Rules

SMALLEST_MOVE, LARGEST_MOVE = 2.0**-53, 1e-9
"""In units of the model's time."""


class Patient:
    """`states` (X,) changes in place; `parameters` (P,) never does."""

    def __init__(self, built: Built, parameters: np.ndarray, states: np.ndarray) -> None:
        self.built, self.states = built, states
        self._numbers: list[float] = parameters.tolist()
        self._position = {id: k for k, id in enumerate(built.states)}
        happenings = built.happenings
        triggers = tuple(each.trigger for each in happenings)
        self.rules = Rules(
            triggers=lambda: self._evaluate(triggers),
            delay=lambda k: self._optional(happenings[k].delay, 0.0),
            priority=lambda k: self._optional(happenings[k].priority, -np.inf),
            values=lambda k: tuple(self._evaluate(tuple(node for _, node in happenings[k].assignments))),
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
        nodes = tuple(equations.events[k].trigger for k in watched)
        step = SMALLEST_MOVE
        while not all(value > 0.0 for value in self._evaluate(nodes)) and step < LARGEST_MOVE:
            rates = self.built.function(equations.rhs)(self.states.tolist(), self._numbers)
            self.states += step * np.array(rates)
            step *= 2.0

    def _evaluate(self, nodes: tuple[int, ...]) -> list[float]:
        return self.built.function(nodes)(self.states.tolist(), self._numbers)

    def _optional(self, node: int | None, otherwise: float) -> float:
        return otherwise if node is None else self._evaluate((node,))[0]

    def _assign(self, event: int, values: tuple[float, ...]) -> None:
        """Where an id means a concentration its amount follows from the size of the compartment before the event."""
        targets = [id for id, _ in self.built.happenings[event].assignments]
        concentrations = [id for id in targets if id in self.built.size]
        sizes = dict(
            zip(concentrations, self._evaluate(tuple(self.built.size[id] for id in concentrations)), strict=True)
        )
        for id, value in zip(targets, values, strict=True):
            self.states[self._position[id]] = value * sizes[id] if id in sizes else value
