"""What every drug must do in the whole model, by registry."""

from __future__ import annotations

import numpy as np
import pytest

from melanokine import drugs
from melanokine.drugs import Drug, Regimen
from melanokine.errors import InputError

from .conftest import sentence

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
"""What a dose moves within a week, by role, and in which direction, in every patient. A new role needs a line here.

That of `orthogonal_ligand` is empty because nothing answers to it in a patient without cells that carry its receptor.
"""

OPPOSED = {("il10_ligand", "dendritic"): "il2_ligand"}
"""What a role moves goes either way if the drug has this role too: IL-2, through NK cells, draws in dendritic cells."""

UNTIL = {"nk_blood": 3.0}
"""Days up to which the change counts: NK cells multiply on IL-2, and once its signal is over die of it."""

RECORDS = {name: drugs.load(name) for name in drugs.names()}
WITHOUT_EFFECT = [name for name, drug in RECORDS.items() if not any(EFFECTS[role] for role in drug.roles)]
CELLS = [name for name, drug in RECORDS.items() if "transferred_cells" in drug.roles]


def effects(drug: Drug) -> list[tuple[str, int]]:
    """What a dose of the drug moves, and in which direction."""
    return [
        (what, sign)
        for role in drug.roles
        for what, sign in EFFECTS[role]
        if OPPOSED.get((role, what)) not in drug.roles
    ]


def gone_after(drug: Drug) -> float:
    """Days after which a drug is eliminated."""
    return max(14.0, HALF_LIVES * drug.pharmacokinetics.half_life())


@pytest.mark.parametrize("name", drugs.names())
class TestEveryDrug:
    def test_record_is_whole_and_sourced(self, model, name):
        drug = RECORDS[name]
        assert Drug.model_validate(drug.model_dump(exclude_none=True)) == drug
        assert set(drug.roles) <= EFFECTS.keys(), "say above what drugs of this role do"
        assert drug.sources
        assert drug.reference_regimen, "give the regimen in clinical use: its first dose is given here"
        for parameter in model.parameters.values():
            if parameter.module == name:
                assert parameter.source or parameter.how == "assumed", parameter.name

    def test_stands_in_the_standard_model(self, model, name):
        drug = RECORDS[name]
        observable, unit = drug.exposure
        assert model.drugs[name] == drug
        assert str(model.network.observables[observable].unit) == unit
        assert drug.guard in model.equations.guards
        assert name in model.citations()

    def test_a_dose_raises_exposure_and_twice_the_dose_raises_it_more(self, course, name):
        exposure = RECORDS[name].exposure[0]
        none, once, twice = (
            course(*given, days=7.0)[exposure] for given in ((), (sentence(name),), (sentence(name, 2.0),))
        )
        assert (none == 0).all()
        assert (once.max(axis=1) > 0).all()
        assert (twice.max(axis=1) > 1.5 * once.max(axis=1)).all()
        assert (twice.sum(axis=1) > 1.5 * once.sum(axis=1)).all()

    def test_other_drugs_stay_absent(self, course, name):
        data = course(sentence(name), days=7.0)
        for other in RECORDS.keys() - {name}:
            assert (data[RECORDS[other].exposure[0]] == 0).all(), other

    @pytest.mark.parametrize("amount", ["-1", "0", "nan", "inf", "-inf", "1e400", "one"])
    def test_what_is_no_dose_is_refused(self, name, amount):
        _, _, rest = sentence(name).split(maxsplit=2)
        with pytest.raises(InputError) as refused:
            Regimen.parse(f"{name} {amount} {rest}")
        assert refused.value.remedy
        assert amount in str(refused.value)
        assert "\n" not in str(refused.value)

    def test_effect_has_the_right_sign(self, course, name):
        untreated, treated = course(days=7.0), course(sentence(name), days=7.0)
        for what, sign in effects(RECORDS[name]):
            change = treated[what] - np.array(
                [np.interp(treated.times, untreated.times, row) for row in untreated[what]]
            )
            change = change[:, treated.times <= UNTIL.get(what, np.inf)]
            furthest = change[np.arange(len(change)), np.abs(change).argmax(axis=1)]
            assert (np.sign(furthest) == sign).all(), (what, furthest)

    def test_is_gone_in_the_end_and_nothing_was_negative(self, follow, name):
        data = follow(sentence(name), days=gone_after(RECORDS[name]))
        exposure = data[RECORDS[name].exposure[0]]
        assert (exposure[:, -1] <= 1e-3 * exposure.max(axis=1)).all()
        assert (exposure >= -1e-9 * exposure.max()).all()
        assert data.negative() == []


@pytest.mark.parametrize(("name", "route"), [(name, route) for name in RECORDS for route in RECORDS[name].routes.names])
def test_dose_of_every_route_arrives(follow, name, route):
    """Also those that are not the first of a drug."""
    assert (follow(sentence(name, route=route), days=3.0)[RECORDS[name].exposure[0]].max(axis=1) > 0).all()


@pytest.mark.parametrize("name", WITHOUT_EFFECT)
def test_nothing_answers_to_an_orthogonal_cytokine_without_engineered_cells(model, course, name):
    untreated, treated = course(days=7.0).states[:, -1], course(sentence(name), days=7.0).states[:, -1]
    for i, state in enumerate(model.equations.states):
        if not state.name.startswith(name):
            np.testing.assert_allclose(treated[:, i], untreated[:, i], rtol=2e-4, atol=1e-6 * state.scale)


@pytest.mark.parametrize("name", CELLS)
def test_infused_cells_leave_the_blood_as_they_engraft(follow, name):
    data = follow(sentence(name), days=7.0)
    infused = data[RECORDS[name].exposure[0]]
    after = data.times > 0.5
    remains = infused[:, after] / infused[:, after][:, :1]
    assert (np.diff(remains) < 0).all()
    rate = np.log(2) / RECORDS[name].pharmacokinetics.half_life()
    assert np.median(-np.log(remains[:, -1]) / np.ptp(data.times[after])) == pytest.approx(rate, rel=0.5)
