"""Committed IL-2 signals and induced CD25."""

import numpy as np
import pytest

from .systemic import PMOL_PER_MIU, systemic

TIMES = np.arange(0.0, 8.0, 1 / 12)


@pytest.fixture(scope="module")
def bolus():
    """The typical patient after one bolus of 600,000 IU/kg."""
    model = systemic()
    result = model.simulate(model.patients(1), "aldesleukin_infusion", [0.0], 0.6 * PMOL_PER_MIU, TIMES)
    return model, result


def test_signal_outlasts_the_ligand(bolus):
    model, result = bolus
    drug = model.observed(result, "concentration_aldesleukin")[0]
    signal = model.state(result, "signal_nk")[0]
    day = np.searchsorted(TIMES, 1.0)
    assert drug[day] < 1e-3 * drug.max()
    assert signal[day] > 0.25 * signal.max()


def test_signal_returns_to_rest(bolus):
    model, result = bolus
    for name in ("treg", "nk", "circulating", "effector", "helper", "lymphocyte"):
        signal = model.state(result, f"signal_{name}")[0]
        assert signal.max() > 0.1
        assert signal[-1] == pytest.approx(signal[0], abs=0.01)


def test_treg_are_signalled_longest(bolus):
    model, result = bolus
    spent = {name: model.state(result, f"signal_{name}")[0].sum() for name in ("treg", "helper", "nk", "lymphocyte")}
    assert spent["treg"] > spent["helper"] > spent["nk"] >= spent["lymphocyte"]


def test_cd25_appears_and_fades_over_days(bolus):
    model, result = bolus
    induced = model.state(result, "cd25")[0]
    assert 1.0 < TIMES[induced.argmax()] < 4.0
    assert 0.0 < induced[-1] < 0.5 * induced.max()


def test_without_alpha_binding_there_is_no_alpha_signal(bench):
    ligand = {"bempegaldesleukin_two_peg": 5e4, "il2_endogenous": 0.0, "signal_alpha": 0.0}
    assert bench.rates(ligand, bempegaldesleukin_alpha_affinity=0.0)["signal_alpha"] == 0.0
    assert bench.rates(ligand)["signal_alpha"] > 0.0
