"""Run a virtual trial: diagnose the patients once, follow them through every arm, and collect the result."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from melanokine.drugs import Drug, Regimen
from melanokine.drugs import names as drug_names
from melanokine.errors import InputError, nearest
from melanokine.patients.cohort import Cohort
from melanokine.patients.diagnosis import all_processors
from melanokine.patients.enrolment import calibration_of, enrol
from melanokine.patients.model import Model
from melanokine.patients.population import Population
from melanokine.trials import tables
from melanokine.trials.arm import follow_arm, prepare
from melanokine.trials.bands import BandRecorder
from melanokine.trials.catalogue import load
from melanokine.trials.course import Simulator
from melanokine.trials.death import log_mortality
from melanokine.trials.design import MOST_PATIENTS, TrialDesign, known_drugs
from melanokine.trials.records import Records, joined
from melanokine.trials.result import Result
from melanokine.trials.simulator import ModelSimulator, trial_model

BLOCK = 512
"""Patients followed at a time, which bounds the memory; their numbers do not depend on it."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


class Trial:
    """A trial that can be run: a design, one of the library or of a YAML file by name, or its fields as keywords.

    >>> Trial(
    ...     arms={"nivolumab": ["nivolumab 360 mg IV every 3 weeks"]}, patients_per_arm=390
    ... ).design.reference_arm
    'nivolumab'

    `drugs` are molecules beside those of the library that the sentences of the arms may name; those of a `Regimen` in
    an arm are known already.
    """

    def __init__(
        self, design: TrialDesign | str | Path | None = None, *, drugs: Iterable[Drug] = (), **keywords: Any
    ) -> None:
        if design is not None and keywords:
            raise InputError("a trial is given a design and keywords as well", remedy="give one of them")
        self.drugs = _with_those_in(keywords.get("arms"), drugs)
        with known_drugs(self.drugs):
            if design is None:
                self.design = TrialDesign.build(**keywords)
            else:
                self.design = design if isinstance(design, TrialDesign) else load(design)

    def run(
        self,
        *,
        seed: int = 1,
        patients: int | None = None,
        arms: Sequence[str] | None = None,
        replicates: int = 1,
        calibrated: bool | None = None,
        records: bool = False,
        workers: int | None = None,
        progress: Progress | None = None,
    ) -> Result:
        """Simulate the trial.

        `patients` per arm replaces the design's numbers; `arms` restricts the run to some arms; `replicates` repeats
        the trial with fresh patients; `records` keeps every scan and adverse event, for ADaM; `workers` are threads, by
        default one per processor. None of these changes the numbers of a patient.

        Patients come from the calibrated population, where the design's is one; with `calibrated` False from the
        distributions as they are, while True insists. Raises InputError for arguments that do not fit the design.
        """
        names = _selected(self.design, arms)
        sizes = _sizes(self.design, patients, replicates)
        workers = _whole("workers", all_processors(workers))
        if records and replicates > 1:
            raise InputError(f"records are kept of one trial, not of {replicates}", remedy="leave out replicates")
        report = progress or (lambda stage, done, total: None)

        from melanokine import __version__

        started = time.perf_counter()
        report("compiling the model", 0, 1)
        found = calibration_of(Population.load(self.design.population), calibrated)
        model = trial_model(self.design.sentences, self.drugs)
        simulator = ModelSimulator(model, workers=workers, known=self.drugs)
        compiled = time.perf_counter()
        total = max(sizes.values()) * replicates
        report("growing tumours to diagnosis", 0, total)
        cohort = enrol(model, self.design.population, total, seed=seed, calibrated=calibrated, workers=workers)
        report("growing tumours to diagnosis", total, total)
        chosen = {name: sizes[name] for name in names}
        kept: list[Records] | None = [] if records else None
        table, curves, exposure, spider = follow_arms(
            self.design,
            chosen,
            replicates,
            simulator,
            cohort,
            total // replicates,
            report,
            kept,
            log_mortality=0.0 if found is None else log_mortality(found, self.design.year),
        )
        finished = time.perf_counter()
        runtime = {
            "compile_s": compiled - started,
            "simulate_s": finished - compiled,
            "patients_per_s": len(table) / (finished - compiled),
        }
        return Result(
            design=self.design,
            arms=tuple(names),
            seed=seed,
            replicates=replicates,
            version=__version__,
            model_hash=model.digest,
            calibration="" if found is None else found.digest,
            patients=table,
            curves=curves,
            exposure=exposure,
            spider=spider,
            citations=citations(self.design, model, cohort),
            runtime=runtime,
            records=None if kept is None else joined(kept),
        )


