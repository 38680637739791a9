"""What every mechanism must satisfy, by registry."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from melanokine.biology import MECHANISMS
from melanokine.network import evaluate

SOURCE = re.compile(r"10\.\d{4,9}/\S+|PMID:\d+|PMC\d+|NCT\d{8}")
FRACTIONS = re.compile(
    r"signal_|activation_death|lymphocyte_retention|lymphocyte_habituation|dendritic|nk_turned|il10_conditioning|m1_share|il15_presented"
    r"|nk_refractory|interferon_refractor|macrophage_toler"
)
"""States that stay between 0 and 1; all others may have any size."""

TREATED = {
    "nivolumab_central": 2000.0, "ipilimumab_central": 2000.0, "aldesleukin_central": 500.0,
    "signal_effector": 0.5, "signal_circulating": 0.4, "signal_treg": 0.7, "signal_nk": 0.4, "signal_helper": 0.5,
    "treatment_clock": 10.0, "il18_endogenous": 300.0, "nk_turned": 0.3, "dendritic": 0.6, "activation_death": 0.3,
    "il15_presented": 0.5, "cd8_blood": 1.3, "nk_blood": 2.0, "nk_bright_blood": 4.0, "treg_blood": 1.5,
    "activated_lymphocytes": 0.5, "interferon_plasma": 60.0, "il6": 5.0, "fever": 1.5,
    "interferon_refractoriness": 0.4, "macrophage_tolerance": 0.3, "eosinophil_precursors": 5.0, "vascular_leak": 0.3,
    "lymphocyte_retention": 0.6, "lymphocyte_habituation": 0.2, "endothelial_adhesion": 0.2, "vasodilation": 0.3,
    "il10_conditioning": 0.3,
}  # fmt: skip

EFFECTS = {
    "clock": [({}, "treatment_clock", +1)],
    "targets": [],
    "il2_receptor": [({"aldesleukin_central": 500.0}, "il2_occupancy_treg", +1)],
    "il2_endogenous": [({"effector_blood": 500.0}, "il2_endogenous", +1)],
    "il15": [({"il15_presented": 0.8}, "signal_circulating", +1), ({"nk_blood": 20.0}, "il15_presented", -1)],
    "il2_signal": [({"aldesleukin_central": 500.0}, "signal_nk", +1), ({"signal_circulating": 0.5}, "cd25", +1)],
    "il10": [({"treg_blood": 5.0}, "il10_myeloid", +1), ({"il10_conditioning": 0.5}, "interferon_factor_il10", +1)],
    "il12": [({"dendritic": 0.8}, "il12_level", +1), ({"interferon": 30.0}, "il12_level", +1)],
    "il18": [({"il18_endogenous": 100.0}, "il18_signal_nk", +1), ({"interferon_plasma": 2.0}, "il18bp", +1)],
    "activation_death": [({"signal_alpha": 0.5}, "activation_death", +1)],
    "lymphocytes": [
        ({"signal_treg": 0.7}, "treg_blood", +1),
        ({"lymphocyte_retention": 0.9}, "lymphocyte_blood", -1),
        ({"lymphocyte_retention": 0.9}, "lymphocyte_habituation", +1),
        ({"il18_endogenous": 500.0}, "lymphocyte_retention", +1),
        ({"signal_nk_bright": 0.5}, "nk_bright_blood", +1),
        ({"activation_death": 0.5}, "nk_blood", -1),
        ({"signal_nk": 0.5}, "nk_refractory", +1),
    ],
    "il2_uptake": [({"nk_blood": 10.0}, "il2_endogenous", -1)],
    "lymphodepletion": [],
    "adoptive": [({"engineered": 100.0}, "engineered", -1)],
    "melanoma": [({"tumour_high": 4000.0}, "sum_of_diameters", +1), ({"dead": 400.0}, "scar_1", +1)],
    "recognition": [({"interferon": 30.0}, "recognition_low_1", +1)],
    "pd1": [({"interferon": 30.0}, "pd1_inhibition_1", +1), ({"nivolumab_central": 2000.0}, "pd1_inhibition_1", -1)],
    "lag3": [
        ({"relatlimab_central": 1000.0}, "lag3_release", +1),
        ({"relatlimab_central": 1000.0}, "killed_high_1", +1),
    ],
    "ctla4": [({"ipilimumab_central": 2000.0}, "costimulation", +1), ({"treg_blood": 3.0}, "costimulation", -1)],
    "homing": [({"interferon": 30.0}, "stem_like_1", +1), ({"tumour_high_2": 1e5}, "homing_1", -1)],
    "natural_killer": [
        ({"il18_endogenous": 40.0}, "nk_turned", +1),
        ({"nk_turned": 0.8}, "nk_kill_1", -1),
        ({"nk_blood": 5.0}, "nk_1", +1),
        ({"nk": 200.0}, "tumour_low_1", -1),
    ],
    "regulatory": [({"treg": 400.0}, "killed_high_1", -1), ({"ipilimumab_central": 2000.0}, "treg_1", -1)],
    "myeloid": [
        ({"interferon": 30.0}, "m1_share_1", +1),
        ({"treg_blood": 5.0}, "m1_share_1", -1),
        ({"m1_share": 0.9}, "myeloid_suppression", -1),
        ({"mdsc": 3.0}, "killed_high_1", -1),
        ({"m1_share": 0.1}, "mdsc", +1),
    ],
    "stroma": [({"treg": 400.0}, "stroma_entry_1", -1), ({"m1_share": 0.1}, "tumour_high_1", +1)],
    "interferon": [
        ({"il18_endogenous": 3000.0}, "interferon_1", +1),
        ({"effector": 400.0}, "interferon_1", +1),
        ({"nivolumab_central": 2000.0}, "interferon_1", +1),
    ],
    "chemotherapy": [({"dacarbazine_effect": 1000.0}, "tumour_high_1", -1)],
    "killing": [({"effector": 400.0}, "tumour_high_1", -1), ({"tissue_memory": 400.0}, "growth_rate", -1)],
    "antigen": [({"effector": 400.0}, "dendritic", +1)],
    "helper": [({"signal_helper": 0.5}, "helper", +1), ({"helper": 3.0}, "primed_early", +1)],
    "priming": [({"dendritic": 0.8}, "primed_early", +1), ({"signal_circulating": 0.5}, "primed_late", +1)],
    "cd8": [
        ({"il18_endogenous": 3000.0}, "exhausted_1", -1),
        ({"nivolumab_central": 2000.0}, "effector_1", +1),
        ({"activation_death": 0.5}, "effector_1", -1),
    ],
    "systemic_interferon": [
        ({"il18_endogenous": 100.0}, "interferon_plasma", +1),
        ({"aldesleukin_central": 500.0}, "activated_lymphocytes", +1),
        ({"activated_lymphocytes": 0.5, "signal_nk": 0.4}, "interferon_plasma", +1),
    ],
    "cytokine_release": [
        ({"interferon_plasma": 100.0}, "il6", +1),
        ({"il6": 10.0}, "fever", +1),
        ({"il6": 10.0}, "cytokine_effect", +1),
        ({"il6": 10.0}, "vasodilation", +1),
    ],
    "eosinophils": [
        ({"aldesleukin_central": 500.0}, "eosinophil_precursors", +1),
        ({"eosinophil_maturing": 9.0}, "eosinophils", +1),
    ],
    "blood_counts": [
        ({"interferon_plasma": 100.0}, "neutrophils", -1),
        ({"interferon_plasma": 100.0}, "haemoglobin", -1),
        ({"vascular_leak": 1.0}, "platelets", -1),
    ],
    "vascular_leak": [
        ({"aldesleukin_central": 500.0}, "vasodilation", +1),
        ({"interferon_plasma": 100.0}, "vasodilation", +1),
        ({"aldesleukin_central": 500.0}, "endothelial_adhesion", +1),
        ({"vascular_leak": 1.0}, "albumin", -1),
    ],
    "immune_toxicity": [({"nivolumab_central": 2000.0}, "immune_toxicity", +1)],
}
"""Mechanism: (change of the diseased state, what it moves, in which direction). Of a state, the rate is meant."""

STEP = 2e-6
"""Of a difference of fourth order, in sizes of a state: small beside what saturates the most potent drug's receptor."""


