"""What to expect of each patient in one arm: probabilities of response, of being progression-free, of being alive.

A patient is simulated under the arm's treatment once. What the trial adds by chance (day of a scan, reading error, new
lesions, death) is drawn several times and averaged; where its probability is known it is not drawn at all: a patient
without any scan, and death, whose cumulative hazard is kept. After progression each therapy that may follow is
simulated, and so is none of them; how common each is enters later.

Endpoints are `ORR`, `CR`, `DCR`, `PFS_12mo`, and `hazard_12mo_1` for the cumulative hazard of death up to month 12
with the second option after progression (`hazard_12mo_none` with none). Where they are asked for, adverse events of
treatment have the names that they have in a trial (`HARMS`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from melanokine.calibration.targets import RESPONSES
from melanokine.patients.cohort import Cohort
from melanokine.trials import endpoints, hazards
from melanokine.trials.after_progression import burden_by_week, switch_week
from melanokine.trials.arm import ArmProtocol, prepare
from melanokine.trials.assessment import Assessment, assess_scans
from melanokine.trials.best_response import best_overall_response
from melanokine.trials.course import Course, Simulator
from melanokine.trials.death import Mortality, death_day
from melanokine.trials.design import TrialDesign
from melanokine.trials.estimates import RESPONSES as RESPONSES_OF
from melanokine.trials.follow_up import Conduct
from melanokine.trials.grades import graded_events
from melanokine.trials.grid import WEEK
from melanokine.trials.recist import Response
from melanokine.trials.scans import DAYS_PER_MONTH
from melanokine.trials.subsequent import NONE
from melanokine.trials.toxicity import tolerance_of, toxicity

HALVES = (0, 1, 2, 3), (4, 5, 6, 7)
"""Replicates of a trial's chance over which endpoints are averaged, in two halves."""
REPLICATE_KEY = 0x9E3779B97F4A7C15
"""Odd number by which the seeds of the replicates of a trial differ."""
HARMS = "grade3plus_TRAE", "hypotension_grade3plus"
SETTLED_MONTHS = 15.0
"""How long patients are followed at least: most first responses come within a year, and are confirmed by then."""


def replicate_seed(seed: int, replicate: int) -> int:
    """Key of the trial's chance in one replicate; the first is that of the patients themselves."""
    return (seed + replicate * REPLICATE_KEY) % 2**64


def shortened(design: TrialDesign, months: Sequence[float]) -> TrialDesign:
    """The design with follow-up as long as survival in these `months` needs, and its responses."""
    longest = max([SETTLED_MONTHS, *(month + 1.0 for month in months)])
    return design.model_copy(update={"duration_months": longest, "accrual_months": 0.0})


def expected_endpoints(
    design: TrialDesign,
    arm: str,
    cohort: Cohort,
    simulator: Simulator,
    *,
    progression_free: Sequence[float] = (),
    alive: Sequence[float] = (),
    harms_until: float | None = None,
    halves: Sequence[Sequence[int]] = HALVES,
) -> dict[str, NDArray[np.float64]]:
    """Expected endpoints by name, shape (halves, patients), NaN for a patient who cannot be simulated.

    `progression_free` and `alive` are months; adverse events up to the day `harms_until` are judged if it is given.
    Each half is an average over replicates of the trial's chance, which its numbers key; the course after progression
    is simulated for the first of them. Halves share the patients and no chance, so what was fitted to one can be judged
    by the other.
    """
    protocol = prepare(design, arm, simulator)
    course = simulator.follow(cohort.parameters, cohort.states, protocol.plan, protocol.days)
    conduct, mortality = Conduct.from_table(), Mortality.from_table()
    frailty = cohort.covariates["frailty"].to_numpy(float)
    columns = np.searchsorted(course.days, protocol.weekly)
    burden = course.observables["sum_of_diameters"][:, columns]
    on_treatment = mortality.hazard(burden, protocol.weekly, frailty, design.year)
    everybody_scanned = replace(conduct, unassessed_share=0.0)
    failed = course.failed.copy()
    found: dict[str, list[NDArray]] = {}
    for half in halves:
        mean: dict[str, NDArray] = {}
        for order, replicate in enumerate(half):
            seed = replicate_seed(cohort.seed, replicate)
            scans = assess_scans(design, course, simulator.lesions, everybody_scanned, seed, cohort.streams)
            death = death_day(on_treatment, protocol.weekly, seed, cohort.streams)
            values = _of_scans(design, scans, death, progression_free, conduct.unassessed_share)
            if harms_until is not None:
                values |= _harms(protocol, course, scans, np.minimum(death, harms_until), cohort, simulator)
            mean = {name: mean.get(name, 0.0) + value / len(half) for name, value in values.items()}
            if alive and not order:
                hazard, lost = _death(design, protocol, course, scans, cohort, simulator, mortality, frailty, alive)
                failed |= lost
        for name, value in {**mean, **(hazard if alive else {})}.items():
            found.setdefault(name, []).append(value)
    return {name: np.where(failed, np.nan, np.stack(values)) for name, values in found.items()}


