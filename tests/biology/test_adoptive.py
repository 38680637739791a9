"""Transferred cells: where they go, and what an orthogonal ligand does to engineered ones."""

import numpy as np
import pytest

from melanokine import drugs
from melanokine.patients import simulate
from melanokine.patients.model import Model

from .conftest import Bench
from .fixture_drugs import ENGINEERED

LIBRARY = ("cyclophosphamide", "fludarabine", "lifileucel", "stk009")
CONDITIONING = (
    "cyclophosphamide 60 mg/kg IV daily for 2 doses",
    "fludarabine 25 mg/m2 IV daily for 5 doses starting day 3",
)
"""Lymphodepletion over the week before cells are given on day 8."""
DOSE = 27e3
"""Million cells: the median of lifileucel."""


@pytest.fixture(scope="module")
def treatable() -> Model:
    return Model([*(drugs.load(name) for name in LIBRARY), ENGINEERED])


@pytest.fixture(scope="module")
def with_drugs(treatable) -> Bench:
    return Bench(treatable.network)


class TestEngraftment:
    def test_what_is_infused_is_parted_among_specific_cells_others_and_the_dead(self, with_drugs):
        before, after = with_drugs.rates(), with_drugs.rates({"lifileucel_infused": DOSE})
        gained = {name: after[name] - before[name] for name in after}
        flow, medians = -gained["lifileucel_infused"], with_drugs.medians
        assert flow == pytest.approx(medians["lifileucel_engraftment_rate"] * DOSE)
        living = medians["transfer_survival"] * flow
        specific = gained["effector_blood"] + gained["stem_like_blood"]
        assert specific == pytest.approx(medians["transfer_specific_share"] * living)
        assert gained["stem_like_blood"] == pytest.approx(medians["lifileucel_stem_like_share"] * specific)
        others = gained["cd8_blood"] * medians["il2_consumers_cd8"]
        assert others + specific == pytest.approx(living)
        assert gained["engineered"] == 0.0

    def test_engineered_cells_are_counted(self, with_drugs):
        after = with_drugs.rates({"test_engineered_infused": DOSE})
        assert after["engineered"] == pytest.approx(
            with_drugs.medians["test_engineered_orthogonal_share"]
            * (after["effector_blood"] - with_drugs.rates()["effector_blood"])
        )

    def test_depletion_lets_more_persist_and_lesions_shrink_more(self, treatable):
        """Persistence at one month and response go together (doi 10.1158/1078-0432.CCR-11-0116)."""
        times = np.array([8.0, 9.0, 20.0, 38.0])
        cells = "lifileucel 27e9 cells IV once starting day 8"
        found = {}
        for name, regimen in (("none", []), ("alone", [cells]), ("depleted", [*CONDITIONING, cells])):
            course = simulate(treatable, "typical", regimen, days=40, times=times, states=["effector_blood"])
            found[name] = {n: course[n].to_numpy()[0] for n in ("effector_blood", "sum_of_diameters", "tumour_cd8")}
        peak = found["depleted"]["effector_blood"].max()
        kept = {name: found[name]["effector_blood"][-1] for name in ("alone", "depleted")}
        assert peak > 10 * found["none"]["effector_blood"].max()
        assert 0.02 < kept["depleted"] / peak < 0.8
        assert found["depleted"]["effector_blood"][2] > 1.05 * found["alone"]["effector_blood"][2]
        sizes = [found[name]["sum_of_diameters"][-1] for name in ("depleted", "alone", "none")]
        assert sizes == sorted(sizes)


class TestOrthogonalLigand:
    def test_it_divides_engineered_cells_and_touches_no_other(self, with_drugs):
        dose = with_drugs.plasma("stk009", 3100.0)
        assert with_drugs.value("orthogonal_occupancy", dose) == pytest.approx(0.5)
        before, after = (with_drugs.rates({"engineered": 15.0, **x}) for x in ({}, dose))
        moved = {name for name in after if after[name] != before[name]} - {"stk009_central"}
        assert moved == {"engineered", "effector_blood"}
        gained = {name: after[name] - before[name] for name in moved}
        assert gained["engineered"] == pytest.approx(gained["effector_blood"])
        assert gained["engineered"] > 0

    def test_it_does_nothing_without_them(self, with_drugs):
        dose = with_drugs.plasma("stk009", 3100.0)
        assert with_drugs.rates(dose)["effector_blood"] == with_drugs.rates()["effector_blood"]

    def test_natural_il2_is_blind_to_the_orthogonal_receptor(self, with_drugs):
        before, after = (with_drugs.rates({"il2_endogenous": 50.0, "engineered": e}) for e in (0.0, 15.0))
        assert after["effector_blood"] == before["effector_blood"]

    def test_engineered_cells_persist_with_it(self, treatable):
        times = np.array([8.0, 22.0, 36.0])
        regimen = [*CONDITIONING, "test_engineered 27e9 cells IV once starting day 8"]
        ligand = "stk009 3 mg SC daily for 28 doses starting day 8"
        without, with_it = (
            simulate(treatable, "typical", r, days=37, times=times)["engineered_cells"].to_numpy()[0]
            for r in (regimen, [*regimen, ligand])
        )
        assert with_it[1] > 2 * without[1]
        assert with_it[2] > 5 * without[2]
