"""Therapy after progression: which table rows apply, and who receives what."""

import csv

import numpy as np
import pytest

from melanokine.drugs import Regimen
from melanokine.trials import tables
from melanokine.trials.catalogue import load
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


@pytest.mark.parametrize(
    ("earlier", "roles", "name"),
    [
        (("anti-CTLA-4",), {"cytotoxic"}, "anti-CTLA-4"),
        (("anti-CTLA-4",), {"anti_pd1"}, "anti-PD-1 + anti-CTLA-4"),
        (("anti-PD-1",), {"il2_ligand"}, "anti-PD-1"),
        (("anti-PD-1", "anti-CTLA-4"), set(), "anti-PD-1 + anti-CTLA-4"),
    ],
)
def test_checkpoint_inhibitors_before_the_trial_count_too(earlier, roles, name):
    assert therapy_class(roles, earlier) == name


def test_nothing_followed_before_2011():
    assert options_by_era(2004, {"anti_ctla4"}) == ()
    assert options_by_era(1985, {"il2_ligand"}) == ()


def test_the_era_decides_what_follows():
    eras = [options_by_era(year, {"anti_ctla4"})[0] for year in (2011, 2013, 2018)]
    assert all("nivolumab" in option.regimen[0] for option in eras)
    assert [option.probability for option in eras] == sorted({option.probability for option in eras})
    assert options_by_era(2018, {"anti_pd1", "anti_ctla4"}) == ()


def test_both_antibodies_together_follow_only_once_they_were_licensed():
    def together(year):
        return [len(option.regimen) == 2 for option in options_by_era(year, {"anti_pd1"})]

    assert together(2014) == [False]
    assert together(2015) == [True]


def test_nobody_is_given_again_what_the_disease_has_outlived():
    """CheckMate 037 enrolled after ipilimumab: nothing follows anti-PD-1, and anti-PD-1 follows chemotherapy."""
    design = load("checkmate-037")
    earlier = design.earlier_checkpoint_inhibitors
    assert options_by_era(design.year, {"anti_pd1"}, earlier) == ()
    (option,) = options_by_era(design.year, {"cytotoxic"}, earlier)
    assert "nivolumab" in option.regimen[0]


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
        for year in range(int(row["first_year"]), int(row["last_year"] or 2030) + 1):
            key = (year, row["after"])
            shares[key] = shares.get(key, 0.0) + float(row["probability"])
    assert max(shares.values()) <= 1
    assert {year for year, after in shares if after == "anti-CTLA-4"} == set(range(2011, 2031))  # no year left out


def test_shares_that_are_not_assumed_lie_within_what_was_counted():
    """41 % of 133 (CheckMate 037, doi 10.1200/JCO.2016.71.8023), 57 of 262 (IMAGE, doi 10.1186/s12885-021-08032-y)."""
    with (tables.FOLDER / "subsequent_therapy.csv").open(encoding="utf-8", newline="") as stream:
        derived = {row["after"]: row for row in csv.DictReader(stream) if row["how"] == "derived"}
    counted = {"anti-CTLA-4": (0.41, 133), "other": (57 / 262, 262)}
    assert derived.keys() == counted.keys()
    for after, (share, patients) in counted.items():
        half_width = 1.96 * np.sqrt(share * (1 - share) / patients)
        assert float(derived[after]["probability"]) == pytest.approx(share, abs=0.005)
        assert float(derived[after]["low"]) <= share - half_width + 0.005
        assert float(derived[after]["high"]) >= share + half_width
