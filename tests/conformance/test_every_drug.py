"""What every drug must do in the whole model, by registry."""

from __future__ import annotations

import numpy as np
import pytest

from melanokine import drugs
from melanokine.drugs import Drug, Regimen
from melanokine.errors import InputError

from .conftest import DOSES, sentence

HALF_LIVES = 40
"""Of the typical patient: after so many, no drug is left even in a patient who eliminates it slowly."""

EFFECTS = {
    "il2_ligand": [("signal_nk", +1), ("signal_treg", +1), ("nk_blood", +1), ("treg_blood", +1)],
    "il15_ligand": [("signal_nk", +1), ("nk_blood", +1)],
    "il10_ligand": [("il10_myeloid", +1), ("il10_cd8", +1), ("il10_conditioning", +1), ("dendritic", -1)],
    "il18_ligand": [("il18_signal", +1), ("il18_binding_protein", +1)],
    "orthogonal_ligand": [],
    "anti_pd1": [("pd1_occupancy", +1)],
    "anti_pdl1": [("pdl1_occupancy", +1)],
    "anti_ctla4": [("ctla4_occupancy", +1)],
    "anti_lag3": [("lag3_occupancy", +1)],
    "anti_il2": [("signal_treg", -1), ("treg_blood", -1)],
    "lymphodepleting": [("lymphocyte_tissue", -1)],
    "transferred_cells": [("effector_blood", +1)],
    "cytotoxic": [("tumour_cells", -1)],
}
"""What a dose moves within a week, by role, and in which direction, in every patient.

That of `orthogonal_ligand` is empty because nothing answers to it in a patient without cells that carry its receptor.
"""


def gone_after(drug: Drug) -> float:
    """Days after which a drug is eliminated."""
    return max(14.0, HALF_LIVES * drug.pharmacokinetics.half_life())


@pytest.mark.parametrize("name", drugs.names())
class TestEveryDrug:
    def test_record_is_whole_and_sourced(self, model, name):
        drug = drugs.load(name)
        assert Drug.model_validate(drug.model_dump(exclude_none=True)) == drug
        assert set(drug.roles) <= DOSES.keys(), "give a dose for drugs of this role in conftest.py"
        assert drug.sources
        for parameter in model.parameters.values():
            if parameter.module == name:
                assert parameter.source or parameter.how == "assumed", parameter.name

    def test_stands_in_the_standard_model(self, model, name):
        drug = drugs.load(name)
        observable, unit = drug.exposure
        assert model.drugs[name] == drug
        assert str(model.network.observables[observable].unit) == unit
        assert drug.guard in model.equations.guards
        assert name in model.citations()

    def test_a_dose_raises_exposure_and_twice_the_dose_raises_it_more(self, course, name):
        exposure = drugs.load(name).exposure[0]
        none, once, twice = (
            course(*given, days=7.0)[exposure].to_numpy() for given in ((), (sentence(name),), (sentence(name, 2.0),))
        )
        assert (none == 0).all()
        assert (once.max(axis=1) > 0).all()
        assert (twice.max(axis=1) > 1.5 * once.max(axis=1)).all()
        assert (twice.sum(axis=1) > 1.5 * once.sum(axis=1)).all()

    def test_other_drugs_stay_absent(self, course, name):
        data = course(sentence(name), days=7.0)
        for other in set(drugs.names()) - {name}:
            assert (data[drugs.load(other).exposure[0]] == 0).all(), other

    @pytest.mark.parametrize("amount", ["-1", "0", "nan", "inf", "-inf", "1e400", "one"])
    def test_what_is_no_dose_is_refused(self, name, amount):
        drug = drugs.load(name)
        unit, route = DOSES[drug.roles[0]][1], drug.routes.names[0]
        with pytest.raises(InputError) as refused:
            Regimen.parse(f"{name} {amount} {unit} {route}")
        assert refused.value.remedy
        assert amount in str(refused.value)
        assert "\n" not in str(refused.value)

    def test_effect_has_the_right_sign(self, course, name):
        untreated, treated = course(days=7.0), course(sentence(name), days=7.0)
        for what, sign in (effect for role in drugs.load(name).roles for effect in EFFECTS[role]):
            change = (treated[what] - untreated[what]).to_numpy()
            furthest = change[np.arange(len(change)), np.abs(change).argmax(axis=1)]
            assert (np.sign(furthest) == sign).all(), (what, furthest)

    def test_is_gone_in_the_end_and_nothing_was_negative(self, model, course, name):
        drug = drugs.load(name)
        data = course(sentence(name), days=gone_after(drug))
        exposure = data[drug.exposure[0]].to_numpy()
        assert (exposure[:, -1] <= 1e-3 * exposure.max(axis=1)).all()
        assert (exposure >= -1e-9 * exposure.max()).all()
        for state in model.equations.states:
            assert data[state.name].min() >= -1e-5 * state.scale, state.name


def test_dose_of_every_route_arrives(course):
    """Also those that are not the first of a drug."""
    for name in drugs.names():
        drug = drugs.load(name)
        amount, unit = DOSES[drug.roles[0]]
        for route in drug.routes.names:
            data = course(f"{name} {amount:g} {unit} {route}", days=3.0)
            assert (data[drug.exposure[0]].max("time") > 0).all(), (name, route)