def follow_arms(
    design: TrialDesign,
    sizes: Mapping[str, int],
    replicates: int,
    simulator: Simulator,
    cohort: Cohort,
    stride: int,
    report: Progress,
    kept: list[Records] | None = None,
    *,
    log_mortality: float = 0.0,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Patients, curves, exposure and spider of the arms named in `sizes`, over all replicates.

    Replicate r (from 0) consists of the patients from r * `stride` + 1 on, as many as the arm has. The records of each
    block are added to `kept` if it is given. `log_mortality` is that of `follow_arm`.
    """
    total, done = sum(sizes.values()) * replicates, 0
    tables, curves, exposures, spiders = [], [], [], []
    for name, size in sizes.items():
        protocol = prepare(design, name, simulator)
        recorder = BandRecorder(_recorded(design, simulator), simulator.exposures(protocol.plan))
        for replicate in range(replicates):
            first = replicate * stride
            for start in range(first, first + size, BLOCK):
                rows = slice(start, min(start + BLOCK, first + size))
                block = follow_arm(
                    design,
                    protocol,
                    cohort.select(rows),
                    simulator,
                    log_mortality=log_mortality,
                    records=kept is not None,
                )
                if kept is not None and block.records is not None:
                    kept.append(block.records)
                block.patients.insert(2, "replicate", replicate + 1)
                tables.append(block.patients)
                if replicate == 0:
                    recorder.add(block.course, block.observed_until)
                    spiders.append(block.changes)
                done += rows.stop - rows.start
                report(name, done, total)
        curves.append(recorder.curves(name))
        exposures.append(recorder.exposure(name))
    patients = _stacked(tables)
    covariates = list(cohort.covariates)
    patients = patients[[*patients.columns.difference(covariates, sort=False), *covariates]]
    return patients, _stacked(curves), _stacked(exposures), _stacked(spiders)


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables one below the other; empty ones say nothing about types and are left out."""
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def citations(design: TrialDesign, model: Model, cohort: Cohort) -> list[str]:
    """Every source that a run used: of the design, the population, the model, its drugs and the trial layer."""
    found = {design.nct, *design.sources, *tables.sources(), *cohort.population.sources()}
    for sources in model.citations().values():
        found.update(sources)
    for drug in model.drugs.values():
        found.update(drug.sources)
    return sorted(found - {""})


def _with_those_in(arms: Any, drugs: Iterable[Drug]) -> tuple[Drug, ...]:
    """`drugs` and the drugs of all regimens in `arms`, those of the library left out."""
    found = list(drugs)
    for arm in arms.values() if isinstance(arms, Mapping) else ():
        sentences = arm.get("regimen") if isinstance(arm, Mapping) else arm
        found += [item.drug for item in sentences or () if isinstance(item, Regimen)]
    own = {drug.id: drug for drug in found if drug.id not in drug_names()}
    return tuple(own.values())


def _selected(design: TrialDesign, arms: Sequence[str] | None) -> list[str]:
    """The arms to run, in the order of the design."""
    if arms is None:
        return list(design.arms)
    for name in arms:
        if name not in design.arms:
            raise InputError(f"the trial has no arm {name!r}", remedy=nearest(name, design.arms))
    if not arms:
        raise InputError("no arm is left to run", remedy="name at least one: " + ", ".join(design.arms))
    return [name for name in design.arms if name in arms]


def _sizes(design: TrialDesign, patients: int | None, replicates: int) -> dict[str, int]:
    """Patients of every arm of the design."""
    every = None if patients is None else _whole("patients", patients)
    sizes = {name: every or design.patients(name) for name in design.arms}
    if max(sizes.values()) * _whole("replicates", replicates) > MOST_PATIENTS:
        raise InputError(f"more than {MOST_PATIENTS} patients in an arm", remedy="ask for fewer patients or replicates")
    return sizes


def _whole(what: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise InputError(f"{what} is {value!r}", remedy="give a whole number of at least 1")
    return int(value)


def _recorded(design: TrialDesign, simulator: Simulator) -> list[str]:
    """The observables whose courses are recorded."""
    for name in design.courses:
        if name not in simulator.observable_names:
            remedy = nearest(name, simulator.observable_names)
            raise InputError(f"courses: the model has no observable {name!r}", remedy=remedy)
    return list(design.courses)
