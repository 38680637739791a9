"""CD4 help."""

import pytest


def test_help_is_neutral_and_at_rest_in_the_untreated_patient(bench):
    assert bench.value("help") == pytest.approx(1.0)
    assert bench.rates()["helper"] == pytest.approx(0.0, abs=1e-12)


def test_no_priming_without_helpers(bench):
    assert bench.value("help", {"helper": 0.0}) == 0.0
    assert bench.rates({"helper": 0.0, "primed_early": 0.0})["primed_early"] == 0.0


@pytest.mark.parametrize("cause", ["anti_ctla4", "il2"])
def test_anti_ctla4_and_il2_expand_helpers(bench, cause):
    treated = bench.plasma("ipilimumab", 300.0) if cause == "anti_ctla4" else {"signal_helper": 0.5}
    assert bench.rates(treated)["helper"] > 0


def test_helpers_never_fall_below_none(bench):
    assert bench.rates({"helper": 0.0, "treg_blood": 1e6}, helper_costimulation_gain=1.0)["helper"] >= 0
