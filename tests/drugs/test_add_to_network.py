"""What a record puts into the network: conserved amounts, roles, and nothing negative."""

from __future__ import annotations

import numpy as np
import pytest

from melanokine.biology import targets
from melanokine.drugs import add_to, load, names
from melanokine.drugs.add_to_network import connect, declare
from melanokine.network import Cells, Effect, Ligand, Network, equations
from melanokine.network.lint import unchanging, unconserved, unsourced
from melanokine.network.units import parse

SENTENCES = {
    "aldesleukin": [
        "aldesleukin 600000 IU/kg IV every 8 hours for 3 doses",
        "aldesleukin 10 MIU IT every 2 days for 3 doses",
    ],
    "anv419": ["anv419 100 ug/kg IV every 2 weeks"],
    "atezolizumab": ["atezolizumab 1200 mg IV every 3 weeks", "atezolizumab 1875 mg SC every 3 weeks"],
    "au007": ["au007 4.5 mg/kg IV every 2 weeks for 2 doses"],
    "avelumab": ["avelumab 800 mg IV every 2 weeks"],
    "bempegaldesleukin": ["bempegaldesleukin 0.006 mg/kg IV every 3 weeks"],
    "bifikafusp_alfa": [
        "bifikafusp_alfa 22.5 MIU IV every 2 days for 3 doses",
        "bifikafusp_alfa 10 MIU IT weekly for 4 doses",
    ],
    "cemiplimab": ["cemiplimab 350 mg IV every 3 weeks"],
    "cergutuzumab_amunaleukin": ["cergutuzumab_amunaleukin 20 mg IV every 2 weeks for 2 doses"],
    "cetuximab_il10": ["cetuximab-IL-10 1 mg/kg IV weekly for 2 doses"],
    "cyclophosphamide": ["cyclophosphamide 60 mg/kg IV daily for 2 doses"],
    "dacarbazine": ["dacarbazine 1000 mg/m2 IV every 3 weeks"],
    "dk210_egfr": ["dk210_egfr 0.02 mg/kg SC every 2 days for 3 doses"],
    "eciskafusp_alfa": ["eciskafusp_alfa 1 mg IV weekly for 2 doses"],
    "efbalropendekin": ["XmAb24306 0.06 mg/kg IV every 4 weeks"],
    "fludarabine": ["fludarabine 25 mg/m2 IV daily for 5 doses"],
    "hetil15": ["NIZ985 2 ug/kg SC every 2 days for 6 doses"],
    "hu1418_il2": ["hu1418_il2 6 mg/m2 IV daily for 3 doses"],
    "iboctadekin": ["rhIL-18 100 ug/kg IV daily for 5 doses"],
    "il10_fc": ["IL-10-Fc 20 ug/kg IV weekly for 3 doses"],
    "ipilimumab": ["ipilimumab 3 mg/kg IV every 3 weeks"],
    "lifileucel": ["lifileucel 2.7e10 cells IV"],
    "mdna11": ["mdna11 30 ug/kg IV every 2 weeks"],
    "nanrilkefusp_alfa": ["SO-C101 12 ug/kg SC daily for 2 doses"],
    "nemvaleukin": ["nemvaleukin 20 ug/kg IV every 3 weeks", "nemvaleukin 3 mg SC weekly for 2 doses"],
    "nivolumab": ["nivolumab 1 mg/kg IV every 3 weeks for 2 doses then 240 mg every 2 weeks"],
    "nktr255": ["NKTR-255 3 ug/kg IV every 3 weeks"],
    "nl201": ["nl201 5 ug/kg IV every 3 weeks"],
    "nogapendekin": ["N-803 10 ug/kg SC weekly for 4 doses", "ALT-803 6 ug/kg IV weekly for 4 doses"],
    "pegenzileukin": ["pegenzileukin 24 ug/kg IV every 3 weeks"],
    "pegilodecakin": ["pegilodecakin 20 ug/kg SC daily for 28 days"],
    "pembrolizumab": ["pembrolizumab 200 mg IV bolus every 3 weeks"],
    "pf07209960": ["PF-07209960 15 mg SC every 2 weeks", "PF-07209960 10 mg IV every 2 weeks"],
    "relatlimab": ["relatlimab 160 mg IV every 4 weeks"],
    "rhil10": ["rhIL-10 25 ug/kg IV bolus", "rhIL-10 10 ug/kg SC daily for 7 doses"],
    "rhil15": ["rhIL-15 2 ug/kg IV over 24 hours daily for 5 doses", "rhIL-15 2 ug/kg SC daily for 5 doses"],
    "simlukafusp_alfa": ["simlukafusp_alfa 15 mg IV weekly for 1 dose then 20 mg weekly for 2 doses"],
    "st067": ["ST-067 100 ug/kg SC weekly"],
    "stk009": ["stk009 3 mg SC weekly for 2 doses"],
    "super2": ["super2 0.02 mg/kg IV every 8 hours for 3 doses"],
    "tremelimumab": ["tremelimumab 300 mg IV"],
    "tucotuzumab_celmoleukin": ["tucotuzumab_celmoleukin 4.3 mg/m2 IV daily for 3 doses"],
}


