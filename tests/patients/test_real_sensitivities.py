"""Derivatives of all mechanisms under treatment, against differences of tight runs of their own."""

import numpy as np

from melanokine import drugs
from melanokine.patients import diagnose
from melanokine.patients.dosing import as_regimens, planned_doses, schedule_of
from melanokine.patients.model import model_of

TREATMENT = [
    "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days",
    "nivolumab 3 mg/kg IV every 2 weeks",
]
NAMES = ("kills_per_effector", "il2_commitment", "aldesleukin_clearance", "nivolumab_clearance", "body_weight")
RELATIVE = 2.0**-12
"""Small: a parameter changed by a thousandth already changes which doses a guard withholds."""
ALLOWED = {0.5: 2e-5, 0.95: 5e-4, 1.0: 6e-2}
ALLOWED_TIGHT = {0.5: 1e-6, 0.95: 5e-5, 1.0: 6e-3}
"""Quantiles of the error. The largest are of states that answer only to what exceeds rest, at whose kinks differences
of any size are inexact themselves."""


def test_interleukin_and_antibody():
    model = model_of((drugs.load("aldesleukin"), drugs.load("nivolumab")))
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
        for found, allowed in ((usual, ALLOWED), (tight, ALLOWED_TIGHT)):
            error = np.abs(found.states[..., k] * own - expected) / (np.abs(expected) + 1e-2 * size)
            for fraction, limit in allowed.items():
                assert np.quantile(error, fraction) < limit, (name, fraction)
