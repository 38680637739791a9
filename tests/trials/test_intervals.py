"""Intervals against SciPy and against published worked examples."""

import numpy as np
import pytest
from scipy.stats import binomtest

from melanokine.trials.intervals import clopper_pearson, newcombe, wilson


@pytest.mark.parametrize(("events", "total"), [(0, 26), (1, 26), (43, 270), (26, 26), (158, 315)])
def test_clopper_pearson_and_wilson_agree_with_scipy(events, total):
    exact = binomtest(events, total).proportion_ci(method="exact")
    assert clopper_pearson(events, total) == pytest.approx((exact.low, exact.high), abs=1e-12)
    score = binomtest(events, total).proportion_ci(method="wilson")
    assert wilson(events, total) == pytest.approx((score.low, score.high), abs=1e-12)


def test_nobody_to_count():
    assert np.isnan(clopper_pearson(0, 0)).all()
    assert np.isnan(wilson(0, 0)).all()
    assert np.isnan(newcombe(0, 0, 1, 2)).all()


@pytest.mark.parametrize(
    ("counts", "limits"),
    [((56, 70, 48, 80), (0.0524, 0.3339)), ((9, 10, 3, 10), (0.1705, 0.8090)), ((10, 10, 0, 20), (0.6791, 1.0))],
)
def test_newcombe_reproduces_his_table_two(counts, limits):
    assert newcombe(*counts) == pytest.approx(limits, abs=5e-5)
