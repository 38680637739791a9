"""Cumulative hazards of immune-related and haematological events."""

import numpy as np
import pytest

from melanokine.engine.kernel import compile
from melanokine.engine.schedule import BOLUS, Schedule
from melanokine.patients.parameters import draw_parameters

WEIGHT = 80.0
NMOL_PER_MG = 1e6 / 147e3
EVERY_2, EVERY_3 = np.arange(0.0, 365.0, 14.0), np.arange(0.0, 64.0, 21.0)
ARMS = {
    "nivolumab": [("nivolumab", 3, EVERY_2)],
    "ipilimumab": [("ipilimumab", 3, EVERY_3)],
    "combination": [("nivolumab", 1, EVERY_3), ("ipilimumab", 3, EVERY_3), ("nivolumab", 3, EVERY_2[6:])],
}
ON_TREATMENT = {"nivolumab": (120.0, 365.0), "ipilimumab": (50.0, 365.0), "combination": (120.0, 365.0)}
"""Half of the patients stop on the first day (progression), the others go on for a year."""


@pytest.fixture(scope="module")
def courses(bench):
    """For each arm the shares with an event of grade 3 or worse and with doses withheld, in a year; without tumours."""
    equations = bench.equations
    kernel = compile(equations)
    rows = draw_parameters(bench.network.parameters, 2, np.arange(1, 401))
    states = equations.initial_states(rows)
    for name, i in bench.positions.items():
        if name.startswith(("tumour_high", "tumour_low")):
            states[:, i] = 0.0
    threshold = rows[:, list(bench.network.parameters).index("immune_toxicity_threshold")]
    guard = list(equations.guards).index("immune_tolerance")
    shares = {}
    for arm, drugs in ARMS.items():
        event, stopped = [], []
        for stop in ON_TREATMENT[arm]:
            doses = [(day, name, mg * WEIGHT * NMOL_PER_MG) for name, mg, days in drugs for day in days if day < stop]
            targets = [bench.positions[f"{name}_central"] for _, name, _ in doses]
            plan = Schedule(
                [day for day, *_ in doses], [BOLUS] * len(doses), targets, [a for *_, a in doses],
                guard=[guard] * len(doses),
            )  # fmt: skip
            result = kernel.integrate(rows, states, schedule=plan, times=[365.0])
            hazard = result.observables[:, 0, kernel.observable_index("immune_toxicity")]
            event.append((hazard > threshold).mean())
            stopped.append((~result.given).any(axis=1).mean())
        shares[arm] = np.mean(event), np.mean(stopped)
    return shares


@pytest.mark.parametrize(
    ("arm", "event", "stopped"),
    [("nivolumab", 0.16, 0.08), ("ipilimumab", 0.27, 0.15), ("combination", 0.55, 0.36)],
)
def test_one_hazard_law_gives_the_rates_of_three_arms(courses, arm, event, stopped):
    """CheckMate-067 (doi 10.1056/NEJMoa1504030), within ten points."""
    assert courses[arm][0] == pytest.approx(event, abs=0.1)
    assert courses[arm][1] == pytest.approx(stopped, abs=0.1)


def test_the_combination_is_worse_than_both_together(courses):
    single = [-np.log(1 - courses[arm][0]) for arm in ("nivolumab", "ipilimumab")]
    assert -np.log(1 - courses["combination"][0]) > sum(single)


def test_untreated_patients_have_none(bench):
    assert bench.rates()["immune_toxicity"] == pytest.approx(0.0, abs=1e-12)
    assert bench.rates()["cytotoxic_toxicity"] == 0.0


def test_il2_adds_little(bench):
    il2, antibody = (
        bench.rates(change)["immune_toxicity"]
        for change in ({"signal_circulating": 0.5}, bench.plasma("nivolumab", 300.0))
    )
    assert 0 < il2 < 2 * antibody


def test_guards_close_when_the_hazard_reaches_the_threshold(bench):
    for guard, state, share in (
        ("immune_tolerance", "immune_toxicity", "immune_discontinuation_share"),
        ("haematological_tolerance", "cytotoxic_toxicity", "cytotoxic_discontinuation_share"),
    ):
        node = bench.equations.guards[guard]
        limit = 1 / bench.medians[share]
        assert bench._evaluate(node, {state: 0.99 * limit}, {}) > 0 > bench._evaluate(node, {state: 1.01 * limit}, {})


def test_four_cycles_of_dacarbazine(bench):
    """Grade 3 or worse in 17.6 % (doi 10.1056/NEJMoa1412082)."""
    daily = bench.rates({"dacarbazine_effect": 1000.0})["cytotoxic_toxicity"]
    hazard = 4 * daily / bench.medians["dacarbazine_effect_loss"]
    assert 1 - np.exp(-hazard) == pytest.approx(0.176, abs=0.05)