def own_states(bench, mechanism):
    return [i for i, s in enumerate(bench.network.species_table.values()) if s.module == mechanism]


def random_states(bench, count):
    """Non-negative states over several orders of magnitude."""
    rng = np.random.default_rng(20)
    table = bench.network.species_table.values()
    columns = [
        rng.uniform(0, 1, count) if FRACTIONS.match(s.name) else s.scale * rng.lognormal(1.0, 2.0, count) for s in table
    ]
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("mechanism", MECHANISMS)
class TestEveryMechanism:
    def test_opens_with_its_biology_and_keeps_its_parameters_beside_it(self, bench, mechanism):
        module = import_module(f"melanokine.biology.{mechanism}")
        assert len(module.__doc__.strip().splitlines()) >= 3
        own = [p for p in bench.network.parameters.values() if p.module == mechanism]
        assert bool(own) == Path(module.__file__).with_suffix(".csv").exists()
        for parameter in own:
            assert parameter.low <= parameter.value <= parameter.high, parameter.name
            for source in filter(None, parameter.source.split(";")):
                assert SOURCE.fullmatch(source.strip()), f"{parameter.name}: {source}"

    def test_conserves_what_it_moves(self, bench, mechanism):
        """Transfers add up to nothing, evaluated in numbers."""
        for reaction in bench.network.reactions.values():
            if reaction.module == mechanism and reaction.conserves:
                counts = [count.node for count in reaction.stoichiometry.values()]
                assert sum(evaluate(bench.equations.graph, counts, parameters=bench.parameters())) == 0, reaction.name

    def test_nothing_falls_below_zero(self, bench, mechanism):
        """At its own zero no state decreases, whatever the others are."""
        for i in own_states(bench, mechanism):
            states = random_states(bench, 40)
            states[:, i] = 0.0
            rates = bench.equations.derivative(states, bench.parameters(), np.zeros(len(bench.equations.inputs)))
            assert (rates[:, i] >= 0).all(), bench.equations.states[i].name

    def test_is_stationary_before_disease_and_treatment(self, bench, mechanism):
        """All but the clock, and the immune cells that patrol the tissue where lesions will be."""
        row = bench.parameters()
        rates = bench.equations.derivative(bench.at_rest(), row, np.zeros(len(bench.equations.inputs)))
        for i in own_states(bench, mechanism):
            state = bench.equations.states[i]
            if state.name != "treatment_clock" and bench.network.species_table[state.name].compartment != "lesion":
                assert abs(rates[i]) <= 1e-9 * state.scale, state.name

    def test_effects_have_the_right_sign(self, bench, mechanism):
        for changes, moved, sign in EFFECTS[mechanism]:
            after, before = (bench.moved(moved, state) for state in (changes, {}))
            if moved == "treatment_clock":
                assert after > 0
            else:
                assert np.sign(after - before) == sign, (mechanism, changes, moved)

    def test_jacobian_agrees_with_finite_differences(self, bench, derivatives, mechanism):
        exact, differences, scale = derivatives
        rows = own_states(bench, mechanism)
        assert np.abs(exact - differences)[rows].max(initial=0.0) <= 1e-6 * scale[rows].max(initial=1.0)


@pytest.fixture(scope="module")
def derivatives(bench):
    """Jacobian of the treated patient, exact and by central differences, both times the scale of the column."""
    equations, row = bench.equations, bench.parameters()
    states, inputs = bench.state(TREATED), np.zeros(len(equations.inputs))
    size = np.maximum(np.abs(states), [state.scale for state in equations.states])
    rates = [equations.derivative(states + np.diag(n * STEP * size), row, inputs).T for n in (-2, -1, 1, 2)]
    differences = (rates[0] - 8 * rates[1] + 8 * rates[2] - rates[3]) / (12 * STEP)
    exact = equations.dense_jacobian(states, row, inputs) * size
    return exact, differences, np.abs(exact).max(axis=1, keepdims=True)


def test_untreated_patients_carry_no_drug(bench):
    mechanisms = set(MECHANISMS)
    initial = bench.equations.initial_states(bench.parameters())
    for name, species in bench.network.species_table.items():
        if species.module not in mechanisms:
            assert initial[bench.positions[name]] == 0.0, name
