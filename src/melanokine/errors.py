"""The errors that melanokine raises on purpose.

Each says what is wrong, where, and what would be right. The command line prints them as one line and ends with
exit code 2; anything else that escapes is a defect of ours.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from pathlib import Path


class MelanokineError(Exception):
    """Base of all errors raised deliberately by melanokine."""

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        line: int | None = None,
        remedy: str | None = None,
    ) -> None:
        self.message = message
        self.file = None if file is None else str(file)
        self.line = line
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        where = "" if self.file is None else f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        remedy = "" if self.remedy is None else f"; {self.remedy}"
        return f"{where}{self.message}{remedy}"

    def __reduce__(self) -> tuple[Callable[..., MelanokineError], tuple]:
        return _rebuild, (type(self), self.message, self.file, self.line, self.remedy)


def _rebuild(
    kind: type[MelanokineError], message: str, file: str | None, line: int | None, remedy: str | None
) -> MelanokineError:
    return kind(message, file=file, line=line, remedy=remedy)


class InputError(MelanokineError):
    """Something a user wrote (file, sentence, option) cannot be used."""


class UnitError(MelanokineError):
    """Two quantities of unlike dimension were combined."""


class ModelError(MelanokineError):
    """A network is not well formed (unknown name, duplicate, missing source)."""


class EngineError(MelanokineError):
    """The numerical engine was called with arrays that do not fit the equations."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest known spelling of `name`, or lists what is known."""
    known = sorted(known)
    if not known:
        return "there is none"
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else "known: " + ", ".join(known)
