"""Activation-induced cell death."""

import numpy as np
import pytest

from .systemic import high_dose, systemic


def test_it_follows_the_alpha_signal(bench):
    rates = {s: bench.rates({"signal_alpha": s, "activation_death": 0.3})["activation_death"] for s in (0.0, 0.3, 1.0)}
    assert rates[0.0] < 0
    assert rates[0.3] == pytest.approx(0.0)
    assert rates[1.0] > 0


def test_high_dose_il2_sensitises_within_days():
    course = high_dose()
    memory = np.median(systemic().state(course.guarded, "activation_death"), axis=0)
    assert memory[course.times < 0.5].max() < 0.1
    assert 0.2 < memory[course.times < 7].max() < 0.8
