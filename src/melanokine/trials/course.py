"""What the trial layer asks of a simulator: plan the doses of some sentences, and follow patients under them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Plan:
    """Planned doses in order of time: day, drug and guard of each, and the simulator's own schedule of them.

    `roles` maps each drug to what it is to the biology (`il2_ligand`, `anti_pd1`, ...).
    """

    day: NDArray[np.float64]
    drug: tuple[str, ...]
    guard: tuple[str, ...]
    roles: Mapping[str, tuple[str, ...]]
    schedule: Any = None

    def of(self, drug: str) -> NDArray[np.intp]:
        """Positions of the doses of one drug."""
        return np.array([i for i, name in enumerate(self.drug) if name == drug], dtype=np.intp)

    @property
    def drugs(self) -> list[str]:
        """The drugs, in the order of their first dose."""
        return list(dict.fromkeys(self.drug))


@dataclass(frozen=True)
class Course:
    """Simulated patients: `days` (times,), each observable (patients, times), `states` (patients, times, states),
    `given` (patients, doses): whether a planned dose was given, `failed` (patients,): could not be integrated."""

    days: NDArray[np.float64]
    observables: Mapping[str, NDArray[np.float64]]
    states: NDArray[np.float64]
    given: NDArray[np.bool_]
    failed: NDArray[np.bool_]

    def at(self, name: str, days: NDArray) -> NDArray[np.float64]:
        """An observable on each patient's own `days` (patients, k), linear between the recorded times."""
        values = self.observables[name]
        later = np.clip(np.searchsorted(self.days, days), 1, len(self.days) - 1)
        start, end = self.days[later - 1], self.days[later]
        part = np.clip((days - start) / (end - start), 0.0, 1.0)
        rows = np.arange(len(values))[:, None]
        return values[rows, later - 1] * (1.0 - part) + values[rows, later] * part


class Simulator(Protocol):
    """Follows patients; `run.py` stands on the compiled model, the tests on a small model of their own."""

    lesions: int
    parameter_names: Sequence[str]
    observable_names: Sequence[str]

    def plan(self, sentences: Sequence[str], until: float, start: float = 0.0) -> Plan:
        """The doses that the sentences mean, the first on day `start`, up to day `until`."""

    def exposures(self, plan: Plan) -> Mapping[str, tuple[str, str]]:
        """For each drug of a plan, the observable that shows its exposure, and its unit."""

    def follow(self, parameters: NDArray, states: NDArray, plan: Plan, days: NDArray) -> Course:
        """Patients with these parameters and states at day 0, under a plan, recorded on `days`."""
