"""A schedule as the driver walks through it: the changes that doses make, and when they are due for each patient.

A bolus is one change, an infusion two: its rate begins and ends. A dose with a lag comes later by a parameter of the
patient, and then times differ between patients; without any lag one timetable serves all. Changes due at the same time
make one *instant*, in which they follow the order of doses.

The first step after an instant is chosen by experience with instants of its kind. Kinds are told apart by what they
change and how: all changes of one nominal time and one lag count together, and where lags bring several such groups to
one time, the first of them names it. So a kind never depends on who else is simulated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from melanokine.engine.schedule import BOLUS_GIVEN, INFUSION, INFUSION_ENDS, INFUSION_STARTS, SOONEST, Schedule


@dataclass(frozen=True, eq=False)
class Changes:
    """All changes, dose by dose. `amount` is a rate for infusions; `memory` numbers the kinds, from 1 on.

    `memories` is the number of kinds and one more: memory 0 is the start of a patient.
    """

    time: np.ndarray
    kind: np.ndarray
    dose: np.ndarray
    target: np.ndarray
    amount: np.ndarray
    scale: np.ndarray
    guard: np.ndarray
    lag: np.ndarray
    memory: np.ndarray
    memories: int


def changes(schedule: Schedule) -> Changes:
    """The changes that the doses of a schedule make."""
    infusion = np.flatnonzero(schedule.kind == INFUSION)
    dose = np.concatenate([np.arange(len(schedule)), infusion])
    kind = np.where(schedule.kind == INFUSION, INFUSION_STARTS, BOLUS_GIVEN)
    kind = np.concatenate([kind, np.full(len(infusion), INFUSION_ENDS)])
    time = np.concatenate([schedule.time, schedule.time[infusion] + schedule.duration[infusion]])
    order = np.argsort(dose, kind="stable")
    time, kind, dose = time[order], kind[order].astype(np.int64), dose[order].astype(np.int64)
    target, lag = schedule.target[dose], schedule.lag[dose]
    memory, memories = _kinds(time, lag, kind, target)
    return Changes(
        time=time,
        kind=kind,
        dose=dose,
        target=target,
        amount=schedule.amount[dose] / np.where(kind == BOLUS_GIVEN, 1.0, schedule.duration[dose]),
        scale=schedule.scale[dose],
        guard=schedule.guard[dose],
        lag=lag,
        memory=memory,
        memories=memories,
    )


def _kinds(time: np.ndarray, lag: np.ndarray, kind: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, int]:
    """The number of its kind for each change, counted in the order of nominal times; and how many there are."""
    order = np.lexsort((lag, time))
    groups: dict[tuple[float, int], set[tuple[int, int]]] = {}
    keys = list(zip(time.tolist(), lag.tolist(), strict=True))
    for k in order:
        groups.setdefault(keys[k], set()).add((int(kind[k]), int(target[k])))
    known: dict[frozenset, int] = {}
    number = {key: known.setdefault(frozenset(what), len(known) + 1) for key, what in groups.items()}
    return np.array([number[key] for key in keys], np.int64), len(known) + 1


@dataclass(frozen=True, eq=False)
class Instants:
    """Distinct times, and the changes that belong to each; a row for each patient, or one for all.

    Instant i of row r is at `time[r, i]`, infinite after the last one; its changes are
    `order[r, start[r, i] : start[r, i + 1]]`, and `memory[r, i]` is its kind. `time[r, 0]` is not a number where a lag
    of the patient is negative, not finite, or so long that an infusion can no longer be told from a bolus.
    """

    time: np.ndarray
    start: np.ndarray
    memory: np.ndarray
    order: np.ndarray

    @property
    def strides(self) -> dict[str, int]:
        """From one patient to the next, in `time`, `start` and `memory`, and in `order`: 0 if all share a row."""
        own = len(self.time) > 1
        return {"instant_stride": own * self.time.shape[1], "change_stride": own * self.order.shape[1]}


def instants(changes: Changes, parameters: np.ndarray) -> Instants:
    """The instants of the patients with these (n, P) parameters."""
    delayed = changes.lag >= 0
    due = changes.time[None]
    wrong = np.zeros(1, bool)
    if delayed.any():
        lag = np.where(delayed, parameters[:, changes.lag], 0.0)
        with np.errstate(invalid="ignore"):
            due = changes.time + lag
            due[due < SOONEST] = 0.0
            wrong = ~((lag >= 0.0) & np.isfinite(due)).all(axis=1)
            ends = np.flatnonzero(changes.kind == INFUSION_ENDS)
            wrong |= (due[:, ends] <= due[:, ends - 1]).any(axis=1)
    rows, count = due.shape
    order = np.argsort(due, axis=1, kind="stable")
    due = np.take_along_axis(due, order, axis=1)
    new = np.ones((rows, count), bool)
    new[:, 1:] = due[:, 1:] != due[:, :-1]
    position = np.cumsum(new, axis=1) - 1
    length = int(position[:, -1].max()) + 1 if position.size else 0
    time, start = np.full((rows, length + 1), np.inf), np.full((rows, length + 1), count)
    memory = np.zeros((rows, length + 1), np.int64)
    row, which = np.nonzero(new)
    place = row, position[row, which]
    time[place], start[place], memory[place] = due[row, which], which, changes.memory[order[row, which]]
    time[wrong, 0] = np.nan
    return Instants(time, start, memory, order)
