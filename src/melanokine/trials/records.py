"""What a trial's case report forms would hold: every scan, every adverse event and the follow-up of every patient.

A result keeps endpoints; these records keep what the endpoints come from. They are made on request, of one trial
without replicates. Days are counted from randomisation; missing days are NaN. Patients whose simulation failed are in
`patients` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from melanokine.trials import endpoints
from melanokine.trials.assessment import Assessment
from melanokine.trials.best_response import best_overall_response, first_day_of, first_response
from melanokine.trials.course import Course, Plan
from melanokine.trials.design import TrialDesign
from melanokine.trials.grades import grade_courses
from melanokine.trials.recist import Response
from melanokine.trials.toxicity import HAEMODYNAMIC_GUARD, STOPPING_GUARDS, Toxicity, stopped_by

NAMES = np.array([response.name for response in Response], dtype=object)


@dataclass(frozen=True)
class Records:
    """Tables with the columns `patient` and `arm`, in the order of arms and patients.

    `patients`: entry (day of randomisation, from that of the first patient), first_dose, last_dose, death (if before
    last_day), last_day (of follow-up), withdrew, progression, last_scan (readable, up to progression, 0 for baseline),
    pfs_day, pfs_event, os_day, os_event, best_confirmed, best_unconfirmed and the days of the first scan that shows
    each, the days of the first scans with a response and with one that is confirmed, response_day (the one that the
    design asks for), failed.
    `scans`: scan (0 the baseline), planned, day, readable, target, non_target, overall (names of `Response`),
    new_lesion, sum [mm]; up to the first that shows progression, the death or the end of follow-up; none after baseline
    for those who never came.
    `lesions`: scan, day, lesion, is_target, diameter [mm], of the readable ones among these scans.
    `events`: event, grade, first_day, last_day, action (`withdrawn`, `interrupted` or empty); see `grades` and
    `toxicity`. Of a patient's episodes of an event, first_day and last_day span all, and grade is the worst.
    """

    patients: pd.DataFrame
    scans: pd.DataFrame
    lesions: pd.DataFrame
    events: pd.DataFrame


def joined(parts: Iterable[Records]) -> Records:
    """The records of several blocks, one below the other."""
    parts = list(parts)
    tables = ([getattr(part, one.name) for part in parts] for one in fields(Records))
    return Records(*(pd.concat([t for t in table if len(t)] or table[:1], ignore_index=True) for table in tables))


@dataclass(frozen=True)
class Followed:
    """A block of patients of one arm that has been followed; arrays are (patients,) as in `follow_arm`."""

    arm: str
    design: TrialDesign
    plan: Plan
    course: Course
    scans: Assessment
    harm: Toxicity
    tolerance: Mapping[str, NDArray]
    numbers: NDArray[np.int64]
    failed: NDArray[np.bool_]
    entry: NDArray[np.float64]
    death: NDArray[np.float64]
    last: NDArray[np.float64]
    until: NDArray[np.float64]

    @property
    def held(self) -> NDArray[np.bool_]:
        """The scans (patients, scans) up to progression, death or the end of follow-up."""
        return self.scans.until_progression(np.minimum(self.death, self.last))

    def table(self, rows: NDArray, **columns: Any) -> pd.DataFrame:
        """A table with patient and arm of these rows."""
        arm = np.full(len(rows), self.arm, dtype=object)
        return pd.DataFrame({"patient": self.numbers[rows], "arm": arm, **columns})


def records_of(block: Followed) -> Records:
    """The records of a block of patients."""
    return Records(_patients(block), _scans(block), _lesions(block), _events(block))


def _patients(block: Followed) -> pd.DataFrame:
    scans, death, last, plan = block.scans, block.death, block.last, block.plan
    given = block.course.given & (plan.day < block.until[:, None])
    first_dose = np.where(given, plan.day, np.inf).min(axis=1, initial=np.inf)
    last_dose = np.where(given, plan.day, -np.inf).max(axis=1, initial=-np.inf)
    progression = np.where(scans.progression <= np.minimum(death, last), scans.progression, np.inf)
    overall = np.where(block.held, scans.overall, Response.NE).astype(np.int8)
    least = 7.0 * block.design.stable_disease_weeks
    best, shown = {}, {}
    for confirmed in (True, False):
        rules: dict[str, Any] = {"confirmation": confirmed, "stable_disease_days": least}
        best[confirmed] = best_overall_response(overall, scans.days, **rules)
        shown[confirmed] = first_day_of(best[confirmed], overall, scans.days, **rules)
    responses = {yes: first_response(overall, scans.days, confirmation=yes) for yes in (True, False)}
    pfs = endpoints.progression_free_survival(scans.overall, scans.days, death, last)
    os = endpoints.overall_survival(death, last)
    table = block.table(
        np.arange(len(block.numbers)),
        first_dose=_finite(first_dose),
        last_dose=_finite(last_dose),
        death=np.where(death <= last, death, np.nan),
        last_day=np.minimum(death, last),
        withdrew=pd.array(last < block.design.duration_days - block.entry, "boolean"),
        progression=_finite(progression),
        last_scan=np.where(overall != Response.NE, scans.days, 0.0).max(axis=1, initial=0.0),
        pfs_day=pfs.day,
        pfs_event=pd.array(pfs.event, "boolean"),
        os_day=os.day,
        os_event=pd.array(os.event, "boolean"),
        best_confirmed=NAMES[best[True]],
        best_unconfirmed=NAMES[best[False]],
        best_confirmed_day=shown[True],
        best_unconfirmed_day=shown[False],
        unconfirmed_response_day=responses[False],
        confirmed_response_day=responses[True],
        response_day=responses[block.design.confirmation],
    )
    known = table[~block.failed].reindex(range(len(table)))
    known["patient"], known["arm"] = table["patient"], table["arm"]
    return known.assign(entry=block.entry, failed=block.failed)


def _scans(block: Followed) -> pd.DataFrame:
    """The baseline and every scan that is held, in order."""
    scans = block.scans
    came = block.held & scans.readable.any(axis=1, keepdims=True)
    rows, columns = np.nonzero(np.insert(came, 0, True, axis=1) & ~block.failed[:, None])
    after, scan = columns > 0, np.maximum(columns - 1, 0)

    def at(values: NDArray, baseline: Any) -> NDArray:
        return np.where(after, values[rows, scan], baseline) if values.shape[1] else np.full(len(rows), baseline)

    readable = at(scans.readable, True).astype(bool)
    return block.table(
        rows,
        scan=columns,
        planned=at(np.broadcast_to(scans.planned, scans.days.shape), 0.0),
        day=at(scans.days, 0.0),
        readable=readable,
        target=at(NAMES[scans.read.target], ""),
        non_target=at(NAMES[scans.read.non_target], ""),
        overall=at(NAMES[scans.overall], ""),
        new_lesion=at(scans.new_lesion, False).astype(bool) & readable,
        sum=np.where(readable, np.where(after, at(scans.sums, np.nan), scans.baseline[rows]), np.nan),
    )


def _lesions(block: Followed) -> pd.DataFrame:
    """Every lesion that was there at baseline, on every readable scan."""
    scans = block.scans
    seen = np.insert(block.held & scans.readable, 0, True, axis=1) & ~block.failed[:, None]
    there = seen[:, :, None] & (scans.readings[:, :1] > 0)
    rows, scan, lesion = np.nonzero(there)
    days = np.insert(scans.days, 0, 0.0, axis=1)
    return block.table(
        rows,
        scan=scan,
        day=days[rows, scan],
        lesion=lesion + 1,
        is_target=scans.read.targets[rows, lesion],
        diameter=scans.readings[rows, scan, lesion],
    )


def _events(block: Followed) -> pd.DataFrame:
    plan, course, harm = block.plan, block.course, block.harm
    treated = np.where(plan.day.min(initial=np.inf) <= block.until, block.until, -1.0)
    observed = course.days <= treated[:, None]
    parts = []
    for event, grade in grade_courses(course, observed).items():
        first, last = _span(grade > 0, course.days)
        parts.append(_event(block, event, grade.max(axis=1, initial=0), first, last))
    guarded = np.array([guard == HAEMODYNAMIC_GUARD for guard in plan.guard], bool)
    withheld = (plan.day < treated[:, None]) & ~course.given & guarded
    first, last = _span(withheld, plan.day)
    parts.append(_event(block, "capillary leak", 3 * withheld.any(axis=1), first, last, action="interrupted"))
    days = {"immune_tolerance": harm.immune_day, "haematological_tolerance": harm.haematological_day}
    for guard, name in (("immune_tolerance", "immune-related"), ("haematological_tolerance", "bone marrow")):
        stopped = stopped_by(STOPPING_GUARDS[guard], course, plan, block.tolerance, treated)
        happened = np.isfinite(days[guard])
        for action, chosen in (("withdrawn", happened & stopped), ("", happened & ~stopped)):
            never = np.full(len(treated), np.nan)
            parts.append(_event(block, name, np.where(chosen, 3, 0), days[guard], never, action=action))
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return table.sort_values(["patient", "first_day", "event"], kind="stable", ignore_index=True)


def _event(
    block: Followed, event: str, grade: NDArray, first: NDArray, last: NDArray, *, action: str = ""
) -> pd.DataFrame:
    rows = np.flatnonzero((grade > 0) & ~block.failed)
    name, done = np.full(len(rows), event, dtype=object), np.full(len(rows), action, dtype=object)
    return block.table(rows, event=name, grade=grade[rows], first_day=first[rows], last_day=last[rows], action=done)


def _span(happens: NDArray, days: NDArray) -> tuple[NDArray, NDArray]:
    """The first and the last of `days` on which something `happens` (patients, days); infinite where never."""
    first = np.where(happens, days, np.inf).min(axis=1, initial=np.inf)
    return first, np.where(happens, days, -np.inf).max(axis=1, initial=-np.inf)


def _finite(values: NDArray) -> NDArray:
    return np.where(np.isfinite(values), values, np.nan)
