"""What events do at one instant, by the rules of SBML Level 3 Version 2 (section 4.12).

An event is triggered where its trigger turns from false to true; it is executed then or after its delay. Of those due
at one instant the one of the highest priority is executed first, priorities being looked at again each time. Among
equals chance decides, as the specification demands: a stream of numbers of each patient, the same in every run. Then
all triggers are looked at again, so that an event may trigger others, or call off one that is not persistent and
whose trigger has become false.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

LONGEST_RUN = 10_000
"""Executions at one instant; more are taken to be without end."""
SEED = 1
"""Of the numbers that decide between events of one instant and one priority."""
SAME_TIME = 1e-12
"""Times that differ by less than this fraction are one instant."""


class EndlessEvents(Exception):
    """Events trigger each other without time going on."""


@dataclass(frozen=True)
class Scheduled:
    """An event that has been triggered; `values` are those of that time if it uses them."""

    event: int
    due: float
    values: Sequence[float] | None


@dataclass
class Pending:
    """What one patient's events wait for."""

    was_true: list[bool]
    queue: list[Scheduled] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))

    @property
    def next_due(self) -> float:
        return min((each.due for each in self.queue), default=math.inf)


@dataclass(frozen=True)
class Rules:
    """The events of a model, as functions of one patient's states and parameters."""

    truths: Callable[[], list[bool]]
    delay: Callable[[int], float]
    priority: Callable[[int], float]
    values: Callable[[int], Sequence[float]]
    assign: Callable[[int, Sequence[float]], None]
    persistent: Sequence[bool]
    values_from_trigger: Sequence[bool]


def happen(pending: Pending, rules: Rules, time: float) -> bool:
    """Everything that is due at `time`; whether anything was executed. EndlessEvents if there is no end."""
    executed = 0
    while True:
        _look(pending, rules, time)
        latest = time + SAME_TIME * max(1.0, abs(time))
        due = [each for each in pending.queue if each.due <= latest]
        if not due:
            return executed > 0
        chosen = _first(due, rules, pending.chance)
        pending.queue.remove(chosen)
        values = rules.values(chosen.event) if chosen.values is None else chosen.values
        rules.assign(chosen.event, values)
        executed += 1
        if executed > LONGEST_RUN:
            raise EndlessEvents


def _first(due: list[Scheduled], rules: Rules, chance: random.Random) -> Scheduled:
    """The one of the highest priority, or one of several by chance."""
    if len(due) == 1:
        return due[0]
    ranks = [_rank(rules.priority(each.event)) for each in due]
    return chance.choice([each for each, rank in zip(due, ranks, strict=True) if rank == max(ranks)])


def _rank(priority: float) -> float:
    return -math.inf if math.isnan(priority) else priority


def _look(pending: Pending, rules: Rules, time: float) -> None:
    """Note which triggers have changed."""
    truths = rules.truths()
    changed = [k for k, (before, now) in enumerate(zip(pending.was_true, truths, strict=True)) if now != before]
    for event in changed:
        if truths[event]:
            values = rules.values(event) if rules.values_from_trigger[event] else None
            pending.queue.append(Scheduled(event, time + rules.delay(event), values))
        elif not rules.persistent[event]:
            pending.queue = [each for each in pending.queue if each.event != event]
    pending.was_true = truths
