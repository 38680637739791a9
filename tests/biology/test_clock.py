"""Time since the start of treatment."""


def test_a_day_passes_per_day(bench):
    assert bench.rates({"treatment_clock": 123.0})["treatment_clock"] == 1.0
