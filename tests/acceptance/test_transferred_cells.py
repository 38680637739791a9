"""Tumour-infiltrating lymphocytes with high-dose IL-2 after lymphodepletion, in a cohort of pretreated patients.

C-144-01 (153 patients: 31 % responses, progression-free for 4.1 months) and Rohaan 2022 (49 %, more IL-2) fitted the
part of the cells that sees the tumour. The records are those of the tests.
"""

from __future__ import annotations

import pytest

from melanokine.trials import Trial

from ..biology.fixture_drugs import CELLS, CONDITIONING, CYCLOPHOSPHAMIDE, FLUDARABINE

PATIENTS, SEED = 200, 1
IL2 = "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to {} doses starting day 8"
ARMS = {
    "C-144-01": [*CONDITIONING, "test_cells 27e9 cells IV once starting day 8", IL2.format(6)],
    "Rohaan 2022": [*CONDITIONING, "test_cells 40e9 cells IV once starting day 8", IL2.format(15)],
    "no cells": [*CONDITIONING, IL2.format(15)],
}


@pytest.fixture(scope="module")
def endpoints() -> dict[str, dict[str, float]]:
    trial = Trial(
        population="advanced melanoma, pretreated",
        arms={name: {"regimen": regimen} for name, regimen in ARMS.items()},
        drugs=[CYCLOPHOSPHAMIDE, FLUDARABINE, CELLS],
        patients_per_arm=PATIENTS,
        scans="every 6 weeks to week 24, then every 12 weeks",
        duration_months=36,
    )
    found = trial.run(seed=SEED).endpoints
    return {arm: {name: estimate.value for name, estimate in values.items()} for arm, values in found.items()}


def test_responses_are_as_frequent_as_seen(endpoints):
    assert 22 <= endpoints["C-144-01"]["ORR"] <= 41
    assert 36 <= endpoints["Rohaan 2022"]["ORR"] <= 60
    assert endpoints["Rohaan 2022"]["ORR"] > endpoints["C-144-01"]["ORR"]


def test_disease_is_held_as_long_as_seen(endpoints):
    assert 2.8 <= endpoints["C-144-01"]["PFS_median_months"] <= 6.5
    assert 4.1 <= endpoints["Rohaan 2022"]["PFS_median_months"] <= 13.1


def test_it_is_the_cells_that_do_it(endpoints):
    assert endpoints["no cells"]["ORR"] < 0.4 * endpoints["Rohaan 2022"]["ORR"]
