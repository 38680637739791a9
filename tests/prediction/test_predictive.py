"""Predictive distributions on patients whose truth is known: quantiles, coverage, parts, contrasts."""

import math

import numpy as np
import pytest

from melanokine import trials
from melanokine.patients.calibrated import Calibrated, TrialEffect
from melanokine.prediction.arm_outcomes import HORIZON, MONTHS, RATES, ArmOutcomes, Sample
from melanokine.prediction.endpoints import arm_endpoints, contrast, hazard_ratio, median
from melanokine.prediction.expected import Expected, expected, observed, pooled
from melanokine.prediction.predictive import PARTS, Asked, DesignPrediction, predictive

PATIENTS = 400


def outcomes(rng, response=0.4, hazard=0.03):
    """An arm of patients who respond or not, and die at a constant rate, with a therapy after progression or none."""
    responds = (rng.random(PATIENTS) < response).astype(float)
    rates = dict.fromkeys(RATES, responds)
    accumulated = hazard * MONTHS * np.ones((2, PATIENTS, 1))
    accumulated[0] *= 0.5
    return ArmOutcomes(rates, np.exp(-0.08 * MONTHS) * np.ones((PATIENTS, 1)), accumulated, np.array([0.4, 0.6]))


@pytest.fixture(scope="module")
def prediction():
    rng = np.random.default_rng(3)
    logs = np.vstack([np.zeros(PATIENTS), rng.normal(0.0, 0.3, (20, PATIENTS))])
    calibrated = Calibrated(
        seed=1,
        numbers=np.arange(PATIENTS),
        prevalence={"advanced melanoma, first line": np.ones(PATIENTS, np.float32)},
        log_weights=logs.astype(np.float16),
        eras=("before the change of era", "from the change of era"),
        era_effects=np.tile([0.5, 0.0], (21, 1)),
        trial_effects=(
            TrialEffect("mortality", "design", "hazard", (), 0.2),
            TrialEffect("mortality of the era", "era", "hazard", (), 0.3),
            TrialEffect("growth", "design", "patients", ("tumour_growth_rate",), 0.25),
        ),
        provenance={},
    )
    sample = Sample(np.arange(PATIENTS), np.ones(PATIENTS, int), None)
    arms = {"a": outcomes(rng, 0.4), "b": outcomes(rng, 0.2, 0.06)}
    return DesignPrediction(trials.load("pivot-io-001"), sample, arms, calibrated)


def quantities(arms):
    return {(i, name): value for i, arm in enumerate(arms) for name, value in arm_endpoints(arm).items()}


class TestExpected:
    def test_is_the_weighted_mean_with_the_therapies_that_may_follow(self, prediction):
        arm = prediction.arms["a"]
        weights = np.linspace(1.0, 3.0, PATIENTS)
        found = expected(arm, weights, math.log(2.0))
        assert found.rates["ORR"] == pytest.approx(np.average(arm.rates["ORR"], weights=weights))
        by_hand = 0.4 * math.exp(-2.0 * 0.015 * 12) + 0.6 * math.exp(-2.0 * 0.03 * 12)
        assert found.alive[11] == pytest.approx(by_hand)

    def test_who_could_not_be_simulated_does_not_count(self, prediction):
        arm = prediction.arms["a"]
        lost = {name: np.where(np.arange(PATIENTS) < 10, np.nan, values) for name, values in arm.rates.items()}
        found = expected(ArmOutcomes(lost, arm.progression_free, arm.hazards, arm.shares), np.ones(PATIENTS), 0.0)
        assert found.rates["ORR"] == pytest.approx(arm.rates["ORR"][10:].mean())

    def test_pooled_arms_count_alike(self, prediction):
        a, b = prediction.expected().values()
        assert pooled([a, b]).rates["CR"] == pytest.approx((a.rates["CR"] + b.rates["CR"]) / 2)

    def test_a_trial_scatters_about_it_as_its_size_says(self, prediction):
        arm, rng = prediction.expected()["a"], np.random.default_rng(5)
        seen = [observed(arm, 100, rng) for _ in range(2000)]
        p = arm.alive[11]
        assert np.mean([s.alive[11] for s in seen]) == pytest.approx(p, abs=0.005)
        assert np.std([s.alive[11] for s in seen]) == pytest.approx(math.sqrt(p * (1 - p) / 100), rel=0.1)


