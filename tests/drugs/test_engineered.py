"""Engineered variants are records like any other, and nonsense is refused."""

from __future__ import annotations

import numpy as np
import pytest

from melanokine.biology import targets
from melanokine.drugs import Regimen, add_to, load, load_file
from melanokine.errors import InputError
from melanokine.network import Network, equations, evaluate
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
        ("bempegaldesleukin", {"half_life": "3 d"}, "not set by one clearance; change its release"),
        ("dacarbazine", {"half_life": "3 d"}, "not set by one clearance"),
        ("aldesleukin", {"decoy_affinity": 0.1}, "aldesleukin does not bind decoy; it binds alpha, betagamma"),
        ("aldesleukin", {"receptor_affinity": 2}, "aldesleukin does not bind receptor"),
        ("aldesleukin", {"valency": 0}, "a valency cannot be 0"),
        ("aldesleukin", {"valency": 1.5}, "a valency cannot be 1.5"),
        ("aldesleukin", {"valency": True}, "a valency cannot be True"),
        ("nivolumab", {"valency": 2}, "nivolumab has no cytokine moiety"),
        ("bempegaldesleukin", {"valency": 2}, "one molecule is one moiety"),
        ("aldesleukin", {"release": "0 h"}, "cannot be released within 0 h"),
        ("aldesleukin", {"release": "often"}, "is not a number"),
        ("nivolumab", {"release": "20 h"}, "nivolumab is not native IL-2"),
        ("aldesleukin", {"release": "20 h", "half_life": "20 h"}, "not set by one clearance"),
        ("aldesleukin", {"release": "20 h", "masking": 0.9}, "hidden by its PEG already"),
        ("aldesleukin", {"masking": 1}, "a mask cannot hide 1"),
        ("aldesleukin", {"masking": -0.1}, "a mask cannot hide -0.1"),
        ("aldesleukin", {"masking": float("nan")}, "a mask cannot hide nan"),
        ("nivolumab", {"masking": 0.9}, "nivolumab has no cytokine to mask"),
        ("aldesleukin", {"targeting": "EDB"}, "'EDB' is no target"),
        ("aldesleukin", {"targeting": ("EDBB", 8)}, "no antigen is called 'EDBB'; did you mean 'EDB'?"),
        ("aldesleukin", {"targeting": ("EDB", 0.5)}, "an enrichment in the tumour cannot be 0.5"),
        ("nivolumab", {"targeting": ("EDB", 8)}, "no cytokine to bring into the tumour"),
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


def ligand_levels(drug, **replaced):
    """What biology meets of the first ligand of `drug`: plasma, and tumour relative to the same plasma amount."""
    net = Network("drugs")
    targets.declare(net)
    add_to(net, drug)
    (ligand,) = net.role("il2_ligand")
    net.rule("plasma_level", ligand.concentration)
    net.rule("tumour_level", ligand.enrichment * ligand.concentration + ligand.local)
    net.observable("plasma_level", net["plasma_level"], "pM")
    net.observable("tumour_level", net["tumour_level"], "pM")
    collected = equations(net)
    values = {name: parameter.value for name, parameter in net.parameters.items()} | replaced
    parameters = np.array(list(values.values()))
    state = collected.initial_states(parameters)
    state[collected.state_index(ligand.amount)] = 1000.0
    columns = evaluate(collected.graph, list(collected.observables.values()), state[None, :], parameters)
    levels = dict(zip(collected.observables, (float(np.ravel(c)[0]) for c in columns), strict=True))
    return levels["plasma_level"], levels["tumour_level"]


def test_a_mask_hides_in_plasma_and_falls_off_in_the_tumour():
    bare = load("aldesleukin")
    masked = bare.engineered("masked", masking=0.95)
    plain, _ = ligand_levels(bare)
    for protease, unmasked in ((0.0, 0.05), (0.5, 0.525), (1.0, 1.0)):
        plasma, tumour = ligand_levels(masked, target_protease=protease)
        assert plasma == pytest.approx(0.05 * plain)
        assert tumour == pytest.approx(unmasked * plain)
    assert masked.activity is None


