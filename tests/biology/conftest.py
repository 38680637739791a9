"""The model with all drugs of the library, and a bench on which single effects are measured."""

from __future__ import annotations

import numpy as np
import pytest

from melanokine.network import Network, equations, evaluate
from melanokine.patients.model import Model

DISEASED = {
    "tumour_high": 2000.0, "tumour_low": 50.0, "dead": 40.0, "scar": 0.5, "nk": 10.0, "treg": 20.0, "interferon": 2.5,
    "stem_like": 30.0, "effector": 40.0, "tissue_memory": 2.0, "exhausted": 50.0,
    "dendritic": 0.35, "naive": 14.0, "primed_early": 0.6, "primed_late": 9.0,
    "effector_blood": 19.0, "stem_like_blood": 6.0, "memory": 9.0,
}  # fmt: skip
"""Roughly the median state at diagnosis, the same in each lesion; all other states are at rest."""


class Bench:
    """Rates, rules and observables of the typical patient, in a state and with parameters of one's choice.

    A name without lesion suffix stands for all three lesions.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.equations = equations(network)
        self.medians = {name: parameter.value for name, parameter in network.parameters.items()}
        self.positions = {state.name: i for i, state in enumerate(self.equations.states)}

    def parameters(self, **changes: float) -> np.ndarray:
        values = dict(self.medians)
        for name, value in changes.items():
            for full_name in self._expand(name, values):
                values[full_name] = value
        return np.array(list(values.values()))

    def at_rest(self, **parameters: float) -> np.ndarray:
        """The state of a typical person without a tumour, drugs or an immune response to them."""
        states = self.equations.initial_states(self.parameters(**parameters))
        for name in self._expand("tumour_high", self.positions) + self._expand("tumour_low", self.positions):
            states[self.positions[name]] = 0.0
        return states

    def state(self, changes: dict[str, float] | None = None, **parameters: float) -> np.ndarray:
        """The diseased state with `changes`."""
        states = self.at_rest(**parameters)
        for name, value in {**DISEASED, **(changes or {})}.items():
            for full_name in self._expand(name, self.positions):
                states[self.positions[full_name]] = value
        return states

    def rates(self, changes: dict[str, float] | None = None, **parameters: float) -> dict[str, float]:
        """dy/dt of every state, in the diseased state with `changes`."""
        row = self.parameters(**parameters)
        rates = self.equations.derivative(self.state(changes, **parameters), row, np.zeros(len(self.equations.inputs)))
        return dict(zip(self.positions, rates, strict=True))

    def value(self, name: str, changes: dict[str, float] | None = None, **parameters: float) -> float:
        """A rule, in the diseased state with `changes`."""
        node = self.network.symbols[name].node
        return float(self._evaluate(node, changes, parameters))

    def observe(self, name: str, changes: dict[str, float] | None = None, **parameters: float) -> float:
        """An observable, in the diseased state with `changes`."""
        return float(self._evaluate(self.equations.observables[name], changes, parameters))

    def moved(self, name: str, changes: dict[str, float] | None = None) -> float:
        """A rule, an observable or the rate of a state, in the diseased state with `changes`."""
        if name in self.positions:
            return self.rates(changes)[name]
        return self.value(name, changes) if name in self.network.symbols else self.observe(name, changes)

    def plasma(self, drug: str, concentration: float) -> dict[str, float]:
        """The change of state that gives `drug` this concentration in plasma, in the unit of its rule."""
        central = f"{drug}_central"
        return {central: concentration / self.value(f"{drug}_concentration", {central: 1.0})}

    def _evaluate(self, node: int, changes, parameters):
        inputs = np.zeros(len(self.equations.inputs))
        states, row = self.state(changes, **parameters), self.parameters(**parameters)
        return evaluate(self.equations.graph, [node], states, row, inputs)[0]

    @staticmethod
    def _expand(name: str, known: dict) -> list[str]:
        names = [name] if name in known else [f"{name}_{i}" for i in (1, 2, 3) if f"{name}_{i}" in known]
        assert names, f"{name} is unknown"
        return names


@pytest.fixture(scope="session")
def network() -> Network:
    return Model().network


@pytest.fixture(scope="session")
def bench(network) -> Bench:
    return Bench(network)
