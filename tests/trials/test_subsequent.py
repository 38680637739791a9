"""Therapy after progression: which table rows apply, and who receives what."""

import csv

import numpy as np
import pytest

from melanokine.drugs import Regimen
from melanokine.trials import tables
from melanokine.trials.subsequent import NONE, Option, assign, options_by_era, therapy_class


@pytest.mark.parametrize(
    ("roles", "name"),
    [
        ({"anti_pd1"}, "anti-PD-1"),
        ({"anti_pd1", "il2_ligand"}, "anti-PD-1"),
        ({"anti_ctla4"}, "anti-CTLA-4"),
        ({"anti_pd1", "anti_ctla4"}, "anti-PD-1 + anti-CTLA-4"),
        ({"il2_ligand"}, "other"),
        (set(), "other"),
    ],
)
def test_treatments_fall_into_classes(roles, name):
    assert therapy_class(roles) == name


def test_nothing_followed_before_2011():
    assert options_by_era(2004, {"anti_ctla4"}) == ()
    assert options_by_era(1985, {"il2_ligand"}) == ()


def test_the_era_decides_what_follows():
    crossover, modern = options_by_era(2013, {"anti_ctla4"}), options_by_era(2018, {"anti_ctla4"})
    assert "nivolumab" in crossover[0].regimen[0]
    assert modern[0].probability > crossover[0].probability
    assert options_by_era(2018, {"anti_pd1", "anti_ctla4"}) == ()


def test_shares_are_as_asked_and_belong_to_the_patient():
    options = (Option(("a",), 0.3), Option(("b",), 0.2))
    chosen = assign(options, 1, np.arange(5000))
    assert [(chosen == i).mean() for i in (0, 1, NONE)] == pytest.approx([0.3, 0.2, 0.5], abs=0.02)
    np.testing.assert_array_equal(assign(options, 1, np.arange(100, 200)), chosen[100:200])
    assert (assign((), 1, np.arange(10)) == NONE).all()


def test_the_table_is_sound():
    with (tables.FOLDER / "subsequent_therapy.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    shares = {}
    for row in rows:
        assert row["how"] == "assumed" or row["source"]
        assert row["note"]
        assert float(row["low"]) <= float(row["probability"]) <= float(row["high"])
        for sentence in row["regimen"].split(" + "):
            Regimen.parse(sentence)
        key = (row["first_year"], row["after"])
        shares[key] = shares.get(key, 0.0) + float(row["probability"])
    assert max(shares.values()) <= 1
