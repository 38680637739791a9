"""Results on disk: everything appears at once, or nothing.

Files are written into a hidden directory inside the target and moved to their places when all are complete.
"""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Iterable
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
            put_in_place(made, directory, FILES)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(
            f"results cannot be written there: {reason}", file=directory, remedy="name another directory"
        ) from None
    return directory


def put_in_place(made: Path, directory: Path, names: Iterable[str]) -> None:
    """Move the entries of `made` with these names into `directory`, in the place of their namesakes: all, or none.

    A folder is replaced as a whole. `made` is a scratch folder on the same file system, in which former entries are
    left. Raises OSError when a file stands where a folder belongs or the reverse, or an entry cannot be moved.
    """
    names = list(names)
    for name in names:
        target = directory / name
        if target.exists() and target.is_dir() != (made / name).is_dir():
            kind = "folder" if target.is_dir() else "file"
            raise OSError(errno.EEXIST, f"a {kind} named {name} is in the way")
    former = Path(tempfile.mkdtemp(prefix=".former-", dir=made))
    try:
        for name in names:
            if (directory / name).exists():
                os.replace(directory / name, former / name)
            os.replace(made / name, directory / name)
    except BaseException:
        for name in names:
            if not (made / name).exists():
                os.replace(directory / name, made / name)
            if (former / name).exists():
                os.replace(former / name, directory / name)
        raise


def write_parquet(patients: pd.DataFrame, path: str | Path) -> None:
    """Write a table as Parquet; the same table gives the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(patients, preserve_index=False)
    pq.write_table(table, path, compression="zstd", compression_level=9)


def _write_json(result: Result, path: Path) -> None:
    text = json.dumps(result.summary_record(), indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
