"""Engineered variants are records like any other, and nonsense is refused."""

from __future__ import annotations

import numpy as np
import pytest

from melanokine.drugs import Regimen, add_to, load
from melanokine.errors import InputError
from melanokine.network import Network
from melanokine.network.lint import unsourced


def test_affinities_are_multiplied():
    mutein = load("bempegaldesleukin").engineered("stronger", alpha_affinity=0, betagamma_affinity=2)
    assert mutein.binding.alpha.value == 0
    assert mutein.binding.betagamma.value == pytest.approx(2 * load("bempegaldesleukin").binding.betagamma.value)
    assert load("aldesleukin").engineered("super-2", betagamma_affinity=200).binding.betagamma.value == 200


def test_only_what_was_asked_for_differs():
    parent = load("aldesleukin")
    longer = parent.engineered("Longer", half_life="20 h")
    assert longer.binding == parent.binding
    assert longer.activity == parent.activity
    assert longer.routes == parent.routes
    assert (longer.id, longer.name, longer.parent, longer.grade) == ("longer", "Longer", "IL-2", "D")
    assert "half-life 20 h" in longer.strategy
    assert parent.engineered("no-alpha", alpha_affinity=0).activity is None


@pytest.mark.parametrize("half_life", ["3 h", "20 h", "7 days"])
def test_half_life_is_the_one_asked_for(patient, half_life):
    mutein = load("aldesleukin").engineered("mutein", half_life=half_life)
    days = mutein.pharmacokinetics.half_life()
    times = np.linspace(0, 8 * days, 801)
    level = patient(mutein).give("mutein 1 mg IV bolus", times=times)["concentration_mutein"]
    late = times > 5 * days
    slope = np.polyfit(times[late], np.log(level[late]), 1)[0]
    assert np.log(2) / -slope == pytest.approx(days, rel=0.02)


def test_a_variant_joins_the_network_beside_its_parent():
    parent = load("aldesleukin")
    net = Network("drugs")
    for drug in (parent, parent.engineered("no-alpha, 20 h", alpha_affinity=0, half_life="20 h")):
        add_to(net, drug)
    assert {ligand.name for ligand in net.role("il2_ligand")} == {"aldesleukin_central", "no_alpha_20_h_central"}
    assert list(unsourced(net)) == []
    sentence = "no_alpha_20_h 0.01 mg/kg IV every 3 weeks"
    variant = net.role("connected_drug")[1]
    assert Regimen.parse(sentence, drugs=[variant]).doses(1)[0].guard == "haemodynamic_tolerance"


@pytest.mark.parametrize(
    ("drug", "changes", "says"),
    [
        ("aldesleukin", {}, "differs from aldesleukin in nothing"),
        ("aldesleukin", {"alpha_affinity": -1}, "an affinity for alpha cannot be -1"),
        ("aldesleukin", {"alpha_affinity": float("nan")}, "cannot be nan"),
        ("aldesleukin", {"betagamma_affinity": float("inf")}, "cannot be inf"),
        ("aldesleukin", {"betagamma_affinity": "3"}, "cannot be '3'"),
        ("aldesleukin", {"betagamma_affinity": 1e9}, "cannot be 1000000000.0"),
        ("aldesleukin", {"half_life": "20"}, "not a length of time"),
        ("aldesleukin", {"half_life": 20}, "not a length of time"),
        ("aldesleukin", {"half_life": "-2 h"}, "cannot be -2 hours"),
        ("aldesleukin", {"half_life": "0 h"}, "cannot fall to 0 h"),
        ("aldesleukin", {"half_life": "30 min"}, "give more than 1.2 h"),
        ("aldesleukin", {"half_life": "20 parsecs"}, "unknown unit of time"),
        ("nivolumab", {"alpha_affinity": 0}, "does not bind alpha"),
        ("bempegaldesleukin", {"half_life": "3 d"}, "not set by one clearance"),
        ("dacarbazine", {"half_life": "3 d"}, "not set by one clearance"),
    ],
)
def test_nonsense_is_refused(drug, changes, says):
    with pytest.raises(InputError) as caught:
        load(drug).engineered("variant", **changes)
    assert says in str(caught.value)


@pytest.mark.parametrize("name", ["", "  ", "!!", None, "nivolumab", "Aldesleukin"])
def test_names_must_be_new_and_readable(name):
    with pytest.raises(InputError):
        load("aldesleukin").engineered(name, alpha_affinity=0)


def test_names_that_begin_with_a_digit_are_made_identifiers():
    assert load("aldesleukin").engineered("20 h IL-2", half_life="20 h").id == "variant_20_h_il_2"
