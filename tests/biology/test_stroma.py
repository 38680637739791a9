"""Stroma and vessels: one untreated, against the T cells where TGF-beta and VEGF rise."""

import pytest

from .test_myeloid import at_reference


def test_untreated_stroma_changes_nothing(bench):
    state = at_reference(bench)
    assert bench.value("stroma_entry_1", state) == pytest.approx(1.0)
    assert bench.value("vascular_growth_1", state) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("change", "sign"), [({"m1_share": 0.02}, -1), ({"m1_share": 0.8}, +1)])
def test_entry_of_t_cells_falls_with_m2_macrophages(bench, change, sign):
    reference = at_reference(bench)
    entry = [bench.value("stroma_entry_1", {**reference, **more}) for more in ({}, change)]
    assert sign * (entry[1] - entry[0]) > 0.01
    rates = [bench.rates({**reference, **more})["stem_like_blood"] for more in ({}, change)]
    assert sign * (rates[0] - rates[1]) > 0  # what enters lesions leaves the blood


def test_treg_close_the_stroma(bench):
    reference = at_reference(bench)
    more = {**reference, "treg": 4 * reference["treg"]}
    tgfb = 1 + 3 * bench.medians["tgfb_treg_share"]
    odds = bench.medians["stroma_exclusion"]
    assert bench.value("tgfb_1", more) == pytest.approx(tgfb)
    assert bench.value("stroma_entry_1", more) == pytest.approx((1 + odds) / (1 + odds * tgfb))


def test_growth_follows_vegf(bench):
    reference = at_reference(bench)
    more = {**reference, "m1_share": 0.02}
    gain = bench.medians["vegf_growth_share"] * (bench.value("vegf_1", more) - 1)
    assert gain > 0
    assert bench.value("vascular_growth_1", more) == pytest.approx(gain)
    grown = [bench.observe("growth_rate", {**state, "effector": 0, "exhausted": 0, "tissue_memory": 0, "nk": 0})
             for state in (reference, more)]  # fmt: skip
    assert grown[1] / grown[0] == pytest.approx(1 + gain, rel=1e-6)
