"""A small synthetic calibration problem whose truth is known."""

import numpy as np
import pytest

from melanokine.calibration.problem import Feature, Problem, Variable
from melanokine.calibration.targets import Target
from melanokine.patients.calibrated import DESIGN, HAZARD, PATIENTS, TrialEffect, score

SEED = 3
KINDS = (
    TrialEffect("competence", DESIGN, PATIENTS, ("naive_pool",), 0.25),
    TrialEffect("mortality", DESIGN, HAZARD, (), 0.2),
)


def a_target(design, arm, endpoint, month, value, n=300, error=2.0):
    return Target(design, arm, endpoint, month, 100.0 * value, n, error, error, "10.1000/none", "yes")


@pytest.fixture
def synthetic():
    """Two trials of two arms each: response by one parameter, survival by a hazard that it lowers; the observed values
    are those of a population in which that parameter lies `shift` standard deviations higher."""

    def build(shift=0.0, patients=400, error=2.0):
        numbers = np.arange(patients)
        z = score(("naive_pool",), SEED, numbers)
        other = score(("infiltration",), SEED, numbers)
        true = np.exp(shift * z)
        true /= true.sum()
        targets, features = [], []
        for design in ("one", "two"):
            for arm, threshold in (("drug", 0.3), ("control", 1.5)):
                respond = 1.0 / (1.0 + np.exp(3.0 * (threshold - z - 0.5 * other)))
                hazard = np.exp(0.3 - 0.5 * z + 0.2 * other)[None]
                targets += [
                    a_target(design, arm, "ORR", None, float(true @ respond), error=error),
                    a_target(design, arm, "OS", 12.0, float(true @ np.exp(-hazard[0])), error=error),
                ]
                features += [Feature(respond), Feature(None, hazard, np.ones(1))]
        return Problem(
            targets=tuple(targets),
            candidates=numbers,
            members={design: np.ones(patients) for design in ("one", "two")},
            populations=dict.fromkeys(("one", "two"), "advanced melanoma, first line"),
            eras=dict.fromkeys(("one", "two"), "era"),
            features=tuple(features),
            variables=tuple(Variable(kind, design) for kind in KINDS for design in ("one", "two")),
            scores={"competence": z},
        )

    return build
