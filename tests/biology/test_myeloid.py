"""Macrophages and MDSC relative to the untreated patient, and the suppression that they make."""

import numpy as np
import pytest

TYPICAL = {"interferon": 2.5}
"""IFN-gamma at which suppression is 1."""


def at_reference(bench):
    """The untreated state: macrophages and Treg at what interferon and entry keep."""
    value, medians = bench.value, bench.medians
    untreated = bench.state()[bench.positions["m1_share_1"]]
    entry = medians["treg_homing_rate"] * value("homing_1") * medians["treg_blood_pool"]
    return {**TYPICAL, "m1_share": untreated, "treg": entry / medians["tumour_treg_loss"], "mdsc": 1.0}


def test_untreated_suppression_is_one_and_stays(bench):
    state = at_reference(bench)
    for name in ("myeloid_suppression_1", "tgfb_1", "vegf_1"):
        assert bench.value(name, state) == pytest.approx(1.0), name
    rates = bench.rates(state)
    for name in ("m1_share_1", "mdsc"):
        assert rates[name] == pytest.approx(0.0, abs=1e-6), name


def test_killing_is_calibrated_with_the_untreated_suppression(bench):
    """Per tumour cell it is what it is without a suppression that varies."""
    state, medians = at_reference(bench), bench.medians
    killed = [
        bench.value("killed_high_1", {**state, "mdsc": mdsc, "nk": 0.0}, maximal_kill_rate=1e9) for mdsc in (1.0, 4.0)
    ]
    left = medians["unsuppressed_killing"]
    suppression = 1 + 3 * medians["suppression_mdsc_share"]
    assert killed[1] / killed[0] == pytest.approx(1 / (left + (1 - left) * suppression), rel=1e-6)


def test_macrophages_follow_interferon_one_way_and_il10_the_other(bench):
    def settled(changes, **parameters):
        """The share of M1 cells at which its rate is zero: the rate is linear in it."""
        low, high = (bench.rates({**changes, "m1_share": m}, **parameters)["m1_share_1"] for m in (0.0, 1.0))
        return low / (low - high)

    reference = at_reference(bench)
    shares = [settled({**reference, **change}) for change in ({}, {"interferon": 50.0}, {"interferon": 0.0})]
    assert shares[1] > shares[0] > shares[2] > 0
    il10 = [settled({**reference, **bench.plasma("rhil10", level)}) for level in (0.0, 10.0, 1000.0)]
    assert il10 == sorted(il10, reverse=True)
    assert il10[2] < 0.6 * il10[0]


def test_il10_silences_what_m1_cells_remain(bench):
    """At once, before any has turned."""
    state = at_reference(bench)
    before, after = (
        bench.value("myeloid_suppression_1", {**state, **bench.plasma("rhil10", level)}) for level in (0.0, 1e4)
    )
    medians, share = bench.medians, state["m1_share"]
    rise = medians["suppression_macrophage_share"] * medians["m1_il10_silencing"] * share / (1 - share)
    assert after - before == pytest.approx(rise, rel=0.02)


def test_suppression_is_never_negative(bench):
    rng = np.random.default_rng(1)
    for _ in range(20):
        state = {"m1_share": rng.uniform(), "mdsc": rng.lognormal(), "treg": 20 * rng.lognormal(0, 2)}
        assert bench.value("myeloid_suppression_1", {**state, "interferon": rng.lognormal(0, 2)}) >= 0


def test_a_person_without_tumour_keeps_the_mdsc_of_health(bench):
    none = {"tumour_high": 0.0, "tumour_low": 0.0, "m1_share": 0.1}
    assert bench.rates(none)["mdsc"] == pytest.approx(0.0, abs=1e-12)


def test_mdsc_follow_vegf_over_days(bench):
    assert bench.rates({**at_reference(bench), "m1_share": 0.05})["mdsc"] > 0
    assert bench.rates({**at_reference(bench), "m1_share": 0.9})["mdsc"] < 0
