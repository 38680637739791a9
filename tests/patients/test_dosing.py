"""Schedules from regimens: targets, weights, lags, guards and order."""

from dataclasses import replace

import numpy as np
import pytest

from melanokine import drugs
from melanokine.engine import BOLUS, INFUSION
from melanokine.errors import ModelError
from melanokine.patients.dosing import as_regimens, planned_doses, schedule, schedule_of

NIVOLUMAB = "nivolumab 3 mg/kg IV every 2 weeks"
HIGH_DOSE = "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days"
SUBCUTANEOUS = "aldesleukin 9 MIU SC every day"


def test_a_dose_per_kg_is_an_infusion_scaled_by_weight(model):
    plan = schedule(as_regimens(NIVOLUMAB), model, 29)
    np.testing.assert_array_equal(plan.time, [0, 14, 28])
    assert set(plan.kind) == {INFUSION}
    assert model.equations.inputs[plan.target[0]] == "nivolumab_infusion"
    assert model.equations.parameters[plan.scale[0]] == "body_weight"
    assert list(model.equations.guards)[plan.guard[0]] == "immune_tolerance"
    molar_mass = drugs.load("nivolumab").molar_mass.value  # kDa, that is mg per umol
    np.testing.assert_allclose(plan.amount, 3 / molar_mass * 1e3)


def test_a_dose_under_the_skin_enters_the_depot_after_a_lag(model):
    plan = schedule(as_regimens(SUBCUTANEOUS), model, 2.5)
    assert set(plan.kind) == {BOLUS}
    assert model.equations.states[plan.target[0]].name == "aldesleukin_depot"
    assert set(plan.scale) == {-1}
    lag = drugs.load("aldesleukin").routes.SC.lag.to("d")
    np.testing.assert_allclose(plan.time, np.arange(3) + lag)


def test_regimens_are_merged_in_the_order_in_which_doses_enter(model):
    regimens = as_regimens([SUBCUTANEOUS, NIVOLUMAB, HIGH_DOSE])
    doses = planned_doses(regimens, 21)
    plan = schedule_of(doses, model.equations)
    np.testing.assert_array_equal(plan.time, [dose.enters_d for dose in doses])
    names = [*model.equations.inputs, *(state.name for state in model.equations.states)]
    offset = np.where(plan.kind == INFUSION, 0, len(model.equations.inputs))
    assert [names[i] for i in plan.target + offset] == [dose.target.name for dose in doses]
    assert sum(dose.drug == "aldesleukin" and dose.route == "IV" for dose in doses) == 28
    assert [dose.drug for dose in doses if dose.time_d == 0][-1] == "aldesleukin"


def test_a_later_start_shifts_every_dose():
    regimens = as_regimens(NIVOLUMAB)
    assert [dose.time_d for dose in planned_doses(regimens, 40, start=10)] == [10, 24, 38]
    assert planned_doses(regimens, 5, start=10) == []


def test_no_regimen_is_no_dose(model):
    assert len(schedule([], model, 100)) == 0


def test_sentences_know_engineered_drugs():
    mutein = drugs.load("aldesleukin").engineered("no_alpha", alpha_affinity=0)
    (regimen,) = as_regimens(f"{mutein.id} 1 mg IV every week", drugs=[mutein])
    assert regimen.drug is mutein


def test_what_the_model_lacks_is_named(model):
    with pytest.raises(ModelError, match=r"does not hold 'ipilimumab'.*build the model with that drug"):
        schedule(as_regimens("ipilimumab 3 mg/kg IV every 3 weeks"), model, 30)


def test_a_dose_per_square_metre_is_scaled_by_surface_area(model):
    plan = schedule(as_regimens("aldesleukin 9 MIU/m2 SC every day"), model, 1)
    assert model.equations.parameters[plan.scale[0]] == "body_surface_area"


def test_a_missing_guard_or_body_size_is_named(model):
    unguarded = replace(model.equations, guards={})
    with pytest.raises(ModelError, match="needs 'haemodynamic_tolerance'"):
        schedule_of(planned_doses(as_regimens(HIGH_DOSE), 1), unguarded)
    sizeless = replace(model.equations, parameters=("growth",))
    with pytest.raises(ModelError, match="per m2 needs 'body_surface_area'"):
        schedule_of(planned_doses(as_regimens("aldesleukin 9 MIU/m2 SC"), 1), sizeless)
