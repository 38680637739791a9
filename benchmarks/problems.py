"""What every solver is asked to do: equations, patients, doses and times, and the measure of error.

The error of a run is, per patient, the largest over all states and times of

    |y - reference| / (|reference| + 1e-3 max_t |reference|)

with 1e-12 of the state's scale added to the denominator for states that stay at zero; runs are judged by its median
over patients. It is dominated by the smallest and fastest states: a tumour's volume is orders of magnitude more
accurate in every tool.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from melanokine import engine
from melanokine.drugs import Regimen
from melanokine.engine import Schedule
from melanokine.network import Equations
from melanokine.patients import diagnose, standard_model
from melanokine.patients import dosing as regimens
from models import qsp113

REFERENCE_TOLERANCE = 1e-10
POPULATION = "advanced melanoma, IL-2 eligible"
REGIMENS = {
    "hd-il2": "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days",
    "nivolumab": "nivolumab 3 mg/kg IV every 2 weeks",
}
MODELS = {"qsp113": ("hd-il2", "q3w"), "melanokine": ("hd-il2", "nivolumab")}
"""Dosing schemes of each model"""


@dataclass(frozen=True, eq=False)
class Problem:
    """`parameters` (n, P) and `initial` (n, X) are the patients; states are wanted at `times` (days)."""

    name: str
    equations: Equations
    parameters: np.ndarray
    initial: np.ndarray
    schedule: Schedule
    times: np.ndarray

    @property
    def scales(self) -> np.ndarray:
        return np.array([state.scale for state in self.equations.states])

    def first(self, patients: int) -> Problem:
        """The same for fewer patients."""
        return replace(self, parameters=self.parameters[:patients], initial=self.initial[:patients])

    def reference(self) -> np.ndarray:
        """States (n, T, X) by the engine at a tolerance of 1e-10; other solvers at theirs must agree with it."""
        kernel = engine.compile(self.equations)
        result = kernel.integrate(
            self.parameters, self.initial, schedule=self.schedule, times=self.times, rtol=REFERENCE_TOLERANCE
        )
        if result.failed.any():
            raise RuntimeError(f"{self.name}: no reference for {int(result.failed.sum())} patients")
        return result.states

    def errors(self, states: np.ndarray, reference: np.ndarray) -> np.ndarray:
        """The error (n,) of states (n, T, X); infinite where one is not a number."""
        magnitude = np.abs(reference)
        scale = magnitude + 1e-3 * magnitude.max(axis=1, keepdims=True) + 1e-12 * self.scales
        error = np.abs(states - reference) / scale
        return np.where(np.isnan(error), np.inf, error).max(axis=(1, 2))


def problem(model: str, scheme: str, patients: int) -> Problem:
    """A model of MODELS under one of its dosing schemes, for a year."""
    if model == "qsp113":
        parameters, initial = qsp113.patients(patients)
        doses, times = qsp113.schedule(interleukin=scheme == "hd-il2"), np.arange(0.0, qsp113.DAYS + 0.5, 7.0)
        return Problem(f"{model}, {scheme}", qsp113.equations(), parameters, initial, doses, times)
    own = standard_model()
    cohort = diagnose(own, POPULATION, patients, workers=1)
    times = np.arange(3.5, 364.0, 7.0)  # between doses, where every tool means the same by the state at a time
    doses = without_guards(regimens.schedule([Regimen.parse(REGIMENS[scheme])], own, 364.0))
    return Problem(f"{model}, {scheme}", own.equations, cohort.parameters, cohort.states, doses, times)


def without_guards(schedule: Schedule) -> Schedule:
    """Every planned dose is given: the peers have no dose that a patient's state holds back."""
    return replace(schedule, guard=np.full(len(schedule), -1))
