"""The trial layer's simulator: the compiled model, fed with the doses of regimen sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from melanokine import drugs
from melanokine.patients import dosing
from melanokine.patients.model import Model, model_of
from melanokine.trials.course import Course, Plan
from melanokine.trials.subsequent import every_regimen


def trial_model(sentences: Iterable[str], known: Iterable[drugs.Drug] = ()) -> Model:
    """The model with the drugs of `sentences` and of every therapy that may follow progression in a trial.

    Given the regimens of all arms of a design, whichever are run, it keeps a patient's numbers the same when an arm is
    dropped. `known` drugs may be named beside those of the library.
    """
    regimens = dosing.as_regimens([*sentences, *sorted(every_regimen())], drugs=tuple(known))
    given = {regimen.drug.id: regimen.drug for regimen in regimens}
    return model_of(tuple(given[name] for name in sorted(given)))


class ModelSimulator:
    """Follows patients with the kernel of `model`; `known` drugs may be named beside those of the library."""

    def __init__(self, model: Model, *, workers: int = 1, known: Iterable[drugs.Drug] = ()) -> None:
        self.lesions = model.lesions
        self._model = model
        self._workers = workers
        self._known = tuple(known)
        self._kernel = model.kernel
        self.parameter_names: Sequence[str] = model.equations.parameters
        self.observable_names: Sequence[str] = self._kernel.observable_names

    def plan(self, sentences: Sequence[str], until: float, start: float = 0.0) -> Plan:
        """The doses that the sentences mean, the first on day `start`, up to day `until`."""
        regimens = dosing.as_regimens(list(sentences), drugs=self._known)
        doses = dosing.planned_doses(regimens, until, start)
        return Plan(
            day=np.array([dose.enters_d for dose in doses]),
            drug=tuple(dose.drug for dose in doses),
            guard=tuple(dose.guard or "" for dose in doses),
            roles={regimen.drug.id: regimen.drug.roles for regimen in regimens},
            schedule=dosing.schedule_of(doses, self._model.equations),
        )

    def exposures(self, plan: Plan) -> Mapping[str, tuple[str, str]]:
        """For each drug of a plan, the observable that shows its exposure, and its unit."""
        return {drug: self._model.drugs[drug].exposure for drug in plan.drugs}

    def follow(self, parameters: NDArray, states: NDArray, plan: Plan, days: NDArray) -> Course:
        """Patients with these parameters and states at day 0, under a plan, recorded on `days`."""
        done = self._kernel.integrate(
            np.ascontiguousarray(parameters),
            np.ascontiguousarray(states),
            schedule=plan.schedule,
            times=days,
            workers=self._workers,
        )
        assert done is not None  # an integration is returned when its parts are not handed over one by one
        observed = done.observables
        return Course(
            days=days,
            observables={name: observed[..., i] for i, name in enumerate(self.observable_names)},
            states=done.states,
            given=done.given,
            failed=done.failed,
        )
