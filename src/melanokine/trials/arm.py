"""One arm of a trial: its patients from the first dose to the end of follow-up, and their endpoints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from melanokine.patients.cohort import Cohort
from melanokine.trials import endpoints
from melanokine.trials.after_progression import burden_by_week, switch_week
from melanokine.trials.assessment import Assessment, assess_scans
from melanokine.trials.best_response import best_overall_response
from melanokine.trials.course import Course, Plan, Simulator
from melanokine.trials.death import Mortality, death_day
from melanokine.trials.design import TrialDesign
from melanokine.trials.doses import dose_counts
from melanokine.trials.follow_up import Conduct, entry_day, last_day
from melanokine.trials.grades import graded_events
from melanokine.trials.grid import WEEK, arm_days, weekly_days
from melanokine.trials.recist import Response
from melanokine.trials.records import Followed, Records, records_of
from melanokine.trials.scans import DAYS_PER_MONTH
from melanokine.trials.subsequent import NONE, Option, assign, options_by_era
from melanokine.trials.toxicity import Toxicity, tolerance_of, toxicity


@dataclass(frozen=True)
class ArmProtocol:
    """An arm made ready: its planned doses, the days recorded, and what may follow progression."""

    name: str
    plan: Plan
    days: NDArray[np.float64]
    weekly: NDArray[np.float64]
    options: tuple[Option, ...]


@dataclass(frozen=True)
class ArmBlock:
    """What a block of patients of one arm yields.

    `patients` has one row per patient; `changes` one row per scan up to progression; `course` is the study treatment,
    of which a patient is observed until `observed_until` (patients,). `records` are there if they were asked for.
    """

    patients: pd.DataFrame
    changes: pd.DataFrame
    course: Course
    observed_until: NDArray[np.float64]
    records: Records | None = None


def prepare(design: TrialDesign, name: str, simulator: Simulator) -> ArmProtocol:
    """The protocol of one arm of a design."""
    weekly = weekly_days(design.duration_days)
    plan = simulator.plan(design.arms[name].regimen, weekly[-1])
    return ArmProtocol(name, plan, arm_days(design.duration_days, plan), weekly, _options(design, plan))


def follow_arm(
    design: TrialDesign,
    protocol: ArmProtocol,
    cohort: Cohort,
    simulator: Simulator,
    *,
    log_mortality: float = 0.0,
    records: bool = False,
) -> ArmBlock:
    """Follow the patients of `cohort` through an arm, and keep `records` if asked.

    `log_mortality` is the logarithm of a factor on the hazard of death in this trial.
    """
    seed, streams = cohort.chance
    conduct, mortality = Conduct.from_table(), Mortality.from_table()
    course = simulator.follow(cohort.parameters, cohort.states, protocol.plan, protocol.days)
    scans = assess_scans(design, course, simulator.lesions, conduct, seed, streams)
    switch = switch_week(scans.progression, len(protocol.weekly) - 1)
    assigned = assign(protocol.options, seed, streams)
    burden, failed = burden_by_week(
        course, protocol.weekly, switch, cohort.parameters, protocol.options, assigned, simulator
    )
    frailty = cohort.covariates["frailty"].to_numpy(float)
    hazard = np.exp(log_mortality) * mortality.hazard(burden, protocol.weekly, frailty, design.year)
    death = death_day(hazard, protocol.weekly, seed, streams)
    last = last_day(conduct, design.duration_days, design.accrual_days, seed, streams)
    until = np.minimum(np.minimum(switch * WEEK, death), last)
    tolerance = tolerance_of(simulator.parameter_names, cohort.parameters)
    harm = toxicity(course, protocol.plan, tolerance, until)
    table = _table(design, scans, death, last, harm)
    table["subsequent_therapy"] = _subsequent(protocol.options, assigned, scans, death, last)
    for column, counts in dose_counts(protocol.plan, course.given, until).items():
        table[column] = counts
    table = table[~failed].reindex(range(len(failed)))
    table.insert(0, "patient", cohort.patients)
    table.insert(1, "arm", protocol.name)
    table.insert(2, "failed", failed)
    table["virtual_patient"] = cohort.streams
    table = pd.concat([table, cohort.covariates.reset_index(drop=True)], axis=1)
    changes = _changes(table, scans, np.minimum(death, last), failed)
    kept = None
    if records:
        followed = Followed(
            arm=protocol.name,
            design=design,
            plan=protocol.plan,
            course=course,
            scans=scans,
            harm=harm,
            tolerance=tolerance,
            numbers=cohort.patients,
            failed=failed,
            entry=entry_day(design.accrual_days, seed, streams),
            death=death,
            last=last,
            until=until,
        )
        kept = records_of(followed)
    return ArmBlock(table, changes, course, np.where(failed, -1.0, until), kept)


def _options(design: TrialDesign, plan: Plan) -> tuple[Option, ...]:
    if design.subsequent_therapy == "none":
        return ()
    if design.subsequent_therapy == "by era":
        roles = {role for drug in plan.drugs for role in plan.roles[drug]}
        return options_by_era(design.year, roles, design.earlier_checkpoint_inhibitors)
    return tuple(Option(tuple(option.regimen), option.probability) for option in design.subsequent_therapy)


def _table(design: TrialDesign, scans: Assessment, death: NDArray, last: NDArray, harm: Toxicity) -> pd.DataFrame:
    """Endpoints of each patient; times in months."""
    held = scans.until_progression(np.minimum(death, last))
    overall = np.where(held, scans.overall, Response.NE).astype(np.int8)
    best = best_overall_response(
        overall, scans.days, confirmation=design.confirmation, stable_disease_days=7.0 * design.stable_disease_weeks
    )
    progression = np.where(scans.progression <= np.minimum(death, last), scans.progression, np.inf)
    pfs = endpoints.progression_free_survival(scans.overall, scans.days, death, last)
    os = endpoints.overall_survival(death, last)
    measured = np.where(overall != Response.NE, scans.sums, np.inf)
    smallest = measured.min(axis=1, initial=np.inf)
    responding = (overall >= Response.PR) & (best >= Response.PR)[:, None]
    response = np.where(responding, scans.days, np.inf).min(axis=1, initial=np.inf)
    return pd.DataFrame(
        {
            "best_response": np.array([response.name for response in Response], dtype=object)[best],
            "best_change_percent": _finite(100.0 * (smallest / scans.baseline - 1.0)),
            "response_months": _finite(response) / DAYS_PER_MONTH,
            "pfs_months": pfs.day / DAYS_PER_MONTH,
            "pfs_event": pd.array(pfs.event, "boolean"),
            "os_months": os.day / DAYS_PER_MONTH,
            "os_event": pd.array(os.event, "boolean"),
            "progression_months": _finite(progression) / DAYS_PER_MONTH,
            "grade3plus_TRAE": pd.array(harm.grade3plus, "boolean"),
            **{name: pd.array(grade, "Int64") for name, grade in harm.grades.columns().items()},
            **{name: pd.array(happened, "boolean") for name, happened in graded_events(harm.grades).items()},
            "capillary_leak_grade3plus": pd.array(harm.dose_withheld, "boolean"),
            "immune_event_months": _finite(harm.immune_day) / DAYS_PER_MONTH,
            "haematological_event_months": _finite(harm.haematological_day) / DAYS_PER_MONTH,
            "discontinuation_for_toxicity": pd.array(harm.discontinued, "boolean"),
        }
    )


def _subsequent(
    options: tuple[Option, ...], assigned: NDArray, scans: Assessment, death: NDArray, last: NDArray
) -> NDArray:
    """The regimen that followed progression, in words; empty where there was none."""
    words = np.array([*(" + ".join(option.regimen) for option in options), ""], dtype=object)
    received = np.isfinite(scans.progression) & (scans.progression < np.minimum(death, last)) & (assigned != NONE)
    return np.where(received, words[assigned], "")


def _changes(table: pd.DataFrame, scans: Assessment, limit: NDArray, failed: NDArray) -> pd.DataFrame:
    """Change of the sum of target diameters from baseline [%] at baseline and every readable scan to progression."""
    shown = scans.until_progression(limit) & (scans.overall != Response.NE) & ~failed[:, None]
    row, scan = np.nonzero(shown)
    start = np.flatnonzero(~failed)
    rows = np.concatenate([start, row])
    frame = pd.DataFrame(
        {
            "patient": table["patient"].to_numpy()[rows],
            "arm": table["arm"].to_numpy()[rows],
            "month": np.concatenate([np.zeros(len(start)), scans.days[row, scan] / DAYS_PER_MONTH]),
            "change_percent": np.concatenate(
                [np.zeros(len(start)), 100.0 * (scans.sums[row, scan] / scans.baseline[row] - 1.0)]
            ),
        }
    )
    return frame.sort_values(["patient", "month"], kind="stable", ignore_index=True)


def _finite(values: NDArray) -> NDArray:
    return np.where(np.isfinite(values), values, np.nan)
