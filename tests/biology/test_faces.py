"""Both faces of every interleukin, row by row of the table against the equations."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest

from melanokine.biology import MECHANISMS
from melanokine.biology.faces import FACES, effects

SOURCE = re.compile(r"10\.\d{4,9}/\S+|PMID:\d+|PMC\d+|NCT\d{8}")
TWO_FACED = {"IL-2", "IL-15", "IL-10", "IL-18"}
"""Interleukins that must be in the table."""

ROWS = effects()


def label(effect) -> str:
    return f"{effect.interleukin} {effect.face}: {effect.path}"


@pytest.mark.parametrize("effect", ROWS, ids=label)
def test_the_model_does_what_the_row_says(bench, effect):
    after, before = (bench.moved(effect.moves, changes) for changes in (effect.changes, {}))
    assert np.sign(after - before) == effect.sign, (before, after)


@pytest.mark.parametrize("effect", ROWS, ids=label)
def test_rows_are_whole(effect):
    assert effect.mechanism in MECHANISMS
    assert effect.path
    assert effect.sources
    assert all(SOURCE.fullmatch(source) for source in effect.sources)


@pytest.mark.parametrize("interleukin", sorted(TWO_FACED | {effect.interleukin for effect in ROWS}))
def test_every_interleukin_has_both_faces(interleukin):
    found = Counter(effect.face for effect in ROWS if effect.interleukin == interleukin)
    assert set(found) == set(FACES)


def test_no_path_is_told_twice():
    told = Counter((x.interleukin, x.moves, tuple(x.changes.items())) for x in ROWS)
    assert max(told.values()) == 1, told.most_common(1)
