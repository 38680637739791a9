"""The systemic mechanisms (IL-2, lymphocytes, toxicity) with real drugs but without a tumour.

What the tumour's mechanisms would provide is held constant. Populations are integrated by the engine, in milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module

import numpy as np

from melanokine import drugs
from melanokine.engine.integration import Integration
from melanokine.engine.kernel import compile
from melanokine.engine.schedule import BOLUS, INFUSION, Schedule
from melanokine.network import Network, Parameter, Quantity, equations, parse
from melanokine.patients.parameters import draw_parameters

MECHANISMS = (
    "targets",
    "il2_receptor",
    "il2_endogenous",
    "il15",
    "il2_signal",
    "il10",
    "il12",
    "il18",
    "activation_death",
    "lymphocytes",
    "il2_uptake",
    "systemic_interferon",
    "cytokine_release",
    "eosinophils",
    "blood_counts",
    "vascular_leak",
)
DRUGS = ("aldesleukin", "bempegaldesleukin", "rhil15", "nogapendekin", "simlukafusp_alfa")
CONSTANT = {
    "effector_blood": (0.0, "Mcell"),
    "helper": (1.0, "1"),
    "dendritic": (0.0, "1"),
    "interferon": (0.0, "pM"),
    "interferon_half": (2.96, "pM"),
}
INTERFERON_LOSS = 7.68
"""1/d; a parameter of the interferon in lesions."""

PMOL_PER_MIU = 1.1e-3 / 18 / 15.3e3 * 1e12
"""Aldesleukin: 1.1 mg are 18 million IU, 15.3 kDa."""
PMOL_PER_MG = 1e-3 / 15.3e3 * 1e12
HIGH_DOSE_DAYS = np.concatenate([start + np.arange(14) / 3 for start in (0.0, 14.0)])
"""Every 8 hours up to 14 doses, repeated after 9 days."""


def build() -> Network:
    net = Network("systemic")
    modules = [(name, import_module(f"melanokine.biology.{name}")) for name in MECHANISMS]
    for name, module in modules:
        with net.module(name):
            module.declare(net)
    records = [drugs.load(name) for name in DRUGS]
    for step in (drugs.declare, drugs.connect):
        for drug in records:
            step(net, drug)
    net.parameter(Parameter("interferon_loss", INTERFERON_LOSS, "1/d"))
    for name, (value, unit) in CONSTANT.items():
        net.rule(name, Quantity(net.graph, net.graph.const(value), parse(unit), name))
    for name, module in modules:
        with net.module(name):
            module.connect(net)
    return net


class Systemic:
    """The compiled network, and simulations of its patients."""

    def __init__(self) -> None:
        self.network = build()
        self.equations = equations(self.network)
        self.kernel = compile(self.equations)
        self.parameter_names = list(self.network.parameters)

    def patients(self, count: int, **changes: float) -> np.ndarray:
        """Parameters of `count` drawn patients, shape (count, parameters); of the typical one for count 1."""
        table = self.network.parameters
        if count == 1:
            rows = np.array([[parameter.value for parameter in table.values()]])
        else:
            rows = draw_parameters(table, 1, np.arange(1, count + 1))
        for name, value in changes.items():
            rows[:, self.parameter_names.index(name)] = value
        return rows

    def simulate(
        self,
        patients: np.ndarray,
        target: str,
        days: Sequence[float],
        amount: float,
        times: np.ndarray,
        *,
        per_kg: bool = True,
        guard: str | None = None,
        hours: float = 0.25,
    ) -> Integration:
        """Give `amount` [pmol, or pmol/kg] to `target` (an infusion over `hours`, or a depot) on `days`."""
        equations, count = self.equations, len(days)
        infused = target.endswith("_infusion")
        positions = list(equations.inputs) if infused else [state.name for state in equations.states]
        schedule = Schedule(
            time=days,
            kind=[INFUSION if infused else BOLUS] * count,
            target=[positions.index(target)] * count,
            amount=[amount] * count,
            duration=[hours / 24 if infused else 0.0] * count,
            scale=[self.parameter_names.index("body_weight") if per_kg else -1] * count,
            guard=[list(equations.guards).index(guard) if guard else -1] * count,
        )
        result = self.kernel.integrate(patients, equations.initial_states(patients), schedule=schedule, times=times)
        assert (result.status == 0).all()
        return result

    def high_dose(self, patients: np.ndarray, times: np.ndarray, *, guarded: bool = True) -> Integration:
        """Aldesleukin 600,000 IU/kg every 8 hours, up to 14 doses, twice."""
        guard = "haemodynamic_tolerance" if guarded else None
        amount = 0.6 * PMOL_PER_MIU
        return self.simulate(patients, "aldesleukin_infusion", HIGH_DOSE_DAYS, amount, times, guard=guard)

    def observed(self, result: Integration, name: str) -> np.ndarray:
        """An observable (patients, times)."""
        return result.observables[:, :, self.kernel.observable_index(name)]

    def state(self, result: Integration, name: str) -> np.ndarray:
        """A state (patients, times)."""
        return result.states[:, :, self.equations.state_index(name)]


@cache
def systemic() -> Systemic:
    return Systemic()


@dataclass(frozen=True)
class HighDose:
    """A cohort on high-dose aldesleukin for 30 days, by the hour: with doses withheld by the guard, and in full."""

    times: np.ndarray
    guarded: Integration
    full: Integration

    @property
    def doses(self) -> np.ndarray:
        """Doses received per cycle, shape (patients, 2)."""
        return self.guarded.given.reshape(-1, 2, 14).sum(axis=2)

    @property
    def last_dose(self) -> np.ndarray:
        """Day of the last dose of the first cycle, shape (patients,)."""
        return np.where(self.guarded.given[:, :14], HIGH_DOSE_DAYS[:14], 0.0).max(axis=1)

    def guarded_at(self, name: str, days: np.ndarray | float) -> np.ndarray:
        """An observable of the guarded course on each patient's own day, shape (patients,)."""
        values = systemic().observed(self.guarded, name)
        columns = np.searchsorted(self.times, np.broadcast_to(days, len(values)) - 1e-9)
        return values[np.arange(len(values)), columns]

    def full_at(self, name: str, day: float) -> np.ndarray:
        """An observable of the full course on one day, shape (patients,)."""
        return systemic().observed(self.full, name)[:, np.searchsorted(self.times, day)]


@cache
def high_dose(patients: int = 300) -> HighDose:
    model = systemic()
    rows, times = model.patients(patients), np.arange(0.0, 30.0, 1 / 24)
    return HighDose(times, model.high_dose(rows, times), model.high_dose(rows, times, guarded=False))
