"""An archive opened: the result as it was, and the same trial run again."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from melanokine.drugs import Drug
from melanokine.errors import InputError
from melanokine.interchange.omex import read_archive
from melanokine.patients import calibrated
from melanokine.patients.population import Population
from melanokine.trials.archive import crate
from melanokine.trials.archive.writing import LAYOUT, OWN_POPULATION, TABLES
from melanokine.trials.design import TrialDesign, known_drugs
from melanokine.trials.result import Result
from melanokine.trials.run import Progress, Trial
from melanokine.trials.simulator import trial_model
from melanokine.trials.write import write_parquet


class _Run(BaseModel):
    """The content of `run.json`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    layout: int = Field(ge=LAYOUT, le=LAYOUT)
    version: str
    model_hash: str
    calibration: str
    seed: int = Field(ge=0)
    replicates: int = Field(ge=1)
    arms: list[str] = Field(min_length=1)
    patients: int | None = Field(ge=1)
    records: bool
    population: str
    population_hash: str
    citations: list[str]


@dataclass(frozen=True)
class Archive:
    """A trial from an archive: `files` by location, the `design`, and the design's own `drugs`.

    A population that is not the library's lies in `folder`, which goes with the archive.
    """

    path: Path
    files: dict[str, bytes]
    design: TrialDesign
    drugs: tuple[Drug, ...]
    run: _Run
    folder: tempfile.TemporaryDirectory[str] | None = None

    @cached_property
    def result(self) -> Result:
        """The result that was written. Its records are the datasets of ADaM, which `adam` has."""
        return Result(
            design=self.design,
            arms=tuple(self.run.arms),
            seed=self.run.seed,
            replicates=self.run.replicates,
            version=self.run.version,
            model_hash=self.run.model_hash,
            calibration=self.run.calibration,
            citations=list(self.run.citations),
            patients=self._table("results/patients.parquet"),
            curves=self._table("results/curves.parquet"),
            exposure=self._table("results/exposure.parquet"),
            spider=self._table("results/spider.parquet"),
            runtime={},
        )

    @cached_property
    def adam(self) -> dict[str, pd.DataFrame]:
        """The datasets of ADaM by name; none if the trial was run without records."""
        found = (name for name in self.files if name.startswith("results/adam/"))
        return {Path(name).stem.upper(): self._table(name) for name in found}

    def rerun(self, *, workers: int | None = None, progress: Progress | None = None) -> Result:
        """Run the trial again, by its design, seed and numbers of patients.

        Raises InputError where this version's model, population or calibration is not the one of the archive.
        """
        population = Population.load(self.design.population)
        if population.digest != self.run.population_hash:
            raise self._error(OWN_POPULATION, f"the library's {population.name!r} has changed since")
        with known_drugs(self.drugs):
            now = trial_model(self.design.sentences, self.drugs).digest
        if now != self.run.model_hash:
            raise self._error("run.json", f"the model of version {self.run.version} is not this one's")
        if self.run.calibration and self.run.calibration != calibrated.load().digest:
            raise self._error("run.json", f"the calibration of version {self.run.version} is not this one's")
        return Trial(self.design, drugs=self.drugs).run(
            seed=self.run.seed,
            patients=self.run.patients,
            arms=self.run.arms,
            replicates=self.run.replicates,
            calibrated=bool(self.run.calibration),
            records=self.run.records,
            workers=workers,
            progress=progress,
        )

    def differs(self, result: Result) -> list[str]:
        """The tables of the archive whose bytes are not those that `result` would be written with."""
        found = []
        with tempfile.TemporaryDirectory() as scratch:
            made = Path(scratch) / "table"
            for name in TABLES:
                write_parquet(getattr(result, name), made)
                if made.read_bytes() != self.files[f"results/{name}.parquet"]:
                    found.append(name)
        return found

    def _table(self, location: str) -> pd.DataFrame:
        import pyarrow as pa

        try:
            return pd.read_parquet(io.BytesIO(self.files[location]))
        except (pa.ArrowException, ValueError, OSError) as error:
            raise self._error(location, f"is no table in Parquet: {' '.join(str(error).split())}") from None

    def _error(self, location: str, message: str) -> InputError:
        return InputError(f"{location}: {message}", file=self.path, remedy=REMEDY)


REMEDY = "use the version that wrote the archive, or run the design anew"
NEEDED = ("design.json", "run.json", OWN_POPULATION, "results/summary.json", crate.LOCATION)


def open_trial(path: str | Path) -> Archive:
    """Open an archive that `write_archive` or `melanokine trial --omex` wrote.

    Raises InputError where it is no such archive, or a file in it has changed since.
    """
    path = Path(path)
    files = read_archive(path)
    for location in (*NEEDED, *(f"results/{name}.parquet" for name in TABLES)):
        if location not in files:
            message = f"holds no {location}: it is an archive, but none of a virtual trial"
            raise InputError(message, file=path, remedy="open one that `melanokine trial --omex` wrote")
    _check_digests(files, path)
    run = _record(_Run, files, "run.json", path)
    drugs = tuple(_record(Drug, files, name, path) for name in sorted(files) if name.startswith("drugs/"))
    content, folder = _content(files, "design.json", path), None
    if isinstance(content, dict) and content.get("population") == OWN_POPULATION:
        folder = tempfile.TemporaryDirectory(prefix="melanokine-")
        own = Path(folder.name) / "population.yaml"
        own.write_bytes(files[OWN_POPULATION])
        content = {**content, "population": str(own)}
    try:
        with known_drugs(drugs):
            design = TrialDesign.model_validate(content)
    except ValidationError as error:
        raise _not_valid("design.json", error, path) from None
    unknown = [arm for arm in run.arms if arm not in design.arms]
    if unknown:
        raise InputError(f"run.json: the design has no arm {unknown[0]!r}", file=path, remedy=REMEDY)
    return Archive(path, files, design, drugs, run, folder)


def _check_digests(files: dict[str, bytes], path: Path) -> None:
    try:
        listed = crate.digests(files[crate.LOCATION])
    except (ValueError, KeyError, TypeError):
        message = f"{crate.LOCATION} is no metadata of RO-Crate"
        raise InputError(message, file=path, remedy="take the archive as it was written") from None
    for location, content in files.items():
        if location != crate.LOCATION and listed.get(location) != hashlib.sha256(content).hexdigest():
            message = f"{location} is not as it was written: its SHA-256 differs"
            raise InputError(message, file=path, remedy="take the archive as it was written")


def _record(kind: type[Any], files: dict[str, bytes], location: str, path: Path) -> Any:
    try:
        return kind.model_validate(_content(files, location, path))
    except ValidationError as error:
        raise _not_valid(location, error, path) from None


def _content(files: dict[str, bytes], location: str, path: Path) -> Any:
    try:
        return json.loads(files[location])
    except ValueError as error:
        raise InputError(f"{location} is not JSON: {error}", file=path, remedy="take it as it was written") from None


def _not_valid(location: str, error: ValidationError, path: Path) -> InputError:
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, first["loc"]))
    message = f"{location}: {where}: {first['msg']}" if where else f"{location}: {first['msg']}"
    return InputError(" ".join(message.split()), file=path, remedy=REMEDY)
