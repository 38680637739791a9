"""Contrasts over replicates of a trial: arms of different patients, values without bias."""

import numpy as np
import pandas as pd
import pytest

from melanokine.trials import estimates, survival

REPLICATES, PATIENTS = 120, 150


def trials(*, seed=1, benefit=0.7, replicates=REPLICATES, same=True):
    """Replicates of an arm and of its reference.

    The same patients stand in both, and `benefit`, the hazard ratio, is all that parts them; others, if not `same`.
    """
    random = np.random.default_rng(seed)

    def arm(fate, ratio, replicate):
        months = -np.log(fate) / (0.05 * ratio)
        frame = {
            "replicate": replicate, "failed": False, "best_response": np.where(fate < 0.4 / ratio - 0.2, "PR", "PD"),
            **{f"{name}_months": np.minimum(months, 36.0) for name in ("pfs", "os")},
            **{f"{name}_event": months <= 36.0 for name in ("pfs", "os")},
        }  # fmt: skip
        return pd.DataFrame(frame)

    treated, reference = [], []
    for replicate in range(1, replicates + 1):
        fate = random.random(PATIENTS)
        treated.append(arm(fate, benefit, replicate))
        reference.append(arm(fate if same else random.random(PATIENTS), 1.0, replicate))
    return treated, reference


def width(estimate, log=False):
    return np.log(estimate.high / estimate.low) if log else estimate.high - estimate.low


@pytest.mark.parametrize("endpoint", ["ORR_difference", "PFS_HR"])
def test_intervals_are_those_of_independent_arms(endpoint):
    log = endpoint == "PFS_HR"
    paired = estimates.replicated_contrast_estimates(*trials())[endpoint]
    apart = estimates.replicated_contrast_estimates(*trials(same=False))[endpoint]
    singles = [
        width(estimates.contrast_estimates(a, b)[endpoint], log) for a, b in zip(*trials(replicates=5), strict=True)
    ]
    assert width(paired, log) == pytest.approx(width(apart, log), rel=0.25)
    assert width(paired, log) == pytest.approx(np.mean(singles), rel=0.25)


def test_the_value_of_a_difference_is_that_of_all_patients():
    treated, reference = trials()
    found = estimates.replicated_contrast_estimates(treated, reference)["ORR_difference"]
    rates = [100 * (pd.concat(arm)["best_response"] == "PR").mean() for arm in (treated, reference)]
    assert found.value == pytest.approx(rates[0] - rates[1])


def test_the_value_of_a_ratio_is_unbiased_and_sharper_than_one_trial():
    values = [
        estimates.replicated_contrast_estimates(*trials(seed=seed, replicates=20))["PFS_HR"].value for seed in range(12)
    ]
    assert np.mean(np.log(values)) == pytest.approx(np.log(0.7), abs=0.02)
    independent = np.sqrt(2.0 / PATIENTS / 20)  # standard error if arms held other patients, all followed to the end
    assert np.std(np.log(values)) < 0.5 * independent


def test_two_replicates_change_places():
    treated, reference = trials(replicates=2)
    found = estimates.replicated_contrast_estimates(treated, reference)["PFS_HR"]
    crossed = [
        survival.hazard_ratio(a["pfs_months"], a["pfs_event"], b["pfs_months"], b["pfs_event"])[0]
        for a, b in ((treated[0], reference[1]), (treated[1], reference[0]))
    ]
    assert (found.low, found.high) == pytest.approx((min(crossed), max(crossed)), rel=1e-5)
    assert found.value == pytest.approx(np.sqrt(crossed[0] * crossed[1]), rel=1e-5)


def test_arms_of_unequal_size_and_failures_are_compared():
    treated, reference = trials(replicates=3)
    reference = [rows.iloc[:90] for rows in reference]
    treated[1].loc[:, "failed"] = True
    found = estimates.replicated_contrast_estimates(treated, reference)
    assert found["ORR_difference"].low <= found["ORR_difference"].value <= found["ORR_difference"].high
    assert np.isfinite(found["OS_HR"].value)
