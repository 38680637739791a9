"""Where a patient stood when a run ended, so that a later run may go on as if there had been no end.

The end of a run is read off the dense output of a step that goes beyond it, and the next step would start where that
one ended. A checkpoint is therefore the lane as it was when that last step was tried for the last time: time, state,
rates and counts of the infusions that run, the proposed step, the first steps remembered, counts of events and of
steps. A run that resumes makes the same step again, with the same bits, and goes on. Rows of the workspace from `state`
on are exactly that, and are copied as they are.

Doses before the end of the earlier run must be the same; later ones may be others, which is how doses follow from what
was seen so far.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from melanokine.engine.driver.control import FIRST_STEP
from melanokine.engine.schedule import Schedule
from melanokine.errors import EngineError

if TYPE_CHECKING:
    from melanokine.engine.integration import Integration
    from melanokine.engine.run import Run


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """`rows` is (n, words), one row per patient; all zero for one who needs no more steps, having failed or stopped."""

    rows: np.ndarray
    until: float
    schedule: Schedule
    stop_at_trigger: bool

    def part(self, patients) -> Checkpoint:
        """The same for some of the patients."""
        return Checkpoint(self.rows[patients], self.until, self.schedule, self.stop_at_trigger)

    @classmethod
    def blank(cls, run: Run, patients: int) -> Checkpoint:
        """Room for the checkpoints that a run leaves."""
        rows = np.zeros((patients, run.kernel.compiled.saved_rows + run.memories))
        return cls(rows, run.until, run.schedule, run.stop_at_trigger)


def check(run: Run, earlier: Integration, parameters: np.ndarray) -> None:
    """EngineError unless `run` can go on where `earlier` ended."""
    checkpoint = earlier.checkpoint
    if checkpoint is None:
        raise EngineError("the earlier run kept no checkpoint", remedy="integrate it with keep_checkpoint=True")
    if earlier.kernel.equations.digest != run.kernel.equations.digest:
        raise EngineError("the earlier run is of other equations", remedy="resume it with the kernel that made it")
    if len(earlier.parameters) != len(parameters):
        raise EngineError(f"the earlier run has {len(earlier.parameters)} patients instead of {len(parameters)}")
    if not np.array_equal(earlier.parameters, parameters, equal_nan=True):
        remedy = "give the same rows in the same order, or start a new run from its final states"
        raise EngineError("the parameters are not those of the earlier run", remedy=remedy)
    if checkpoint.stop_at_trigger != run.stop_at_trigger:
        raise EngineError(f"stop_at_trigger was {checkpoint.stop_at_trigger} in the earlier run")
    first = run.times[0] if len(run.times) else run.until
    if first < checkpoint.until:
        raise EngineError(f"day {first:g} is before day {checkpoint.until:g}, where the earlier run ended")
    for name, endpoint in (run.reductions.endpoints if run.reductions else {}).items():
        start, stop = endpoint.window
        if start < checkpoint.until or start == stop == checkpoint.until:
            remedy = "let its window begin there, or ask the earlier run for it"
            raise EngineError(
                f"endpoint {name!r} begins before day {checkpoint.until:g}, where this run does", remedy=remedy
            )
    _check_doses(run.schedule, checkpoint)


def _check_doses(schedule: Schedule, checkpoint: Checkpoint) -> None:
    count, before = (int(np.sum(s.time < checkpoint.until)) for s in (schedule, checkpoint.schedule))
    columns = ((getattr(schedule, f.name), getattr(checkpoint.schedule, f.name)) for f in fields(Schedule))
    if count != before or not all(np.array_equal(new[:count], old[:count]) for new, old in columns):
        remedy = "give the doses of the earlier run again; only later ones may differ"
        raise EngineError(f"the doses before day {checkpoint.until:g} are not those of the earlier run", remedy=remedy)


def inherit(run: Run, result: Integration, earlier: Integration) -> np.ndarray:
    """Take over what the earlier run has decided, and return its checkpoints in the width that `run` expects.

    Decided are the doses given, and everything about patients who need no more steps.
    """
    checkpoint = earlier.checkpoint
    assert checkpoint is not None
    count = int(np.sum(checkpoint.schedule.time < checkpoint.until))
    result.given[:, :count] = earlier.given[:, :count]
    over = ~checkpoint.rows.any(axis=1)
    for name in ("final", "status", "steps", "rejected", "stop_time", "events", "event_times"):
        getattr(result, name)[over] = getattr(earlier, name)[over]
    width = run.kernel.compiled.saved_rows + run.memories
    rows = np.full((len(checkpoint.rows), width), FIRST_STEP)
    common = min(width, checkpoint.rows.shape[1])
    rows[:, :common] = checkpoint.rows[:, :common]
    return rows
