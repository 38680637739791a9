"""The same patients in a model with more drugs: their tumours need not be grown again for every set of drugs.

A drug that has not been given does not touch the disease, so a patient at diagnosis is in the same state in every model
of the same mechanisms, up to the tolerance of the solver; the states of the other drugs are added, at rest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from melanokine.errors import ModelError
from melanokine.patients.cohort import Cohort
from melanokine.patients.covariates import body_size
from melanokine.patients.parameters import draw_parameters, parameter_table

if TYPE_CHECKING:
    from melanokine.patients.model import Model


def transfer(cohort: Cohort, own: Model, model: Model) -> Cohort:
    """The patients of `cohort`, which were diagnosed with the model `own`, in `model`.

    Raises ModelError if the cohort comes from another model, or if `model` lacks a state that `own` has.
    """
    cohort.check_model(own.digest)
    place = {state.name: column for column, state in enumerate(model.equations.states)}
    states = [state.name for state in own.equations.states]
    if missing := [name for name in states if name not in place]:
        raise ModelError(
            f"the model has no state {missing[0]!r}", remedy="add the drugs that these patients' model has"
        )
    table = parameter_table(model, cohort.population)
    parameters = draw_parameters(table, cohort.seed, cohort.streams)
    at_diagnosis = model.kernel.initial(parameters).copy()
    at_diagnosis[:, [place[name] for name in states]] = cohort.states
    sizes = pd.DataFrame(body_size(table, parameters), index=cohort.covariates.index)
    covariates = pd.concat([sizes, cohort.covariates.drop(columns=list(sizes), errors="ignore")], axis=1)
    return replace(cohort, model_digest=model.digest, parameters=parameters, states=at_diagnosis, covariates=covariates)
