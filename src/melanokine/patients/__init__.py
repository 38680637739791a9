"""Virtual patients: random streams, distributions, populations, evolution to diagnosis, dosing and simulation.

The public names are loaded when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from melanokine.lazy import on_first_use

if TYPE_CHECKING:
    from melanokine.patients.cohort import Cohort
    from melanokine.patients.diagnosis import diagnose
    from melanokine.patients.dosing import planned_doses, schedule
    from melanokine.patients.model import Model, standard_model
    from melanokine.patients.parameters import typical
    from melanokine.patients.population import Population, names
    from melanokine.patients.sbml import export_sbml
    from melanokine.patients.simulation import simulate
else:
    __getattr__, __dir__ = on_first_use(
        __name__,
        {
            "Cohort": "melanokine.patients.cohort.Cohort",
            "Model": "melanokine.patients.model.Model",
            "Population": "melanokine.patients.population.Population",
            "diagnose": "melanokine.patients.diagnosis.diagnose",
            "export_sbml": "melanokine.patients.sbml.export_sbml",
            "names": "melanokine.patients.population.names",
            "planned_doses": "melanokine.patients.dosing.planned_doses",
            "schedule": "melanokine.patients.dosing.schedule",
            "simulate": "melanokine.patients.simulation.simulate",
            "standard_model": "melanokine.patients.model.standard_model",
            "typical": "melanokine.patients.parameters.typical",
        },
    )

__all__ = [
    "Cohort",
    "Model",
    "Population",
    "diagnose",
    "export_sbml",
    "names",
    "planned_doses",
    "schedule",
    "simulate",
    "standard_model",
    "typical",
]
