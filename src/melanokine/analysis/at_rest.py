"""Rules of the model at rest, as a laboratory would measure them: no tumour, no time, only what is added."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from scipy.optimize import brentq

from melanokine.drugs import Drug
from melanokine.network import evaluate
from melanokine.patients.model import Model

LOWEST, HIGHEST = -3.0, 8.0
"""Decimal logarithms of the concentrations [pM] between which a half-maximal one is looked for."""


class AtRest:
    """The typical person without a tumour, in whom single states can be set."""

    def __init__(self, model: Model) -> None:
        self._equations, self._network = model.equations, model.network
        self._parameters = np.array([parameter.value for parameter in model.parameters.values()])
        self._rest = self._equations.initial_states(self._parameters)
        self._places = {state.name: i for i, state in enumerate(self._equations.states)}

    def value(self, rule: str, changes: Mapping[str, float]) -> float:
        """A rule, with `changes` of the state at rest."""
        states = self._rest.copy()
        for name, number in changes.items():
            states[self._places[name]] = number
        inputs = np.zeros(len(self._equations.inputs))
        node = self._network.symbols[rule].node
        return float(evaluate(self._equations.graph, [node], states, self._parameters, inputs)[0])

    def plasma(self, drug: Drug, concentration: float) -> dict[str, float]:
        """The change of state that gives a drug this concentration, in the unit of its rule `<drug>_concentration`."""
        central = f"{drug.id}_{drug.pharmacokinetics.entry}"
        return {central: concentration / self.value(f"{drug.id}_concentration", {central: 1.0})}

    def half_maximal(self, drug: Drug, rule: str, **changes: float) -> float:
        """The concentration of a drug at which a rule that rises from 0 to 1 with it is one half."""

        def excess(logarithm: float) -> float:
            return self.value(rule, {**changes, **self.plasma(drug, 10**logarithm)}) - 0.5

        return half(excess)


def half(excess: Callable[[float], float]) -> float:
    """10 to the power at which `excess` rises through 0."""
    return float(10 ** brentq(excess, LOWEST, HIGHEST))
