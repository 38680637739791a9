"""Quantiles of between-patient distributions against scipy.stats."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import logit

from melanokine.errors import ModelError
from melanokine.network.parameter import Parameter
from melanokine.patients import streams
from melanokine.patients.distributions import cumulative, median, quantile

U = streams.uniform(5, np.arange(4000), "distribution").ravel()


def parameter(distribution, value, spread=0.0, **limits):
    return Parameter("x", value, "1", distribution, spread, **limits)


REFERENCES = [
    (parameter("normal", 60.0, 12.0), stats.norm(60, 12)),
    (parameter("lognormal", 79.3, 0.22), stats.lognorm(0.22, scale=79.3)),
    (parameter("exponential", 4.0), stats.expon(scale=4)),
    (parameter("normal", 60.0, 12.0, low=18, high=94), stats.truncnorm(-3.5, 34 / 12, 60, 12)),
]


@pytest.mark.parametrize(("x", "reference"), REFERENCES)
def test_values_follow_the_named_distribution(x, reference):
    assert stats.kstest(quantile(x, U), reference.cdf).pvalue > 1e-3
    np.testing.assert_allclose(quantile(x, U), reference.ppf(U), rtol=1e-9)


def test_logitnormal_is_normal_on_the_logit_scale():
    values = quantile(parameter("logitnormal", 0.05, 1.5), U)
    assert stats.kstest(logit(values), stats.norm(logit(0.05), 1.5).cdf).pvalue > 1e-3
    assert np.median(values) == pytest.approx(0.05, rel=0.1)


def test_a_fixed_value_varies_with_nobody_and_ignores_the_range_of_its_sources():
    np.testing.assert_array_equal(quantile(parameter("fixed", 3.0, low=4.0, high=5.0), U), 3.0)


@pytest.mark.parametrize("kind", ["normal", "lognormal", "exponential", "logitnormal"])
def test_truncation_confines_without_heaps_at_the_bounds(kind):
    low, high = 0.3, 0.6
    x = parameter(kind, 0.4, 0.8, low=low, high=high)
    values = quantile(x, U)
    assert (values > low).all()
    assert (values < high).all()
    assert len(np.unique(values)) == len(values)
    below, above = cumulative(x, low), cumulative(x, high)
    share = (cumulative(x, 0.45) - below) / (above - below)
    assert np.mean(values < 0.45) == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize("kind", ["normal", "lognormal", "exponential", "logitnormal"])
def test_quantiles_rise_and_the_half_is_the_median(kind):
    x = parameter(kind, 0.4, 0.8)
    assert (np.diff(quantile(x, np.sort(U))) > 0).all()
    expected = 0.4 * np.log(2) if kind == "exponential" else 0.4
    assert median(x) == pytest.approx(expected)
    assert cumulative(x, median(x)) == pytest.approx(0.5)


def test_cumulative_probability_outside_the_support():
    assert cumulative(parameter("lognormal", 1.0, 1.0), -1.0) == 0.0
    assert cumulative(parameter("exponential", 1.0), -1.0) == 0.0
    assert cumulative(parameter("logitnormal", 0.5, 1.0), 0.0) == 0.0
    assert cumulative(parameter("logitnormal", 0.5, 1.0), 1.0) == 1.0


def test_one_at_a_time_gives_the_same_bits_as_all_together():
    for kind in ("normal", "lognormal", "exponential", "logitnormal"):
        x = parameter(kind, 0.4, 0.8)
        np.testing.assert_array_equal(np.concatenate([quantile(x, [u]) for u in U[:200]]), quantile(x, U[:200]))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (parameter("normal", 1.0), "spread 0"),
        (parameter("lognormal", -1.0, 0.5), "value -1"),
        (parameter("logitnormal", 1.2, 0.5), "between 0 and 1"),
        (parameter("exponential", 0.0), "value 0"),
        (parameter("lognormal", 1.0, 0.1, low=5.0, high=2.0), "no mass"),
    ],
)
def test_what_makes_no_distribution_is_refused(bad, message):
    with pytest.raises(ModelError, match=message):
        quantile(bad, 0.5)
