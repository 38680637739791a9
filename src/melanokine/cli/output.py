"""Directories of results: everything is written beside its place first, then moved, so none is ever half-written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from melanokine.errors import InputError


@contextmanager
def staged(directory: Path) -> Iterator[Path]:
    """A new empty directory whose entries move to `directory` when the block ends, and vanish when it fails.

    Entering checks that `directory` can be written, so that a long run does not end in vain. Files and folders of the
    same name in an existing `directory` are replaced, all of them or none; others stay.

    Raises
    ------
    InputError
        When `directory` is a file, or it or the nearest existing folder above it cannot be written.
    """
    directory = Path(os.path.abspath(directory))
    created: list[Path] = []
    try:
        existing = next(folder for folder in (directory, *directory.parents) if folder.exists())
        if not existing.is_dir():
            raise _refusal(directory, f"{existing} is not a folder")
        created = [folder for folder in (directory, *directory.parents) if not folder.exists()]
        directory.mkdir(parents=True, exist_ok=True)
        if created:
            directory.rmdir()  # it was there to show that it can be; it appears with the results
        home = directory if directory.exists() else directory.parent
        stage = Path(tempfile.mkdtemp(prefix=".melanokine-", dir=home))
    except OSError as error:
        _remove_empty(created)
        raise _refusal(directory, _reason(error)) from None
    try:
        yield stage
        _move(stage, directory)
    except OSError as error:
        raise _refusal(directory, _reason(error)) from None
    except InputError as error:
        if str(stage) not in str(error):
            raise
        cause = error.__context__  # who wrote to the stage names it; the user knows only `directory`
        raise _refusal(directory, _reason(cause) if isinstance(cause, OSError) else error.message) from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        _remove_empty(created)


def _move(stage: Path, directory: Path) -> None:
    from melanokine.trials.write import put_in_place

    directory.mkdir(exist_ok=True)
    put_in_place(stage, directory, sorted(entry.name for entry in stage.iterdir()))


def _remove_empty(folders: list[Path]) -> None:
    """Remove those of `folders` (innermost first) that are there and empty."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _refusal(directory: Path, reason: str) -> InputError:
    return InputError(f"cannot write results to {directory}: {reason}", remedy="name another folder with --out")