def test_a_target_enriches_in_the_tumour_alone_and_a_mask_goes_with_it():
    plain, _ = ligand_levels(load("aldesleukin"))
    both = load("aldesleukin").engineered("both", masking=0.9, targeting=("EDB", 8))
    plasma, tumour = ligand_levels(both, target_edb=0.5, target_protease=1.0)
    assert plasma == pytest.approx(0.1 * plain)
    assert tumour == pytest.approx(4.5 * plain)
    assert load("aldesleukin").engineered("l19", targeting=("EDB", 8)).activity is not None


def test_moieties_multiply_potency_but_not_capture():
    twice = load("aldesleukin").engineered("twice", valency=2)
    assert twice.binding.betagamma.value == 2
    assert twice.binding.affinity("alpha") == 1
    assert twice.molar_mass == load("aldesleukin").molar_mass


def test_a_release_makes_a_prodrug_of_native_il2():
    prodrug = load("aldesleukin").engineered("slow PEG", release="20 h", alpha_affinity=0)
    chain = prodrug.pharmacokinetics
    assert chain.structure == "release_chain"
    assert chain.release_rate.to("1/h") == pytest.approx(np.log(2) / 20)
    assert chain.free_clearance == load("aldesleukin").pharmacokinetics.clearance
    assert prodrug.binding.alpha.value == 0
    assert prodrug.binding.betagamma == load("bempegaldesleukin").binding.betagamma


def test_a_release_is_slower_where_it_was_asked_to_be(patient):
    times = np.linspace(0, 20, 401)
    peaks = {}
    for hours in (10, 60):
        drug = load("bempegaldesleukin").engineered("peg", release=f"{hours} h")
        level = patient(drug).give("peg 0.006 mg/kg IV", times=times)["concentration_peg"]
        peaks[hours] = times[level.argmax()]
    assert peaks[60] > 1.5 * peaks[10] > 0


def test_every_change_is_said():
    drug = load("aldesleukin").engineered(
        "all", alpha_affinity=0.1, valency=2, half_life="20 h", masking=0.9, targeting=("FAP", 5)
    )
    for part in (
        "alpha affinity x 0.1",
        "2 cytokine",
        "half-life 20 h",
        "90 % of the potency",
        "FAP (enriched 5-fold)",
    ):
        assert part in drug.strategy
    assert drug.grade == "D"


def test_the_clinical_dose_of_the_parent_is_kept_by_mass():
    parent = load("aldesleukin")
    mutein = parent.engineered("mutein", alpha_affinity=0)
    assert "IU" in parent.reference_regimen
    assert mutein.reference_regimen.startswith("mutein 0.03667 mg/kg IV over 15 min")
    first, own = (Regimen.parse(d.reference_regimen, drugs=[d]).doses(60) for d in (parent, mutein))
    assert len(first) == len(own) == 28
    assert own[0].amount == pytest.approx(first[0].amount, rel=1e-3)
    assert parent.engineered("longer", half_life="3 h").reference_regimen.startswith("longer 600000 IU/kg")


@pytest.mark.parametrize("name", ["aldesleukin", "bempegaldesleukin", "nivolumab", "ipilimumab", "dacarbazine"])
def test_reference_regimens_can_be_read_and_name_their_drug(name):
    assert Regimen.parse(load(name).reference_regimen).drug.id == name


def test_a_variant_may_be_a_file(tmp_path):
    path = tmp_path / "masked.yaml"
    path.write_text(
        "variant_of: aldesleukin\nname: masked, EDB\nmasking: 0.95\ntargeting: {antigen: EDB, enrichment: 8}\n"
    )
    drug = load_file(path)
    same = load("aldesleukin").engineered("masked, EDB", masking=0.95, targeting=("EDB", 8))
    assert drug == same
    path.write_text("variant_of: aldesleukin\nname: x\nhalf_life: 20 h\nreference_regimen: x 1 mg IV every 3 weeks\n")
    assert load_file(path).reference_regimen == "x 1 mg IV every 3 weeks"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("variant_of: aldesleukin\nname: x\n", "variant.yaml:1: 'x' differs from aldesleukin in nothing"),
        ("name: x\nvariant_of: aldesleukine\n", "variant.yaml:2: unknown drug 'aldesleukine'; did you mean"),
        ("variant_of: aldesleukin\nname: x\nhalflife: 20 h\n", "variant.yaml:3:"),
        ("variant_of: aldesleukin\nname: x\nvalency: many\n", "variant.yaml:3:"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path, text, says):
    path = tmp_path / "variant.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_file(path)
    assert says in str(caught.value)
