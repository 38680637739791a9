"""The five datasets of a result, and their files."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pandas as pd

from melanokine.errors import InputError
from melanokine.interchange.clinical import (
    Dataset,
    Study,
    Variable,
    check_format,
    file_name,
    read_variables,
    write_dataset,
)
from melanokine.interchange.clinical.dataset import DTYPES
from melanokine.trials.adam.adae import adae
from melanokine.trials.adam.adrs import adrs
from melanokine.trials.adam.adtr import adtr
from melanokine.trials.adam.adtte import adtte
from melanokine.trials.adam.subjects import Subjects, study_identifier
from melanokine.trials.result import Result
from melanokine.trials.write import prepare_directory, put_in_place

DATASETS = {
    "ADSL": "Subject-Level Analysis Dataset",
    "ADTR": "Tumor Results Analysis Dataset",
    "ADRS": "Response Analysis Dataset",
    "ADTTE": "Time-to-Event Analysis Dataset",
    "ADAE": "Adverse Event Analysis Dataset",
}
"""Label of each dataset."""

VARIABLES = Path(__file__).with_name("variables.csv")


def datasets(result: Result) -> dict[str, Dataset]:
    """ADSL, ADTR, ADRS, ADTTE and ADAE of a result that was run with records; InputError if it was not."""
    if result.records is None:
        raise InputError("the result has no records of its patients", remedy="run the trial with records=True")
    subjects = Subjects(result)
    responses = adrs(subjects)
    frames = {"ADTR": adtr(subjects), "ADRS": responses, "ADTTE": adtte(subjects, responses), "ADAE": adae(subjects)}
    found = {}
    for name, label in DATASETS.items():
        variables = tuple(variable for variable in _variables()[name] if subjects.knows(variable))
        frame = subjects.adsl(variables) if name == "ADSL" else frames[name]
        found[name] = Dataset(name, label, variables, _typed(frame, variables))
    return found


def write_adam(result: Result, directory: str | Path, form: str = "parquet") -> Path:
    """Write the five datasets to `directory` as parquet, json (Dataset-JSON 1.1) or xpt (version 5): all, or none.

    Raises InputError for an unknown format, a result without records, what a format cannot hold (XPT knows ASCII only),
    and a directory that cannot be written to.
    """
    check_format(form)
    made = {name: (dataset, file_name(name, form)) for name, dataset in datasets(result).items()}
    study = Study.now(study_identifier(result), result.version)
    directory = prepare_directory(directory)
    try:
        with tempfile.TemporaryDirectory(prefix=".melanokine-", dir=directory) as scratch:
            for dataset, file in made.values():
                write_dataset(dataset, study, form, Path(scratch) / file)
            put_in_place(Path(scratch), directory, [file for _, file in made.values()])
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot be written to: {reason}", file=directory, remedy="name another directory") from None
    return directory


@cache
def _variables() -> dict[str, tuple[Variable, ...]]:
    return read_variables(VARIABLES)


def _typed(frame: pd.DataFrame, variables: tuple[Variable, ...]) -> pd.DataFrame:
    """The columns of the variables, in their order and of their kind."""
    kinds = {variable.name: DTYPES[variable.kind].replace("O", "object") for variable in variables}
    return frame[list(kinds)].astype(kinds).reset_index(drop=True)
