"""Calibration arms run again: every target answered, intervals that hold a known truth, no blind trial looked up."""

from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from melanokine import evidence
from melanokine.calibration.targets import from_evidence
from melanokine.patients import calibrated
from melanokine.prediction.calibration_arms import Compared, compare, coverage, rms
from melanokine.report.calibration_arms import terminal_table
from melanokine.report.endpoints import label
from melanokine.trials import load

PARTS = {"patients", "parameters", "sampling", "between_trials"}


@pytest.fixture(scope="module")
def answers():
    targets = [target for target in from_evidence() if target.design == "hd-il2"]
    return targets, *compare(calibrated.load(), targets, patients=40, draws=200)


def test_every_target_is_answered_in_order_with_nested_intervals(answers):
    targets, rows, _ = answers
    assert targets
    assert [row.target for row in rows] == targets
    for row in rows:
        low95, low80, low50 = (row.limits[level][0] for level in ("95", "80", "50"))
        high50, high80, high95 = (row.limits[level][1] for level in ("50", "80", "95"))
        assert 0 <= low95 <= low80 <= low50 <= high50 <= high80 <= high95 <= 100
        assert set(row.parts) == PARTS
        assert row.z == pytest.approx((row.predicted - row.target.value) / row.spread)


def test_curves_fall_from_everybody_and_meet_the_endpoints(answers):
    _, rows, curves = answers
    assert {curve.kind for curve in curves} == {"PFS", "OS"}
    for curve in curves:
        assert curve.value[0] == curve.low[0] == curve.high[0] == 100
        assert (np.diff(curve.value) <= 1e-9).all()
        for month, value in curve.published:
            row = next(r for r in rows if r.target.endpoint == curve.kind and r.target.month == month)
            assert row.target.value == value
            assert row.predicted == pytest.approx(np.interp(month, np.arange(len(curve.value)), curve.value))


def test_the_terminal_shows_predicted_beside_observed(answers):
    _, rows, _ = answers
    console = Console(record=True, width=120, file=StringIO())
    console.print(terminal_table(rows, "hd-il2"))
    lines = console.export_text().splitlines()
    assert lines[1].split() == ["predicted", "observed", "z"]
    for row in rows:
        line = next(line for line in lines if line.strip().startswith(label(row.target.name)))
        assert f"{row.predicted:.0f} (" in line
        assert f"{row.target.value:.0f} (" in line.split(f"{row.predicted:.0f} (", 1)[1]


def test_a_median_stands_for_half_alive_at_its_month():
    assert label("OS_11.4mo") == "Alive at 11.4 months"


def test_coverage_is_that_of_the_intervals():
    """Observations drawn from the predicted distribution lie in its intervals as often as these say."""
    rng = np.random.default_rng(3)
    target = from_evidence()[0]
    levels = {"50": 0.6745, "80": 1.2816, "95": 1.96}
    rows = []
    for _ in range(2000):
        value = float(40.0 + 5.0 * rng.standard_normal())
        limits = {level: (40.0 - 5.0 * z, 40.0 + 5.0 * z) for level, z in levels.items()}
        rows.append(Compared(type(target)(**{**vars(target), "value": value}), 40.0, 5.0, limits, {}))
    for level in levels:
        assert coverage(rows, level) == pytest.approx(int(level) / 100, abs=0.03)
    assert rms(rows) == pytest.approx(5.0, abs=0.3)
    assert np.std([row.z for row in rows]) == pytest.approx(1.0, abs=0.05)


def test_no_blind_trial_is_looked_up(monkeypatch):
    asked = []
    real = evidence.published

    def watched(trial_id, *rest):
        asked.append(trial_id)
        return real(trial_id, *rest)

    monkeypatch.setattr(evidence, "published", watched)
    targets = from_evidence()
    assert asked
    assert not any(load(target.design).blind for target in targets)
    known = {own.evidence.trial_id for t in targets for own in load(t.design).arms.values() if own.evidence}
    assert set(asked) <= known
