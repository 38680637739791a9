"""IL-2 of the body's own making."""

import numpy as np
import pytest

from melanokine.patients.parameters import draw_parameters

SYSTEMIC = (
    "il2_endogenous", "cd25", "activation_death", "signal_effector", "signal_alpha", "signal_circulating",
    "signal_treg", "signal_nk", "signal_helper", "signal_lymphocyte", "lymphocyte_blood", "lymphocyte_tissue",
    "lymphocyte_retention", "lymphocyte_habituation", "cd8_blood", "nk_blood", "treg_blood", "vascular_leak",
    "vasodilation", "albumin", "fluid_retention", "il15_presented", "signal_nk_bright", "nk_bright_blood",
    "nk_refractory", "engineered",
)  # fmt: skip


def test_every_untreated_person_is_at_rest(bench):
    """Not only the typical one: all systemic states are stationary whatever the parameters."""
    rows = draw_parameters(bench.network.parameters, 1, np.arange(1, 101))
    states = bench.equations.initial_states(rows)
    for name, i in bench.positions.items():
        if name.startswith(("tumour_high", "tumour_low")):
            states[:, i] = 0.0
    rates = bench.equations.derivative(states, rows, np.zeros(len(bench.equations.inputs)))
    for name in SYSTEMIC:
        i = bench.positions[name]
        assert np.abs(rates[:, i]).max() <= 1e-9 * bench.equations.states[i].scale, name


def test_it_is_picomolar_and_engages_treg_only(bench):
    level = bench.observe("endogenous_il2")
    assert 0.02 <= level <= 5
    assert bench.value("il2_occupancy_treg") > 10 * bench.value("il2_occupancy_cd8")
    assert 0.003 < bench.value("il2_occupancy_treg") < 0.1


@pytest.mark.parametrize("source", [{"effector_blood": 1000.0}, {"helper": 3.0}])
def test_activated_t_cells_raise_it(bench, source):
    assert bench.rates(source)["il2_endogenous"] > bench.rates()["il2_endogenous"]


def test_expanded_treg_withhold_it(bench):
    assert bench.rates({"treg_blood": 5.0})["il2_endogenous"] < bench.rates()["il2_endogenous"]
