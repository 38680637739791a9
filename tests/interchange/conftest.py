"""Small SBML documents (interchange_documents.py); and a network with every operation of biology, guarded doses,
infusions that overlap, and an event."""

from types import SimpleNamespace

import numpy as np
import pytest

from melanokine.engine import BOLUS, INFUSION, Schedule
from melanokine.engine.kernel import compile
from melanokine.interchange.sbml import parse_sbml
from melanokine.network import (
    Network,
    Parameter,
    cube_root,
    equations,
    exp,
    hill,
    log,
    maximum,
    minimum,
    square_root,
)  # fmt: skip

from .interchange_documents import document

VALUES = {
    "body_weight": (70.0, "kg"), "clearance": (0.3, "L/h"), "volume": (4.0, "L"), "half": (40.0, "pM"),
    "steepness": (2.5, "1"), "growth": (0.11, "1/d"), "killing": (0.02, "1/h"), "capacity": (900.0, "Mcell"),
    "ratio": (30.0, "percent"), "density": (0.2, "Gcell/mL"), "reference": (1.0, "mm"), "seed": (50.0, "Mcell"),
    "least": (0.2, "1"), "rest": (1.0, "d"),
}  # fmt: skip


def build(*, ending=False):
    net = Network("small")
    for name, (value, unit) in VALUES.items():
        net.parameter(Parameter(name, value, unit, how="measured", source="10.1000/182; NCT01234567", module="toy"))
    with net.module("toy"):
        p = net
        net.species("drug", "nmol", compartment="blood", scale=10.0)
        net.species("cells", "Mcell", compartment="lesion", scale=100.0, initial=p.seed)
        net.species("signal", "1", compartment="body", scale=1.0, initial=p.least)
        net.species("tired", "d", compartment="body", scale=1.0)
        net.input("infusion", "nmol/d")
        concentration = net.rule("concentration", p.drug / p.volume)
        effect = net.rule("effect", hill(concentration, p.half, p.steepness))
        diameter = net.rule("diameter", cube_root(p.cells / p.density))
        net.rule("other_name", effect)
        net.reaction("infusing", {"drug": 1}, p.infusion)
        net.reaction("elimination", {"drug": -1}, p.clearance * concentration)
        crowding = log(p.capacity / maximum(p.cells, p.seed))
        net.reaction("birth", {"cells": 1}, p.growth * p.cells * crowding)
        shrinking = p.killing * p.cells * effect * minimum(p.signal, 1) * (1 - p.ratio * p.least)
        net.reaction("death", {"cells": -1, "tired": p.rest / p.seed}, shrinking)
        slope = exp(-(diameter / p.reference) * p.least) + square_root(p.signal)
        net.reaction("signalling", {"signal": 1}, p.growth * (effect * 2 - p.signal + p.least * slope))
        net.guard("tolerance", p.rest - 2 * p.tired)
        net.observable("size", diameter, "mm")
        net.observable("level", concentration, "nM")
        net.event("recovery", p.tired - p.rest, {"tired": 0, "signal": p.signal + p.least}, terminal=ending)
    return net


@pytest.fixture(scope="session")
def small():
    net = build()
    found = equations(net)
    row = np.array([parameter.value for parameter in net.parameters.values()])
    return SimpleNamespace(
        network=net, equations=found, parameters=row, kernel=compile(found), ending=build(ending=True)
    )


@pytest.fixture(scope="session")
def doses(small):
    """Boluses and overlapping infusions by weight, some of them withheld by the guard."""
    weight = list(small.network.parameters).index("body_weight")
    return Schedule(
        time=np.array([0.0, 0.0, 1.0, 1.25, 7.0, 7.0, 9.0, 14.0, 21.0]),
        kind=np.array([BOLUS, INFUSION, INFUSION, INFUSION, BOLUS, INFUSION, INFUSION, INFUSION, BOLUS]),
        target=np.zeros(9, int),
        amount=np.array([0.01, 3.0, 0.02, 1.0, 4.0, 2.0, 0.1, 0.5, 1.0]),
        duration=np.array([0.0, 0.5, 0.5, 1.0, 0.0, 2.0, 1.0, 3.0, 0.0]),
        scale=np.array([weight, -1, weight, -1, -1, -1, weight, -1, -1]),
        guard=np.array([-1, 0, 0, -1, 0, 0, 0, -1, 0]),
    )


@pytest.fixture(scope="session")
def read():
    """Read the lists of a model."""
    return lambda body: parse_sbml(document(body))