def _of_scans(
    design: TrialDesign, scans: Assessment, death: NDArray, months: Sequence[float], unassessed: float
) -> dict[str, NDArray[np.float64]]:
    """Responses, which the share without scans cannot have, and whether a patient is progression-free in `months`."""
    held = scans.until_progression(death)
    overall = np.where(held, scans.overall, Response.NE).astype(np.int8)
    best = best_overall_response(
        overall, scans.days, confirmation=design.confirmation, stable_disease_days=7.0 * design.stable_disease_weeks
    )
    kinds = {name: [Response[kind] for kind in RESPONSES_OF[name]] for name in RESPONSES}
    found: dict[str, NDArray] = {name: np.isin(best, members) * (1.0 - unassessed) for name, members in kinds.items()}
    forever = np.full(len(death), np.inf)
    pfs = endpoints.progression_free_survival(scans.overall, scans.days, death, forever)
    for month in months:
        found[f"PFS_{month:g}mo"] = 1.0 - (pfs.event & (pfs.day <= month * DAYS_PER_MONTH))
    return found


def _harms(
    protocol: ArmProtocol, course: Course, scans: Assessment, last: NDArray, cohort: Cohort, simulator: Simulator
) -> dict[str, NDArray[np.float64]]:
    """Whether each of `HARMS` befell a patient before treatment ended, and by day `last` (patients,)."""
    tolerance = tolerance_of(simulator.parameter_names, cohort.parameters)
    until = np.minimum(switch_week(scans.progression, len(protocol.weekly) - 1) * WEEK, last)
    harm = toxicity(course, protocol.plan, tolerance, until)
    happened = {"grade3plus_TRAE": harm.grade3plus, **graded_events(harm.grades)}
    return {name: happened[name].astype(float) for name in HARMS}


def _death(
    design: TrialDesign,
    protocol: ArmProtocol,
    course: Course,
    scans: Assessment,
    cohort: Cohort,
    simulator: Simulator,
    mortality: Mortality,
    frailty: NDArray,
    months: Sequence[float],
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.bool_]]:
    """Cumulative hazard of death in `months` under each option after progression, and who could not be simulated."""
    switch = switch_week(scans.progression, len(protocol.weekly) - 1)
    failed = np.zeros(len(cohort), bool)
    found = {}
    for option in (NONE, *range(len(protocol.options))):
        assigned = np.full(len(cohort), option)
        burden, lost = burden_by_week(
            course, protocol.weekly, switch, cohort.parameters, protocol.options, assigned, simulator
        )
        failed |= lost
        rate = mortality.hazard(burden, protocol.weekly, frailty, design.year)
        accumulated = hazards.cumulative(rate, protocol.weekly)
        for month in months:
            label = "none" if option == NONE else str(option)
            value = hazards.at_day(accumulated, protocol.weekly, month * DAYS_PER_MONTH)
            found[f"hazard_{month:g}mo_{label}"] = value
    return found, failed
