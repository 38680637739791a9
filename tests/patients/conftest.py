"""A small model with what diagnosis needs: logistic growth of unequal lesions against a constant immune kill."""

import hashlib
from types import SimpleNamespace

import pytest

from melanokine import drugs, engine
from melanokine.network import Network, Parameter, cube_root, equations
from melanokine.patients.population import Population


def small_network(extra=(), kill=0.006):
    net = Network("small", lesions=3)
    source = {"how": "measured", "source": "10.0/test"}
    for parameter in [
        Parameter("growth", 0.02, "1/d", "lognormal", 0.4, **source),
        Parameter("kill", kill, "1/d", "exponential", **source),
        Parameter("capacity", 1e6, "Mcell", **source),
        Parameter("density", 2.5e8, "cell/mL", **source),
        Parameter("sphere", 1.909859317102744, "1", **source),
        Parameter("seed", 0.1, "Mcell", **source),
        Parameter("share", 1.0, "1", "lognormal", 0.8, level="lesion", **source),
        Parameter("basal_pdl1", 0.45, "1", "lognormal", 0.8, **source),
        Parameter("drug_kill", 0.0005, "1/nM/d", **source),
        Parameter("diagnosis_diameter", 75, "mm", "lognormal", 0.75, **source),
        *extra,
    ]:
        net.parameter(parameter)
    net.parameter(Parameter("body_weight", 80, "kg", "lognormal", 0.2, **source), outside=True)
    net.parameter(Parameter("body_surface_area", 2, "m2", **source), outside=True)
    net.species("treatment_clock", "d", compartment="patient", scale=1)
    net.reaction("passing_of_time", {"treatment_clock": 1}, net.treatment_clock**0)
    for name in ("nivolumab", "aldesleukin"):
        drugs.add_to(net, drugs.load(name))
    antibody = net.nivolumab_concentration
    total = 0
    for lesion in net.lesions:
        cells = lesion.species("tumour", "Mcell", compartment="lesion", scale=1, initial=net.seed * lesion.share)
        rate = net.growth * (1 - cells / net.capacity) - net.kill - net.drug_kill * antibody
        lesion.reaction("grow", {"tumour": 1}, rate * cells)
        diameter = lesion.rule("diameter", cube_root(net.sphere * cells / net.density))
        lesion.observable("diameter", diameter, "mm")
        total = total + diameter
    net.observable("sum_of_diameters", total, "mm")
    net.observable("pdl1", net.basal_pdl1)
    net.guard("immune_tolerance", net.capacity - net.tumour_1)
    net.guard("haemodynamic_tolerance", 1 - net.kill / net.growth)
    net.terminal_event(total - net.diagnosis_diameter)
    return net


def small_model(**changes):
    net = small_network(**changes)
    collected = equations(net)
    digest = hashlib.sha256(repr((collected.digest, net.parameters)).encode()).hexdigest()
    kernel = engine.compile(collected)
    return SimpleNamespace(network=net, equations=collected, digest=digest, kernel=kernel, drugs={})


@pytest.fixture(scope="session")
def model():
    return small_model()


@pytest.fixture(scope="session")
def first_line():
    return Population.load("advanced melanoma, first line")


@pytest.fixture(scope="session")
def make_model():
    return small_model