def network(*drugs: str) -> Network:
    net = Network("drugs")
    with net.module("targets"):
        targets.declare(net)
    for drug in drugs:
        add_to(net, load(drug))
    return net


@pytest.mark.parametrize("name", names())
class TestEveryDrug:
    def test_is_sourced_and_conserves_what_it_moves(self, name):
        net = network(name)
        findings = [finding for check in (unsourced, unconserved, unchanging) for finding in check(net)]
        assert findings == []

    def test_all_its_names_carry_its_own(self, name):
        net = network(name)
        shared = {"body_weight", "body_surface_area", *(f"target_{antigen}" for antigen in targets.ANTIGENS)}
        own = {*net.species_table, *net.inputs, *net.parameters} - shared
        assert all(part.startswith(f"{name}_") for part in own)
        assert {species.module for species in net.species_table.values()} == {name}

    def test_registers_for_its_role(self, name):
        drug, net = load(name), network(name)
        for role in drug.roles:
            registered = net.role(role)
            assert registered
            for entry in registered:
                if isinstance(entry, Ligand):
                    assert entry.amount in net.species_table
                    assert entry.concentration.unit.like(parse("pM"))
                elif isinstance(entry, Effect):
                    assert entry.exposure.unit.dimensionless
                elif isinstance(entry, Cells):
                    assert entry.amount in net.species_table
                else:
                    assert entry.concentration.unit.like(entry.half_saturation.unit)

    def test_stays_empty_without_a_dose(self, name):
        e = equations(network(name))
        parameters = np.array([p.value for p in network(name).parameters.values()])
        change = e.derivative(e.initial_states(parameters), parameters, np.zeros(len(e.inputs)))
        assert (e.initial_states(parameters) == 0).all()
        assert (change == 0).all()

    @pytest.mark.parametrize("which", [0, 1])
    def test_never_negative_and_eliminated_in_the_end(self, name, which, patient):
        sentence = SENTENCES[name][which % len(SENTENCES[name])]
        times = np.linspace(0, 60, 241)
        course = patient(name).give(sentence, times=times)
        exposure = load(name).exposure[0]
        assert course[exposure].max() > 0
        for values in course.values():
            assert values.min() > -1e-4


def test_what_goes_in_comes_out_again(patient):
    """Infused amounts equal what clearance times area takes away."""
    man = patient("pembrolizumab")
    times = np.unique([*np.linspace(0, 1, 1001), *np.linspace(1, 700, 7001)])
    course = man.give("pembrolizumab 200 mg IV", times=times)
    scale = (man.values["body_weight"] / man.values["pembrolizumab_reference_weight"]) ** 0.595
    cleared = 0.22 * scale * np.trapezoid(course["concentration_pembrolizumab"], times)
    assert cleared == pytest.approx(load("pembrolizumab").amount("200 mg").amount, rel=2e-3)


def test_heavier_patients_have_less_after_a_flat_dose_and_more_after_one_per_kilogram(patient):
    times = np.linspace(0, 42, 421)

    def mean(weight: float, sentence: str) -> float:
        return patient("nivolumab", body_weight=weight).give(sentence, times=times)["concentration_nivolumab"].mean()

    assert mean(110, "nivolumab 360 mg IV every 3 weeks") < mean(60, "nivolumab 360 mg IV every 3 weeks")
    assert mean(110, "nivolumab 3 mg/kg IV every 3 weeks") > mean(60, "nivolumab 3 mg/kg IV every 3 weeks")


def test_body_size_is_declared_once_for_all_drugs():
    net = network(*names())
    assert net.parameters["body_weight"].module == "body_size"
    assert {"body_weight", "body_surface_area"} <= net.outside


def test_declaring_and_connecting_in_two_passes_gives_the_same_equations():
    net = Network("drugs")
    with net.module("targets"):
        targets.declare(net)
    records = [load(name) for name in names()]
    for drug in records:
        declare(net, drug)
    for drug in reversed(records):
        connect(net, drug)
    assert set(net.reactions) == set(network(*names()).reactions)


def test_free_cytokine_of_a_prodrug_binds_as_il2_does():
    ligands = {ligand.name: ligand for ligand in network("bempegaldesleukin").role("il2_ligand")}
    assert set(ligands) == {f"bempegaldesleukin_{part}" for part in ("two_peg", "one_peg", "free")}
    assert ligands["bempegaldesleukin_free"].affinity["alpha"].name == "1"
    assert ligands["bempegaldesleukin_one_peg"].affinity["alpha"].name == "bempegaldesleukin_alpha_affinity"


def test_parameters_carry_spread_and_source():
    parameters = network("nivolumab").parameters
    clearance = parameters["nivolumab_clearance"]
    assert clearance.distribution == "lognormal"
    assert clearance.spread == pytest.approx(np.sqrt(np.log(1 + 0.35**2)))
    assert (clearance.value, clearance.unit, clearance.level) == (11.06, "mL/h", "patient")
    assert "10.1002/psp4.12143" in clearance.source
