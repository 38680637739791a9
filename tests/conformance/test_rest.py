"""Without a tumour and without drugs nothing happens: whoever is drawn from a population stays at rest for years."""

from __future__ import annotations

import numpy as np
import pytest

from melanokine.patients import Population, names
from melanokine.patients.parameters import draw_parameters, parameter_table

PEOPLE = 150
YEAR = 365.25
CLOCK = "treatment_clock"


@pytest.fixture(scope="module", params=names())
def undisturbed(request, model):
    """Start and course over ten years of people without a tumour: (people, states), (people, 3, states), in scales."""
    table = parameter_table(model, Population.load(request.param))
    people = draw_parameters(table, 1, np.arange(PEOPLE))
    start = model.kernel.initial(people)
    start[:, columns(model, lambda state: state.name.startswith(("tumour_high", "tumour_low")))] = 0.0
    course = model.kernel.integrate(people, start, times=[1.0, YEAR, 10 * YEAR])
    assert (course.status == 0).all()
    scale = np.array([state.scale for state in model.equations.states])
    return start / scale, course.states / scale


def columns(model, which) -> np.ndarray:
    return np.array([which(state) for state in model.equations.states])


def in_lesions(model) -> np.ndarray:
    table = model.network.species_table
    return columns(model, lambda state: table[state.name].compartment == "lesion")


def test_systemic_states_stay_where_they_are(model, undisturbed):
    start, course = undisturbed
    systemic = ~in_lesions(model) & columns(model, lambda state: state.name != CLOCK)
    drift = np.abs(course - start[:, None, :]).max(axis=(0, 1))
    moved = [state.name for state, d, s in zip(model.equations.states, drift, systemic, strict=True) if s and d > 1e-9]
    assert systemic.sum() > 30
    assert moved == []


def test_cells_that_patrol_tissue_come_to_rest(model, undisturbed):
    _, course = undisturbed
    lesion = in_lesions(model)
    after_a_year, after_ten = course[:, 1, lesion], course[:, 2, lesion]
    assert np.abs(after_ten - after_a_year).max() < 1e-3 * np.abs(after_ten).max()
    assert course.min() >= -1e-9


def test_only_the_clock_runs(model, undisturbed):
    _, course = undisturbed
    scale = model.equations.states[model.equations.state_index(CLOCK)].scale
    clock = course[:, :, model.equations.state_index(CLOCK)] * scale
    np.testing.assert_allclose(clock, np.broadcast_to([1.0, YEAR, 10 * YEAR], clock.shape), rtol=1e-9)
