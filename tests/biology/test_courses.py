"""The mechanisms together, in time: diagnosis, courses on treatment, and agreement with an independent solver."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from melanokine import drugs
from melanokine.engine.kernel import compile as compile_kernel
from melanokine.engine.schedule import BOLUS, Schedule
from melanokine.engine.status import OK
from melanokine.patients.model import Model
from melanokine.patients.parameters import draw_parameters

from .conftest import Bench

DRUGS = ("nivolumab", "ipilimumab", "aldesleukin", "dacarbazine")
CANDIDATES = 320
YEARS = 2
WEIGHT = 80.0
NMOL_PER_MG = 1e6 / 147e3
SCANS = np.arange(0.0, 365.25 * YEARS, 63.0)


def doses(start, interval, number, state, amount):
    return [(start + interval * k, state, amount) for k in range(number)]


def antibody(name, mg_per_kg, interval, number, start=0.0):
    return doses(start, interval, number, f"{name}_central", mg_per_kg * WEIGHT * NMOL_PER_MG)


ARMS = {
    "untreated": [],
    "dacarbazine": doses(0.0, 21.0, 18, "dacarbazine_effect", 1000.0),
    "ipilimumab": antibody("ipilimumab", 3, 21.0, 4),
    "nivolumab": antibody("nivolumab", 3, 14.0, 52),
    "combination": antibody("nivolumab", 1, 21.0, 4)
    + antibody("ipilimumab", 3, 21.0, 4)
    + antibody("nivolumab", 3, 14.0, 46, start=84.0),
}


def schedule(bench, given):
    targets = [bench.positions[state] for _, state, _ in given]
    return Schedule([t for t, *_ in given], [BOLUS] * len(given), targets, [amount for *_, amount in given])


@pytest.fixture(scope="module")
def bench():
    """The model with the drugs of these courses only."""
    return Bench(Model([drugs.load(name) for name in DRUGS]).network)


@pytest.fixture(scope="module")
def kernel(bench):
    return compile_kernel(bench.equations)


@pytest.fixture(scope="module")
def diagnosed(bench, kernel):
    """Parameters and states of the patients among the candidates; the share of candidates who are."""
    rows = draw_parameters(bench.network.parameters, 1, np.arange(CANDIDATES))
    course = kernel.integrate(rows, kernel.initial(rows), times=[0.0], stop_at_trigger=True, until=4000.0)
    found = course.status == OK
    states = course.final[found]
    states[:, bench.positions["treatment_clock"]] = 0.0
    return rows[found], states, found.mean()


@pytest.fixture(scope="module")
def courses(bench, kernel, diagnosed):
    """For each arm the sum of diameters at scans (patients, scans) and the whole course."""
    rows, states, _ = diagnosed
    followed = {}
    for arm, given in ARMS.items():
        course = kernel.integrate(rows, states, times=SCANS, schedule=schedule(bench, given))
        assert (course.status == OK).all()
        column = kernel.observable_index("sum_of_diameters")
        followed[arm] = kernel.observe(rows, course.states)[..., column], course
    return followed


def response_rate(diameters):
    """Share whose sum falls by 30 % at two scans in a row, before it has grown by 20 % over its least."""
    least = np.minimum.accumulate(diameters, axis=1)
    progressed = np.maximum.accumulate(diameters >= 1.2 * least, axis=1)
    small = (diameters <= 0.7 * diameters[:, :1]) & ~progressed
    return (small[:, 1:] & small[:, :-1]).any(axis=1).mean()


def test_most_but_not_all_tumours_escape_immune_control(diagnosed):
    assert 0.4 < diagnosed[2] < 0.9


def test_untreated_tumours_progress(courses):
    diameters, _ = courses["untreated"]
    assert np.median(diameters[:, 3] / diameters[:, 0]) > 1.2
    assert response_rate(diameters) < 0.03


def test_arms_order_as_in_trials(courses):
    """CheckMate-067 and -066: 58, 44, 19 % with antibodies, 14 % with dacarbazine.

    The criterion here knows no new lesions and no missed scans, and so counts more.
    """
    rates = {arm: response_rate(diameters) for arm, (diameters, _) in courses.items()}
    assert rates["combination"] > rates["nivolumab"] > rates["ipilimumab"] > rates["untreated"]
    assert 0.48 < rates["combination"] < 0.78
    assert 0.34 < rates["nivolumab"] < 0.60
    assert 0.08 < rates["ipilimumab"] < 0.28
    assert 0.05 < rates["dacarbazine"] < 0.27


def test_responses_to_anti_pd1_last_and_those_to_dacarbazine_do_not(courses):
    lasting = {}
    for arm in ("nivolumab", "dacarbazine"):
        diameters, _ = courses[arm]
        responded = (diameters[:, :7] <= 0.7 * diameters[:, :1]).any(axis=1)
        lasting[arm] = (diameters[responded, -1] <= 0.8 * diameters[responded, 0]).mean()
    assert lasting["nivolumab"] > 0.7
    assert lasting["dacarbazine"] < 0.5


def test_no_state_becomes_negative(bench, courses):
    scale = np.array([state.scale for state in bench.equations.states])
    for _, course in courses.values():
        assert (course.states / scale).min() > -1e-5


def test_an_eradicated_lesion_does_not_return(bench, kernel):
    """A tenth of a cell, and no immune system to hold it."""
    row = bench.parameters(naive_pool=0.0, infiltration=1e-6)[None]
    state = bench.at_rest(naive_pool=0.0, infiltration=1e-6)[None]
    state[0, bench.positions["tumour_high_1"]] = 1e-7
    course = kernel.integrate(row, state, times=[0.0, 3650.0])
    assert course.states[0, 1, bench.positions["tumour_high_1"]] < 1e-6


def test_long_term_responders_keep_tissue_memory(bench, courses):
    diameters, course = courses["nivolumab"]
    cured = diameters[:, -1] < 0.2 * diameters[:, 0]
    memory = sum(course.states[cured, -1, bench.positions[f"tissue_memory_{i}"]] for i in (1, 2, 3))
    assert cured.sum() >= 5
    assert (memory > 1.0).mean() > 0.9


def test_agrees_with_scipy_at_tight_tolerance(bench, kernel, diagnosed):
    """Both antibodies and IL-2, through the steepest days, against LSODA with the reference evaluation."""
    row, state = diagnosed[0][:1], diagnosed[1][:1]
    given = antibody("nivolumab", 1, 21.0, 1) + antibody("ipilimumab", 3, 21.0, 1)
    given += doses(1.0, 1.0, 2, "aldesleukin_central", 2e5)
    end = 2.5
    ours = kernel.integrate(row, state, times=[end], schedule=schedule(bench, given), rtol=1e-10).states[0, 0]

    equations, inputs = bench.equations, np.zeros(len(bench.equations.inputs))
    scale = np.array([s.scale for s in equations.states])
    y = state[0].copy()
    instants = sorted({t for t, *_ in given} | {0.0, end})
    for start, stop in pairwise(instants):
        for t, name, amount in given:
            y[bench.positions[name]] += amount * (t == start)
        y = solve_ivp(
            lambda _, x: equations.derivative(x, row[0], inputs),
            (start, stop),
            y,
            method="LSODA",
            jac=lambda _, x: equations.dense_jacobian(x, row[0], inputs),
            rtol=1e-8,
            atol=1e-11 * scale,
        ).y[:, -1]
    assert np.abs((ours - y) / (np.abs(y) + 1e-3 * scale)).max() < 5e-6
