"""Fit, ensemble, leaving out and diagnostics on a problem whose truth is known."""

import numpy as np
import pytest

from melanokine.calibration import diagnostics, ensemble
from melanokine.calibration.fit import fit, objective
from melanokine.calibration.leave_out import ARM, COVERED, TRIAL, coverage, leave_out

from .conftest import SEED


def test_a_population_that_is_right_is_left_alone(synthetic):
    problem = synthetic(0.0)
    found = fit(problem)
    assert found.predicted == pytest.approx(problem.observed, abs=1e-6)
    assert found.effective_share() == pytest.approx(1.0, abs=1e-6)
    assert found.effects == pytest.approx(0.0, abs=1e-6)


def test_a_shifted_population_is_found(synthetic):
    problem = synthetic(0.5)
    before = diagnostics.rms(diagnostics.residuals(problem, diagnostics.raw(problem)))
    found = fit(problem, strength=1.0)
    assert before > 5.0
    assert diagnostics.summary(problem, found).rms < 0.2 * before
    (moved,) = diagnostics.moved(problem, found, SEED, ["naive_pool"])
    assert 0.1 < moved.shift <= 0.6


@pytest.mark.parametrize("strength", [2.0, 30.0])
def test_nothing_nearby_is_better(synthetic, strength):
    """The fit is a minimum of its objective in trial effects and weights."""
    problem = synthetic(0.5)
    found = fit(problem, strength=strength)
    least = objective(problem, found, strength)
    random = np.random.default_rng(1)
    for _ in range(40):
        weights = found.weights * np.exp(random.normal(scale=0.02, size=len(found.weights)))
        weights /= weights.sum()
        effects = found.effects + random.normal(scale=0.005, size=len(found.effects))
        other = type(found)(weights, effects, found.dual, problem.predicted(weights, effects), 0)
        assert objective(problem, other, strength) >= least - 1e-6


def test_strength_is_paid_with_effective_size(synthetic):
    problem = synthetic(0.5)
    fits = [fit(problem, strength=strength) for strength in (300.0, 30.0, 3.0)]
    shares = [found.effective_share() for found in fits]
    assert shares == sorted(shares, reverse=True)
    misses = [diagnostics.summary(problem, found).rms for found in fits]
    assert misses == sorted(misses, reverse=True)


def test_sensitivities_are_derivatives(synthetic):
    problem = synthetic(0.3)
    effects = np.array([0.1, -0.05, 0.2, 0.0])
    slope = problem.sensitivities(problem.prior, effects)
    for column in range(len(effects)):
        step = np.zeros(len(effects))
        step[column] = 1e-5
        ahead, behind = (problem.predicted(problem.prior, effects + sign * step) for sign in (1, -1))
        assert slope[:, column] == pytest.approx((ahead - behind) / 2e-5, abs=1e-8)


def test_leaving_out_predicts_what_others_tell(synthetic):
    """Where all arms share one truth, each is predicted from the others better than by the raw population."""
    problem = synthetic(0.5)
    best = fit(problem, strength=1.0)
    raw = diagnostics.rms(diagnostics.residuals(problem, diagnostics.raw(problem)))
    for what, groups in ((ARM, 4), (TRIAL, 2)):
        rows = leave_out(problem, best, what, SEED, strength=1.0)
        assert [row.target for row in rows] == list(problem.targets)
        assert len({(row.target.design, row.target.arm if what == ARM else "") for row in rows}) == groups
        assert diagnostics.rms([row.difference for row in rows]) < 0.5 * raw
        assert coverage(rows) == 1.0
        assert all(row.half_width >= COVERED * row.sampling for row in rows)


def test_what_is_left_out_is_not_used(synthetic):
    """However wrong the left-out arm is, its prediction is that of the others."""
    problem = synthetic(0.3)
    wrong = tuple(
        type(t)(**{**vars(t), "value": 99.0}) if (t.design, t.arm) == ("two", "drug") else t for t in problem.targets
    )
    twisted = type(problem)(**{**vars(problem), "targets": wrong})
    expected = [r.predicted for r in leave_out(problem, fit(problem), ARM, SEED) if r.target.design == "two"][:2]
    found = [r.predicted for r in leave_out(twisted, fit(twisted), ARM, SEED) if r.target.design == "two"][:2]
    assert found == pytest.approx(expected, abs=1e-3)


def test_members_scatter_about_the_best_and_do_not_depend_on_their_number(synthetic):
    problem = synthetic(0.3)
    best = fit(problem)
    few, many = (ensemble.members(problem, best, SEED, count=count) for count in (2, 12))
    for one, other in zip(few, many, strict=False):
        assert one.weights == pytest.approx(other.weights, rel=1e-12)
    spread = np.std([member.predicted for member in many], axis=0)
    assert np.all(spread > 1e-4)
    assert np.abs(np.mean([member.predicted for member in many], axis=0) - best.predicted).max() < 0.06


def test_support_tells_what_no_weights_can_give(synthetic):
    problem = synthetic(0.3)
    assert all(diagnostics.supported(problem).values())
    targets = list(problem.targets)
    targets[0] = type(targets[0])(**{**vars(targets[0]), "value": 100.0})
    twisted = type(problem)(**{**vars(problem), "targets": tuple(targets)})
    assert diagnostics.supported(twisted) == {key: key != ("one", "drug") for key in diagnostics.supported(problem)}
