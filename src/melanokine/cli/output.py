"""Directories of results: everything is written beside its place first, then moved, so none is ever half-written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from melanokine.errors import InputError


@contextmanager
def staged(directory: Path) -> Iterator[Path]:
    """A new empty directory whose files move to `directory` when the block ends, and vanish when it fails.

    Entering checks that `directory` can be written, so that a long run does not end in vain. Files of the same name
    in an existing `directory` are replaced, others stay.

    Raises
    ------
    InputError
        When `directory` is a file, or it or the nearest existing folder above it cannot be written.
    """
    directory = Path(os.path.abspath(directory))
    existing = next(folder for folder in (directory, *directory.parents) if folder.exists())
    if not existing.is_dir():
        raise _refusal(directory, f"{existing} is not a folder")
    created = [folder for folder in directory.parents if not folder.exists()]
    home = directory if directory.exists() else directory.parent
    try:
        home.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".melanokine-", dir=home))
    except OSError as error:
        _remove_empty(created)
        raise _refusal(directory, _reason(error)) from None
    try:
        yield stage
        _move(stage, directory)
    except OSError as error:
        raise _refusal(directory, _reason(error)) from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        _remove_empty(created)


def _move(stage: Path, directory: Path) -> None:
    directory.mkdir(exist_ok=True)
    for source in sorted(stage.rglob("*")):
        target = directory / source.relative_to(stage)
        if source.is_dir():
            target.mkdir(exist_ok=True)
        else:
            os.replace(source, target)


def _remove_empty(folders: list[Path]) -> None:
    """Remove those of `folders` (innermost first) that are empty."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _refusal(directory: Path, reason: str) -> InputError:
    return InputError(f"cannot write results to {directory}: {reason}", remedy="name another folder with --out")
