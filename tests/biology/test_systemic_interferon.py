"""IFN-gamma in blood: when it comes, what it needs, and that it stays away from who is untreated."""

import pytest

LIGAND = 2000.0
"""pM of aldesleukin in plasma."""


@pytest.fixture
def engaged(bench):
    return {**bench.plasma("aldesleukin", LIGAND), "il2_endogenous": 0.0}


def test_a_first_dose_finds_cells_unprepared(bench, engaged):
    """Neither engagement nor activation releases anything without commitment (the lag of an hour)."""
    at_rest = bench.rates()["interferon_plasma"]
    assert bench.rates(engaged)["activated_lymphocytes"] > 1.0
    assert bench.rates(engaged)["interferon_plasma"] == pytest.approx(at_rest, abs=0.1)
    assert bench.rates({**engaged, "activated_lymphocytes": 0.5})["interferon_plasma"] == pytest.approx(
        at_rest, abs=5.0
    )


def test_release_follows_activation_and_commitment(bench):
    def released(**state):
        """Beyond what the same cells release while none is activated."""
        calm = {**state, "activated_lymphocytes": 0.0}
        return bench.rates(state)["interferon_plasma"] - bench.rates(calm)["interferon_plasma"]

    one = released(activated_lymphocytes=0.5, signal_nk=0.4)
    assert one > 300
    assert released(activated_lymphocytes=1.0, signal_nk=0.4) == pytest.approx(2 * one, rel=1e-6)
    assert one < released(activated_lymphocytes=0.5, signal_nk=0.7) < 2 * one
    assert released(activated_lymphocytes=0.5, signal_nk=0.4, interferon_refractoriness=0.75) == pytest.approx(
        one / 4, rel=1e-6
    )
    assert released(activated_lymphocytes=0.5, signal_nk=0.4, interferon_refractoriness=1.0) == pytest.approx(0)


def test_more_cells_are_activated_where_there_are_more(bench, engaged):
    few, many = (bench.rates({**engaged, "nk_blood": n})["activated_lymphocytes"] for n in (1.0, 10.0))
    only_nk = bench.rates({**engaged, "cd8_blood": 0.0})["activated_lymphocytes"]
    assert 5 * few < many < 10 * few
    assert 0.6 * few < only_nk < few


def test_refractoriness_comes_with_engagement_and_goes_without(bench, engaged):
    assert bench.rates(engaged)["interferon_refractoriness"] > 1.0
    assert bench.rates({"interferon_refractoriness": 0.5})["interferon_refractoriness"] < -0.8


def test_it_lives_for_two_hours(bench):
    """Half-life 2.2 h; 0.29 to 2.5 h after IL-2 (doi 10.1097/00002371-199208000-00007)."""
    lost = [-bench.rates({"interferon_plasma": level})["interferon_plasma"] for level in (50.0, 100.0)]
    assert (lost[1] - lost[0]) / 50.0 == pytest.approx(bench.medians["interferon_loss"])


def test_endogenous_il2_of_a_patient_releases_next_to_nothing(bench):
    resting = bench.medians["interferon_resting"]
    assert abs(bench.rates()["interferon_plasma"]) < 0.05 * bench.medians["interferon_loss"] * resting
