"""The equations of a network: dy/dt = f(y, p, u) with an analytic, sparse Jacobian; units are stripped here.

This is all that the engine sees. y are states, p parameters (constant in a patient), u inputs (constant between doses).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from melanokine.network.differentiation import gradients
from melanokine.network.evaluation import evaluate
from melanokine.network.graph import Graph
from melanokine.network.network import Network
from melanokine.network.units import DAY, parse


@dataclass(frozen=True)
class State:
    name: str
    unit: str
    scale: float


@dataclass(frozen=True)
class Event:
    """Happens where the node `trigger` rises from zero or less to more than zero.

    `changes` maps the index of a state to the node of its new value; all are computed from the state at the event.
    A `terminal` event ends the patient. With `initially` it happens on day 0 if the trigger is positive there.
    """

    name: str
    trigger: int
    changes: Mapping[int, int]
    terminal: bool = False
    initially: bool = False


@dataclass(frozen=True)
class Equations:
    """Nodes of `graph` for everything that is computed; time is in days.

    `rhs[i]` is the derivative of state i, `jacobian[i]` maps state j to d rhs[i] / d state j (non-zeros only),
    `initial[i]` is a node of parameters only. `trigger`, if there is one, becomes positive where a run that is told to
    stop there ends. `events` are in the order in which they happen when they are due at one instant.
    """

    graph: Graph
    states: tuple[State, ...]
    parameters: tuple[str, ...]
    inputs: tuple[str, ...]
    rhs: tuple[int, ...]
    jacobian: tuple[Mapping[int, int], ...]
    initial: tuple[int, ...]
    observables: Mapping[str, int]
    guards: Mapping[str, int]
    trigger: int | None
    digest: str
    events: tuple[Event, ...] = ()

    def state_index(self, name: str) -> int:
        return self._state_positions[name]

    @cached_property
    def _state_positions(self) -> dict[str, int]:
        return {state.name: i for i, state in enumerate(self.states)}

    def initial_states(self, parameters: np.ndarray) -> np.ndarray:
        """Initial states, shape (..., states), of parameter rows of shape (..., parameters)."""
        parameters = np.asarray(parameters, float)
        columns = evaluate(self.graph, self.initial, parameters=parameters)
        shape = parameters.shape[:-1]
        return np.stack([np.broadcast_to(column, shape) for column in columns], axis=-1)

    def derivative(self, states: np.ndarray, parameters: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """f(y, p, u) by plain NumPy, shape (..., states): the reference for the compiled engine."""
        columns = evaluate(self.graph, self.rhs, states, parameters, inputs)
        shape = np.broadcast_shapes(*(np.shape(column) for column in columns))
        return np.stack([np.broadcast_to(column, shape) for column in columns], axis=-1)

    def dense_jacobian(self, states: np.ndarray, parameters: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """df/dy of one patient, shape (states, states), by plain NumPy."""
        entries = [(i, j, node) for i, row in enumerate(self.jacobian) for j, node in row.items()]
        values = evaluate(self.graph, [node for *_, node in entries], states, parameters, inputs)
        matrix = np.zeros((len(self.states), len(self.states)))
        for (i, j, _), value in zip(entries, values, strict=True):
            matrix[i, j] = value
        return matrix


def equations(network: Network) -> Equations:
    """Collect the reactions of `network` into one derivative per species."""
    graph, table = network.graph, network.species_table
    total = {name: graph.const(0.0) for name in table}
    for reaction in network.reactions.values():
        for species, count in reaction.stoichiometry.items():
            change = (reaction.rate * count).to(parse(table[species].unit) / DAY)
            total[species] = graph.add(total[species], change.node)
    rhs = tuple(total.values())
    states = tuple(State(s.name, s.unit, s.scale) for s in table.values())
    initial = tuple(s.initial.node for s in table.values())
    observables = {name: quantity.node for name, quantity in network.observables.items()}
    guards = {name: quantity.node for name, quantity in network.guards.items()}
    trigger = None if network.trigger is None else network.trigger.node
    position = {name: i for i, name in enumerate(table)}
    events = tuple(
        Event(
            event.name,
            event.trigger.node,
            {position[name]: value.to(parse(table[name].unit)).node for name, value in event.changes.items()},
            event.terminal,
            event.initially,
        )
        for event in network.events.values()
    )
    return assemble(
        graph,
        states=states,
        parameters=tuple(network.parameters),
        inputs=tuple(network.inputs),
        rhs=rhs,
        initial=initial,
        observables=observables,
        guards=guards,
        trigger=trigger,
        events=events,
    )


def assemble(
    graph: Graph,
    *,
    states: tuple[State, ...],
    parameters: tuple[str, ...],
    rhs: tuple[int, ...],
    initial: tuple[int, ...],
    inputs: tuple[str, ...] = (),
    observables: Mapping[str, int] | None = None,
    guards: Mapping[str, int] | None = None,
    trigger: int | None = None,
    events: tuple[Event, ...] = (),
) -> Equations:
    """Equations of nodes that are there already, with their Jacobian and digest."""
    observables, guards = dict(observables or {}), dict(guards or {})
    named = (parameters, inputs, tuple(observables), tuple(guards))
    happening = tuple((event.name, tuple(event.changes), event.terminal, event.initially) for event in events)
    roots = [*rhs, *initial, *observables.values(), *guards.values(), *([] if trigger is None else [trigger])]
    roots += [node for event in events for node in (event.trigger, *event.changes.values())]
    return Equations(
        graph=graph,
        states=states,
        parameters=parameters,
        inputs=inputs,
        rhs=rhs,
        jacobian=tuple(gradients(graph, list(rhs))),
        initial=initial,
        observables=observables,
        guards=guards,
        trigger=trigger,
        digest=_digest(graph, roots, (states, *named, trigger is not None, happening)),
        events=events,
    )


def _digest(graph: Graph, roots: list[int], names: tuple) -> str:
    """SHA-256 of the expressions below `roots`, whatever else the graph holds, and of all names."""
    needed = graph.reach(roots)
    position = {a: k for k, a in enumerate(needed)}
    nodes = [
        (graph.op[a][0], *(position[b] for b in graph.arguments(a))) if graph.arguments(a) else graph.op[a]
        for a in needed
    ]
    return hashlib.sha256(repr((names, nodes, [position[a] for a in roots])).encode()).hexdigest()
