"""Every interleukin with every checkpoint antibody: the pair can be given, nothing breaks, and each still acts."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from melanokine import drugs

from .conftest import sentence

ANTIBODIES = ("anti_pd1", "anti_pdl1", "anti_ctla4", "anti_lag3")
RECORDS = {name: drugs.load(name) for name in drugs.names()}
CYTOKINES = [name for name, drug in RECORDS.items() if drug.is_cytokine and "orthogonal_ligand" not in drug.roles]
CHECKPOINTS = [name for name, drug in RECORDS.items() if set(drug.roles) <= set(ANTIBODIES)]
DAYS = 28.0


@pytest.mark.parametrize(("cytokine", "antibody"), list(product(CYTOKINES, CHECKPOINTS)))
def test_a_pair_acts_as_both_do(follow, course, cytokine, antibody):
    pair = follow(sentence(cytokine), sentence(antibody), days=DAYS)
    assert pair.negative() == []
    for name in (cytokine, antibody):
        observable = RECORDS[name].exposure[0]
        alone = course(sentence(name), days=DAYS)[observable]
        assert np.allclose(pair[observable].max(axis=1), alone.max(axis=1), rtol=0.02)
