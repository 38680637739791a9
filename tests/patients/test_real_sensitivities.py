"""Derivatives of the whole model under treatment, against differences of tight runs of their own."""

import numpy as np

from melanokine.patients import diagnose, standard_model
from melanokine.patients.dosing import as_regimens, planned_doses, schedule_of

TREATMENT = [
    "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days",
    "nivolumab 3 mg/kg IV every 2 weeks",
]
NAMES = ("kills_per_effector", "il2_commitment", "aldesleukin_clearance", "nivolumab_clearance", "body_weight")
RELATIVE = 2.0**-12
"""Small: a parameter changed by a thousandth already changes which doses a guard withholds."""


def test_interleukin_and_antibody():
    model = standard_model()
    cohort = diagnose(model, "advanced melanoma, first line", 3, seed=1)
    doses = planned_doses(as_regimens(TREATMENT, drugs=model.drugs.values()), 40.0)
    options = {"schedule": schedule_of(doses, model.equations), "times": np.array([1.0, 5.0, 10.0, 20.0, 40.0])}
    patients = (cohort.parameters, cohort.states)
    usual = model.kernel.sensitivities(*patients, with_respect_to=NAMES, **options)
    tight = model.kernel.sensitivities(*patients, with_respect_to=NAMES, rtol=1e-10, central=True, **options)
    assert not tight.status.any()
    scale = np.array([state.scale for state in model.equations.states])
    size = np.abs(tight.integration.states) + 1e-3 * scale
    for k, name in enumerate(NAMES):
        column = model.equations.parameters.index(name)
        ends = []
        for sign in (1, -1):
            changed = cohort.parameters.copy()
            changed[:, column] *= 1 + sign * RELATIVE
            result = model.kernel.integrate(changed, cohort.states, rtol=1e-11, **options)
            np.testing.assert_array_equal(result.given, tight.integration.given)
            ends.append(result.states)
        expected = (ends[0] - ends[1]) / (2 * RELATIVE)
        own = cohort.parameters[:, column][:, None, None]
        for found, largest, median in ((usual, 3e-2, 2e-5), (tight, 1e-4, 1e-6)):
            error = np.abs(found.states[..., k] * own - expected) / (np.abs(expected) + 1e-2 * size)
            assert error.max() < largest, name
            assert np.median(error) < median, name
