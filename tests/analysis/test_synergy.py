"""Two drugs together, in real patients of the model and in made-up ones whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from melanokine import drugs
from melanokine.analysis import combine
from melanokine.analysis.synergy import LEAST_EXCESS, REFERENCES, _Arms, _Excess, judge
from melanokine.errors import InputError

GRID = np.array([0.5, 1.0, 2.0])
ALONE = np.array([0.0, *GRID, 4.0])


def arms(log_kill_together, slopes, patients=200):
    """Patients whose log kill is linear in the dose of either drug, and together as told."""
    generator = np.random.default_rng(5)
    alone = np.array([slope * ALONE[:, None] * generator.uniform(0.5, 1.5, patients) for slope in slopes])
    together = log_kill_together(alone[0, 1:-1, None], alone[1, None, 1:-1])
    return _Arms(GRID, ALONE, alone, alone > 0.6, together, together > 0.6)


def excess(made_up, effect="control"):
    weights = np.full((1, made_up.patients), 1 / made_up.patients)
    return _Excess.of(made_up, effect, np.vstack([weights, weights]))


def test_kills_that_add_are_independent_by_bliss_and_more_than_one_drug():
    found = excess(arms(np.add, (0.2, 0.3)))
    np.testing.assert_allclose(found.observed[0], found.expected["bliss"][0], atol=1e-12)
    assert (found.observed > found.expected["hsa"]).all()
    assert (found.observed > found.expected["independent"]).all()


def test_the_better_drug_in_each_patient_is_independent_action():
    found = excess(arms(np.maximum, (0.2, 0.3)))
    for effect in ("control", "response"):
        found = excess(arms(np.maximum, (0.2, 0.3)), effect)
        np.testing.assert_allclose(found.observed, found.expected["independent"], atol=1e-12)
        assert (found.observed >= found.expected["hsa"] - 1e-12).all()


def test_intervals_hold_the_excess_and_verdicts_follow_from_them():
    made_up = arms(lambda a, b: 1.3 * (a + b), (0.2, 0.3))
    drawn = np.random.default_rng(2).multinomial(200, np.full(200, 1 / 200), 300)
    found = _Excess.of(made_up, "control", np.vstack([np.ones(200), drawn]) / 200)
    summary = found.summary().set_index("reference")
    assert summary.loc["bliss", "verdict"] == "synergistic"
    assert (summary["low"] <= summary["mean_excess"]).all()
    assert (summary["mean_excess"] <= summary["high"]).all()
    table = found.table()
    assert len(table) == 9 * len(REFERENCES)
    np.testing.assert_allclose(table["excess"], table["observed"] - table["expected"])


@pytest.mark.parametrize(
    ("mean", "low", "high", "verdict"),
    [
        (0.1, 0.05, 0.2, "synergistic"),
        (0.1, -0.05, 0.2, "additive"),
        (-0.1, -0.2, -0.05, "antagonistic"),
        (LEAST_EXCESS / 2, LEAST_EXCESS / 4, LEAST_EXCESS, "additive"),
    ],
)
def test_verdicts(mean, low, high, verdict):
    assert judge("loewe", mean, low, high) == verdict


def test_a_drug_with_itself_is_additive_by_loewe():
    """Both halves of the dose are given, by the engine: 1 + 1 has the effect of 2."""
    result = combine("nivolumab", "nivolumab", patients=60, days=63, doses=3)
    rows = result.table[result.table["reference"] == "loewe"]
    control = rows[rows["effect"] == "control"]
    assert control["excess"].abs().max() < 0.005
    response = rows[rows["effect"] == "response"]
    assert response["excess"].abs().max() < 0.04  # one or two patients of sixty
    assert result.first.name != result.second.name
    assert result.verdict("control").endswith("additive by Loewe") or "additive by Bliss and" in result.verdict(
        "control"
    )
    single = result.curves[(result.curves["effect"] == "control") & (result.curves["kind"] == "observed")]
    twice = single[single["dose"] == 2.0]["value"].iloc[0]
    both = control[(control["dose_first"] == 1.0) & (control["dose_second"] == 1.0)]["observed"].iloc[0]
    assert both == pytest.approx(twice, abs=1e-4)


def test_a_result_is_whole_and_the_same_again():
    given = {"patients": 20, "days": 42, "doses": 2}
    result = combine("nivolumab", "ipilimumab", **given)
    again = combine("nivolumab", drugs.load("ipilimumab"), **given)
    assert result.doses == (1.0, 2.0)
    assert result.table.equals(again.table)
    assert not result.table.isna().any(axis=None)
    record = result.record()
    assert set(record["verdicts"]) == {"control", "response"}
    assert [drug["name"] for drug in record["drugs"]] == ["Nivolumab", "Ipilimumab"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"doses": 1}, "1 is not a number of doses; give 2 to 6"),
        ({"doses": 2.5}, "2.5 is not a number of doses"),
        ({"patients": 9}, "9 patients are too few"),
        ({"patients": 0}, "0 is not a number of patients"),
        ({"days": float("nan")}, "nan is no number of days"),
        ({"population": "nobody"}, "no population is called 'nobody'"),
    ],
)
def test_what_cannot_be_combined_is_refused(changes, says):
    with pytest.raises(InputError) as caught:
        combine("nivolumab", "ipilimumab", **changes)
    assert says in str(caught.value)
