import numpy as np
import pytest

from melanokine.engine import BOLUS, INFUSION, Schedule
from melanokine.engine.instants import changes, instants
from melanokine.errors import EngineError


def one(**changes):
    columns = {"time": 1.0, "kind": BOLUS, "target": 0, "amount": 2.0, "duration": 0.0, "scale": -1, "guard": -1}
    return Schedule(**{name: [value] for name, value in {**columns, **changes}.items()})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"time": -0.5}, "negative time"),
        ({"time": np.nan}, "time that is not finite"),
        ({"amount": -1.0}, "negative amount"),
        ({"amount": np.nan}, "amount that is not finite"),
        ({"amount": np.inf}, "amount that is not finite"),
        ({"kind": 7}, "neither BOLUS nor INFUSION"),
        ({"kind": INFUSION}, "zero length"),
        ({"kind": INFUSION, "duration": 1e-18}, "too short"),
        ({"kind": INFUSION, "duration": 1e-90, "time": 0.0}, "too short"),
        ({"duration": 0.5}, "bolus with a duration"),
        ({"target": 0.5}, "instead of integers"),
        ({"amount": "much"}, "does not hold numbers"),
    ],
)
def test_refusals(changes, message):
    with pytest.raises(EngineError, match=message):
        one(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"target": 2}, "target"),
        ({"target": -1}, "target"),
        ({"kind": INFUSION, "duration": 1.0, "target": 2}, "target"),
        ({"scale": 4}, "scale"),
        ({"guard": 2}, "guard"),
        ({"guard": -2}, "guard"),
        ({"lag": 4}, "lag"),
    ],
)
def test_indices_are_checked_against_the_equations(two_compartments, changes, message):
    with pytest.raises(EngineError, match=message):
        two_compartments.integrate(schedule=one(**changes), times=[1.0])


def test_columns_of_unequal_length():
    with pytest.raises(EngineError, match="differ in length"):
        Schedule([0.0, 1.0], [BOLUS], [0], [1.0])


def test_sorting_is_stable_and_columns_are_frozen():
    schedule = Schedule([2.0, 1.0, 2.0], [BOLUS] * 3, [0, 1, 2], [1.0, 2.0, 3.0])
    assert schedule.target.tolist() == [1, 0, 2]
    with pytest.raises(ValueError, match="read-only"):
        schedule.amount[0] = 5.0


def test_empty():
    made = changes(Schedule.empty())
    assert instants(made, np.empty((3, 2))).time.tolist() == [[np.inf]]
    assert made.memories == 1


def test_instants_tell_kinds_of_change_apart():
    schedule = Schedule(
        [0.0, 1.0, 2.0, 3.0], [BOLUS, INFUSION, BOLUS, INFUSION], [0, 0, 0, 0], [1.0] * 4, [0.0, 0.5, 0.0, 0.5]
    )
    made = changes(schedule)
    plan = instants(made, np.empty((5, 0)))
    assert plan.time.tolist() == [[0.0, 1.0, 1.5, 2.0, 3.0, 3.5, np.inf]]
    assert plan.memory[0, :-1].tolist() == [1, 2, 3, 1, 2, 3]
    assert made.amount[plan.order[0]].tolist() == [1.0, 2.0, 2.0, 1.0, 2.0, 2.0]
    assert made.memories == 4
    assert plan.strides == {"instant_stride": 0, "change_stride": 0}
