"""Results on disk: everything appears at once, or nothing.

Files are written into a hidden directory inside the target and moved to their places when all are complete.
"""

from __future__ import annotations

import json
import os
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from melanokine.errors import InputError

if TYPE_CHECKING:
    from melanokine.trials.result import Result

FILES = ("summary.json", "summary.csv", "patients.parquet", "report.html", "figures")
"""What a result directory holds; other files in it are left alone."""


def prepare_directory(directory: str | Path) -> Path:
    """Make `directory` if need be and check that files can be written there, before anything is simulated.

    Raises
    ------
    InputError
        When the directory cannot be made or written to.
    """
    directory = Path(directory)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".melanokine-", dir=directory):
            pass
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise InputError(
            f"results cannot be written there: {reason}", file=directory, remedy="name another directory"
        ) from None
    return directory


def write_result(result: Result, directory: str | Path, command: str | None = None) -> Path:
    """Write the files of `result` to `directory` and return it; `command` is the command line that made the result.

    Raises InputError when nothing can be written there; what stood there before is then unchanged.
    """
    directory = prepare_directory(directory)
    try:
        with tempfile.TemporaryDirectory(prefix=".melanokine-", dir=directory) as scratch:
            made = Path(scratch)
            _write_json(result, made / "summary.json")
            result.summary().to_csv(made / "summary.csv", index=False, lineterminator="\n")
            write_parquet(result.patients, made / "patients.parquet")
            import_module("melanokine.report").write_report(result, made, command=command)
            for name in FILES:
                _replace(made / name, directory / name, made)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(
            f"results cannot be written there: {reason}", file=directory, remedy="name another directory"
        ) from None
    return directory


def write_parquet(patients: pd.DataFrame, path: str | Path) -> None:
    """Write a table as Parquet; the same table gives the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(patients, preserve_index=False)
    pq.write_table(table, path, compression="zstd", compression_level=9)


def _write_json(result: Result, path: Path) -> None:
    text = json.dumps(result.summary_record(), indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _replace(made: Path, target: Path, scratch: Path) -> None:
    """Put a finished file or directory in its place; a directory that is there already makes way first."""
    if made.is_dir() and target.exists():
        os.replace(target, scratch / f"former-{target.name}")
    os.replace(made, target)
