"""One patient between two integrations: states, and the events as functions of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from melanokine.interchange.sbml.building import Built
from melanokine.interchange.sbml.instant import Rules
from melanokine.network import evaluate


class Patient:
    """`states` (X,) changes in place; `parameters` (P,) never does."""

    def __init__(self, built: Built, parameters: np.ndarray, states: np.ndarray) -> None:
        self.built, self.parameters, self.states = built, parameters, states
        self._position = {id: k for k, id in enumerate(built.states)}
        happenings = built.happenings
        triggers = [each.trigger for each in happenings]
        self.rules = Rules(
            triggers=lambda: self._evaluate(triggers),
            delay=lambda k: self._optional(happenings[k].delay, 0.0),
            priority=lambda k: self._optional(happenings[k].priority, -np.inf),
            values=lambda k: tuple(self._evaluate([node for _, node in happenings[k].assignments])),
            assign=self._assign,
            persistent=[each.persistent for each in happenings],
            values_from_trigger=[each.values_from_trigger for each in happenings],
        )

    def _evaluate(self, nodes: Sequence[int]) -> list[float]:
        found = evaluate(self.built.equations.graph, nodes, self.states, self.parameters)
        return [float(value) for value in found]

    def _optional(self, node: int | None, otherwise: float) -> float:
        return otherwise if node is None else self._evaluate([node])[0]

    def _assign(self, event: int, values: tuple[float, ...]) -> None:
        """Amounts of species follow from concentrations last, when the sizes of compartments are known."""
        concentrations = []
        for (id, _), value in zip(self.built.happenings[event].assignments, values, strict=True):
            if id in self.built.size:
                concentrations.append((id, value))
            else:
                self.states[self._position[id]] = value
        if concentrations:
            sizes = self._evaluate([self.built.size[id] for id, _ in concentrations])
            for (id, value), size in zip(concentrations, sizes, strict=True):
                self.states[self._position[id]] = value * size
