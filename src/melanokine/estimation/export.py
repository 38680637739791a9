"""A directory with a PEtab problem: what `mk.export_petab` writes."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from melanokine import drugs as library
from melanokine.errors import InputError
from melanokine.estimation import tables
from melanokine.estimation.measured_model import MeasuredModel, measured_model
from melanokine.estimation.rows import LeftOut, Row, rows
from melanokine.interchange.sbml_export import sbml_document
from melanokine.patients.parameters import BODY_SURFACE_AREA
from melanokine.patients.population import Population
from melanokine.patients.simulation import TYPICAL_POPULATION
from melanokine.trials.write import prepare_directory, put_in_place

if TYPE_CHECKING:
    import pandas as pd

FILES = {"conditions": "condition_files", "observables": "observable_files", "measurements": "measurement_files"}
PROBLEM, MODEL = "problem.yaml", "model.xml"


@dataclass(frozen=True, eq=False)
class EstimationProblem:
    """The published values that PEtab can say (`rows`), those that it cannot (`left_out`), and the model for them."""

    rows: tuple[Row, ...]
    left_out: tuple[LeftOut, ...]
    measured: MeasuredModel

    @property
    def reasons(self) -> dict[str, int]:
        """How many published values are left out, by reason, most first."""
        return dict(Counter(each.reason for each in self.left_out).most_common())

    def tables(self) -> dict[str, pd.DataFrame]:
        """By name without suffix; `evidence` and `left_out` are beside what PEtab knows."""
        said = self.rows
        return {
            "conditions": tables.condition_table(self.measured),
            "observables": tables.observable_table(self.measured, said),
            "measurements": tables.measurement_table(self.measured, said),
            "parameters": tables.parameter_frame(self.measured, said),
            "evidence": tables.evidence_table(said),
            "left_out": tables.left_out_table(self.left_out),
        }

    def sbml(self) -> str:
        about = (
            "melanokine: a virtual clinic for interleukin immunotherapy of melanoma. A research tool: it must not guide"
            " the treatment of a person.",
            f"The typical patient of the population {TYPICAL_POPULATION!r} from diagnosis on, with every dose of the"
            " conditions as a parameter that is 0 here. Time is in days.",
            f"model {self.measured.model.digest}",
        )
        return sbml_document(
            self.measured.model.network,
            self.measured.model.equations,
            self.measured.parameters,
            initial=self.measured.states,
            schedule=self.measured.schedule,
            name="melanokine",
            about=about,
        )


def estimation_problem(drugs: Iterable[str] | None = None) -> EstimationProblem:
    """The problem for all drugs of which something was measured, or for `drugs` (names of the library).

    Raises InputError for a drug that the library does not have, and where nothing that was measured can be said.
    """
    return _problem(*_asked(drugs))


def export_petab(directory: str | Path, drugs: Iterable[str] | None = None) -> EstimationProblem:
    """Write the calibration of the mechanism as a problem of PEtab 1 into `directory`.

    That is what was measured of drugs and their effects in the blood of the typical patient, beside the model in SBML:
    `problem.yaml`, `model.xml` and tables, with `evidence.tsv` (what each measurement is) and `left_out.tsv` (published
    values that PEtab cannot say, and why). With `drugs` (names of the library) only rows in which no other drug is
    given. Calibration to trials is not among it: PEtab has no population, RECIST or survival. No value of a blind trial
    is written.

    Returns the problem. Raises InputError where the directory cannot be written, a drug is not known, or nothing that
    was measured of `drugs` can be said; then nothing is written.
    """
    asked = _asked(drugs)
    directory = prepare_directory(directory)
    try:
        with tempfile.TemporaryDirectory(prefix=".melanokine-", dir=directory) as scratch:
            problem = _problem(*asked)
            _write(problem, Path(scratch))
            put_in_place(Path(scratch), directory, [path.name for path in sorted(Path(scratch).iterdir())])
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot be written: {reason}", file=directory, remedy="name another directory") from None
    return problem


def _sizes() -> dict[str, float]:
    """What a dose per kg or m2 is multiplied by in the typical patient."""
    weight = Population.load(TYPICAL_POPULATION).parameters["body_weight"].value
    coefficient, exponent = BODY_SURFACE_AREA
    return {"flat": 1.0, "kg": weight, "m2": coefficient * weight**exponent}


def _asked(drugs: Iterable[str] | None) -> tuple[list[Row], list[LeftOut]]:
    if isinstance(drugs, str):
        drugs = [drugs]
    wanted = None if drugs is None else frozenset(library.load(name).id for name in drugs)
    said, left = rows(_sizes(), wanted)
    if wanted is not None and not any(row.regimen for row in said):
        remedy = "name others, or none for all; left_out.tsv of the whole problem says why"
        what = ", ".join(sorted(wanted)) or "no drug"
        raise InputError(f"nothing that was measured of {what} can be said in PEtab", remedy=remedy)
    return said, left


def _problem(said: list[Row], left: list[LeftOut]) -> EstimationProblem:
    return EstimationProblem(tuple(said), tuple(left), measured_model(said, _sizes()))


def _write(problem: EstimationProblem, folder: Path) -> None:
    for name, table in problem.tables().items():
        table.to_csv(folder / f"{name}.tsv", sep="\t", index=False, lineterminator="\n")
    (folder / MODEL).write_text(problem.sbml(), encoding="utf-8", newline="\n")
    lines = ["format_version: 1", "parameter_file: parameters.tsv", "problems:", f"- sbml_files: [{MODEL}]"]
    lines += [f"  {kind}: [{name}.tsv]" for name, kind in FILES.items()]
    (folder / PROBLEM).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
