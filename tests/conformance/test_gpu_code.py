"""The code of a GPU on the whole model: PTX without anything from outside, and the bits of the processor.

There need be no GPU: its driver is emulated by running the threads of the grid here (tests/engine/emulated_driver.py).
"""

from __future__ import annotations

import sys

import numpy as np
import pytest

from melanokine import drugs
from melanokine.drugs import Regimen
from melanokine.engine.code.machine import gpu, host
from melanokine.engine.compiler import compile_object
from melanokine.engine.cuda import Device
from melanokine.engine.kernel import Kernel
from melanokine.patients import Model, diagnose, schedule
from melanokine.patients.model import model_of

from ..engine.emulated_driver import EmulatedDriver
from .conftest import PATIENTS, POPULATION

MODELS = {"two drugs": ("aldesleukin", "nivolumab"), "all drugs": tuple(drugs.names())}
HIGH_DOSE = "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses"


@pytest.fixture(scope="module", params=["two drugs", pytest.param("all drugs", marks=pytest.mark.slow)])
def model(request) -> Model:
    """LLVM takes a minute for the PTX of all drugs."""
    return model_of(tuple(drugs.load(name) for name in MODELS[request.param]))


def test_ptx_of_the_model(model):
    ptx = compile_object(model.equations, gpu()).object_code.decode()
    assert ".extern" not in ptx
    assert ".local" not in ptx


@pytest.mark.skipif(not host().fused, reason="a GPU fuses multiply-add and this processor does not")
def test_courses_are_those_of_the_processor(model, monkeypatch):
    monkeypatch.setitem(sys.modules, "cuda.bindings.driver", EmulatedDriver(model.equations, processors=1))
    monkeypatch.setattr("melanokine.engine.kernel.first_device", Device)
    kernel = Kernel(model.equations, host())
    cohort = diagnose(model, POPULATION, PATIENTS, seed=1)
    parameters, initial = (np.repeat(rows, 5, axis=0) for rows in (cohort.parameters, cohort.states))
    parameters *= np.linspace(0.99, 1.01, len(parameters))[:, None]
    plan = schedule([Regimen.parse(HIGH_DOSE)], model, 21.0)
    options = {"schedule": plan, "times": np.arange(0.0, 22.0, 7.0)}
    found, expected = (kernel.integrate(parameters, initial, device=device, **options) for device in ("gpu", "cpu"))
    for name in ("states", "final", "given", "status", "steps", "rejected", "observables"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)
    assert found.given.any()
    assert not found.given.all()
