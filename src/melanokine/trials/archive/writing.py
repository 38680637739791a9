"""A result and everything that it came from, as the entries of an archive."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from melanokine.drugs import Drug
from melanokine.drugs import names as drug_names
from melanokine.errors import InputError
from melanokine.interchange.clinical import Study, file_name, write_dataset
from melanokine.interchange.clinical.formats import time_of_making
from melanokine.interchange.omex import Entry, archive_bytes
from melanokine.interchange.sedml import TimeCourse, document
from melanokine.patients.dosing import as_regimens
from melanokine.patients.enrolment import enrol
from melanokine.patients.model import Model
from melanokine.patients.population import Population
from melanokine.patients.sbml import sbml
from melanokine.trials.adam import datasets
from melanokine.trials.adam.subjects import study_identifier
from melanokine.trials.archive import crate
from melanokine.trials.design import known_drugs
from melanokine.trials.grid import weekly_days
from melanokine.trials.result import Result
from melanokine.trials.simulator import trial_model
from melanokine.trials.write import write_parquet
from melanokine.whole_file import write_whole

LAYOUT = 1
"""Version of the layout of an archive."""

OWN_POPULATION = "population.json"
"""Where the population is, and what the design names where it is not the library's."""

PATIENT = 1
"""The patient of the trial whose model is written."""

TABLES = {
    "patients": "Endpoints and covariates of every patient",
    "curves": "Courses of observables, quartiles",
    "exposure": "Drug concentrations, percentiles",
    "spider": "Change of the sum of diameters",
}
"""Tables of a result, and what they are."""


def write_archive(result: Result, path: str | Path, *, drugs: Iterable[Drug] = ()) -> Path:
    """Write a result as a COMBINE archive; `drugs` are those that its design names beside the library's.

    It holds the datasets of ADaM if the result has records. Raises InputError where `path` cannot be written, or the
    model is not the one that made the result.
    """
    if Path(path).is_dir():
        raise InputError("is a folder", file=path, remedy="name a file, such as trial.omex")
    return write_whole(path, archive_bytes(entries(result, tuple(drugs))))


def entries(result: Result, drugs: tuple[Drug, ...] = ()) -> list[Entry]:
    """The files of the archive, its metadata last."""
    made = time_of_making()
    own = [drug for drug in drugs if drug.id not in drug_names()]
    with known_drugs(own):
        model = trial_model(result.design.sentences, own)
    if model.digest != result.model_hash:
        message = "the model is not the one that made the result"
        raise InputError(message, remedy="give the design's own drugs, or run the trial again with this version")
    population = Population.load(result.design.population)
    study = Study(study_identifier(result), result.version, made)
    named = [*_simulation(result, model), *_inputs(result, population, own), *_results(result, study)]
    found = [entry for entry, _ in named]
    about = crate.metadata(
        found,
        {entry.location: name for entry, name in named},
        title=f"Virtual trial {result.design.name}, seed {result.seed}",
        description="A virtual trial simulated by melanokine: virtual patients, not people. "
        + (result.design.title or f"Arms: {', '.join(result.arms)}."),
        version=result.version,
        made=made,
        sources=result.citations,
    )
    return [*found, about]


def _simulation(result: Result, model: Model) -> list[tuple[Entry, str]]:
    """The first patient in every arm as SBML, and the time courses as SED-ML."""
    days = float(weekly_days(result.design.duration_days)[-1])
    first = enrol(model, result.design.population, PATIENT, seed=result.seed, calibrated=bool(result.calibration))
    found, courses = [], []
    for number, arm in enumerate(result.arms, 1):
        regimen = result.design.arms[arm].regimen
        text = sbml(
            model,
            regimen,
            days=days,
            patient=PATIENT,
            population=first,
            name=f"{result.design.name}, {arm}",
        )
        plain = re.sub(r"[^A-Za-z0-9]+", "-", arm).strip("-").lower()[:40] or "arm"
        location = f"model/{number}-{plain}.xml"
        found.append((Entry(location, "sbml", text.encode()), f"Model of patient {PATIENT} under {arm}"))
        given = [one.drug for one in as_regimens(regimen, drugs=model.drugs.values())]
        courses.append(TimeCourse(arm, location, _reported(text, given)))
    sedml = document(courses, days=days, steps=int(days))
    return [(Entry("simulation.sedml", "sedml", sedml.encode(), master=True), "Time courses of the models"), *found]


def _reported(text: str, given: Iterable[Drug]) -> dict[str, str]:
    """Ids and labels of the sum of diameters and of the exposure to each drug that is given."""
    found = {}
    wanted = {"sum_of_diameters": "mm", **dict(drug.exposure for drug in given)}
    for observable, unit in wanted.items():
        for identifier in (f"observed_{observable}", observable):
            if f'<parameter id="{identifier}"' in text:
                found[identifier] = f"{observable} [{unit}]"
                break
    return found


def _inputs(result: Result, population: Population, drugs: list[Drug]) -> list[tuple[Entry, str]]:
    sizes = (result.patients["arm"].value_counts() // result.replicates).to_dict()
    planned = all(sizes[arm] == result.design.patients(arm) for arm in result.arms)
    run = {
        "layout": LAYOUT,
        "version": result.version,
        "model_hash": result.model_hash,
        "calibration": result.calibration,
        "seed": result.seed,
        "replicates": result.replicates,
        "arms": list(result.arms),
        "patients": None if planned else max(sizes.values()),
        "records": result.records is not None,
        "population": population.name,
        "population_hash": population.digest,
        "citations": result.citations,
    }
    design = result.design.model_dump(mode="json")
    if result.design.population != population.name:
        design["population"] = OWN_POPULATION
    found = [
        (_json("design.json", design), "Design of the trial"),
        (_json("run.json", run), "How it was run"),
        (_json(OWN_POPULATION, population.model_dump(mode="json")), "Population of the patients"),
    ]
    return found + [(_json(f"drugs/{d.id}.json", d.model_dump(mode="json", exclude_none=True)), d.name) for d in drugs]


def _results(result: Result, study: Study) -> list[tuple[Entry, str]]:
    summary = {name: value for name, value in result.summary_record().items() if name != "runtime"}
    found = [(_json("results/summary.json", summary), "Endpoints with intervals")]
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / "table"
        for name, what in TABLES.items():
            write_parquet(getattr(result, name), made)
            found.append((Entry(f"results/{name}.parquet", "parquet", made.read_bytes()), what))
        for name, dataset in (datasets(result) if result.records is not None else {}).items():
            write_dataset(dataset, study, "parquet", made)
            location = f"results/adam/{file_name(name, 'parquet')}"
            found.append((Entry(location, "parquet", made.read_bytes()), dataset.label))
    return found


def _json(location: str, content: Any) -> Entry:
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return Entry(location, "json", text.encode())
