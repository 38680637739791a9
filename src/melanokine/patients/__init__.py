"""Virtual patients: random streams, distributions, populations, evolution to diagnosis, dosing and simulation.

The public names are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from melanokine.patients.cohort import Cohort
    from melanokine.patients.diagnosis import diagnose
    from melanokine.patients.dosing import planned_doses, schedule
    from melanokine.patients.model import Model, standard_model
    from melanokine.patients.parameters import typical
    from melanokine.patients.population import Population, names
    from melanokine.patients.simulation import simulate

__all__ = [
    "Cohort",
    "Model",
    "Population",
    "diagnose",
    "names",
    "planned_doses",
    "schedule",
    "simulate",
    "standard_model",
    "typical",
]

_HOMES = {
    "Cohort": "cohort",
    "Model": "model",
    "Population": "population",
    "diagnose": "diagnosis",
    "names": "population",
    "planned_doses": "dosing",
    "schedule": "dosing",
    "simulate": "simulation",
    "standard_model": "model",
    "typical": "parameters",
}


def __getattr__(name: str) -> object:
    """The public name `name`, imported from the file where it lives (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'melanokine.patients' has no attribute {name!r}")
    value = getattr(import_module(f"melanokine.patients.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
