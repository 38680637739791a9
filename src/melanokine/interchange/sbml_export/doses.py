"""What a schedule changes at each instant: amounts that are added to states, and the rates that then act on inputs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from melanokine.engine import BOLUS, INFUSION, Schedule
from melanokine.errors import ModelError
from melanokine.network import Equations


class DoseTerm(NamedTuple):
    """`amount` (of an infusion: its rate per day) times the parameter with index `scale` (-1: none).

    It belongs to the dose with the number `dose` of the schedule, subject to the guard with index `guard` (-1: none),
    which is looked at here if the dose `begins` here.
    """

    amount: float
    scale: int
    dose: int
    guard: int
    begins: bool


def dose_changes(
    schedule: Schedule, equations: Equations, until: float = np.inf
) -> dict[float, dict[str, list[DoseTerm]]]:
    """By instant before day `until`, and by the name of what changes there: of a state, what is added to it; of an
    input, all infusions that run from then on.

    A rate is so always the sum of the infusions that run, and exactly 0 where none does. Raises ModelError for a dose
    that is delayed by a parameter of the patient, whose instants no list of events can hold.
    """
    if (schedule.lag >= 0).any():
        which = int(np.argmax(schedule.lag >= 0))
        by = equations.parameters[schedule.lag[which]]
        message = f"the dose of day {schedule.time[which]:g} is delayed by the parameter {by!r}, which SBML is not told"
        raise ModelError(message, remedy="give it at the time at which it enters")
    columns = (getattr(schedule, name) for name in ("time", "kind", "target", "amount", "duration", "scale", "guard"))
    doses = list(zip(*(column.tolist() for column in columns), strict=True))
    ends = {time + duration for time, kind, _, _, duration, *_ in doses if kind == INFUSION}
    found: dict[float, dict[str, list[DoseTerm]]] = {}
    for now in sorted({dose[0] for dose in doses} | ends):
        if now >= until:
            break
        here = found.setdefault(now, {})
        changed = set()
        for number, (time, kind, target, amount, duration, scale, guard) in enumerate(doses):
            if kind == BOLUS and time == now:
                term = DoseTerm(amount, scale, number, guard, True)
                here.setdefault(equations.states[target].name, []).append(term)
            elif kind == INFUSION and now in (time, time + duration):
                changed.add(target)
        for target in sorted(changed):
            here[equations.inputs[target]] = [
                DoseTerm(amount / duration, scale, number, guard, time == now)
                for number, (time, kind, other, amount, duration, scale, guard) in enumerate(doses)
                if kind == INFUSION and other == target and time <= now < time + duration
            ]
    return found