class TestEndpoints:
    def test_median_of_an_exponential_curve(self):
        assert median(np.exp(-MONTHS * math.log(2) / 7.5)) == pytest.approx(7.5, abs=0.05)
        assert median(np.full(HORIZON, 0.8)) == HORIZON

    @pytest.mark.parametrize("ratio", [0.5, 0.8, 1.0, 1.4])
    def test_hazard_ratio_of_proportional_hazards(self, ratio):
        slow, fast = np.exp(-0.02 * MONTHS), np.exp(-0.02 * ratio * MONTHS)
        assert hazard_ratio(fast, slow, (200, 200)) == pytest.approx(ratio, rel=0.06)

    def test_hazard_ratio_without_events_is_unknown(self):
        assert math.isnan(hazard_ratio(np.ones(12), np.ones(12), (20, 20)))

    def test_contrast_is_of_its_arms_and_turns_over(self, prediction):
        a, b = prediction.expected().values()
        there, back = contrast(a, b, (50, 60), 24), contrast(b, a, (60, 50), 24)
        assert there["ORR_difference"] == pytest.approx(100 * (a.rates["ORR"] - b.rates["ORR"]))
        assert there["ORR_difference"] == -back["ORR_difference"]
        assert there["OS_HR"] == pytest.approx(1 / back["OS_HR"])
        assert there["OS_HR"] < 0.7


class TestPredictive:
    @pytest.fixture(scope="class")
    @staticmethod
    def found(prediction):
        return predictive(prediction, [Asked(("a",), 50), Asked(("a", "b"), 5000)], quantities, seed=2, draws=600)

    def test_quantiles_are_ordered_about_the_value(self, found):
        for own in found.values():
            limits = [own.quantile(q) for q in (0.025, 0.1, 0.25, 0.75, 0.9, 0.975)]
            assert limits == sorted(limits)
            assert limits[0] <= own.value <= limits[-1]

    def test_intervals_hold_what_such_trials_observe(self, prediction, found):
        """Trials made by the same members, effects and chance fall into the 80 % interval four times in five."""
        rng = np.random.default_rng(11)
        inside = []
        for i in range(500):
            effects = prediction.effects(rng)
            arm = observed(prediction.expected(1 + i % 20, effects)["a"], 50, rng)
            own = found[(0, "OS_12mo")]
            inside.append(own.quantile(0.1) <= 100 * arm.alive[11] <= own.quantile(0.9))
        assert 0.74 <= np.mean(inside) <= 0.92

    def test_every_part_has_its_own_size(self, found):
        small, large = found[(0, "ORR")].parts, found[(1, "ORR")].parts
        assert set(small) == set(PARTS)
        assert small["sampling"] == pytest.approx(100 * math.sqrt(0.4 * 0.6 / 50), rel=0.25)
        assert large["sampling"] < 0.2 * small["sampling"]
        assert small["patients"] == pytest.approx(100 * math.sqrt(0.4 * 0.6 / PATIENTS), rel=0.25)
        assert small["parameters"] > 0
        assert found[(0, "OS_12mo")].parts["between_trials"] > 1.0

    def test_an_early_trial_has_the_mortality_of_its_era(self, prediction):
        early = prediction.design.model_copy(update={"year": 2000})
        before = DesignPrediction(early, prediction.sample, prediction.arms, prediction.calibrated)
        assert before.log_hazard(0, {}) == pytest.approx(0.5)
        assert prediction.log_hazard(0, {"mortality": 0.1}) == pytest.approx(0.1)


def test_expected_holds_no_rate_outside_a_fraction():
    curve = np.exp(-0.1 * MONTHS)
    arm = observed(Expected({"ORR": 1.0 + 1e-12}, curve, curve), 7, np.random.default_rng(1))
    assert arm.rates["ORR"] == 1.0
