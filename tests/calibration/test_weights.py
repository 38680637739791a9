"""The dual of the weights against a direct optimisation of what they minimise, and its conditions of optimality."""

import numpy as np
import pytest
from scipy.optimize import minimize

from melanokine.calibration.weights import divergence, effective_size, maximum_entropy
from melanokine.errors import ModelError


def small(seed, patients=12, targets=3):
    random = np.random.default_rng(seed)
    a = random.normal(size=(patients, targets))
    asked = random.normal(scale=0.4, size=targets)
    root = random.normal(size=(targets, targets))
    prior = random.uniform(0.5, 1.5, patients)
    return a, asked, root @ root.T + 0.1 * np.eye(targets), prior / prior.sum()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("strength", [0.2, 5.0])
def test_weights_minimise_the_objective_directly(seed, strength):
    a, asked, covariance, prior = small(seed)
    precision = np.linalg.inv(covariance)

    def objective(free):
        w = np.exp(free - free.max())
        w /= w.sum()
        y = w @ a - asked
        return strength * divergence(w, prior) + 0.5 * y @ precision @ y

    found = maximum_entropy(a, asked, covariance, strength, prior)
    direct = minimize(objective, np.log(prior), method="BFGS", options={"gtol": 1e-9, "maxiter": 2000})
    w = np.exp(direct.x - direct.x.max())
    assert found.weights == pytest.approx(w / w.sum(), abs=2e-5)
    assert objective(np.log(found.weights)) <= direct.fun + 1e-10


def test_conditions_of_optimality():
    a, asked, covariance, prior = small(7, patients=300, targets=5)
    found = maximum_entropy(a, asked, covariance, 2.0, prior)
    assert found.weights.sum() == pytest.approx(1.0)
    assert np.all(found.weights > 0)
    assert found.weights @ a - asked == pytest.approx(2.0 * covariance @ found.dual, abs=1e-9)
    tilted = prior * np.exp(-(a @ found.dual))
    assert found.weights == pytest.approx(tilted / tilted.sum(), rel=1e-9)


def test_constraints_are_soft():
    """The looser the errors, the less the weights move; an impossible wish is approached, not refused."""
    a, _, covariance, prior = small(1)
    impossible = a.max(axis=0) + 1.0
    sizes, misses = [], []
    for factor in (100.0, 1.0, 0.01):
        found = maximum_entropy(a, impossible, factor * covariance, 1.0, prior)
        sizes.append(effective_size(found.weights))
        misses.append(np.linalg.norm(found.weights @ a - impossible))
    assert sizes == sorted(sizes, reverse=True)
    assert misses == sorted(misses, reverse=True)
    assert misses[-1] > 0


def test_no_wish_no_change():
    a, _, covariance, prior = small(2)
    found = maximum_entropy(a, prior @ a, covariance, 1.0, prior)
    assert found.weights == pytest.approx(prior)
    assert effective_size(np.full(10, 0.1)) == pytest.approx(10.0)


def test_missing_values_are_an_error():
    a, asked, covariance, prior = small(3)
    a[0, 0] = np.nan
    with pytest.raises((ModelError, ValueError)):
        maximum_entropy(a, asked, covariance, 1.0, prior)
