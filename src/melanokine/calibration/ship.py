"""The data file of calibrated populations, made of a fit and its ensemble."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from melanokine.calibration import effects, targets
from melanokine.calibration.diagnostics import summary
from melanokine.calibration.fit import Fit
from melanokine.calibration.problem import Problem, failed_before
from melanokine.calibration.responses import Responses
from melanokine.patients.calibrated import ERA, Calibrated, digests


def calibrated(
    responses: Responses, problem: Problem, best: Fit, members: Sequence[Fit], strength: float
) -> Calibrated:
    """Everything that trials need of a calibration. It holds no date, so that the same seed gives the same file."""
    candidates = problem.candidates
    failure = failed_before(responses)
    prevalence = {}
    for name, plausible in sorted(responses.plausible.items()):
        failed = np.nan_to_num(failure[name]) if name in failure else 1.0
        prevalence[name] = (plausible * failed)[candidates].astype(np.float32)
    every = [best, *members]
    weights = np.stack([fit.weights for fit in every])
    logs = np.log(weights / weights.max(axis=1, keepdims=True))
    eras = [i for i, variable in enumerate(problem.variables) if variable.effect.level == ERA]
    figures = summary(problem, best)
    return Calibrated(
        seed=responses.plan["seed"],
        numbers=candidates,
        prevalence=prevalence,
        log_weights=np.maximum(logs, -60.0).astype(np.float16),
        eras=tuple(problem.variables[i].of for i in eras),
        era_effects=np.stack([fit.effects[eras] for fit in every]),
        trial_effects=tuple(effects.effects()),
        provenance={
            "version": responses.plan["version"],
            "candidates": responses.candidates,
            "strength": strength,
            "digests": digests(tuple(prevalence)),
            "targets": targets.digest(list(problem.targets)),
            "plan": {key: responses.plan[key] for key in ("base_model", "trial_layer", "criteria", "models")},
            "fit": {
                "targets": len(problem.targets),
                "rms": round(figures.rms, 3),
                "largest": round(figures.largest, 2),
                "chi2": round(figures.chi2, 4),
                "effective_share": round(figures.effective_share, 4),
                "patients": figures.candidates,
            },
        },
    )
