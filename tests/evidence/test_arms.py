"""What was published for one arm of one trial."""

import pytest

from melanokine import evidence
from melanokine.errors import InputError


def value(trial_id, arm, endpoint):
    found = evidence.published(trial_id, arm)
    return found.set_index("endpoint").loc[endpoint, "value"]


def test_an_arm_of_a_registered_trial():
    found = evidence.published("CheckMate-067", "nivolumab")
    assert list(found.columns)[:6] == ["endpoint", "value", "ci_low", "ci_high", "unit", "doi"]
    assert found["endpoint"].is_unique
    assert value("CheckMate-067", "nivolumab", "ORR") == pytest.approx(43.7)


def test_survival_fractions_join_in_percent():
    outcomes = evidence.load("outcomes")
    arm = (outcomes["trial_id"] == "CheckMate-067") & (outcomes["arm"] == "nivolumab")
    assert "OS_48mo" not in set(outcomes.loc[arm, "endpoint"])
    assert value("CheckMate-067", "nivolumab", "OS_48mo") == pytest.approx(46.0)


def test_adverse_events_join_where_the_arm_has_the_same_name():
    assert value("HDIL2-pooled-Atkins1999", "HD IL-2", "hypotension_grade3plus") == pytest.approx(45.0)


def test_every_observed_arm_can_be_asked_for():
    outcomes = evidence.load("outcomes")[["trial_id", "arm"]].drop_duplicates()
    assert all(len(evidence.published(trial, arm)) for trial, arm in outcomes.itertuples(index=False))


def test_every_blind_arm_is_empty():
    for trial, arm in evidence.load("blind_designs")[["trial_id", "arm"]].itertuples(index=False):
        assert evidence.published(trial, arm).empty


def test_arms_of_a_trial_in_the_order_of_the_table():
    assert evidence.arm_names("CheckMate-066") == ["nivolumab", "dacarbazine"]
    assert evidence.arm_names("PIVOT-IO-001") == evidence.arm_names("no such trial") == []


def test_unknown_trial_and_arm_name_the_nearest():
    with pytest.raises(InputError, match="did you mean 'CheckMate-067'"):
        evidence.published("Checkmate-67", "nivolumab")
    with pytest.raises(InputError, match="did you mean 'nivolumab'"):
        evidence.published("CheckMate-067", "nivolumumab")
