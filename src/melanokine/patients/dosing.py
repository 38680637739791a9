"""From regimens to the doses that the engine gives: one schedule for all patients of a call.

A dose per kilogram or square metre is scaled by the patient's own `body_weight` or `body_surface_area`, a parameter of
the model. A dose that enters after a lag (from under the skin) stands in the schedule at the time at which it enters;
the fraction that is absorbed is part of the drug's equations. A guarded dose is withheld from a patient who cannot
tolerate it at that time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from melanokine.drugs import Dose, Drug, Regimen
from melanokine.engine import BOLUS, INFUSION, Schedule
from melanokine.errors import ModelError, nearest
from melanokine.network import Equations

if TYPE_CHECKING:
    from melanokine.drugs.nonmem import RecordedDoses
    from melanokine.patients.model import Model

SCALED_BY = {"kg": "body_weight", "m2": "body_surface_area"}
"""The parameter by which a dose per kg or per m2 is multiplied."""


def as_regimens(
    regimens: str | Regimen | Iterable[str | Regimen], *, drugs: Iterable[Drug] = ()
) -> tuple[Regimen, ...]:
    """Sentences and regimens as regimens; `drugs` are known to the sentences beside those of the library."""
    if isinstance(regimens, (str, Regimen)):
        regimens = [regimens]
    known = tuple(drugs)
    return tuple(Regimen.parse(r, drugs=known) if isinstance(r, str) else r for r in regimens)


def planned_doses(regimens: Iterable[Regimen | RecordedDoses], until: float, start: float = 0.0) -> list[Dose]:
    """All doses before day `until`, the regimens beginning on day `start`, in the order in which they enter."""
    doses = [dose._replace(time_d=dose.time_d + start) for regimen in regimens for dose in regimen.doses(until - start)]
    return sorted(doses, key=lambda dose: dose.enters_d)


def schedule(regimens: Iterable[Regimen], model: Model, until: float) -> Schedule:
    """The engine's schedule of all doses of `regimens` before day `until`.

    Raises ModelError where a drug, a guard or a body size is not part of the model.
    """
    return schedule_of(planned_doses(regimens, until), model.equations)


def schedule_of(doses: Iterable[Dose], equations: Equations) -> Schedule:
    """The engine's schedule of `doses`, in the same order if they are in the order in which they enter."""
    states = [state.name for state in equations.states]
    positions = {
        "infusion": {name: i for i, name in enumerate(equations.inputs)},
        "bolus": {name: i for i, name in enumerate(states)},
    }
    parameters = {name: i for i, name in enumerate(equations.parameters)}
    guards = {name: i for i, name in enumerate(equations.guards)}
    rows = []
    for dose in doses:
        known = positions[dose.target.kind]
        if dose.target.name not in known:
            message = f"the model does not hold {dose.drug!r} (it has no {dose.target.name!r})"
            raise ModelError(message, remedy="build the model with that drug")
        scale = SCALED_BY.get(dose.per)
        rows.append(
            (
                dose.enters_d,
                INFUSION if dose.target.kind == "infusion" else BOLUS,
                known[dose.target.name],
                dose.amount,
                dose.duration_d,
                -1 if scale is None else _position(scale, parameters, f"a dose of {dose.drug} per {dose.per}"),
                -1 if dose.guard is None else _position(dose.guard, guards, f"a dose of {dose.drug}"),
            )
        )
    return Schedule(*(np.array(column) for column in zip(*rows, strict=True))) if rows else Schedule.empty()


def _position(name: str, known: dict[str, int], needed_by: str) -> int:
    if name not in known:
        message = f"{needed_by} needs {name!r}, which the model does not have"
        raise ModelError(message, remedy=nearest(name, known) if known else None)
    return known[name]
