"""Compiled kernels kept on disk between runs.

One file per kernel, named by the hash of everything that decides on its code, written to a temporary file and moved
into place, so that processes may share the directory. A file that is damaged is treated as absent. A disk that cannot
be read or written costs time, never a run. The oldest files go when the directory grows beyond `SIZE_LIMIT`.

The directory is `MELANOKINE_CACHE` if that variable is set, else the user's usual one for caches.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

SIZE_LIMIT = 256 * 2**20
"""Bytes"""
PACKAGES = tuple(f"melanokine.engine{part}" for part in ("", ".lowering", ".code", ".driver"))
"""The engine's own source: what a kernel is made by."""
_MAGIC = b"melanokine kernel 1\n"
_SUFFIX = ".kernel"


def directory() -> Path:
    """Where kernels are kept (it may not exist yet)."""
    chosen = os.environ.get("MELANOKINE_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "melanokine"


@cache
def source_digest() -> str:
    """A hash of the engine's own source: a change of it makes every cached kernel stale."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        for file in sorted(resources.files(package).iterdir(), key=lambda file: file.name):
            if file.name.endswith(".py"):
                digest.update(file.read_bytes())
    return digest.hexdigest()


def load(key: str) -> tuple[dict[str, Any], bytes] | None:
    """Description and object code stored under `key`, or None."""
    try:
        path = directory() / (key + _SUFFIX)
        content = path.read_bytes()
    except (OSError, RuntimeError):
        return None
    start = len(_MAGIC) + 32
    body = content[start:]
    if content[: len(_MAGIC)] != _MAGIC or content[len(_MAGIC) : start] != hashlib.sha256(body).digest():
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    length = int.from_bytes(body[:8], "little")
    return json.loads(body[8 : 8 + length]), body[8 + length :]


def store(key: str, description: dict[str, Any], object_code: bytes) -> None:
    """Keep a kernel; nothing happens if that is not possible."""
    text = json.dumps(description).encode()
    body = len(text).to_bytes(8, "little") + text + object_code
    temporary = None
    try:
        folder = directory()
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(_MAGIC + hashlib.sha256(body).digest() + body)
        os.replace(temporary, folder / (key + _SUFFIX))
        _trim(folder)
    except (OSError, RuntimeError):
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _trim(folder: Path) -> None:
    """Remove the files used least recently, and remains of interrupted writes, until the rest is within the limit."""
    files = []
    for path in folder.iterdir():
        if path.suffix in (_SUFFIX, ".part"):
            with contextlib.suppress(OSError):
                files.append((path.stat(), path))
    total = sum(stat.st_size for stat, _ in files)
    for stat, path in sorted(files, key=lambda item: item[0].st_mtime):
        if total <= SIZE_LIMIT:
            return
        with contextlib.suppress(OSError):
            path.unlink()
            total -= stat.st_size
