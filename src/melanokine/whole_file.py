"""A file that is written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from melanokine.errors import InputError


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write `content` beside `path` and move it there; InputError where that cannot be done."""
    path = Path(path)
    try:
        with tempfile.TemporaryDirectory(prefix=".melanokine-", dir=path.parent) as scratch:
            made = Path(scratch) / "made"
            made.write_bytes(content)
            os.replace(made, path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot be written: {reason}", file=path, remedy="name another file") from None
    return path
