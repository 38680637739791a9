"""Dose-response curves and the effects expected of drugs that do not interact."""

from __future__ import annotations

import numpy as np
import pytest

from melanokine.analysis.additivity import bliss, highest_single_agent, loewe
from melanokine.analysis.dose_response import dose_response

DOSES = np.array([0.0, 0.25, 0.5, 1.0, 2.0, 4.0])
GRID = DOSES[1:-1]


def hill(dose, half, top=0.8, steepness=1.0):
    return top * dose**steepness / (half**steepness + dose**steepness)


def curve(*effects):
    return dose_response(DOSES, np.array(effects))


class TestDoseResponse:
    def test_goes_through_what_was_observed_if_that_rises(self):
        observed = hill(DOSES, 0.7)
        np.testing.assert_allclose(curve(observed).effect(DOSES)[0], observed, atol=3e-6)

    def test_never_falls_and_starts_at_nothing(self):
        one = curve(np.array([0.1, -0.2, 0.3, 0.1, 0.5, 0.4]))
        assert one.effects[0, 0] == 0
        assert (np.diff(one.effects[0]) > 0).all()
        np.testing.assert_allclose(one.effect(np.array([0.5, 1.0]))[0], 0.2, atol=1e-5)

    def test_is_read_backwards(self):
        two = curve(hill(DOSES, 0.7), hill(DOSES, 3.0, top=0.5))
        np.testing.assert_allclose(two.dose(two.effect(DOSES)), np.tile(DOSES, (2, 1)), atol=1e-5)
        assert np.isinf(two.dose(two.top[:, None] + 0.01)).all()

    def test_a_drug_without_effect_reaches_none(self):
        nothing = curve(np.zeros(6))
        assert np.isinf(nothing.dose(np.array([[0.01]]))).all()


class TestLoewe:
    def test_a_drug_with_itself_has_the_effect_of_the_sum(self):
        one = curve(hill(DOSES, 0.7), hill(DOSES, 2.0, steepness=2))
        expected = loewe(one, one, GRID, GRID)
        total = GRID[:, None] + GRID[None, :]
        for k in range(2):
            np.testing.assert_allclose(expected[k], np.interp(total, one.doses, one.effects[k]), atol=1e-6)

    def test_a_dilution_of_a_drug_is_the_drug(self):
        """The second is the first at a third of its strength."""
        one, third = curve(hill(DOSES, 0.5)), curve(hill(DOSES / 3, 0.5))
        expected = loewe(one, third, np.array([0.5]), np.array([1.5]))[0, 0, 0]
        assert expected == pytest.approx(hill(1.0, 0.5), abs=0.005)

    def test_beside_a_drug_without_effect_the_other_does_what_it_does_alone(self):
        one, nothing = curve(hill(DOSES, 0.7)), curve(np.zeros(6))
        expected = loewe(one, nothing, GRID, GRID)[0]
        np.testing.assert_allclose(expected, np.tile(hill(GRID, 0.7)[:, None], (1, 4)), atol=1e-5)

    def test_no_doses_no_effect(self):
        one = curve(hill(DOSES, 0.7))
        assert loewe(one, one, np.array([0.0]), np.array([0.0]))[0, 0, 0] == 0

    def test_curves_are_kept_apart(self):
        """Two resamples at once give what each gives by itself."""
        first, second = hill(DOSES, 0.7), hill(DOSES, 2.0, top=0.4)
        together = loewe(curve(first, second), curve(second, first), GRID, GRID)
        np.testing.assert_allclose(together[0], loewe(curve(first), curve(second), GRID, GRID)[0], atol=1e-7)
        np.testing.assert_allclose(together[1], loewe(curve(second), curve(first), GRID, GRID)[0], atol=1e-7)


def test_bliss_and_the_highest_single_agent():
    assert bliss(np.array(0.5), np.array(0.4)) == pytest.approx(0.7)
    assert highest_single_agent(np.array(0.5), np.array(0.4)) == 0.5
