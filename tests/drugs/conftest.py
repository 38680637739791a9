"""A typical patient with drugs and nothing else, solved by SciPy: the reference for pharmacokinetics."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from melanokine.biology import targets
from melanokine.drugs import Dose, Drug, Regimen, add_to, load
from melanokine.network import Equations, Network, equations, evaluate


class Patient:
    """The network of some drugs, with every parameter at its median unless replaced."""

    def __init__(self, drugs: Iterable[Drug | str], **replaced: float) -> None:
        self.drugs = {d.id: d for d in (load(d) if isinstance(d, str) else d for d in drugs)}
        self.network = Network("pharmacokinetics")
        with self.network.module("targets"):
            targets.declare(self.network)
        for drug in self.drugs.values():
            add_to(self.network, drug)
        self.equations: Equations = equations(self.network)
        values = {name: parameter.value for name, parameter in self.network.parameters.items()}
        assert replaced.keys() <= values.keys()
        self.parameters = np.array(list((values | replaced).values()))
        self.values = values | replaced

    def give(self, *sentences: str | Iterable[Dose], times) -> dict[str, np.ndarray]:
        """Observables and states at `times` (days) under regimens or lists of doses."""
        doses: list[Dose] = []
        for sentence in sentences:
            known = tuple(self.drugs.values())
            regimen = Regimen.parse(sentence, drugs=known) if isinstance(sentence, str) else None
            doses += regimen.doses(times[-1] + 1) if regimen else list(sentence)
        return self._solve(doses, np.asarray(times, float))

    def _solve(self, doses: list[Dose], times: np.ndarray) -> dict[str, np.ndarray]:
        changes = self._changes(doses)
        breaks = sorted({0.0, times[-1], *(t for t, *_ in changes if t < times[-1])})
        inputs = np.zeros(len(self.equations.inputs))
        state = self.equations.initial_states(self.parameters)
        out = np.empty((len(times), len(state)))
        for begin, end in pairwise(breaks):
            for _, target, index, amount in (c for c in changes if c[0] == begin):
                (inputs if target == "input" else state)[index] += amount
            inside = (times >= begin) & (times < end)
            wanted = np.unique([*times[inside], end])
            frozen = inputs.copy()
            solution = solve_ivp(
                lambda _, y, u=frozen: self.equations.derivative(y, self.parameters, u),
                (begin, end),
                state,
                method="BDF",
                jac=lambda _, y, u=frozen: self.equations.dense_jacobian(y, self.parameters, u),
                t_eval=wanted,
                rtol=1e-7,
                atol=1e-7,
            )
            assert solution.success
            out[inside] = solution.y.T[: inside.sum()]
            state = solution.y[:, -1].copy()
        out[times == times[-1]] = state
        names = list(self.equations.observables)
        columns = evaluate(self.equations.graph, list(self.equations.observables.values()), out, self.parameters)
        observed = {name: np.broadcast_to(c, len(times)) for name, c in zip(names, columns, strict=True)}
        return observed | {s.name: out[:, i] for i, s in enumerate(self.equations.states)}

    def _changes(self, doses: list[Dose]) -> list[tuple[float, str, int, float]]:
        """Time, kind (input or state), index and amount of every change that the doses make."""
        sizes = {"flat": 1.0, "kg": self.values["body_weight"], "m2": self.values["body_surface_area"]}
        changes = []
        for dose in doses:
            amount = dose.amount * sizes[dose.per]
            if dose.target.kind == "bolus":
                changes.append((dose.enters_d, "state", self.equations.state_index(dose.target.name), amount))
            else:
                index = list(self.equations.inputs).index(dose.target.name)
                rate = amount / dose.duration_d
                changes.append((dose.enters_d, "input", index, rate))
                changes.append((dose.enters_d + dose.duration_d, "input", index, -rate))
        return changes


@pytest.fixture(scope="session")
def patient():
    """`patient("nivolumab", ..., parameter=value)`: a typical patient on these drugs."""
    return lambda *drugs, **replaced: Patient(drugs, **replaced)
