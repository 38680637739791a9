"""The files of a problem, read and checked by the library `petab`."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from melanokine.errors import InputError
from melanokine.interchange.petab.problem import Problem
from melanokine.interchange.sbml import Refusal


def read_petab(path: str | Path) -> Problem:
    """The problem that a YAML file of PEtab 1 or 2 describes.

    Raises InputError, with the file and as far as possible the row, for what the format does not allow, and Refusal
    (an InputError) for several models in one problem, models that are not SBML, and extensions.
    """
    path = Path(path)
    from melanokine.yaml_file import read_document

    settings = read_document(path).data
    version = str(settings.get("format_version", "")).split(".")[0]
    if version == "1":
        from melanokine.interchange.petab.version1 import read
    elif version == "2":
        from melanokine.interchange.petab.version2 import read
    else:
        message = f"format_version is {settings.get('format_version')!r}"
        raise InputError(message, file=path, remedy="PEtab 1 and 2 are read")
    return read(path, settings)


def refuse(what: str, why: str, path: Path) -> None:
    raise Refusal(what, "the problem", why, str(path), None)


def library() -> None:
    """InputError where `petab` is missing."""
    try:
        import petab  # noqa: F401
    except ImportError:
        remedy = 'install it with `pip install "melanokine[interchange]"`'
        raise InputError("reading PEtab needs the package petab", remedy=remedy) from None


@contextmanager
def as_input_errors(path: Path | str, doing: str) -> Iterator[None]:
    """What the library raises, as one clear error; its warnings are kept from the terminal."""
    quiet = logging.getLogger("petab")
    level, quiet.disabled = quiet.level, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except InputError:
        raise
    except OSError as error:
        missing = error.filename or path
        raise InputError(f"{doing} failed: {error.strerror or error}", file=str(missing)) from None
    except Exception as error:  # the library raises whatever pandas, pydantic and itself do
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{doing} failed: {reason}", file=path) from None
    finally:
        quiet.disabled = False
        quiet.setLevel(level)
